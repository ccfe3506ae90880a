//! Which follower an account belongs to: at most one open link an openid, at most one an account. Ended links stay
//! without the openid.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::schema::account_links::dsl;
use super::schema::{account_links, accounts, managers};
use crate::domain::desk::{Duties, Duty};

/// An open link.
#[derive(Clone, Queryable)]
pub struct OpenLink {
    /// Internal key.
    pub id: i64,
    /// The account.
    pub account_id: i64,
    /// The follower.
    pub openid: String,
    /// Keyed hash of the openid.
    pub openid_hash: String,
}

/// A link to be made.
#[derive(Insertable)]
#[diesel(table_name = account_links)]
pub struct NewLink<'a> {
    /// Internal key.
    pub id: i64,
    /// The account.
    pub account_id: i64,
    /// The follower.
    pub openid: &'a str,
    /// Keyed hash of the openid.
    pub openid_hash: &'a str,
    /// Milliseconds UTC.
    pub linked_at: i64,
}

/// Makes a link. A unique violation means that one of the two has an open link already.
pub fn insert(conn: &mut Conn, link: &NewLink<'_>) -> QueryResult<usize> {
    diesel::insert_into(dsl::account_links)
        .values(link)
        .execute(conn)
}

/// The open link of an account.
pub fn of_account(conn: &mut Conn, account_id: i64) -> QueryResult<Option<OpenLink>> {
    dsl::account_links
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::ended_at.is_null())
        .select((
            dsl::id,
            dsl::account_id,
            dsl::openid.assume_not_null(),
            dsl::openid_hash,
        ))
        .first(conn)
        .optional()
}

/// The open link of a follower.
pub fn of_openid(conn: &mut Conn, openid: &str) -> QueryResult<Option<OpenLink>> {
    dsl::account_links
        .filter(dsl::openid.eq(openid))
        .filter(dsl::ended_at.is_null())
        .select((
            dsl::id,
            dsl::account_id,
            dsl::openid.assume_not_null(),
            dsl::openid_hash,
        ))
        .first(conn)
        .optional()
}

/// The account of a follower.
pub fn account_of(conn: &mut Conn, openid: &str) -> QueryResult<Option<Account>> {
    dsl::account_links
        .inner_join(accounts::table)
        .filter(dsl::openid.eq(openid))
        .filter(dsl::ended_at.is_null())
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// The open links of the active managers of a unit who have one of these duties, in the order of their keys: whoever locks
/// them does so in one order. Managers whom only the upstream site knows have no row of duties and are among them; one who
/// lost the duties has an empty row and is not.
pub fn of_managers(conn: &mut Conn, unit_id: &str, duties: &[Duty]) -> QueryResult<Vec<OpenLink>> {
    let found: Vec<(OpenLink, Option<String>)> = dsl::account_links
        .inner_join(accounts::table.left_join(managers::table))
        .filter(accounts::unit_id.eq(unit_id))
        .filter(accounts::role.eq("manager"))
        .filter(accounts::state.eq("active"))
        .filter(dsl::ended_at.is_null())
        .order(dsl::id)
        .select((
            (
                dsl::id,
                dsl::account_id,
                dsl::openid.assume_not_null(),
                dsl::openid_hash,
            ),
            managers::duties.nullable(),
        ))
        .load(conn)?;
    let has = |words: &str| Duties::parse(words).is_ok_and(|has| has.any(duties));
    Ok(found
        .into_iter()
        .filter(|(_, words)| words.as_deref().is_none_or(has))
        .map(|(link, _)| link)
        .collect())
}

/// Locks an open link until the transaction ends; false when it was ended meanwhile. Who unsubscribes waits, and then
/// finds what was queued here.
pub fn hold(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    let link = dsl::account_links
        .filter(dsl::id.eq(id))
        .filter(dsl::ended_at.is_null());
    let held = diesel::update(link)
        .set(dsl::linked_at.eq(dsl::linked_at))
        .execute(conn)?;
    Ok(held == 1)
}

/// Ends a link: the openid goes, its keyed hash stays. False when it had ended before.
pub fn end(conn: &mut Conn, id: i64, reason: &str, now: i64) -> QueryResult<bool> {
    let link = dsl::account_links
        .filter(dsl::id.eq(id))
        .filter(dsl::ended_at.is_null());
    let ended = diesel::update(link)
        .set((
            dsl::openid.eq(None::<String>),
            dsl::ended_at.eq(now),
            dsl::end_reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(ended == 1)
}
