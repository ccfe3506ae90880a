//! Keys of upstream systems. A key is shown once when it is made; only its hash is stored.

use sha2::{Digest, Sha256};

use crate::app::{App, hex, random_hex};
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::api_keys::Key;
use crate::store::audit::{self, Entry};
use crate::store::{Conn, Db, StoreError, api_keys as table};

/// Makes a key for a named system and returns it. Blocking: for the command line.
///
/// # Errors
/// [`ServiceError::Rejected`] when the name is taken or not usable.
pub fn add(db: &Db, name: &str, now: i64) -> Result<String, ServiceError> {
    if !is_name(name) {
        let text = "an API key's name has 1 to 64 letters, digits, '-', '_' or '.'";
        return Err(ServiceError::Rejected(text.to_owned()));
    }
    let key = fresh();
    let (hash, owned) = (hash(&key), name.to_owned());
    let stored = db.write_blocking(move |c| insert(c, &hash, &owned, "command-line", now));
    match stored {
        Ok(()) => Ok(key),
        Err(error) if error.is_duplicate() => Err(ServiceError::Rejected(format!(
            "there is already an API key named {name}: choose another name"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Makes a key at the console; what is wrong is said in a sentence for the screen.
///
/// # Errors
/// [`ServiceError::Rejected`] when the name is taken or not usable.
pub async fn issue(app: &App, by: &str, name: &str) -> Result<String, ServiceError> {
    if !is_name(name) {
        let text = "名称用字母、数字、“-”“_”“.”，1至64个字符。";
        return Err(ServiceError::Rejected(text.to_owned()));
    }
    let (key, now) = (fresh(), app.clock.now_ms());
    let (hash, owned, by) = (hash(&key), name.to_owned(), by.to_owned());
    let stored = app
        .db
        .write(move |c| insert(c, &hash, &owned, &by, now))
        .await;
    match stored {
        Ok(()) => Ok(key),
        Err(error) if error.is_duplicate() => Err(ServiceError::Rejected(format!(
            "已有名为{name}的密钥（包括已停用的），请换一个名称。"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Ends a key: from the next request on it is good for nothing.
///
/// # Errors
/// [`ServiceError::NotFound`] when no key of that name is in force.
pub async fn revoke(app: &App, by: &str, name: &str) -> Result<(), ServiceError> {
    let (name, by, now) = (name.to_owned(), by.to_owned(), app.clock.now_ms());
    let done = app.db.write(move |c| -> Result<bool, StoreError> {
        let revoked = table::revoke(c, &name, now)?;
        if revoked {
            audit::append(c, &entry("api_key.revoked", &name, &by, now))?;
        }
        Ok(revoked)
    });
    match done.await? {
        true => Ok(()),
        false => Err(ServiceError::NotFound),
    }
}

/// All keys, by name; never the keys themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App) -> Result<Vec<Key>, ServiceError> {
    let read = app.db.read(|c| table::all(c).map_err(StoreError::from));
    Ok(read.await?)
}

fn insert(c: &mut Conn, hash: &str, name: &str, by: &str, now: i64) -> Result<(), StoreError> {
    table::insert(c, hash, name, now)?;
    audit::append(c, &entry("api_key.added", name, by, now))?;
    Ok(())
}

fn entry(action: &str, name: &str, by: &str, now: i64) -> Entry {
    audit_entry(now, by, action, format!("api-key:{name}"))
}

fn is_name(name: &str) -> bool {
    let is_good = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(is_good)
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
