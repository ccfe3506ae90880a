//! Case bindings: lawyers ask for a case, a manager says which person of which case is meant, and the limits are counted
//! at that moment under a lock. Pages and the events of the upstream site call the same functions.

mod ask;
mod look;

use crate::app::{App, random_hex};
use crate::domain::binding::{self, ApplicantRole, Held, Limit};
use crate::service::applications::{self, Review};
use crate::service::audit::audit_entry;
use crate::service::error::RecordError;
use crate::store::accounts::Account;
use crate::store::applications::Application;
use crate::store::audit;
use crate::store::case_bindings::{self, CaseBinding};
use crate::store::case_persons::{self, CasePerson};
use crate::store::{Conn, StoreError, binding_requests, cases, stopped_cases};

pub(in crate::service) use ask::FILE_GONE;
pub use ask::{Asked, Sent, Wish, apply, edit, remote};
pub use look::{Asking, Request, list, one};
pub(in crate::service) use look::{contact, filled, full_name};

/// The kind of application.
const KIND: &str = "binding";

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// For the audit: `follower:HASH`, `api-key:NAME` …
    pub actor: &'a str,
    /// Milliseconds UTC.
    pub at: i64,
}

/// Why a binding was not granted; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// It breaks a limit; [`Limit::sentence`] says so to people.
    #[error("{}", .0.reason())]
    Limit(Limit),
    /// Anything else.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<diesel::result::Error> for BindError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

impl From<StoreError> for BindError {
    fn from(error: StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<BindError> for RecordError {
    fn from(error: BindError) -> Self {
        match error {
            BindError::Limit(limit) => Self::conflict("data/person_number", limit.reason()),
            BindError::Record(error) => error,
        }
    }
}

/// Binds an account to a person in a case, in the caller's transaction. Bindings of one case are granted one after the
/// other: the case and the person are locked before the limits are counted. Managers do so for 当事人等 directly.
///
/// # Errors
/// [`BindError::Limit`] when it breaks a limit.
pub fn bind(
    c: &mut Conn,
    app: &App,
    (account, role): (&Account, ApplicantRole),
    person: &CasePerson,
    application: Option<&Application>,
    act: Act<'_>,
) -> Result<CaseBinding, BindError> {
    if role.is_lawyers() != (account.role == "lawyer") || account.role == "manager" {
        return Err(RecordError::bad(
            "data/applicant_role",
            "is no role of an account of this kind",
        )
        .into());
    }
    cases::hold(c, person.case_id)?;
    case_persons::hold(c, person.id)?;
    let held: Vec<Held> = case_bindings::held_in_case(c, person.case_id)?
        .into_iter()
        .filter_map(|row| {
            Some(Held {
                account: row.account_id,
                person: row.case_person_id,
                role: ApplicantRole::parse(&row.applicant_role)?,
                is_lawyers: row.account_role == "lawyer",
            })
        })
        .collect();
    let case = cases::by_id(c, person.case_id)?;
    if let Some(case) = &case
        && stopped_cases::of(c, &case.unified_number)?.is_some()
    {
        return Err(BindError::Limit(Limit::Stopped));
    }
    let civil = case.is_some_and(|case| binding::is_civil(&case.category));
    binding::check((account.id, person.id, role), &held, civil).map_err(BindError::Limit)?;
    let now = app.clock.now_ms();
    let made = CaseBinding {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        account_id: account.id,
        case_person_id: person.id,
        applicant_role: role.as_str().to_owned(),
        application_id: application.map(|application| application.id),
        state: case_bindings::ACTIVE.to_owned(),
        reason: None,
        created_at: act.at,
        revoked_at: None,
    };
    case_bindings::insert(c, &made)?;
    let about = format!("binding:{} person:{}", made.public_id, person.public_id);
    audited(c, act, "binding.granted", &about)?;
    Ok(made)
}

/// Approves an application for this person, in the caller's transaction. Whom to tell is the caller's business.
///
/// # Errors
/// [`BindError::Limit`] when it breaks a limit, a conflict when it was decided before.
pub fn approve(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    person: &CasePerson,
    role: ApplicantRole,
    act: Act<'_>,
) -> Result<Application, BindError> {
    let account = review.account;
    let application = applications::review(c, app, review, None)?;
    bind(c, app, (account, role), person, Some(&application), act)?;
    binding_requests::set_person(c, application.id, person.id)?;
    Ok(application)
}

/// Refuses an application with what is to be mended, one line each, in the caller's transaction.
///
/// # Errors
/// A conflict when it was decided before.
pub fn reject(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    act: Act<'_>,
) -> Result<Application, RecordError> {
    let application = applications::review(c, app, review, None)?;
    let about = format!("application:{}", application.public_id);
    audited(c, act, "binding.rejected", &about)?;
    Ok(application)
}

/// Ends a binding, for instance because the mandate ended, in the caller's transaction. False when it had ended before.
///
/// # Errors
/// When the database refuses.
pub fn revoke(
    c: &mut Conn,
    binding: &CaseBinding,
    reason: &str,
    act: Act<'_>,
) -> Result<bool, StoreError> {
    if !case_bindings::revoke(c, binding.id, reason, act.at)? {
        return Ok(false);
    }
    let about = format!("binding:{}", binding.public_id);
    audited(c, act, "binding.revoked", &about)?;
    Ok(true)
}

pub(in crate::service) fn audited(
    c: &mut Conn,
    act: Act<'_>,
    action: &str,
    about: &str,
) -> Result<(), StoreError> {
    let entry = audit_entry(act.at, act.actor, action, about);
    audit::append(c, &entry)?;
    Ok(())
}
