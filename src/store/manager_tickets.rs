//! One-time addresses at which a manager sets password and second factor.

use diesel::prelude::*;

use super::Conn;
use super::schema::manager_tickets;
use super::schema::manager_tickets::dsl;

/// A ticket.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = manager_tickets)]
pub struct Row {
    /// SHA-256 of what stands in the address.
    pub token_hash: String,
    /// Whose.
    pub account_id: i64,
    /// The key that the page shows, sealed (`manager_tickets`, `totp_secret`, the hash).
    pub totp_secret: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
    /// Milliseconds UTC.
    pub used_at: Option<i64>,
}

/// Adds a ticket; those that the account had before are good no more.
pub fn replace(conn: &mut Conn, row: &Row) -> QueryResult<()> {
    diesel::delete(dsl::manager_tickets.filter(dsl::account_id.eq(row.account_id)))
        .execute(conn)?;
    diesel::insert_into(manager_tickets::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// A ticket that is still good.
pub fn open(conn: &mut Conn, token_hash: &str, now: i64) -> QueryResult<Option<Row>> {
    dsl::manager_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::used_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .first(conn)
        .optional()
}

/// Uses a ticket up; false when it was used before, also at the same moment.
pub fn spend(conn: &mut Conn, token_hash: &str, now: i64) -> QueryResult<bool> {
    let row = dsl::manager_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::used_at.is_null());
    Ok(diesel::update(row)
        .set(dsl::used_at.eq(now))
        .execute(conn)?
        == 1)
}
