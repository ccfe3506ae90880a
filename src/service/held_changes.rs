//! What happened to the cases of a lawyer who was audited anew: nothing was told meanwhile (requirements §1.15), and it is
//! told together, one notice a case, once the account may see its cases again, whoever or whatever made that so. Any number
//! of processes may sweep: the lock on the account lets one of them tell.

use std::sync::Arc;

use crate::app::App;
use crate::domain::notice::Kind;
use crate::service::case_notices;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::{notice_page, notices, pushes};
use crate::store::accounts::{self, Account};
use crate::store::case_changes::{self as table, CaseChange};
use crate::store::{Conn, StoreError, case_bindings};

/// Accounts in one sweep; the next sweep takes the rest.
const BATCH: i64 = 200;

/// Tells everybody who may hear again; how many notices that were. Call it every minute or so.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &Arc<App>) -> Result<usize, RecordError> {
    let due = app
        .db
        .read(|c| table::accounts_to_tell(c, BATCH).map_err(StoreError::from));
    let mut told = 0;
    for account in due.await? {
        let desk = Arc::clone(app);
        let one = app.db.write(move |c| tell_account(c, &desk, account));
        let effects = one.await?;
        effects.report();
        told += effects.notices;
    }
    if told > 0 {
        pushes::bell(app).await;
    }
    Ok(told)
}

fn tell_account(c: &mut Conn, app: &App, id: i64) -> Result<Effects, RecordError> {
    let mut effects = Effects::default();
    accounts::hold(c, id)?;
    let account = accounts::by_id(c, id)?.filter(|account| account.state == "active");
    let Some(account) = account else {
        return Ok(effects);
    };
    let held = table::held_of(c, id)?;
    let of_one_case = |a: &CaseChange, b: &CaseChange| {
        (&a.unit_id, &a.case_number) == (&b.unit_id, &b.case_number)
    };
    for changes in held.chunk_by(of_one_case) {
        tell_case(c, app, &account, changes, &mut effects)?;
    }
    Ok(effects)
}

/// One notice for all changes of a case, which leads to the newest.
fn tell_case(
    c: &mut Conn,
    app: &App,
    account: &Account,
    changes: &[CaseChange],
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let Some((newest, others)) = changes.split_last() else {
        return Ok(());
    };
    let ids: Vec<i64> = others.iter().map(|change| change.id).collect();
    table::tell_with(c, &[newest.id], None)?;
    table::tell_with(c, &ids, Some(&newest.public_id))?;
    // What came and went is no news. The mandate may have ended, or the case been stopped, before the account was approved.
    let stored = changes.iter().map(|change| change.changes.as_str());
    let case = (newest.unit_id.as_str(), newest.case_number.as_str());
    let is_news = !notice_page::as_one(stored).is_empty();
    if !is_news || case_bindings::may_see(c, account.id, case)? == Some(false) {
        return Ok(());
    }
    let cause = format!("h{}", newest.id);
    let notice = case_notices::notice(app, newest, changes.len(), cause);
    match notices::to_account(c, app, &notice, account, None) {
        Ok(reached) => effects.add(Kind::CaseProgressChanged, reached),
        // The page of the case shows them; the other cases must not wait for it.
        Err(RecordError::Bad(problem) | RecordError::Conflict(problem)) => {
            tracing::error!(%problem, "a notice of changes that waited does not fit its template");
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
