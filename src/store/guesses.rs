//! How often something was tried lately. One row a key, locked while it is counted, so that those who come together are
//! counted one after the other.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::guesses::dsl;

/// Locks the row of a key until the transaction ends, making it if need be, and reads what was counted:
/// `minute:count,minute:count`.
pub fn hold(conn: &mut Conn, key: &str, now: i64) -> QueryResult<String> {
    let fresh = (
        dsl::key.eq(key),
        dsl::minutes.eq(""),
        dsl::changed_at.eq(now),
    );
    on_either!(conn, c => diesel::insert_into(dsl::guesses)
        .values(fresh)
        .on_conflict(dsl::key)
        .do_update()
        .set(dsl::changed_at.eq(now))
        .execute(c))?;
    dsl::guesses
        .filter(dsl::key.eq(key))
        .select(dsl::minutes)
        .first(conn)
}

/// Writes down what was counted.
pub fn set(conn: &mut Conn, key: &str, minutes: &str) -> QueryResult<usize> {
    diesel::update(dsl::guesses.filter(dsl::key.eq(key)))
        .set(dsl::minutes.eq(minutes))
        .execute(conn)
}

/// Forgets what nobody tried since `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::guesses.filter(dsl::changed_at.lt(before))).execute(conn)
}
