//! What services answer when they cannot do what was asked: «you» or «us».

use thiserror::Error;

use crate::app::seal::SealError;
use crate::cache::CacheError;
use crate::domain::publication_line::RecordProblem;
use crate::search::SearchError;
use crate::store::StoreError;
use crate::wechat::client::ClientError;

/// Why a service did not do it.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// There is no such thing, or it is not this person's.
    #[error("not found")]
    NotFound,
    /// The caller must do something else; the sentence says what.
    #[error("{0}")]
    Rejected(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The shared cache.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The platform.
    #[error(transparent)]
    Platform(#[from] ClientError),
}

/// Why something that came from outside was not taken; nothing of it is stored.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The sender must send something else.
    #[error("{0}")]
    Bad(RecordProblem),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(RecordProblem),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key ring.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl RecordError {
    /// A fault of one field.
    pub fn bad(field: &str, reason: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self::Bad(RecordProblem::at(field, reason))
    }

    /// A contradiction in one field.
    pub fn conflict(field: &str, reason: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self::Conflict(RecordProblem::at(field, reason))
    }
}

impl From<diesel::result::Error> for RecordError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
