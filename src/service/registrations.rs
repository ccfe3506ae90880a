//! Registrations of lawyers: what was submitted stands in revisions, sealed; the account shows the last approved one.
//! Pages submit and change, the office decides; both in one transaction with everything that belongs to it.

mod change;
mod decided;
mod identities;
mod register;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::domain::ids::{OpenId, UnitId};
use crate::domain::registration::{Change, Registration, changes};
use crate::service::attachments::Chosen;
use crate::service::audit::audit_entry;
use crate::service::error::{RecordError, ServiceError};
use crate::store::accounts::Account;
use crate::store::applications::{self, Application};
use crate::store::audit;
use crate::store::registrations::{self as table, Revision};
use crate::store::{Conn, StoreError};

pub use change::change;
pub use decided::decided;
pub use identities::claim_again;
pub(in crate::service) use register::free_login_name;
pub use register::{First, first_password, register, taken_before};

/// What a form asks for, checked.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The person.
    pub registration: Registration,
    /// Who decides.
    pub unit: UnitId,
    /// The scans.
    pub files: Vec<Chosen>,
}

/// Who sends it, and with which form.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The follower.
    pub openid: OpenId,
    /// The form's hidden key.
    pub once: String,
}

/// Why nothing was submitted.
#[derive(Debug, Error)]
pub enum Refused {
    /// The number in this field belongs to another account.
    #[error("{0} belongs to another account")]
    Taken(&'static str),
    /// A file is gone; the field of its place.
    #[error("the file of {0} is gone")]
    FileGone(String),
    /// This follower registered too many accounts today.
    #[error("too many registrations")]
    TooMany,
    /// It was changed or decided meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// Us.
    #[error(transparent)]
    Record(RecordError),
}

impl From<RecordError> for Refused {
    fn from(error: RecordError) -> Self {
        match &error {
            RecordError::Conflict(problem) => match problem.field() {
                Some(field) if field.starts_with("file_") => Self::FileGone(field.to_owned()),
                _ => Self::Stale,
            },
            RecordError::Bad(_) | RecordError::Store(_) | RecordError::Seal(_) => {
                Self::Record(error)
            }
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => error.into(),
            _ => StoreError::Stopped.into(),
        }
    }
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

/// What a revision holds, sealed.
#[derive(Clone, Serialize, Deserialize)]
struct Body {
    registration: Registration,
    files: Vec<File>,
}

/// A file of a revision.
#[derive(Clone, Serialize, Deserialize)]
struct File {
    slot: String,
    label: String,
    public_id: String,
}

/// A revision, opened.
#[derive(Clone, Debug)]
pub struct Known {
    /// From 1.
    pub number: i32,
    /// `pending`, `approved`, `rejected` or `superseded`.
    pub state: String,
    /// Who decides.
    pub unit_id: String,
    /// The person.
    pub registration: Registration,
    /// The scans.
    pub files: Vec<Chosen>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Milliseconds UTC.
    pub submitted_at: i64,
    /// Milliseconds UTC.
    pub decided_at: Option<i64>,
    /// Which text was agreed to.
    pub consent_version: String,
}

/// Where an account's registration stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The newest revision; none: the account came from elsewhere.
    pub latest: Option<Known>,
    /// The approved one that counts.
    pub approved: Option<Known>,
    /// The version of the newest application, for the form that changes it; 0: there is none.
    pub version: i64,
}

impl Standing {
    /// What the newest revision changes of the approved one, in the order of the form; empty when there is no
    /// approved one before it.
    pub fn diff(&self) -> Vec<Change> {
        match (&self.approved, &self.latest) {
            (Some(before), Some(after)) => changes(&before.registration, &after.registration),
            _ => Vec::new(),
        }
    }
}

/// The newest revision of an account and the approved one.
///
/// # Errors
/// When the database does not answer, or a revision cannot be opened.
pub async fn latest(app: &std::sync::Arc<App>, account_id: i64) -> Result<Standing, ServiceError> {
    let desk = std::sync::Arc::clone(app);
    let found = app.db.read(move |c| standing(c, &desk, account_id));
    found.await.map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a registration cannot be read"
        );
        ServiceError::Store(StoreError::Stopped)
    })
}

fn standing(c: &mut Conn, app: &App, account_id: i64) -> Result<Standing, RecordError> {
    let revisions = table::of_account(c, account_id)?;
    let known =
        |revision: Option<&Revision>| revision.map(|revision| open(app, revision)).transpose();
    Ok(Standing {
        latest: known(revisions.last())?,
        approved: known(approved_of(&revisions))?,
        version: newest_application(c, account_id)?.map_or(0, |application| application.version),
    })
}

