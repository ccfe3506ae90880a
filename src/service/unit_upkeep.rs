//! Looking after the table of procuratorates by hand: new names, ends, other words, telephones, with the day from which they
//! count. Every change leaves a row that stays, and an entry in the audit. `jianxin import units` is the other way in.

mod checks;
mod look;
mod work;

use std::sync::Arc;

use crate::app::{App, UnitBook, random_hex};
use crate::domain::ids::UnitId;
use crate::domain::unit_change::{self, Problem};
use crate::domain::units::UnitTree;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::audit;
use crate::store::unit_changes::{self, Change};
use crate::store::{Conn, StoreError, counters, unit_details, units as table};
use work::{carry_out, work};

pub use checks::today;
use checks::{checked_day, checked_phone};
pub use look::{UnitView, planned, view};

/// Words that a change may rest on.
const BASIS_CHARS: usize = 100;

/// What shall change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Another name.
    Rename {
        /// The unit's.
        name: String,
        /// Its area's; empty for special units.
        area_name: String,
    },
    /// It ends, and another unit does its work.
    Abolish {
        /// The `unit_id` or code of that unit.
        successor: String,
    },
    /// One more word for it.
    AddAlias(String),
    /// One less, of those that were added here.
    RemoveAlias(String),
}

/// What shall change, from when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The unit.
    pub unit_id: String,
    /// What.
    pub what: What,
    /// For instance the number of a decision.
    pub basis: String,
    /// `2026-12-01`; the day on which it is done when that is today or past.
    pub effective_on: String,
}

/// Writes a change down, and does it when its day has come.
///
/// # Errors
/// [`ServiceError::Rejected`] with a sentence for the screen.
pub async fn plan(app: &Arc<App>, by: &str, plan: Plan) -> Result<Change, ServiceError> {
    let now = app.clock.now_ms();
    let today = today(now);
    let row = row(app, by, &plan, now)?;
    let is_due = row.effective_on <= today;
    let known = app.units();
    let done = app.db.write(move |c| -> Result<Change, ServiceError> {
        let before = locked(c, &known)?;
        let mut row = row;
        let work = work(&before, &row).map_err(|problem| rejected(&problem))?;
        row.old_name.clone_from(&work.old_name);
        row.value.clone_from(&work.value);
        row.former.clone_from(&work.former);
        // Once as it is written down, so that the history has it whatever becomes of it.
        unit_changes::insert(c, &row).map_err(StoreError::from)?;
        entry(c, &row, "unit.change_planned", now)?;
        if is_due {
            carry_out(c, &before.tree, &mut row, work, now)?;
        }
        Ok(row)
    });
    let row = done.await?;
    refresh(app).await?;
    Ok(row)
}

/// Takes a planned change back.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is none of that id that waits.
pub async fn cancel(app: &Arc<App>, by: &str, public_id: &str) -> Result<Change, ServiceError> {
    let (now, by, id) = (app.clock.now_ms(), by.to_owned(), public_id.to_owned());
    let done = app.db.write(move |c| -> Result<Change, ServiceError> {
        let planned = unit_changes::planned(c, &id).map_err(StoreError::from)?;
        let mut row = planned.ok_or(ServiceError::NotFound)?;
        row.state = unit_changes::CANCELLED.to_owned();
        row.ended_at = Some(now);
        settle(c, &row)?;
        let told = Change {
            made_by: by,
            ..row.clone()
        };
        entry(c, &told, "unit.change_cancelled", now)?;
        Ok(row)
    });
    done.await
}

