//! Persons to whom nothing is pushed because the platform said that they refuse or left, until they write, tap or
//! subscribe again.

use crate::app::App;
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::store::{StoreError, counters, push_blocks};

/// Whether this process knows the person as blocked. Costs one comparison while nobody is.
pub fn is_blocked(app: &App, openid: &str) -> bool {
    app.blocked.contains(|| app.person_hash(openid))
}

/// A person showed up: a block ends. What was cancelled stays cancelled.
///
/// # Errors
/// When the database does not answer.
pub async fn came_back(app: &App, openid: &OpenId) -> Result<(), ServiceError> {
    if !is_blocked(app, openid.as_str()) {
        return Ok(());
    }
    let hash = app.person_hash(openid.as_str());
    let lifting = hash.clone();
    app.db
        .write(move |c| push_blocks::lift(c, &lifting).map_err(StoreError::from))
        .await?;
    app.blocked.remove(&hash);
    Ok(())
}

/// Reads again who is blocked when that changed anywhere. Blocking; one small read while nothing changed.
///
/// # Errors
/// When the database does not answer.
pub fn refresh(app: &App) -> Result<(), StoreError> {
    let known = app.blocked.revision();
    let read = app.db.read_blocking(|c| -> Result<_, StoreError> {
        let revision = counters::current(c, counters::PUSH_BLOCKS)?;
        match revision == known {
            true => Ok(None),
            // The counter first: a set that is newer than its number is only read once more.
            false => Ok(Some((push_blocks::all(c)?, revision))),
        }
    })?;
    if let Some((hashes, revision)) = read {
        app.blocked.replace(hashes, revision);
    }
    Ok(())
}
