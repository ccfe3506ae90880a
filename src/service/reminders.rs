//! What nobody has touched for some working hours is pushed again (decision 16), and to the superior unit when that is in
//! vain. Any number of processes may sweep: who moves the reminder on tells, in the same transaction.

use std::sync::Arc;

use crate::app::App;
use crate::service::applications;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::escalations;
use crate::store::applications::{self as table, Application};
use crate::store::{StoreError, accounts};

/// Applications in one sweep; the next sweep takes the rest.
const BATCH: i64 = 200;

/// Tells managers again of every application whose time has come; how many there were. Call it every minute or so.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &Arc<App>) -> Result<usize, RecordError> {
    let now = app.clock.now_ms();
    let due = app
        .db
        .read(move |c| table::due_for_reminder(c, now, BATCH).map_err(StoreError::from));
    let mut told = 0;
    for application in due.await? {
        let desk = Arc::clone(app);
        let one = app.db.write(move |c| {
            let app = &*desk;
            let next = next_time(app, now);
            if !table::postpone_reminder(c, &application, next)? {
                return Ok::<_, RecordError>(None);
            }
            let mut effects = Effects::default();
            match tell(c, app, &application, &mut effects) {
                // Said again at the next reminder; the others must not wait for it.
                Err(RecordError::Bad(problem) | RecordError::Conflict(problem)) => {
                    tracing::error!(%problem, "a reminder does not fit its template");
                }
                told => told?,
            }
            Ok(Some(effects))
        });
        if let Some(effects) = one.await? {
            effects.report();
            metrics::counter!("jianxin_reminders_total").increment(1);
            told += 1;
        }
    }
    Ok(told)
}

fn tell(
    c: &mut crate::store::Conn,
    app: &App,
    application: &Application,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let Some(account) = accounts::by_id(c, application.account_id)? else {
        return Ok(());
    };
    // The moment that was due tells this reminder from the ones before.
    let due = application.remind_at.unwrap_or_default();
    let cause = format!("r{}.{due}", application.id);
    applications::tell_again(c, app, application, &account, &cause, effects)?;
    escalations::after_reminder(c, app, (application, &account), effects)
}

fn next_time(app: &App, now: i64) -> Option<i64> {
    let office = app.office();
    if !office.office_hours.covers(now) {
        let last = office.office_hours.last_year().unwrap_or_default();
        tracing::warn!(
            last,
            "the table of holidays ends before this year: Monday to Friday are taken; see push.holidays_file"
        );
    }
    match app.settings.push.remind_after_hours {
        0 => None,
        hours => office.office_hours.after(now, hours * 60),
    }
}
