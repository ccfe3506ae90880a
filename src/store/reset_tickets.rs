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
    /// Passwords that were sent in for it; 0 at first.
    pub tries: i32,
}

/// A ticket as its follower finds it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = reset_tickets)]
pub struct Ticket {
    /// Whose password.
    pub account_id: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
    /// Since when it is used up or void, milliseconds UTC.
    pub used_at: Option<i64>,
    /// The session that set the password, by the hash of its token; `None` when the ticket is void.
    pub used_by: Option<String>,
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

/// The ticket with this hash, if it is this follower's.
pub fn of_openid(conn: &mut Conn, token_hash: &str, openid: &str) -> QueryResult<Option<Ticket>> {
    dsl::reset_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::openid.eq(openid))
        .select(Ticket::as_select())
        .first(conn)
        .optional()
}

/// Counts a try and returns how many there were for the tickets that the account got since `since`, this one included.
/// The row is locked until the transaction ends, so that of two tries at the same moment one sees the other.
pub fn count_try(
    conn: &mut Conn,
    token_hash: &str,
    account_id: i64,
    since: i64,
) -> QueryResult<i64> {
    let ticket = dsl::reset_tickets.filter(dsl::token_hash.eq(token_hash));
    diesel::update(ticket)
        .set(dsl::tries.eq(dsl::tries + 1))
        .execute(conn)?;
    let tries: Vec<i32> = dsl::reset_tickets
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::created_at.gt(since))
        .select(dsl::tries)
        .load(conn)?;
    Ok(tries.into_iter().map(i64::from).sum())
}

/// Uses a ticket up for a session; false when it was used, has expired or is another follower's.
pub fn redeem(
    conn: &mut Conn,
    token_hash: &str,
    openid: &str,
    session: &str,
    now: i64,
) -> QueryResult<bool> {
    let ticket = dsl::reset_tickets
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::openid.eq(openid))
        .filter(dsl::used_at.is_null())
        .filter(dsl::expires_at.gt(now));
    let used = diesel::update(ticket)
        .set((dsl::used_at.eq(now), dsl::used_by.eq(session)))
        .execute(conn)?;
    Ok(used == 1)
}

/// Voids what is open for an account.
pub fn void_for_account(conn: &mut Conn, account_id: i64, now: i64) -> QueryResult<usize> {
    let open = dsl::reset_tickets
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::used_at.is_null());
    diesel::update(open).set(dsl::used_at.eq(now)).execute(conn)
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
