//! The list of units a follower was shown last, so that a bare number picks one (requirements §3.6). It lives ten
//! minutes; losing it costs the follower a retyped name.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::app::App;
use crate::domain::ids::{OpenId, UnitId};
use crate::domain::publication::PublicationKind;

const TTL: Duration = Duration::from_secs(600);
/// The same in milliseconds, with a second for the rounding of two clocks.
const TTL_MS: i64 = 601_000;

/// A remembered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// What was asked for.
    pub kind: PublicationKind,
    /// In the order of their numbers, from 1.
    pub units: Vec<UnitId>,
}

/// Whether certainly no follower has a list at present. Other instances may have shown one where they share a cache.
pub fn is_nobody_choosing(app: &App) -> bool {
    !app.cache.is_shared() && app.choosing_until.load(Ordering::Acquire) <= app.clock.now_ms()
}

/// Remembers the list shown to a follower.
pub async fn remember(app: &App, openid: &OpenId, choices: &Choices) {
    let until = app.clock.now_ms() + TTL_MS;
    app.choosing_until.fetch_max(until, Ordering::AcqRel);
    let ids: Vec<&str> = choices.units.iter().map(UnitId::as_str).collect();
    let value = format!("{}|{}", choices.kind.as_str(), ids.join("|"));
    let name = name(app, openid);
    if let Err(error) = app.cache.set(&name, value.as_bytes(), TTL).await {
        tracing::debug!(%error, "a list of choices is remembered in this process only");
        let _ = app.local.set(&name, value.as_bytes(), TTL).await;
    }
}

/// The list shown to a follower last, while it lives.
pub async fn recall(app: &App, openid: &OpenId) -> Option<Choices> {
    let name = name(app, openid);
    let value = match app.cache.get(&name).await {
        Ok(value) => value?,
        Err(_away) => app.local.get(&name).await.ok().flatten()?,
    };
    let text = String::from_utf8(value).ok()?;
    let mut parts = text.split('|');
    let kind = PublicationKind::from_word(parts.next()?)?;
    Some(Choices {
        kind,
        units: parts.map(UnitId::new).collect(),
    })
}

/// Forgets the list.
pub async fn forget(app: &App, openid: &OpenId) {
    if is_nobody_choosing(app) {
        return;
    }
    let name = name(app, openid);
    if app.cache.is_shared() {
        let _ = app.local.remove(&name).await;
    }
    if let Err(error) = app.cache.remove(&name).await {
        tracing::debug!(%error, "a list of choices could not be forgotten");
    }
}

fn name(app: &App, openid: &OpenId) -> String {
    format!("choices:{}", app.person_hash(openid.as_str()))
}
