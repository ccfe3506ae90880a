//! One-time pages behind the notice of a password reset; only the token's hash is stored.

use diesel::prelude::*;

use super::Conn;
use super::schema::reset_tickets;
use super::schema::reset_tickets::dsl;

/// A ticket.
#[derive(Clone, Insertable)]
#[diesel(table_name = reset_tickets)]
pub struct NewTicket<'a> {
    /// SHA-256 of the token.
    pub token_hash: &'a str,
    /// Whose password.
    pub account_id: i64,
    /// The only follower who may open it.
    pub openid: Option<&'a str>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Adds a ticket; earlier ones of the account are void.
pub fn issue(conn: &mut Conn, ticket: &NewTicket<'_>) -> QueryResult<usize> {
    let earlier = dsl::reset_tickets
        .filter(dsl::account_id.eq(ticket.account_id))
        .filter(dsl::used_at.is_null());
    diesel::update(earlier)
        .set(dsl::used_at.eq(ticket.created_at))
        .execute(conn)?;
    diesel::insert_into(dsl::reset_tickets)
        .values(ticket)
        .execute(conn)
}

/// The account of a ticket that this follower may use now.
pub fn account_of(
    conn: &mut Conn,
    token_hash: &str,
    openid: &str,
    now: i64,
) -> QueryResult<Option<i64>> {
    dsl::reset_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::openid.eq(openid))
        .filter(dsl::used_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .select(dsl::account_id)
        .first(conn)
        .optional()
}

/// Uses a ticket up; false when it was used, has expired or is another follower's.
pub fn redeem(conn: &mut Conn, token_hash: &str, openid: &str, now: i64) -> QueryResult<bool> {
    let ticket = dsl::reset_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::openid.eq(openid))
        .filter(dsl::used_at.is_null())
        .filter(dsl::expires_at.gt(now));
    let used = diesel::update(ticket)
        .set(dsl::used_at.eq(now))
        .execute(conn)?;
    Ok(used == 1)
}

/// Voids what an openid holds.
pub fn void_for_openid(conn: &mut Conn, openid: &str, now: i64) -> QueryResult<usize> {
    let tickets = dsl::reset_tickets.filter(dsl::openid.eq(openid));
    diesel::update(tickets.filter(dsl::used_at.is_null()))
        .set(dsl::used_at.eq(now))
        .execute(conn)?;
    diesel::update(dsl::reset_tickets.filter(dsl::openid.eq(openid)))
        .set(dsl::openid.eq(None::<String>))
        .execute(conn)
}
