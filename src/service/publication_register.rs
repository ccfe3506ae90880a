//! 应公开文书: a unit keeps a list of the documents that should be public. Which of them are follows the publications by
//! itself, whoever brings them; why one is not says the unit.

mod count;
mod enter;
mod export;
mod file;
mod follow;

use thiserror::Error;

use crate::domain::publishing::Fault;
use crate::domain::publishing::State;
use crate::service::publishing::PublishError;
use crate::store::StoreError;

pub use count::{Counts, Line, counted, statistics};
pub use enter::{Entry, Put, Read, list, one, put, read};
pub use export::{documents_file, statistics_file};
pub use file::{Outcome, Refused, import};
pub(crate) use follow::{Document, gone, shown};

/// Why an entry was not taken.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// There is no such thing, or it is another unit's.
    #[error("not found")]
    NotFound,
    /// Somebody was quicker.
    #[error("changed meanwhile")]
    Stale,
    /// What the fields lack.
    #[error("the fields are not complete")]
    Invalid(Vec<Fault>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for RegisterError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<RegisterError> for PublishError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::NotFound => Self::NotFound,
            RegisterError::Stale => Self::Stale(State::Draft),
            RegisterError::Invalid(faults) => Self::Incomplete(faults),
            RegisterError::Store(error) => Self::Store(error),
        }
    }
}
