//! The notice lane for whoever looks after it at the console: how it stands, what is parked, sending again, going on.

use crate::app::App;
use crate::domain::lane::{Circuit, Lane, Rules};
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::pushes::{self, Outlook, Treated};
use crate::store::StoreError;
use crate::store::audit;
use crate::store::pushes::{self as table, Filter, PARKED, Push};

/// Parked notices of a page.
pub const PAGE: i64 = 50;

/// How the lane stands.
#[derive(Clone, Debug)]
pub struct LaneView {
    /// Open notices, the oldest of each lane, receipts that are missing.
    pub outlook: Outlook,
    /// The account as it is at this moment.
    pub lane: Lane,
    /// Sends of the day that are left.
    pub quota_left: i64,
    /// The day's sends.
    pub quota: i64,
    /// Sends in a second.
    pub rate: u32,
    /// Notices that wait for a person, the newest first, at most [`PAGE`].
    pub parked: Vec<Push>,
    /// Notices whose template has no id.
    pub without_template: Vec<crate::domain::notice::Kind>,
    /// Now.
    pub now: i64,
}

/// Looks at everything.
///
/// # Errors
/// When the database does not answer.
pub async fn view(app: &App) -> Result<LaneView, ServiceError> {
    let outlook = pushes::outlook(app).await?;
    let now = app.clock.now_ms();
    let mut lane = outlook.lane.clone();
    lane.tick(now, &Rules::default());
    let filter = Filter {
        state: Some(PARKED.to_owned()),
        limit: PAGE,
        ..Filter::default()
    };
    let parked = app
        .db
        .read(move |c| table::list(c, &filter).map_err(StoreError::from))
        .await?;
    let quota = app.settings.push.daily_quota;
    Ok(LaneView {
        quota_left: (quota - lane.quota_used).max(0),
        quota,
        rate: app.settings.push.rate_per_second,
        outlook,
        lane,
        parked,
        without_template: app.office().notices.missing(),
        now,
    })
}

/// Lets a lane that stopped, or whose circuit is open, go on; false when it does so already. Whatever stopped it may stop it
/// again with the next answer.
///
/// # Errors
/// When the database does not answer.
pub async fn resume(app: &App, by: &str) -> Result<bool, ServiceError> {
    let (now, by) = (app.clock.now_ms(), by.to_owned());
    let done = app.db.write(move |c| -> Result<bool, StoreError> {
        let resumed = table::resume(c, now)?;
        if resumed {
            let entry = audit_entry(now, by, "push.resumed", "push-lane");
            audit::append(c, &entry)?;
        }
        Ok(resumed)
    });
    let resumed = done.await?;
    if resumed {
        pushes::bell(app).await;
    }
    Ok(resumed)
}

/// What to do with parked notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Send them again.
    Redrive,
    /// Give them up.
    Cancel,
}

/// Does it to notices, by public id.
///
/// # Errors
/// When the database does not answer; then none of them was changed.
pub async fn treat(
    app: &App,
    by: &str,
    act: Act,
    ids: Vec<String>,
) -> Result<Vec<Treated>, ServiceError> {
    let (now, by) = (app.clock.now_ms(), by.to_owned());
    let ttl_hours = app.settings.push.ttl_hours;
    let db = app.db.clone();
    let done = tokio::task::spawn_blocking(move || match act {
        Act::Redrive => pushes::redrive(&db, ids, &by, now, ttl_hours),
        Act::Cancel => pushes::cancel(&db, ids, &by, now),
    });
    let treated = done.await.map_err(|_panicked| StoreError::Stopped)??;
    if act == Act::Redrive {
        pushes::bell(app).await;
    }
    Ok(treated)
}

/// Whether a lane is held up.
pub fn is_held(lane: &Lane) -> bool {
    lane.stop.is_some() || lane.circuit == Circuit::Open
}
