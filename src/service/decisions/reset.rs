//! 找回密码: a page by WeChat, or a call; or not.

use std::sync::Arc;

use super::{By, Decided, Refused, Target, Verdict, decide, note};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::notice::{Kind, Outcome};
use crate::service::applications::Review;
use crate::service::counter;
use crate::service::desk::Manager;
use crate::service::effects::Effects;
use crate::service::error::{RecordError, ServiceError};
use crate::service::resets::{self, Fresh};
use crate::store::applications::Application;
use crate::store::{Conn, StoreError, desk_phone_tasks};

/// A manager's decision. Somebody who is not linked is telephoned: [`Decided::phone_task`] is the call.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn review(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    verdict: Verdict,
) -> Result<Decided, Refused> {
    decided(app, manager, target, verdict, false).await
}

/// Grants a request of somebody who has lost the linked WeChat, too: the link ends, and they are telephoned like
/// everybody who has none.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn grant_by_telephone(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
) -> Result<Decided, Refused> {
    decided(app, manager, target, Verdict::Approve, true).await
}

async fn decided(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    verdict: Verdict,
    by_telephone: bool,
) -> Result<Decided, Refused> {
    let (is_granted, reason) = verdict.into_parts();
    let outcome = match is_granted {
        true => Outcome::Reset,
        false => Outcome::Rejected,
    };
    // Before the transaction: a hash takes its time.
    let fresh = resets::prepare(app).await.map_err(|error| match error {
        ServiceError::Store(error) => Refused::from(error),
        _ => Refused::from(StoreError::Stopped),
    })?;
    let about = (ApplicationKind::PasswordReset, target);
    let decided = decide(app, manager, about, move |c, app, opened, effects| {
        let by = opened.by;
        if by_telephone {
            let desk = counter::links_desk(app, by.actor);
            counter::put_out(c, desk, (opened.account, "phone_lost"))?;
        }
        let review = opened.review(outcome, reason);
        Ok(settle(c, app, review, (&fresh, by), effects)?)
    });
    let application = decided.await?;
    let (scope, account) = (manager.scope(), application.account_id);
    let call = app.db.read(move |c| -> Result<_, StoreError> {
        let kind = Kind::PasswordResetDone.as_str();
        Ok(desk_phone_tasks::open_of_account(c, &scope, account, kind)?)
    });
    // An older call is about an earlier request.
    let call = call.await?;
    let call = call.filter(|task| Some(task.created_at) >= application.decided_at);
    Ok(Decided {
        phone_task: call.map(|task| task.public_id),
        application,
    })
}

/// Stores the decision in the caller's transaction: the application and its siblings, the account, the audit, the notice
/// or the call.
///
/// # Errors
/// [`RecordError::Conflict`] when it was decided at this moment.
pub fn settle(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    (fresh, by): (&Fresh, By<'_>),
    effects: &mut Effects,
) -> Result<Application, RecordError> {
    let action = match review.outcome {
        Outcome::Reset => "password.reset",
        _ => "password.refused",
    };
    let decided = resets::decide(c, app, review, fresh, by.cause, effects)?;
    note(c, by, action, &decided)?;
    Ok(decided)
}
