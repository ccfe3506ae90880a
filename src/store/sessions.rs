//! Page sessions by the hash of their token.

use diesel::prelude::*;

use super::Conn;
use super::schema::sessions;
use super::schema::sessions::dsl;

/// One session.
#[derive(Clone, Debug, Insertable, Queryable)]
#[diesel(table_name = sessions)]
pub struct Row {
    /// SHA-256 of the token in the cookie.
    pub token_hash: String,
    /// Whose.
    pub openid: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Stores a session.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(sessions::table)
        .values(row)
        .execute(conn)
}

/// The openid of a session that has not expired.
pub fn openid(conn: &mut Conn, token_hash: &str, now: i64) -> QueryResult<Option<String>> {
    dsl::sessions
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::expires_at.gt(now))
        .select(dsl::openid)
        .first(conn)
        .optional()
}

/// Deletes what has expired.
pub fn prune(conn: &mut Conn, now: i64) -> QueryResult<usize> {
    diesel::delete(dsl::sessions.filter(dsl::expires_at.le(now))).execute(conn)
}

/// Ends all sessions of a follower, on every device.
pub fn end_all(conn: &mut Conn, openid: &str) -> QueryResult<usize> {
    diesel::delete(dsl::sessions.filter(dsl::openid.eq(openid))).execute(conn)
}

/// Ends one session; false when it had ended before.
pub fn end(conn: &mut Conn, token_hash: &str) -> QueryResult<bool> {
    let row = dsl::sessions.filter(dsl::token_hash.eq(token_hash));
    Ok(diesel::delete(row).execute(conn)? == 1)
}
