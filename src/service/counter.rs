//! The counter (R-I.2): accounts of 当事人等 are issued there, bound to persons in cases of the unit, given a new password,
//! disabled and enabled; lawyers of the unit can be disabled there, too. Whatever is done is done for the manager's own
//! unit, in one transaction with its audit.

mod issue;
mod links;
mod look;
mod papers;
mod switch;

use crate::app::App;
use crate::app::seal::Place;
use crate::domain::counter::Person;
use crate::service::desk::Manager;
use crate::service::error::{RecordError, ServiceError};
use crate::store::accounts::{self, Account};
use crate::store::counter_persons::{self, Row};
use crate::store::{Conn, StoreError, people};

pub use issue::{Filled, Issued, issue, recognise};
pub(in crate::service) use links::reason_of;
pub use links::{Candidate, Search, bind, end, search};
pub use look::{Bound, Detail, Filter, Listed, Slip, identity, list, one, slip};
pub use papers::{giver, remove_paper, take_paper};
pub use switch::{disable, enable, reset_password};
pub(in crate::service) use switch::{links_desk, put_out};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The person has an account that this unit sees: its public id.
    #[error("the person has an account")]
    Taken(String),
    /// The person has an account that another unit issued: the unit's id.
    #[error("the person has an account elsewhere")]
    Elsewhere(String),
    /// The number belongs to somebody with another name.
    #[error("the number belongs to somebody else")]
    OtherName,
    /// The form was taken before; this page shows what became of it.
    #[error("taken before")]
    Before(String),
    /// A file is gone; the field of its place.
    #[error("the file of {0} is gone")]
    FileGone(String),
    /// It breaks a limit, in words for people.
    #[error("{0}")]
    Limit(String),
    /// It was changed by somebody else meanwhile, or is already so.
    #[error("changed meanwhile")]
    Stale,
    /// The binding was applied for, and ends with its application.
    #[error("the binding was applied for")]
    AppliedFor,
    /// This account is not one for that.
    #[error("not for this account")]
    NotForThis,
    /// There is no such thing, or it is not this unit's.
    #[error("not found")]
    NotFound,
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

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Record(error.into())
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::Store(error) => error.into(),
            ServiceError::Rejected(_)
            | ServiceError::Search(_)
            | ServiceError::Cache(_)
            | ServiceError::Platform(_) => StoreError::Stopped.into(),
        }
    }
}

/// Who may see what this manager made: a keyed hash, so that forms, files and slips belong to one person.
pub fn holder(app: &App, manager: &Manager) -> String {
    app.person_hash(&manager.actor())
}

/// An account of the counter by its public id.
fn found(c: &mut Conn, manager: &Manager, public_id: &str) -> Result<Account, Refused> {
    people::one(c, &manager.scope(), public_id)?.ok_or(Refused::NotFound)
}

/// Stores an account as it is now; somebody else may have been faster.
fn store(c: &mut Conn, account: &Account) -> Result<(), Refused> {
    match accounts::update(c, account)? {
        true => Ok(()),
        false => Err(Refused::Stale),
    }
}

fn person_place(account: &Account) -> Place<'_> {
    Place {
        table: "counter_persons",
        column: "sealed",
        row: &account.public_id,
    }
}

/// What the person of an account showed at a counter, opened; `None`: the account came from elsewhere.
fn person(
    c: &mut Conn,
    app: &App,
    account: &Account,
) -> Result<Option<(Row, Person)>, RecordError> {
    let Some(row) = counter_persons::of_account(c, account.id)? else {
        return Ok(None);
    };
    let text = app.seal.open(person_place(account), &row.sealed)?;
    let person = serde_json::from_str(text.expose()).map_err(|_damaged| StoreError::Stopped)?;
    Ok(Some((row, person)))
}

/// Whose a number of 当事人等 is: lawyers register with numbers of their own kind and may be parties besides.
fn claim_of(app: &App, id_number: &str) -> String {
    app.blind.of("party_id", id_number)
}
