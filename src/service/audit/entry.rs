//! A new row of the audit.

use crate::app::random_hex;
use crate::store::audit::Entry;

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
