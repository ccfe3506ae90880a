//! Calls as rows of a queue.

use super::list::{Asked, Claimed, Page, Row, Sought, View, name};
use super::{Queue, due_by};
use crate::app::App;
use crate::service::claims;
use crate::service::decisions::Closing;
use crate::service::desk::Manager;
use crate::store::accounts::{self, Account};
use crate::store::desk_phone_tasks::{self as table, Task};
use crate::store::{Conn, StoreError};

/// A page of calls, as [`super::list::page`] asks for it.
pub(super) fn page(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    asked: &Asked,
    (sought, limit): (Sought, i64),
) -> Result<Page, StoreError> {
    // Calls have no number.
    if sought.number.is_some() {
        return Ok(Page::default());
    }
    let (scope, now) = (manager.scope(), app.clock.now_ms());
    let (me, since) = (manager.account.id, now - claims::life_ms(app));
    let before = app
        .office()
        .office_hours
        .overdue_before(asked.queue.days(app), now);
    let filter = table::Filter {
        done: asked.view == View::Done,
        kind: asked.state,
        before: (asked.view == View::Overdue).then_some(before),
        person: sought.applicant,
        claimed: (asked.view == View::Mine).then_some((me, since)),
    };
    let after = match &asked.after {
        None => None,
        Some(id) => {
            let Some(last) = table::one(c, &scope, id)? else {
                return Ok(Page::default());
            };
            let at = match filter.done {
                true => last.done_at,
                false => Some(last.created_at),
            };
            at.map(|at| (at, last.id))
        }
    };
    let mut found = table::page(c, &scope, &filter, after, limit + 1)?;
    let kept = usize::try_from(limit).unwrap_or_default();
    let has_more = found.len() > kept;
    found.truncate(kept);
    let people: Vec<i64> = found
        .iter()
        .flat_map(|(task, _)| [task.claimed_by, task.done_by])
        .flatten()
        .collect();
    let names = accounts::names(c, &people)?;
    let rows: Vec<Row> = found
        .iter()
        .map(|(task, account)| row(app, (task, account), (me, since), &names))
        .collect();
    Ok(Page {
        next: rows
            .last()
            .filter(|_| has_more)
            .map(|row| row.public_id.clone()),
        rows,
    })
}

/// A call as a row, as `me` sees it; claims from before `since` are over.
pub(super) fn row(
    app: &App,
    (task, account): (&Task, &Account),
    (me, since): (i64, i64),
    names: &[(i64, String)],
) -> Row {
    let is_open = task.done_at.is_none();
    let holder = task.holder(since).filter(|_| is_open);
    Row {
        public_id: task.public_id.clone(),
        number: String::new(),
        applicant: account.display_name.clone(),
        login_name: account.login_name.clone(),
        about: super::phone::about(task),
        state: match is_open {
            true => "to_call",
            false => "called",
        }
        .to_owned(),
        is_change: false,
        submitted_at: task.created_at,
        due: is_open.then(|| due_by(app, Queue::Phone, task.created_at)),
        claimed: holder.map(|(who, at)| Claimed {
            by: name(names, Some(who)).unwrap_or_default(),
            at,
            is_mine: who == me,
        }),
        decided_at: task.done_at,
        decided_by: name(names, task.done_by),
        closing: Closing::Decided,
    }
}
