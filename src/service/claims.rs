//! A manager takes an application or a call: others see it and leave it alone for some minutes, unless they take it over.

use std::sync::Arc;

use crate::app::App;
use crate::domain::desk::{Duty, UnitScope};
use crate::service::decisions::{Refused, decided_before};
use crate::service::desk::Manager;
use crate::service::desk_queue::already_called;
use crate::store::application_hands::{self as hands, Hands};
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
    let id = public_id.to_owned();
    written_down(app, manager, claim, move |c, hand| {
        let application = desk_applications::hold(c, &hand.scope, &id)?;
        let application = application.ok_or(Refused::NotFound)?;
        let before = hands::of_one(c, application.id)?;
        if let Some(at) = application.decided_at {
            return Err(decided_before(c, &application, before, at)?);
        }
        let action = hand.action(c, before.holder(hand.good_since), OF_APPLICATIONS)?;
        let after = Hands {
            claimed_by: hand.taken().map(|(who, _)| who),
            claimed_at: hand.taken().map(|(_, at)| at),
            ..before
        };
        hands::put(c, &after)?;
        Ok((action, format!("application:{id}")))
    })
    .await
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
    let id = public_id.to_owned();
    written_down(app, manager, claim, move |c, hand| {
        let task = calls::hold(c, &hand.scope, &id)?.ok_or(Refused::NotFound)?;
        if task.done_at.is_some() {
            return Err(already_called(c, &task)?);
        }
        let action = hand.action(c, task.holder(hand.good_since), OF_CALLS)?;
        calls::claim(c, task.id, hand.taken())?;
        Ok((action, format!("call:{id}")))
    })
    .await
}

/// Who reaches for something, and how.
struct Hand {
    scope: UnitScope,
    who: i64,
    claim: Claim,
    now: i64,
    /// Claims from before are over.
    good_since: i64,
}

impl Hand {
    /// Who has it afterwards, and since when.
    fn taken(&self) -> Option<(i64, i64)> {
        (self.claim != Claim::Release).then_some((self.who, self.now))
    }

    /// What it is called in the audit, if it may be done while `holder` has the thing.
    fn action(
        &self,
        c: &mut Conn,
        holder: Option<(i64, i64)>,
        [taken, released, taken_over]: [&'static str; 3],
    ) -> Result<&'static str, Refused> {
        Ok(match (self.claim, others(holder, self.who)) {
            (Claim::Take | Claim::Release, Some(other)) => return Err(claimed(c, other)?),
            (Claim::Release, None) => released,
            (Claim::TakeOver, Some(_)) => taken_over,
            (Claim::Take | Claim::TakeOver, None) => taken,
        })
    }
}

/// Does the work of a reviewer and writes down what it answers: what was done, to what.
async fn written_down<F>(
    app: &Arc<App>,
    manager: &Manager,
    claim: Claim,
    work: F,
) -> Result<(), Refused>
where
    F: FnOnce(&mut Conn, &Hand) -> Result<(&'static str, String), Refused> + Send + 'static,
{
    if !manager.has(Duty::Reviewer) {
        return Err(Refused::NotFound);
    }
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let done = app.db.write(move |c| {
        let now = desk.clock.now_ms();
        let hand = Hand {
            scope: manager.scope(),
            who: manager.account.id,
            claim,
            now,
            good_since: now - life_ms(&desk),
        };
        let (action, subject) = work(c, &hand)?;
        Ok(manager.note(c, &desk, action, subject)?)
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
