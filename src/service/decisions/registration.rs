//! 律师注册 and its changes: granted, or not.

use std::sync::Arc;

use super::{By, Decided, Refused, Target, Verdict, decide, note, tell_applicant};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::notice::Outcome;
use crate::service::applications::{self, Review};
use crate::service::desk::Manager;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::registrations;
use crate::store::applications::Application;
use crate::store::{Conn, accounts};

/// A manager's decision.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn review(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    verdict: Verdict,
) -> Result<Decided, Refused> {
    let (is_granted, reason) = verdict.into_parts();
    let outcome = match is_granted {
        true => Outcome::Approved,
        false => Outcome::Rejected,
    };
    let about = (ApplicationKind::Registration, target);
    let decided = decide(app, manager, about, move |c, app, opened, effects| {
        let by = opened.by;
        Ok(settle(c, app, opened.review(outcome, reason), by, effects)?)
    });
    Ok(Decided {
        application: decided.await?,
        phone_task: None,
    })
}

/// Stores the decision in the caller's transaction: the application, the revision, the account, the audit, the notice.
///
/// # Errors
/// [`RecordError::Conflict`] when it was decided or changed at this moment.
pub fn settle(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    by: By<'_>,
    effects: &mut Effects,
) -> Result<Application, RecordError> {
    let (mut account, outcome) = (review.account.clone(), review.outcome);
    let decided = applications::review(c, app, review, None)?;
    registrations::decided(c, app, &decided, &mut account, outcome)?;
    if account.state != "disabled" {
        account.state = match outcome {
            Outcome::Approved => "active",
            _ => "rejected",
        }
        .to_owned();
        account.updated_at = app.clock.now_ms();
        if !accounts::update(c, &account)? {
            return Err(RecordError::conflict(
                "data/account",
                "was changed by somebody else at this moment; send it again",
            ));
        }
    }
    let action = match outcome {
        Outcome::Approved => "registration.approved",
        _ => "registration.rejected",
    };
    note(c, by, action, &decided)?;
    tell_applicant(c, app, (&decided, &account), (outcome, None), by, effects)?;
    Ok(decided)
}
