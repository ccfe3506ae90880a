//! A manager takes an application or a call: others see it and leave it alone for some minutes, unless they take it over.

use std::sync::Arc;

use crate::app::{App, random_hex};
use crate::domain::desk::Duty;
use crate::service::decisions::{Refused, decided_before};
use crate::service::desk::Manager;
use crate::service::desk_queue::already_called;
use crate::store::application_hands::{self as hands, Hands};
use crate::store::audit::{self, Entry};
use crate::store::desk_phone_tasks as calls;
use crate::store::{Conn, StoreError, accounts, desk_applications};

/// What is done with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// 领取.
    Take,
    /// 接手: also from somebody else.
    TakeOver,
    /// 放回.
    Release,
}

/// Taken, put back, taken over: as the audit calls it.
const OF_APPLICATIONS: [&str; 3] = [
    "application.claimed",
    "application.released",
    "application.taken_over",
];
const OF_CALLS: [&str; 3] = ["call.claimed", "call.released", "call.taken_over"];

/// How long a claim is good.
pub fn life_ms(app: &App) -> i64 {
    i64::try_from(app.settings.applications.claim_minutes).unwrap_or(30) * 60_000
}

/// Takes an undecided application of the manager's unit, or puts it back. Taking it again prolongs the claim.
///
/// # Errors
/// [`Refused::NotFound`], [`Refused::Claimed`] by another manager, [`Refused::Decided`].
pub async fn change(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
    claim: Claim,
) -> Result<(), Refused> {
    if !manager.duties.has(Duty::Reviewer) {
        return Err(Refused::NotFound);
    }
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let done = app.db.write(move |c| {
        let now = desk.clock.now_ms();
        let application = desk_applications::hold(c, &scope, &public_id)?;
        let application = application.ok_or(Refused::NotFound)?;
        let hand = hands::of_one(c, application.id)?;
        if let Some(at) = application.decided_at {
            return Err(decided_before(c, &application, hand, at)?);
        }
        let others = others(hand.holder(now - life_ms(&desk)), who);
        let action = action(c, claim, others, OF_APPLICATIONS)?;
        let taken = (claim != Claim::Release).then_some((who, now));
        let hand = Hands {
            claimed_by: taken.map(|(who, _)| who),
            claimed_at: taken.map(|(_, at)| at),
            ..hand
        };
        hands::put(c, &hand)?;
        note(c, (actor, now), action, format!("application:{public_id}"))
    });
    done.await
}

/// Takes a call that is still to be made, or puts it back, like an application.
///
/// # Errors
/// As [`change`].
pub async fn change_call(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
    claim: Claim,
) -> Result<(), Refused> {
    if !manager.duties.has(Duty::Reviewer) {
        return Err(Refused::NotFound);
    }
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let done = app.db.write(move |c| {
        let now = desk.clock.now_ms();
        let task = calls::hold(c, &scope, &public_id)?.ok_or(Refused::NotFound)?;
        if task.done_at.is_some() {
            return Err(already_called(c, &task)?);
        }
        let others = others(task.holder(now - life_ms(&desk)), who);
        let action = action(c, claim, others, OF_CALLS)?;
        let taken = (claim != Claim::Release).then_some((who, now));
        calls::claim(c, task.id, taken)?;
        note(c, (actor, now), action, format!("call:{public_id}"))
    });
    done.await
}

/// Refuses what somebody else has taken.
///
/// # Errors
/// [`Refused::Claimed`].
pub(in crate::service) fn free_for(
    c: &mut Conn,
    holder: Option<(i64, i64)>,
    who: i64,
) -> Result<(), Refused> {
    match others(holder, who) {
        Some(other) => Err(claimed(c, other)?),
        None => Ok(()),
    }
}

/// A claim that is not the manager's own.
fn others(holder: Option<(i64, i64)>, who: i64) -> Option<(i64, i64)> {
    holder.filter(|(holder, _)| *holder != who)
}

fn claimed(c: &mut Conn, (holder, at): (i64, i64)) -> Result<Refused, StoreError> {
    let by = name_of(c, Some(holder))?.unwrap_or_default();
    Ok(Refused::Claimed { by, at })
}

/// What it is called in the audit, if it may be done while `others` have the thing.
fn action(
    c: &mut Conn,
    claim: Claim,
    others: Option<(i64, i64)>,
    [taken, released, taken_over]: [&'static str; 3],
) -> Result<&'static str, Refused> {
    Ok(match (claim, others) {
        (Claim::Take | Claim::Release, Some(other)) => return Err(claimed(c, other)?),
        (Claim::Release, None) => released,
        (Claim::TakeOver, Some(_)) => taken_over,
        (Claim::Take | Claim::TakeOver, None) => taken,
    })
}

fn note(
    c: &mut Conn,
    (actor, at): (String, i64),
    action: &str,
    subject: String,
) -> Result<(), Refused> {
    let entry = Entry {
        id: random_hex::<16>(),
        at,
        actor,
        action: action.to_owned(),
        subject,
    };
    audit::append(c, &entry)?;
    Ok(())
}

/// The name of an account.
pub(in crate::service) fn name_of(
    c: &mut Conn,
    account: Option<i64>,
) -> Result<Option<String>, StoreError> {
    let Some(account) = account else {
        return Ok(None);
    };
    let found = accounts::names(c, &[account])?.pop();
    Ok(found.map(|(_, name)| name))
}
