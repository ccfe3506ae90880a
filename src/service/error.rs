//! What services answer when they cannot do what was asked: «you» or «us».

use thiserror::Error;

use crate::cache::CacheError;
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
