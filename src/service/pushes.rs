//! Notices in the outbox, for whoever puts them there and whoever looks after them.

use crate::app::App;
use crate::domain::lane::{Circuit, StopReason};
use crate::domain::notice::LANES;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::audit;
use crate::store::pushes::{self, Attempt, Depth, Filter, Push, Refused};
use crate::store::{Conn, Db, StoreError, push_receipts};

/// The bell that wakes the workers.
pub const BELL: &str = "push-bell";
const HOUR_MS: i64 = 3_600_000;
/// Notices forgotten at a time, so that no writer waits long.
const FORGOTTEN_AT_ONCE: i64 = 500;
/// A receipt comes within seconds; after a day it will not come.
pub const RECEIPT_DUE_MS: i64 = 24 * 3_600_000;
/// How far back missing receipts are counted.
const RECEIPTS_SINCE_MS: i64 = 7 * 24 * 3_600_000;

/// Tells the workers of all processes that something is due. Call it after the commit; a ring that is lost costs a
/// poll's patience and nothing else.
pub async fn bell(app: &App) {
    let rings = [&app.local, &app.cache];
    let count = if app.cache.is_shared() { 2 } else { 1 };
    for cache in rings.into_iter().take(count) {
        if cache.ring(BELL).await.is_err() {
            metrics::counter!("jianxin_cache_errors_total", "use" => "bell").increment(1);
        }
    }
}

/// Why notices wait, for `/readyz`: `push_account`, `push_quota`, `push_circuit`.
///
/// # Errors
/// When the database does not answer.
pub async fn degradations(app: &App) -> Result<Vec<&'static str>, StoreError> {
    let mut lane = app
        .db
        .read(|c| pushes::lane_view(c).map_err(StoreError::from))
        .await?;
    let now = app.clock.now_ms();
    lane.tick(now, &crate::domain::lane::Rules::default());
    let mut reasons = Vec::new();
    match lane.stop.map(|stop| stop.reason) {
        Some(StopReason::Account) => reasons.push("push_account"),
        Some(StopReason::Quota) => reasons.push("push_quota"),
        None if lane.quota_used >= app.settings.push.daily_quota => reasons.push("push_quota"),
        Some(StopReason::Throttle) | None => {}
    }
    if lane.circuit == Circuit::Open {
        reasons.push("push_circuit");
    }
    Ok(reasons)
}

/// What the gauges show.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Open notices by state, and the oldest of each lane.
    pub depth: Depth,
    /// The account.
    pub lane: crate::domain::lane::Lane,
    /// Sent more than a day ago (and less than eight), and no receipt came.
    pub unconfirmed: i64,
    /// The database's clock, milliseconds UTC, where it has one of its own.
    pub database_now: Option<i64>,
}

/// Looks at the whole outbox.
///
/// # Errors
/// When the database does not answer.
pub async fn outlook(app: &App) -> Result<Outlook, ServiceError> {
    let now = app.clock.now_ms();
    let outlook = app.db.read(move |c| -> Result<_, StoreError> {
        let before = now - RECEIPT_DUE_MS;
        Ok(Outlook {
            depth: pushes::depth(c, &LANES)?,
            lane: pushes::lane_view(c)?,
            unconfirmed: pushes::unconfirmed(c, before - RECEIPTS_SINCE_MS, before)?,
            database_now: pushes::clock(c)?,
        })
    });
    Ok(outlook.await?)
}

/// Forgets notices that ended `push.keep_days` ago with their tries, and receipts as old; how many notices. A page behind
/// a notice goes with it. Call it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let days = i64::try_from(app.settings.push.keep_days).unwrap_or(i64::MAX);
    let before = app.clock.now_ms() - days.saturating_mul(24 * HOUR_MS);
    let mut forgotten = 0;
    loop {
        let some = app
            .db
            .write(move |c| pushes::forget(c, before, FORGOTTEN_AT_ONCE).map_err(StoreError::from))
            .await?;
        forgotten += some;
        if some == 0 {
            break;
        }
    }
    app.db
        .write(move |c| push_receipts::forget(c, before).map_err(StoreError::from))
        .await?;
    Ok(forgotten)
}

/// A list, newest first. Blocking.
///
/// # Errors
/// When the database does not answer.
pub fn list(db: &Db, filter: &Filter) -> Result<Vec<Push>, StoreError> {
    db.read_blocking(|c| pushes::list(c, filter).map_err(StoreError::from))
}

/// One notice with its tries. Blocking.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database's.
pub fn show(db: &Db, public_id: &str) -> Result<(Push, Vec<Attempt>), ServiceError> {
    db.read_blocking(|c| {
        let push = pushes::by_public_id(c, public_id).map_err(StoreError::from)?;
        let push = push.ok_or(ServiceError::NotFound)?;
        let attempts = pushes::attempts(c, push.id).map_err(StoreError::from)?;
        Ok((push, attempts))
    })
}

/// The ids of ended notices of a state, oldest first. Blocking.
///
/// # Errors
/// When the database does not answer.
pub fn ended_ids(
    db: &Db,
    state: &'static str,
    kind: Option<&str>,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    db.read_blocking(|c| pushes::ended_ids(c, state, kind, limit).map_err(StoreError::from))
}

/// Sends ended notices again for `push.ttl_hours`, each with an audit entry. The id stays: a copy within ten minutes of the first try is
/// dropped by the platform, a later one may be the second that the follower sees, and a person wanted it. Blocking.
///
/// # Errors
/// When the database does not answer; then none of them was changed.
pub fn redrive(
    db: &Db,
    ids: Vec<String>,
    actor: &str,
    now: i64,
    ttl_hours: u64,
) -> Result<Vec<Treated>, StoreError> {
    let ttl_ms = i64::try_from(ttl_hours).unwrap_or(24) * HOUR_MS;
    each(db, ids, actor, "push.redriven", now, move |c, id, now| {
        pushes::redrive(c, id, now, ttl_ms)
    })
}

/// Cancels notices that wait or are parked, each with an audit entry. Blocking.
///
/// # Errors
/// When the database does not answer; then none of them was changed.
pub fn cancel(
    db: &Db,
    ids: Vec<String>,
    actor: &str,
    now: i64,
) -> Result<Vec<Treated>, StoreError> {
    each(db, ids, actor, "push.cancelled", now, pushes::cancel)
}

/// A notice's id, and why nothing was done to it.
pub type Treated = (String, Result<(), Refused>);

fn each(
    db: &Db,
    ids: Vec<String>,
    actor: &str,
    action: &'static str,
    now: i64,
    act: impl Fn(&mut Conn, &str, i64) -> diesel::QueryResult<Result<(), Refused>> + Send + 'static,
) -> Result<Vec<Treated>, StoreError> {
    let actor = actor.to_owned();
    db.write_blocking(move |c| {
        let mut treated = Vec::with_capacity(ids.len());
        for id in ids {
            let outcome = act(c, &id, now)?;
            if outcome.is_ok() {
                let entry = audit_entry(now, actor.clone(), action, format!("push:{id}"));
                audit::append(c, &entry)?;
            }
            treated.push((id, outcome));
        }
        Ok(treated)
    })
}
