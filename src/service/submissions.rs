//! One form, one effect: each form carries a random key. The first time it is sent in, the key is taken in the same
//! transaction as the effect; whoever sends it again (a double tap, «back» and again, a second tab) is led to what
//! became of the first.

use sha2::{Digest, Sha256};

use crate::app::{App, hex, random_hex};
use crate::store::submissions::{self as table, Row};
use crate::store::{Conn, StoreError};

/// How long a form is remembered.
const KEPT_MS: i64 = 30 * 24 * 3600 * 1000;

/// The hidden key of a new form.
pub fn fresh() -> String {
    random_hex::<16>()
}

/// Whether a form may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is new: do what it asks for, then [`lead_to`] where the result is shown.
    New,
    /// It was taken before; this page shows what became of it.
    Before(String),
}

/// Takes a form, in the transaction of its effect. `holder` is the keyed hash of the openid: another person's key is a
/// key of its own.
///
/// # Errors
/// When the database refuses.
pub fn claim(c: &mut Conn, once: &str, holder: &str, now: i64) -> Result<Claim, StoreError> {
    let row = Row {
        once_hash: hash(once, holder),
        holder: holder.to_owned(),
        path: String::new(),
        created_at: now,
    };
    if table::claim(c, &row)? {
        return Ok(Claim::New);
    }
    let path = table::path(c, &row.once_hash, holder)?;
    Ok(Claim::Before(path.unwrap_or_default()))
}

/// Where the result of a form is shown, if it was taken before.
///
/// # Errors
/// When the database refuses.
pub fn result(c: &mut Conn, once: &str, holder: &str) -> Result<Option<String>, StoreError> {
    let path = table::path(c, &hash(once, holder), holder)?;
    Ok(path.filter(|path| !path.is_empty()))
}

/// Says where the result of a form that was just taken is shown.
///
/// # Errors
/// When the database refuses.
pub fn lead_to(c: &mut Conn, once: &str, holder: &str, path: &str) -> Result<(), StoreError> {
    table::lead_to(c, &hash(once, holder), path)?;
    Ok(())
}

/// Gives a form back that was claimed in this transaction and then refused: it may be sent again with other contents.
///
/// # Errors
/// When the database refuses.
pub fn release(c: &mut Conn, once: &str, holder: &str) -> Result<(), StoreError> {
    table::release(c, &hash(once, holder))?;
    Ok(())
}

/// Forgets old forms; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - KEPT_MS;
    app.db
        .write(move |c| table::forget(c, before).map_err(StoreError::from))
        .await
}

fn hash(once: &str, holder: &str) -> String {
    hex(&Sha256::digest(format!("{holder}:{once}").as_bytes()))
}
