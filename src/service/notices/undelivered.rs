//! Results that WeChat did not deliver: the managers of the unit telephone instead (requirements R-I.9). Any number of
//! processes may sweep: the mark on the notice and the call are one transaction, so a notice gives one call.
//!
//! A notice that somebody sends anew after its call was made may reach the person twice, by WeChat and by telephone.
//! That is better than a person who hears nothing while the operator mends a template.

use std::sync::Arc;

use super::{add_call, as_json};
use crate::app::{App, random_hex};
use crate::domain::ids::UnitId;
use crate::domain::notice::{Fields, Kind, Outcome, SECRET_MARK, Untold};
use crate::store::accounts::{self, Account};
use crate::store::phone_tasks::NewTask;
use crate::store::pushes::{self, Undelivered};
use crate::store::{Conn, StoreError};

/// Notices in one sweep; the next sweep takes the rest.
const BATCH: i64 = 200;
/// Nobody is telephoned about older news: it is there only when no worker ran, or when this version is new.
const NEWS_MS: i64 = 7 * 24 * 3_600_000;

/// Makes a call of every result that ended without reaching its person; how many. Call it every minute or so.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &Arc<App>) -> Result<usize, StoreError> {
    let since = app.clock.now_ms() - NEWS_MS;
    let found = app
        .db
        .read(move |c| pushes::undelivered(c, since, BATCH).map_err(StoreError::from));
    let mut calls = 0;
    for push in found.await? {
        let (desk, kind) = (Arc::clone(app), push.kind.clone());
        let made = app.db.write(move |c| call_instead(c, &desk, &push));
        if made.await? {
            metrics::counter!("jianxin_push_unreachable_total", "kind" => kind.clone())
                .increment(1);
            tracing::warn!(
                kind,
                "a notice did not reach its person and has become a call"
            );
            calls += 1;
        }
    }
    Ok(calls)
}

/// One of them; false when no call is needed, or when another process was faster.
fn call_instead(c: &mut Conn, app: &App, push: &Undelivered) -> Result<bool, StoreError> {
    let now = app.clock.now_ms();
    let account = match push.account_id {
        // Account, then notice, then call: whoever gets a password at the counter at this moment holds the account.
        Some(id) if accounts::hold(c, id)? => accounts::by_id(c, id)?,
        _ => None,
    };
    if !pushes::settle_fallback(c, push.id, now)? {
        return Ok(false);
    }
    let fields: Fields = serde_json::from_str(&push.fields).unwrap_or_default();
    let Some(account) = account.filter(|account| is_news(push, &fields, account)) else {
        return Ok(false);
    };
    let task = NewTask {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        dedupe_key: format!("undelivered:{}", push.public_id),
        kind: push.kind.clone(),
        account_id: account.id,
        unit_id: unit_of(app, &push.unit_id),
        reason: Untold::Undelivered.as_str().to_owned(),
        details: as_json(&to_be_said(fields)),
        created_at: now,
    };
    add_call(c, app, task)
}

/// Whose account is disabled hears nothing, not by telephone either; and whoever has chosen a password since it was reset
/// has found the way in.
fn is_news(push: &Undelivered, fields: &Fields, account: &Account) -> bool {
    let is_reset = push.kind == Kind::PasswordResetDone.as_str()
        && fields.get("result").map(String::as_str) == Some(Outcome::Reset.phrase());
    account.state != "disabled" && (account.must_reset || !is_reset)
}

/// What a manager can tell: no secret, which is void or unknown by now, and no hint where to tap.
fn to_be_said(fields: Fields) -> Fields {
    let told = fields.into_iter();
    told.filter(|(name, value)| name != "hint" && !value.contains(SECRET_MARK))
        .collect()
}

/// Whose managers call: those of the successor, when the unit was abolished since.
fn unit_of(app: &App, unit_id: &str) -> String {
    let units = app.units();
    let known = units.tree.get(&UnitId::new(unit_id)).is_some();
    match units.tree.by_code(unit_id) {
        Some(successor) if !known => successor.unit_id.to_string(),
        _ => unit_id.to_owned(),
    }
}