/// What an application says and what had been approved before it, newest revision of the account last.
pub(in crate::service) fn around(
    c: &mut Conn,
    app: &App,
    application: &Application,
) -> Result<(Standing, Vec<Known>), RecordError> {
    let revisions = table::of_account(c, application.account_id)?;
    let own = revisions
        .iter()
        .rev()
        .find(|one| one.application_id == application.id);
    // An approved one before it; itself, once it is approved, replaced that one.
    let before = revisions.iter().rev().find(|one| {
        matches!(one.state.as_str(), "approved") && own.is_none_or(|own| one.number < own.number)
    });
    let known =
        |revision: Option<&Revision>| revision.map(|revision| open(app, revision)).transpose();
    let standing = Standing {
        latest: known(own)?,
        approved: known(before)?,
        version: application.version,
    };
    let past = revisions.iter().map(|revision| open(app, revision));
    Ok((standing, past.collect::<Result<_, _>>()?))
}

/// The approved revision that counts: the newest.
fn approved_of(revisions: &[Revision]) -> Option<&Revision> {
    revisions
        .iter()
        .rev()
        .find(|revision| revision.state == "approved")
}

fn newest_application(c: &mut Conn, account_id: i64) -> Result<Option<Application>, StoreError> {
    Ok(applications::newest_of_account(
        c,
        account_id,
        "registration",
    )?)
}

fn open(app: &App, revision: &Revision) -> Result<Known, RecordError> {
    let text = app
        .seal
        .open(place(&revision.public_id), &revision.sealed)?;
    let body: Body = serde_json::from_str(text.expose()).map_err(|_damaged| StoreError::Stopped)?;
    let files = body.files.into_iter().map(|file| Chosen {
        slot: file.slot,
        label: file.label,
        public_id: file.public_id,
    });
    Ok(Known {
        number: revision.number,
        state: revision.state.clone(),
        unit_id: revision.unit_id.clone(),
        registration: body.registration,
        files: files.collect(),
        reason: revision.reason.clone(),
        submitted_at: revision.submitted_at,
        decided_at: revision.decided_at,
        consent_version: revision.consent_version.clone(),
    })
}

fn place(public_id: &str) -> Place<'_> {
    Place {
        table: "registration_revisions",
        column: "sealed",
        row: public_id,
    }
}

/// Adds a revision for an application.
fn add(
    c: &mut Conn,
    app: &App,
    (account, application): (&Account, &Application),
    number: i32,
    filled: &Filled,
) -> Result<(), RecordError> {
    let now = app.clock.now_ms();
    let public_id = random_hex::<16>();
    let files = filled.files.iter().map(|file| File {
        slot: file.slot.clone(),
        label: file.label.clone(),
        public_id: file.public_id.clone(),
    });
    let body = Body {
        registration: filled.registration.clone(),
        files: files.collect(),
    };
    let text = serde_json::to_string(&body).map_err(|_plain_data| StoreError::Stopped)?;
    let revision = Revision {
        id: app.ids.next(now),
        sealed: app.seal.close(place(&public_id), &text)?,
        account_id: account.id,
        application_id: application.id,
        number,
        state: "pending".to_owned(),
        unit_id: filled.unit.as_str().to_owned(),
        consent_version: crate::domain::registration::AGREEMENT_VERSION.to_owned(),
        consented_at: now,
        reason: None,
        submitted_at: now,
        decided_at: None,
        public_id,
    };
    match table::insert(c, &revision).map_err(StoreError::from) {
        Err(error) if error.is_duplicate() => Err(RecordError::conflict(
            "version",
            "was changed at this moment",
        )),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// The account as the registration has it.
fn fill_in(
    app: &App,
    account: &mut Account,
    registration: &Registration,
    unit_id: &str,
) -> Result<(), RecordError> {
    let place = Place {
        table: "accounts",
        column: "phone",
        row: &account.public_id,
    };
    account.phone = Some(app.seal.close(place, &registration.phone)?);
    account.display_name.clone_from(&registration.name);
    unit_id.clone_into(&mut account.unit_id);
    account.updated_at = app.clock.now_ms();
    Ok(())
}

fn note(
    c: &mut Conn,
    app: &App,
    actor: String,
    action: &str,
    account: &Account,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        actor,
        action,
        format!("account:{}", account.public_id),
    );
    audit::append(c, &entry)?;
    Ok(())
}
