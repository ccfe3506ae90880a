//! Who asked for a new password lately, whether or not the account exists: what a stranger is told follows from this
//! table alone.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::password_asks;
use super::schema::password_asks::dsl;

/// A request as it was typed.
#[derive(Clone, Debug, Insertable, Queryable, AsChangeset)]
#[diesel(table_name = password_asks)]
pub struct Row {
    /// Keyed hash of the openid.
    pub openid_hash: String,
    /// Keyed hash of the account's name.
    pub name_hash: String,
    /// The procuratorate.
    pub unit_id: String,
    /// Milliseconds UTC.
    pub asked_at: i64,
}

/// The procuratorates that this follower asked for this name since `since` (milliseconds UTC).
pub fn units(
    conn: &mut Conn,
    openid_hash: &str,
    name_hash: &str,
    since: i64,
) -> QueryResult<Vec<String>> {
    dsl::password_asks
        .filter(dsl::openid_hash.eq(openid_hash))
        .filter(dsl::name_hash.eq(name_hash))
        .filter(dsl::asked_at.gt(since))
        .select(dsl::unit_id)
        .load(conn)
}

/// Writes a request down.
pub fn put(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    on_either!(conn, c => diesel::insert_into(password_asks::table)
        .values(row)
        .on_conflict((dsl::openid_hash, dsl::name_hash, dsl::unit_id))
        .do_update()
        .set(dsl::asked_at.eq(row.asked_at))
        .execute(c))
}

/// Forgets what a follower who left asked for.
pub fn clear(conn: &mut Conn, openid_hash: &str) -> QueryResult<usize> {
    diesel::delete(dsl::password_asks.filter(dsl::openid_hash.eq(openid_hash))).execute(conn)
}

/// Forgets what was asked before `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::password_asks.filter(dsl::asked_at.lt(before))).execute(conn)
}
