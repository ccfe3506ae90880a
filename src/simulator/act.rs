//! What the page (or a test, or a script) lets a follower do: JSON in, a delivery out.
//!
//! Each act answers 202 as soon as the delivery is on its way; with `?wait=true` it answers 200 with the outcome.
//! Bodies must be `application/json`, which keeps other sites' forms out.

use std::time::Instant;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::chat::{Content, Side};
use super::clock;
use super::delivery;
use super::followers::{Follower, Interaction};
use super::stimulus::{Maker, Media, Stimulus};
use super::world::Shared;

/// Longest text a phone sends, in characters.
const MAX_TEXT: usize = 2000;
/// Longest name of a follower, in characters.
const MAX_NAME: usize = 12;

/// Whether to wait for the outcome.
#[derive(Debug, Deserialize)]
pub(crate) struct Waiting {
    #[serde(default)]
    wait: bool,
}

/// A follower acts without saying more.
#[derive(Debug, Deserialize)]
pub(crate) struct Plain {
    follower: String,
}

/// A new phone; an empty name is filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct NewFollower {
    #[serde(default)]
    name: String,
}

/// Following, perhaps by a code.
#[derive(Debug, Deserialize)]
pub(crate) struct Subscribe {
    follower: String,
    #[serde(default)]
    ticket: String,
}

/// A tap on a menu button, counted from 0; `sub` inside its parent.
#[derive(Debug, Deserialize)]
pub(crate) struct Tap {
    follower: String,
    button: usize,
    sub: Option<usize>,
}

/// A text, typed or tapped.
#[derive(Debug, Deserialize)]
pub(crate) struct SendText {
    follower: String,
    content: String,
    menu_id: Option<String>,
}

/// Something else than text.
#[derive(Debug, Deserialize)]
pub(crate) struct SendMedia {
    follower: String,
    what: Media,
}

/// A code of the account is scanned.
#[derive(Debug, Deserialize)]
pub(crate) struct Scan {
    follower: String,
    ticket: String,
}

/// The page was opened: the first follower subscribes, once per start.
pub(crate) async fn arrive(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
) -> Response {
    let first = simulator.change(|world| {
        let first =
            (!world.arrived).then(|| world.followers.front().map(|follower| follower.id.clone()));
        world.arrived = true;
        first.flatten()
    });
    match first {
        Some(follower) => follow(simulator, waiting, follower, None).await,
        None => Json(json!({"arrived": true})).into_response(),
    }
}

/// Adds a phone.
pub(crate) async fn create_follower(
    State(simulator): State<Shared>,
    Json(asked): Json<NewFollower>,
) -> Response {
    let id = simulator.change(|world| {
        let name: String = asked.name.trim().chars().take(MAX_NAME).collect();
        let name = if name.is_empty() {
            nameless(world.next_follower_number())
        } else {
            name
        };
        world.add_follower(name)
    });
    std::future::ready((StatusCode::CREATED, Json(json!({"id": id}))).into_response()).await
}

/// Follows the account.
pub(crate) async fn subscribe(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<Subscribe>,
) -> Response {
    let ticket = Some(asked.ticket).filter(|ticket| !ticket.is_empty());
    follow(simulator, waiting, asked.follower, ticket).await
}

/// Unfollows; the chat is emptied, as in WeChat.
pub(crate) async fn unsubscribe(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<Plain>,
) -> Response {
    let Some(follower) = subscribed(&simulator, &asked.follower) else {
        return refuse(StatusCode::CONFLICT, "该关注者尚未关注");
    };
    simulator.change(|world| {
        if let Some(follower) = world.follower_mut(&asked.follower) {
            follower.subscribed = false;
            follower.entries.clear();
            follower.close_windows();
        }
        world.say(&asked.follower, Side::System, Content::notice("已取消关注"));
    });
    let stimulus = maker(&simulator, &follower).unsubscribe();
    dispatch(simulator, waiting, stimulus).await
}