/// Does what was planned for today or before; how many. Call it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn apply_due(app: &Arc<App>) -> Result<usize, ServiceError> {
    let now = app.clock.now_ms();
    let day = today(now);
    let due = app
        .db
        .read(move |c| unit_changes::due(c, &day).map_err(StoreError::from))
        .await?;
    let count = due.len();
    for row in due {
        let known = app.units();
        let id = row.public_id.clone();
        // One a transaction: a change that fails takes no other one with it.
        let done = app.db.write(move |c| -> Result<(), ServiceError> {
            let before = locked(c, &known)?;
            let planned = unit_changes::planned(c, &id).map_err(StoreError::from)?;
            // Another process was faster, or it was cancelled.
            let Some(mut row) = planned else {
                return Ok(());
            };
            let work = work(&before, &row).map_err(|problem| rejected(&problem))?;
            carry_out(c, &before.tree, &mut row, work, now)
        });
        match done.await {
            Ok(()) => refresh(app).await?,
            Err(ServiceError::Rejected(reason)) => fail(app, row, reason, now).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// The table does not allow it any more: people see why on the unit's page.
async fn fail(app: &App, row: Change, reason: String, now: i64) -> Result<(), ServiceError> {
    tracing::error!(
        unit = row.unit_id,
        "a planned change of a unit could not be made"
    );
    let done = app.db.write(move |c| -> Result<(), ServiceError> {
        let row = Change {
            state: unit_changes::FAILED.to_owned(),
            reason: Some(reason),
            ended_at: Some(now),
            ..row
        };
        if unit_changes::settle(c, &row).map_err(StoreError::from)? {
            entry(c, &row, "unit.change_failed", now)?;
        }
        Ok(())
    });
    done.await
}

/// Sets whom users of the unit call; empty: nobody.
///
/// # Errors
/// [`ServiceError::Rejected`] with a sentence for the screen, [`ServiceError::NotFound`] for an unknown unit.
pub async fn set_phone(
    app: &Arc<App>,
    by: &str,
    unit_id: &str,
    phone: &str,
) -> Result<(), ServiceError> {
    let phone = checked_phone(phone)?;
    let book = app.units();
    let unit = book.tree.get(&UnitId::new(unit_id));
    let unit = unit.ok_or(ServiceError::NotFound)?;
    let now = app.clock.now_ms();
    let row = Change {
        kind: "phone".to_owned(),
        old_name: unit.name.clone(),
        value: phone.clone().unwrap_or_default(),
        state: unit_changes::DONE.to_owned(),
        ended_at: Some(now),
        ..blank(app, by, unit_id, now)
    };
    let done = app.db.write(move |c| -> Result<(), ServiceError> {
        counters::raise(c, counters::SETTINGS, 1).map_err(StoreError::from)?;
        let mut details = unit_details::of(c, &row.unit_id).map_err(StoreError::from)?;
        if details.phone == phone {
            return Ok(());
        }
        details.phone = phone;
        unit_details::save(c, &details, now).map_err(StoreError::from)?;
        unit_changes::insert(c, &row).map_err(StoreError::from)?;
        entry(c, &row, "unit.phone_set", now)
    });
    done.await?;
    refresh(app).await
}

/// The next page shall show it; the other processes see the counter by themselves.
pub(super) async fn refresh(app: &Arc<App>) -> Result<(), ServiceError> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || app.refresh_units()).await;
    match done {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "what changed is shown a moment later"),
        Err(error) => tracing::warn!(%error, "what changed is shown a moment later"),
    }
    Ok(())
}

/// The table as nobody else can change it until this transaction ends. Whoever writes units holds both rows: settings
/// first, then the table. The book at hand is as good as a new one where nothing happened since, and spares the
/// database's one writer the work on all names.
fn locked(c: &mut Conn, known: &Arc<UnitBook>) -> Result<Arc<UnitBook>, ServiceError> {
    let settings = counters::raise(c, counters::SETTINGS, 1).map_err(StoreError::from)?;
    let units = counters::raise(c, counters::UNITS, 0).map_err(StoreError::from)?;
    if (units, settings) == (known.revision, known.settings + 1) {
        return Ok(Arc::clone(known));
    }
    let all = table::all(c).map_err(StoreError::from)?;
    let tree =
        UnitTree::build(all).map_err(|problem| ServiceError::Rejected(problem.to_string()))?;
    Ok(Arc::new(UnitBook::of(Arc::new(tree))))
}

fn settle(c: &mut Conn, row: &Change) -> Result<(), ServiceError> {
    match unit_changes::settle(c, row).map_err(StoreError::from)? {
        true => Ok(()),
        false => Err(ServiceError::NotFound),
    }
}

fn entry(c: &mut Conn, row: &Change, action: &str, now: i64) -> Result<(), ServiceError> {
    let entry = audit_entry(
        now,
        row.made_by.clone(),
        action,
        format!("unit:{} {} {}", row.unit_id, row.kind, row.public_id),
    );
    audit::append(c, &entry).map_err(StoreError::from)?;
    Ok(())
}

fn row(app: &App, by: &str, plan: &Plan, now: i64) -> Result<Change, ServiceError> {
    let (kind, value, area_name) = match &plan.what {
        What::Rename { name, area_name } => {
            let area = area_name.trim();
            if !area.is_empty() {
                unit_change::checked_name(area, "地区名称")
                    .map_err(|problem| rejected(&problem))?;
            }
            ("rename", name.trim(), area)
        }
        What::Abolish { successor } => ("abolish", successor.trim(), ""),
        What::AddAlias(alias) => ("alias_added", alias.trim(), ""),
        What::RemoveAlias(alias) => ("alias_removed", alias.trim(), ""),
    };
    let basis = plan.basis.trim();
    if basis.chars().count() > BASIS_CHARS || basis.chars().any(char::is_control) {
        let text = format!("依据不超过{BASIS_CHARS}字，不换行。");
        return Err(ServiceError::Rejected(text));
    }
    let day = plan.effective_on.trim();
    let effective_on = if day.is_empty() {
        today(now)
    } else {
        checked_day(day, now)?
    };
    Ok(Change {
        kind: kind.to_owned(),
        value: value.to_owned(),
        area_name: area_name.to_owned(),
        basis: basis.to_owned(),
        effective_on,
        ..blank(app, by, &plan.unit_id, now)
    })
}

fn blank(app: &App, by: &str, unit_id: &str, now: i64) -> Change {
    Change {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        unit_id: unit_id.to_owned(),
        kind: String::new(),
        old_name: String::new(),
        value: String::new(),
        area_name: String::new(),
        basis: String::new(),
        effective_on: today(now),
        state: unit_changes::PLANNED.to_owned(),
        former: String::new(),
        reason: None,
        made_by: by.to_owned(),
        made_at: now,
        ended_at: None,
    }
}

fn rejected(problem: &Problem) -> ServiceError {
    ServiceError::Rejected(problem.to_string())
}
