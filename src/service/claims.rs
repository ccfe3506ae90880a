//! A manager takes an application: others see it and leave it alone for some minutes, unless they take it over.

use std::sync::Arc;

use crate::app::{App, random_hex};
use crate::domain::desk::Duty;
use crate::service::decisions::{Refused, decided_before};
use crate::service::desk::Manager;
use crate::store::application_hands::{self as hands, Hands};
use crate::store::audit::{self, Entry};
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
        let mut hand = hands::of_one(c, application.id)?;
        if let Some(at) = application.decided_at {
            return Err(decided_before(c, &application, hand, at)?);
        }
        let holder = hand.holder(now - life_ms(&desk));
        let others = holder.filter(|(holder, _)| *holder != who);
        let action = match (claim, others) {
            (Claim::Take | Claim::Release, Some((holder, at))) => {
                let by = name_of(c, Some(holder))?.unwrap_or_default();
                return Err(Refused::Claimed { by, at });
            }
            (Claim::Release, None) => "application.released",
            (Claim::TakeOver, Some(_)) => "application.taken_over",
            (Claim::Take | Claim::TakeOver, None) => "application.claimed",
        };
        let is_taken = claim != Claim::Release;
        hand = Hands {
            claimed_by: is_taken.then_some(who),
            claimed_at: is_taken.then_some(now),
            ..hand
        };
        hands::put(c, &hand)?;
        let entry = Entry {
            id: random_hex::<16>(),
            at: now,
            actor,
            action: action.to_owned(),
            subject: format!("application:{public_id}"),
        };
        audit::append(c, &entry)?;
        Ok(())
    });
    done.await
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
