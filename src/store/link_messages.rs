//! What a follower is told at the next visit of the landing page, because none of the nine notices says it.

use diesel::prelude::*;

use super::Conn;
use super::schema::link_messages;
use super::schema::link_messages::dsl;

/// A message.
#[derive(Clone, Debug, Insertable, Queryable)]
#[diesel(table_name = link_messages)]
pub struct Row {
    /// Random.
    pub id: String,
    /// Keyed hash of the openid.
    pub openid_hash: String,
    /// `moved` or `reset_requested`.
    pub kind: String,
    /// The account's name with its middle hidden.
    pub account: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// Leaves a message; an older one that says the same of the same account is replaced.
pub fn leave(conn: &mut Conn, row: &Row) -> QueryResult<()> {
    let same = dsl::link_messages
        .filter(dsl::openid_hash.eq(&row.openid_hash))
        .filter(dsl::kind.eq(&row.kind))
        .filter(dsl::account.eq(&row.account));
    diesel::delete(same).execute(conn)?;
    diesel::insert_into(link_messages::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// What waits for a follower, oldest first; at most five.
pub fn of(conn: &mut Conn, openid_hash: &str) -> QueryResult<Vec<Row>> {
    dsl::link_messages
        .filter(dsl::openid_hash.eq(openid_hash))
        .order((dsl::created_at, dsl::id))
        .limit(5)
        .load(conn)
}

/// The follower has read them, or has left.
pub fn clear(conn: &mut Conn, openid_hash: &str) -> QueryResult<usize> {
    diesel::delete(dsl::link_messages.filter(dsl::openid_hash.eq(openid_hash))).execute(conn)
}

/// Forgets what was left before `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::link_messages.filter(dsl::created_at.lt(before))).execute(conn)
}
