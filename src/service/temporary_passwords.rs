//! How long passwords are good that somebody else has made: they lie on paper, in chats and in ears.

use crate::domain::event::hash as digest;
use crate::store::accounts::Account;
use crate::store::password_limits::{self as table, Limit};
use crate::store::{Conn, StoreError};

const HOUR_MS: i64 = 3_600_000;
/// What the slip of the counter promises: whoever gets it may live far away, and need a child to help with the phone.
pub const PROMISED_MS: i64 = 7 * 24 * HOUR_MS;
/// How long it is: a slip may be shown a day after it was made, and promises from then on.
pub const ON_PAPER_MS: i64 = PROMISED_MS + 24 * HOUR_MS;
/// Said by telephone: it is typed while both are on the line, or the same day.
pub const BY_TELEPHONE_MS: i64 = 24 * HOUR_MS;

/// The password with this hash, just made for an account, is good until then (milliseconds UTC).
///
/// # Errors
/// When the database refuses.
pub fn limit(
    c: &mut Conn,
    account_id: i64,
    password_hash: &str,
    good_until: i64,
) -> Result<(), StoreError> {
    let limit = Limit {
        account_id,
        password_mark: digest(password_hash),
        good_until,
    };
    table::put(c, &limit)?;
    Ok(())
}

/// Whether the password that an account has now was good only until before `now`.
///
/// # Errors
/// When the database does not answer.
pub fn is_over(c: &mut Conn, account: &Account, now: i64) -> Result<bool, StoreError> {
    let Some(hash) = &account.password_hash else {
        return Ok(false);
    };
    let until = table::of(c, account.id, &digest(hash))?;
    Ok(until.is_some_and(|until| until <= now))
}
