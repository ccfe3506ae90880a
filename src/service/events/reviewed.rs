//! What became of it.

use super::apply::{Cause, account, unit};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::binding::ApplicantRole;
use crate::domain::event::{AppointmentReviewed, BindingReviewed, Reviewed};
use crate::domain::notice::Outcome;
use crate::service::applications::{self, Review};
use crate::service::decisions::{self, By};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as application_table, Application};
use crate::store::case_persons::{self, CasePerson};
use crate::store::{Conn, StoreError};

pub(super) fn binding_reviewed(
    c: &mut Conn,
    app: &App,
    said: &BindingReviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let whose = Reviewed {
        application: said.application.clone(),
        result: said.result.clone(),
        reason: said.reason.clone(),
        account: said.account.clone(),
        unit_code: said.unit_code.clone(),
        version: said.version,
    };
    let (application, account) = reviewed(c, app, ApplicationKind::Binding, &whose, cause)?;
    let person = person_of(c, said)?;
    let role = match &person {
        Some(_) => Some(role_of(c, said, &application)?),
        None => None,
    };
    let review = review_of(
        application,
        &account,
        &said.result,
        said.reason.clone(),
        cause,
    )?;
    let bound = match (&person, role, review.outcome) {
        (Some(person), Some(role), Outcome::Approved) => Some((person, role)),
        (Some(_), _, _) => {
            return Err(RecordError::bad(
                "data/person_number",
                "stands in a refusal; name a person only when result is approved",
            ));
        }
        (None, _, _) => None,
    };
    decisions::binding::settle(c, app, review, bound, by(cause), effects)?;
    Ok(())
}

/// The person in the case that an approval names.
fn person_of(c: &mut Conn, said: &BindingReviewed) -> Result<Option<CasePerson>, RecordError> {
    let (case, person) = match (&said.unified_number, &said.person_number) {
        (None, None) => return Ok(None),
        (Some(case), Some(person)) => (case, person),
        (None, Some(_)) => {
            return Err(RecordError::bad(
                "data/unified_number",
                "is missing; it is required beside person_number",
            ));
        }
        (Some(_), None) => {
            return Err(RecordError::bad(
                "data/person_number",
                "is missing; it is required beside unified_number",
            ));
        }
    };
    let found = case_persons::by_numbers(c, case, person)?;
    found.map(Some).ok_or_else(|| {
        RecordError::bad(
            "data/person_number",
            "no case here has this unified_number with this person",
        )
    })
}

/// As what the lawyer is bound: what the event says, else what was asked for.
fn role_of(
    c: &mut Conn,
    said: &BindingReviewed,
    application: &Application,
) -> Result<ApplicantRole, RecordError> {
    let role = match said.applicant_role.as_deref() {
        Some(word) => ApplicantRole::parse(word),
        None => decisions::binding::asked_role(c, application)?,
    };
    role.ok_or_else(|| {
        RecordError::bad(
            "data/applicant_role",
            "is missing; it is required because the application does not say it",
        )
    })
}

pub(super) fn appointment_reviewed(
    c: &mut Conn,
    app: &App,
    said: &AppointmentReviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let whose = Reviewed {
        application: said.application.clone(),
        result: said.result.clone(),
        reason: None,
        account: said.account.clone(),
        unit_code: said.unit_code.clone(),
        version: said.version,
    };
    let (application, account) = reviewed(c, app, ApplicationKind::Appointment, &whose, cause)?;
    let review = review_of(application, &account, &said.result, None, cause)?;
    let said = (said.replies.as_slice(), said.remark.clone());
    decisions::appointment::settle(c, app, review, said, by(cause), effects)?;
    Ok(())
}

/// The application that was decided, and whose it is. One that was never submitted here is adopted when the event says
/// whose it is.
pub(super) fn reviewed(
    c: &mut Conn,
    app: &App,
    kind: ApplicationKind,
    said: &Reviewed,
    cause: &Cause,
) -> Result<(Application, Account), RecordError> {
    let Some(application) = application_table::by_external_id(c, &said.application)? else {
        let unknown = |field: &str| {
            RecordError::bad(
                field,
                "is missing; it is required because no application has this number",
            )
        };
        let external_id = said
            .account
            .as_deref()
            .ok_or_else(|| unknown("data/account"))?;
        let unit_code = said
            .unit_code
            .as_deref()
            .ok_or_else(|| unknown("data/unit_code"))?;
        let unit_id = unit(app, unit_code, "data/unit_code")?;
        let account = account(c, external_id, "data/account")?;
        if kind == ApplicationKind::PasswordReset {
            // The person asked in WeChat; the site answers under a number of its own.
            let open = application_table::open_of_account(c, account.id, kind.as_str())?;
            if let Some(open) = open.into_iter().find(|one| one.unit_id == unit_id) {
                return Ok((open, account));
            }
        }
        let whose = (&account, unit_id.as_str());
        let adopted = applications::adopt(c, app, kind, whose, &said.application, cause.at)?;
        return Ok((adopted, account));
    };
    if application.kind != kind.as_str() {
        return Err(RecordError::bad(
            "data/application",
            "is the number of an application for something else",
        ));
    }
    let account = accounts::by_id(c, application.account_id)?;
    let account = account.ok_or(RecordError::Store(StoreError::Stopped))?;
    let is_same = said
        .account
        .as_deref()
        .is_none_or(|given| account.external_id.as_deref() == Some(given));
    if !is_same {
        return Err(RecordError::bad(
            "data/account",
            "is not the account that this application belongs to",
        ));
    }
    if let Some(code) = &said.unit_code
        && unit(app, code, "data/unit_code")? != application.unit_id
    {
        return Err(RecordError::bad(
            "data/unit_code",
            "is not the unit that this application was submitted to",
        ));
    }
    // What is decided about an account happens one after the other, in the order in which the applicant's forms lock.
    accounts::hold(c, account.id)?;
    let application = application_table::by_id(c, application.id)?;
    let application = application.ok_or(RecordError::Store(StoreError::Stopped))?;
    if said
        .version
        .is_some_and(|version| version != application.version)
    {
        return Err(RecordError::conflict(
            "data/version",
            "is not the application's version any more: the applicant has changed it; read it again",
        ));
    }
    let account = accounts::by_id(c, account.id)?;
    let account = account.ok_or(RecordError::Store(StoreError::Stopped))?;
    Ok((application, account))
}

pub(super) fn review_of<'a>(
    application: Application,
    account: &'a Account,
    result: &str,
    reason: Option<String>,
    cause: &Cause,
) -> Result<Review<'a>, RecordError> {
    let outcome = Outcome::parse(result)
        .ok_or_else(|| RecordError::bad("data/result", "is no result of this event"))?;
    if outcome == Outcome::Rejected && reason.is_none() {
        return Err(RecordError::bad(
            "data/reason",
            "is missing; it is required when result is rejected",
        ));
    }
    Ok(Review {
        application,
        account,
        outcome,
        reason,
        at: cause.at,
    })
}

/// The upstream site decides.
pub(super) fn by(cause: &Cause) -> By<'_> {
    By {
        actor: "upstream",
        at: cause.at,
        cause: &cause.key,
    }
}
