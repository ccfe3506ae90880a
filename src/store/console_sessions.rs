//! Sessions of the console by the hash of their token.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::managers;
use super::schema::console_sessions;
use super::schema::console_sessions::dsl;
use super::schema::{accounts, managers as manager_table};

/// The password was right; the second factor is still to come.
pub const PASSWORD: &str = "password";
/// Signed in.
pub const IN: &str = "in";

/// A session.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = console_sessions)]
pub struct Row {
    /// SHA-256 of the token in the cookie.
    pub token_hash: String,
    /// Whose.
    pub account_id: i64,
    /// [`PASSWORD`] or [`IN`].
    pub stage: String,
    /// Which password it began with.
    pub password_mark: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// When it was last used, to about a minute.
    pub seen_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
    /// When the second factor was shown.
    pub factor_at: Option<i64>,
}

/// Stores a session.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(console_sessions::table)
        .values(row)
        .execute(conn)
}

/// A session that has not expired, with whose it is as that stands now.
pub fn find(
    conn: &mut Conn,
    token_hash: &str,
    now: i64,
) -> QueryResult<Option<(Row, Account, managers::Row)>> {
    dsl::console_sessions
        .inner_join(accounts::table.on(accounts::id.eq(dsl::account_id)))
        .inner_join(manager_table::table.on(manager_table::account_id.eq(dsl::account_id)))
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::expires_at.gt(now))
        .select((
            Row::as_select(),
            Account::as_select(),
            managers::Row::as_select(),
        ))
        .first(conn)
        .optional()
}

/// It was used.
pub fn touch(conn: &mut Conn, token_hash: &str, now: i64) -> QueryResult<usize> {
    diesel::update(dsl::console_sessions.filter(dsl::token_hash.eq(token_hash)))
        .set(dsl::seen_at.eq(now))
        .execute(conn)
}

/// Ends one; false when it had ended before.
pub fn end(conn: &mut Conn, token_hash: &str) -> QueryResult<bool> {
    let row = dsl::console_sessions.filter(dsl::token_hash.eq(token_hash));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// Ends all of an account.
pub fn end_all(conn: &mut Conn, account_id: i64) -> QueryResult<usize> {
    diesel::delete(dsl::console_sessions.filter(dsl::account_id.eq(account_id))).execute(conn)
}

/// Deletes what has expired.
pub fn prune(conn: &mut Conn, now: i64) -> QueryResult<usize> {
    diesel::delete(dsl::console_sessions.filter(dsl::expires_at.le(now))).execute(conn)
}
