//! Keys of upstream systems. A key is shown once when it is made; only its hash is stored.

use sha2::{Digest, Sha256};

use crate::app::{App, hex, random_hex};
use crate::service::error::ServiceError;
use crate::store::{Db, StoreError, api_keys as table};

/// Makes a key for a named system and returns it. Blocking: for the command line.
///
/// # Errors
/// [`ServiceError::Rejected`] when the name is taken or not usable.
pub fn add(db: &Db, name: &str, now: i64) -> Result<String, ServiceError> {
    let fits = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !fits {
        let text = "an API key's name has 1 to 64 letters, digits, '-', '_' or '.'";
        return Err(ServiceError::Rejected(text.to_owned()));
    }
    let key = fresh();
    let (hash, owned) = (hash(&key), name.to_owned());
    let stored =
        db.write_blocking(move |c| table::insert(c, &hash, &owned, now).map_err(StoreError::from));
    match stored {
        Ok(_) => Ok(key),
        Err(error) if error.is_duplicate() => Err(ServiceError::Rejected(format!(
            "there is already an API key named {name}: choose another name"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// The name of the system that holds a key in force.
///
/// # Errors
/// When the database does not answer.
pub async fn holder(app: &App, key: &str) -> Result<Option<String>, ServiceError> {
    let hash = hash(key);
    Ok(app
        .db
        .read(move |c| table::name_of(c, &hash).map_err(StoreError::from))
        .await?)
}

/// A new key.
pub(super) fn fresh() -> String {
    format!("jx_{}", random_hex::<24>())
}

pub(super) fn hash(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}