/// Taps a menu button; the answer names the page to open, if there is one.
pub(crate) async fn tap_menu(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<Tap>,
) -> Response {
    let Some(follower) = subscribed(&simulator, &asked.follower) else {
        return refuse(StatusCode::CONFLICT, "关注后才能使用菜单");
    };
    let Some(button) = simulator.look(|world| button(world.menu.as_ref(), asked.button, asked.sub))
    else {
        return refuse(StatusCode::NOT_FOUND, "没有这个菜单按钮");
    };
    let text = |name: &str| {
        button
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let maker = maker(&simulator, &follower);
    match text("type").as_str() {
        "click" => {
            touch(&simulator, &asked.follower, Interaction::Gesture);
            let stimulus = maker.click(&text("name"), &text("key"));
            dispatch(simulator, waiting, stimulus).await
        }
        "view" | "miniprogram" => {
            let url = text("url");
            let stimulus = maker.view(&text("name"), &url);
            tokio::spawn(delivery::deliver(simulator, stimulus));
            Json(json!({"open": url})).into_response()
        }
        other => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            &format!("模拟器不支持 {other} 类型的按钮"),
        ),
    }
}

/// Sends a text.
pub(crate) async fn send_text(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<SendText>,
) -> Response {
    let content: String = asked.content.chars().take(MAX_TEXT).collect();
    if content.trim().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "请输入文字");
    }
    let Some(follower) = subscribed(&simulator, &asked.follower) else {
        return refuse(StatusCode::CONFLICT, "关注后才能发送消息");
    };
    // A tap on a menu link counts as a gesture, not as a message.
    let interaction = if asked.menu_id.is_some() {
        Interaction::Gesture
    } else {
        Interaction::Message
    };
    touch(&simulator, &asked.follower, interaction);
    simulator.change(|world| world.say(&asked.follower, Side::Follower, Content::plain(&content)));
    let stimulus = maker(&simulator, &follower).text(&content, asked.menu_id.as_deref());
    dispatch(simulator, waiting, stimulus).await
}

/// Sends a picture, a voice message, a place …
pub(crate) async fn send_media(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<SendMedia>,
) -> Response {
    let Some(follower) = subscribed(&simulator, &asked.follower) else {
        return refuse(StatusCode::CONFLICT, "关注后才能发送消息");
    };
    touch(&simulator, &asked.follower, Interaction::Message);
    let bubble = Content::Media {
        what: asked.what.name().to_owned(),
        note: asked.what.note().to_owned(),
    };
    simulator.change(|world| world.say(&asked.follower, Side::Follower, bubble));
    let stimulus = maker(&simulator, &follower).media(asked.what);
    dispatch(simulator, waiting, stimulus).await
}

/// Scans a code: who follows already sends SCAN, who does not follows by it.
pub(crate) async fn scan(
    State(simulator): State<Shared>,
    Query(waiting): Query<Waiting>,
    Json(asked): Json<Scan>,
) -> Response {
    let Some(follower) = subscribed(&simulator, &asked.follower) else {
        return follow(simulator, waiting, asked.follower, Some(asked.ticket)).await;
    };
    let Some(scene) = scene_of(&simulator, &asked.ticket) else {
        return refuse(StatusCode::NOT_FOUND, "二维码不存在或已过期");
    };
    touch(&simulator, &asked.follower, Interaction::Gesture);
    let stimulus = maker(&simulator, &follower).scan(&scene, &asked.ticket);
    dispatch(simulator, waiting, stimulus).await
}

/// Sets switches; what is not named stays as it is. Answers with all of them.
pub(crate) async fn set_faults(
    State(simulator): State<Shared>,
    Json(asked): Json<Value>,
) -> Response {
    let faults = simulator.change(|world| {
        let faults = world.faults.with(&asked)?;
        if faults.notices.quota != world.faults.notices.quota {
            world.quota_used = 0;
        }
        world.faults = faults.clone();
        Some(faults)
    });
    let response = match faults {
        Some(faults) => Json(faults).into_response(),
        None => refuse(StatusCode::UNPROCESSABLE_ENTITY, "开关的值不正确"),
    };
    std::future::ready(response).await
}

/// Ends all access tokens at once.
pub(crate) async fn expire_tokens(State(simulator): State<Shared>) -> Response {
    simulator.change(|world| world.tokens.expire_all(Instant::now()));
    std::future::ready(StatusCode::NO_CONTENT.into_response()).await
}

