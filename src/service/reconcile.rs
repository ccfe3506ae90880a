//! After the database was away: what followers did meanwhile is stored in its order, and the platform is asked whether
//! they follow now (decision 2). Storing is safe to repeat; an event that the platform delivered to another process too
//! does nothing twice.

use crate::app::App;
use crate::app::lost::LostEvent;
use crate::service::error::ServiceError;
use crate::service::{access_token, followers};

/// What one run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Events that are stored now.
    pub stored: usize,
    /// Followers of whom the platform says otherwise than the last event did.
    pub corrected: usize,
}

/// Stores what waits, oldest first, until nothing waits or the database does not answer; the rest waits on.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &App) -> Result<Reconciled, ServiceError> {
    let mut done = Reconciled::default();
    let mut last: Vec<LostEvent> = Vec::new();
    while let Some(event) = app.lost.take() {
        if let Err(error) = store(app, &event).await {
            app.lost.put_back(event);
            return Err(error);
        }
        done.stored += 1;
        last.retain(|other| other.openid != event.openid);
        last.push(event);
    }
    for event in &last {
        if confirm(app, event).await? {
            done.corrected += 1;
        }
    }
    if done.stored > 0 {
        metrics::counter!("jianxin_effects_reconciled_total").increment(done.stored as u64);
        tracing::info!(
            stored = done.stored,
            corrected = done.corrected,
            "what followers did while the database was away is stored"
        );
    }
    Ok(done)
}

async fn store(app: &App, event: &LostEvent) -> Result<(), ServiceError> {
    match &event.came {
        Some(came) => {
            followers::subscribed(app, &event.openid, event.event_time, came.scene.clone()).await
        }
        None => followers::unsubscribed(app, &event.openid, event.event_time).await,
    }
}

/// Asks the platform, which may know of events that reached nobody. What it cannot tell now stays as the events said.
async fn confirm(app: &App, event: &LostEvent) -> Result<bool, ServiceError> {
    let Ok(token) = access_token::current(app).await else {
        return Ok(false);
    };
    let told = app
        .wechat
        .user_info(token.value.expose(), event.openid.as_str());
    let info = match told.await {
        Ok(info) => info,
        Err(error) => {
            tracing::warn!(%error, "the platform could not be asked about a follower");
            return Ok(false);
        }
    };
    if info.subscribe == event.came.is_some() {
        return Ok(false);
    }
    let now_secs = app.clock.now_ms() / 1000;
    match info.subscribe {
        true => followers::subscribed(app, &event.openid, now_secs, None).await?,
        false => followers::unsubscribed(app, &event.openid, now_secs).await?,
    }
    Ok(true)
}
