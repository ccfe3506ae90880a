//! What each of the nine events does.

use super::progress::progress_changed;
use super::registration::{registration_reviewed, registration_submitted};
use super::reviewed::{appointment_reviewed, binding_reviewed, by, review_of, reviewed};
use super::submitted::{appointment_submitted, binding_submitted, reset_requested};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::event::Body;
use crate::service::decisions;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::resets::Fresh;
use crate::store::accounts::{self, Account};
use crate::store::{Conn, StoreError};

/// Where an event comes from, as the rows it makes remember it.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Tells this event from all others; with the receiver it makes a notice's `dedupe_key`.
    pub key: String,
    /// When it happened, milliseconds UTC.
    pub at: i64,
}

/// Does what the event says, in the caller's transaction.
///
/// # Errors
/// [`RecordError::Bad`] or [`RecordError::Conflict`] with the field at fault; the caller rolls back.
pub fn apply(
    c: &mut Conn,
    app: &App,
    body: &Body,
    cause: &Cause,
    fresh: Option<&Fresh>,
) -> Result<Effects, RecordError> {
    let mut effects = Effects::default();
    let effect = &mut effects;
    match body {
        Body::RegistrationSubmitted(said) => registration_submitted(c, app, said, cause, effect)?,
        Body::BindingSubmitted(said) => binding_submitted(c, app, said, cause, effect)?,
        Body::AppointmentSubmitted(said) => appointment_submitted(c, app, said, cause, effect)?,
        Body::PasswordResetRequested(said) => reset_requested(c, app, said, cause, effect)?,
        Body::RegistrationReviewed(said) => registration_reviewed(c, app, said, cause, effect)?,
        Body::BindingReviewed(said) => binding_reviewed(c, app, said, cause, effect)?,
        Body::AppointmentReviewed(said) => appointment_reviewed(c, app, said, cause, effect)?,
        Body::PasswordResetDone(said) => {
            let Some(fresh) = fresh else {
                return Err(RecordError::Store(StoreError::Stopped));
            };
            let (application, account) =
                reviewed(c, app, ApplicationKind::PasswordReset, said, cause)?;
            let review = review_of(
                application,
                &account,
                &said.result,
                said.reason.clone(),
                cause,
            )?;
            decisions::reset::settle(c, app, review, (fresh, by(cause)), effect)?;
        }
        Body::CaseProgressChanged(said) => progress_changed(c, app, said, cause, effect)?,
    }
    Ok(effects)
}

pub(super) fn unit(app: &App, code: &str, field: &str) -> Result<String, RecordError> {
    let book = app.units();
    let unit = book.tree.by_code(code).ok_or_else(|| {
        RecordError::bad(
            field,
            "no procuratorate has this unit_id or code_alias: see config/procuratorates.csv",
        )
    })?;
    Ok(unit.unit_id.as_str().to_owned())
}

pub(super) fn account(
    c: &mut Conn,
    external_id: &str,
    field: &str,
) -> Result<Account, RecordError> {
    accounts::by_external_id(c, external_id)?
        .ok_or_else(|| RecordError::bad(field, "no account has this external_id"))
}
