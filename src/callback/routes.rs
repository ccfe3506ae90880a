//! ONE table: which message goes to which handler.

use std::sync::Arc;

use crate::app::lost::{Came, LostEvent};
use crate::callback::door::Door;
use crate::callback::{answers, menu, text};
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::service::inbox::Body;
use crate::service::{blocks, followers, receipts};
use crate::wechat::inbound::{Event, Inbound, Message, Scene};
use crate::wechat::reply::Reply;

/// Answers a message. Never fails: what goes wrong is logged and becomes a polite text.
pub(super) async fn handle(door: &Arc<Door>, inbound: Inbound) -> Arc<Body> {
    let openid = OpenId::new(inbound.from_user);
    if shows_presence(&inbound.message)
        && let Err(error) = blocks::came_back(&door.app, &openid).await
    {
        lost_effect("came_back", &error);
    }
    let time = inbound.create_time;
    let reply = match inbound.message {
        Message::Text { content, .. } => {
            return Box::pin(text::answer(door, &openid, &content)).await;
        }
        Message::Event(Event::Click { key }) => return menu::clicked(door, &openid, &key).await,
        Message::Image { .. }
        | Message::Voice { .. }
        | Message::Video { .. }
        | Message::ShortVideo { .. }
        | Message::Location(_)
        | Message::Link { .. } => Reply::Text(door.replies().not_understood),
        Message::Unknown { .. } if inbound.msg_id.is_some() => {
            Reply::Text(door.replies().not_understood)
        }
        Message::Unknown { .. } => Reply::Success,
        Message::Event(event) => on_event(door, &openid, time, event).await,
    };
    answers::body(&reply)
}

async fn on_event(door: &Arc<Door>, openid: &OpenId, time: i64, event: Event) -> Reply {
    match event {
        Event::Subscribe { scene, .. } => subscribed(door, openid, time, scene).await,
        Event::Scan { .. } => Reply::Text(door.replies().help),
        Event::Unsubscribe | Event::UserAuthorizationCancellation { .. } => {
            if let Err(error) = followers::unsubscribed(&door.app, openid, time).await {
                lost_effect("unsubscribe", &error);
                remember(door, openid, time, None);
            }
            Reply::Success
        }
        Event::TemplateSendJobFinish { msg_id, status } => {
            let taken = receipts::received(&door.app, openid, &msg_id, &status, time).await;
            if let Err(error) = taken {
                lost_effect("receipt", &error);
            }
            Reply::Success
        }
        // Authorisations, customer service and account notices have no handler yet; an event that is
        // answered by silence is acknowledged all the same.
        _ => Reply::Success,
    }
}

async fn subscribed(door: &Arc<Door>, openid: &OpenId, time: i64, scene: Option<Scene>) -> Reply {
    let scene = scene.map(|Scene(scene)| scene);
    let known = followers::subscribed(&door.app, openid, time, scene.clone()).await;
    if let Err(error) = known {
        lost_effect("subscribe", &error);
        remember(door, openid, time, Some(Came { scene }));
    }
    Reply::Text(door.replies().welcome)
}

/// To be stored when the database is back.
fn remember(door: &Door, openid: &OpenId, event_time: i64, came: Option<Came>) {
    let event = LostEvent {
        openid: openid.clone(),
        came,
        event_time,
    };
    if door.app.lost.note(event) {
        tracing::error!("too many effects wait for the database: the oldest one is forgotten");
    }
}

/// Whether the person did something, rather than the platform telling about them: whoever writes, taps or follows can be
/// pushed to again.
fn shows_presence(message: &Message) -> bool {
    match message {
        Message::Event(event) => matches!(
            event,
            Event::Subscribe { .. } | Event::Scan { .. } | Event::Click { .. } | Event::View { .. }
        ),
        _ => true,
    }
}

/// The follower was answered but the effect could not be stored; it is counted so that it can be reconciled.
fn lost_effect(event: &'static str, error: &ServiceError) {
    metrics::counter!("jianxin_effects_lost_total", "event" => event).increment(1);
    tracing::error!(event, %error, "an effect could not be stored");
}
