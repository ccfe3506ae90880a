//! Menu clicks: the newest of the country, of followed units, and the help.

use std::sync::Arc;

use crate::callback::answers::{Question, Said, State};
use crate::callback::door::Door;
use crate::callback::lists::{self, ListText};
use crate::config::MenuReply;
use crate::domain::ids::OpenId;
use crate::domain::publication::PublicationKind;
use crate::search::Position;
use crate::service::error::ServiceError;
use crate::service::inbox::Body;
use crate::service::{follows, publications};
use crate::wechat::reply::Reply;

/// The board whose newest items a key asks for.
pub(super) fn board(key: &str) -> Option<PublicationKind> {
    match key {
        "latest_cases" => Some(PublicationKind::ImportantCase),
        "latest_documents" => Some(PublicationKind::LegalDocument),
        _ => None,
    }
}

pub(super) async fn clicked(door: &Arc<Door>, openid: &OpenId, key: &str) -> Arc<Body> {
    let answer = match key {
        "followed_cases" => followed(door, openid, PublicationKind::ImportantCase).await,
        "followed_documents" => followed(door, openid, PublicationKind::LegalDocument).await,
        "self_query" => Ok(Reply::Text(door.replies().help).into()),
        _ => match board(key) {
            Some(kind) => latest(door, kind).await,
            None => {
                tracing::warn!(key, "a menu key without a handler");
                Ok(Reply::Text(door.replies().unknown_menu).into())
            }
        },
    };
    answer
        .unwrap_or_else(|error| lists::busy(door, &error).into())
        .body()
}

async fn latest(door: &Arc<Door>, kind: PublicationKind) -> Result<Said, ServiceError> {
    let app = &door.app;
    let question = Question::Latest(kind);
    let state = State {
        revision: app.freshness.current().await?,
        indexed: Position::default(),
        units: app.units().wording(),
    };
    if let Some(said) = door.answers.get(&question, state, app.clock.now_ms()) {
        return Ok(said);
    }
    let items = publications::latest(app, kind).await?;
    let list = ListText {
        header: format!("全国最新{}：", kind.title()),
        items,
        note: String::new(),
        more: vec![("查看更多".to_owned(), door.list_url(kind))],
    };
    let empty = format!("目前还没有公开的{}。", kind.title());
    let reply = as_configured(door, kind, &list, &empty);
    let good_until = publications::next_due(app).await?;
    Ok(door.answers.keep(question, state, good_until, &reply))
}

async fn followed(
    door: &Arc<Door>,
    openid: &OpenId,
    kind: PublicationKind,
) -> Result<Said, ServiceError> {
    let units = follows::of(&door.app, openid).await?;
    if units.is_empty() {
        return Ok(Reply::Text(door.replies().no_follows).into());
    }
    let items = publications::latest_of_units(&door.app, kind, &units).await?;
    let names: Vec<String> = units
        .iter()
        .map(|unit| door.short_name(unit.as_str()))
        .collect();
    let names = names.join("、");
    let list = ListText {
        header: format!(
            "您关注的检察院（{names}）及其下属院的最新{}：",
            kind.title()
        ),
        items,
        note: String::new(),
        more: vec![("管理我的关注".to_owned(), door.follows_url())],
    };
    let empty = format!(
        "您关注的检察院（{names}）及其下属院还没有公开的{}。",
        kind.title()
    );
    Ok(as_configured(door, kind, &list, &empty).into())
}

fn as_configured(door: &Door, kind: PublicationKind, list: &ListText, empty: &str) -> Reply {
    if list.items.is_empty() {
        return lists::nothing(empty, &list.more);
    }
    match door.app.settings.wechat.menu_reply {
        MenuReply::News => lists::as_news(door, &list.items),
        MenuReply::Text => lists::as_text(door, list),
        MenuReply::Card => lists::as_card(door, kind, list),
    }
}