/// Takes the account's token back at once, as a renewal by somebody else does: the next call is answered 40001.
pub(crate) async fn revoke_tokens(State(simulator): State<Shared>) -> Response {
    simulator.change(|world| world.tokens.revoke_all());
    std::future::ready(StatusCode::NO_CONTENT.into_response()).await
}

/// Empties the wire.
pub(crate) async fn clear_wire(State(simulator): State<Shared>) -> Response {
    simulator.change(|world| {
        world.wire_floor = world
            .wire
            .back()
            .map_or(world.wire_floor, |exchange| exchange.id);
        world.wire.clear();
    });
    std::future::ready(StatusCode::NO_CONTENT.into_response()).await
}

async fn follow(
    simulator: Shared,
    waiting: Waiting,
    id: String,
    ticket: Option<String>,
) -> Response {
    let Some(follower) = simulator.look(|world| world.follower(&id).cloned()) else {
        return refuse(StatusCode::NOT_FOUND, "没有这个关注者");
    };
    if follower.subscribed {
        return refuse(StatusCode::CONFLICT, "该关注者已经关注");
    }
    let code = match ticket {
        None => None,
        Some(ticket) => match scene_of(&simulator, &ticket) {
            Some(scene) => Some((scene, ticket)),
            None => return refuse(StatusCode::NOT_FOUND, "二维码不存在或已过期"),
        },
    };
    simulator.change(|world| {
        if let Some(follower) = world.follower_mut(&id) {
            follower.subscribed = true;
            follower.subscribed_at = clock::seconds();
            follower.scene = code
                .as_ref()
                .map(|(scene, _)| scene.clone())
                .unwrap_or_default();
            follower.interact(Interaction::Gesture, Instant::now());
        }
        world.say(&id, Side::System, Content::notice("已关注该公众号"));
    });
    let code = code
        .as_ref()
        .map(|(scene, ticket)| (scene.as_str(), ticket.as_str()));
    let stimulus = maker(&simulator, &follower).subscribe(code);
    dispatch(simulator, waiting, stimulus).await
}

async fn dispatch(simulator: Shared, waiting: Waiting, stimulus: Stimulus) -> Response {
    // A task of its own: it goes on when the page closes the connection.
    let task = tokio::spawn(delivery::deliver(simulator, stimulus));
    if !waiting.wait {
        return (StatusCode::ACCEPTED, Json(json!({"queued": true}))).into_response();
    }
    match task.await {
        Ok(outcome) => Json(outcome).into_response(),
        Err(_stopped) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "投递中断"),
    }
}

fn subscribed(simulator: &Shared, id: &str) -> Option<Follower> {
    simulator.look(|world| {
        world
            .follower(id)
            .filter(|follower| follower.subscribed)
            .cloned()
    })
}

fn touch(simulator: &Shared, id: &str, interaction: Interaction) {
    simulator.change(|world| {
        if let Some(follower) = world.follower_mut(id) {
            follower.interact(interaction, Instant::now());
        }
    });
}

fn scene_of(simulator: &Shared, ticket: &str) -> Option<String> {
    let now = clock::seconds();
    simulator.look(|world| {
        let code = world.qr_codes.iter().find(|code| code.ticket == ticket)?;
        (code.until == 0 || code.until > now).then(|| code.scene.clone())
    })
}

fn maker<'a>(simulator: &'a Shared, follower: &Follower) -> Maker<'a> {
    Maker::new(simulator, follower.id.clone(), follower.openid.clone())
}

fn button(menu: Option<&Value>, place: usize, sub: Option<usize>) -> Option<Value> {
    let button = menu?.get(place)?;
    match sub {
        Some(place) => button.get("sub_button")?.get(place).cloned(),
        None => Some(button.clone()),
    }
}

fn nameless(number: u64) -> String {
    const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    let stem = usize::try_from(number)
        .ok()
        .and_then(|number| STEMS.get(number.checked_sub(1)?));
    stem.map_or_else(|| format!("关注者{number}"), |stem| format!("关注者{stem}"))
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}
