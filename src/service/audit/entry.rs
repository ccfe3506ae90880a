//! A new row of the audit.

use crate::app::{App, random_hex};
use crate::store::StoreError;
use crate::store::audit::{self, Entry};

/// A row in the order of a sentence: when (milliseconds UTC), who, what was done, to what. [`Entry`] says how each is
/// written. Append it in the transaction of the act.
pub(in crate::service) fn entry(
    at: i64,
    actor: impl Into<String>,
    action: impl Into<String>,
    subject: impl Into<String>,
) -> Entry {
    Entry {
        id: random_hex::<16>(),
        at,
        actor: actor.into(),
        action: action.into(),
        subject: subject.into(),
    }
}

/// Appends a row in a transaction of its own: for what is shown or refused without another change.
pub(in crate::service) async fn write_down(app: &App, entry: Entry) -> Result<(), StoreError> {
    let written = app
        .db
        .write(move |c| audit::append(c, &entry).map_err(StoreError::from));
    written.await?;
    Ok(())
}
