//! What the landing page of somebody with an account counts and lists, and what the personal centre shows.

use diesel::prelude::*;

use super::Conn;
use super::case_bindings;
use super::schema::{applications, phone_tasks, pushes};

/// A notice in the list.
#[derive(Clone, Debug, Queryable)]
pub struct OwnNotice {
    /// For its address.
    pub public_id: String,
    /// Which of the nine.
    pub kind: String,
    /// The procuratorate it comes from.
    pub unit_id: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// How many cases the account may look at.
pub fn cases(conn: &mut Conn, account_id: i64) -> QueryResult<i64> {
    case_bindings::count_of_account(conn, account_id)
}

/// How many applications of a kind the account made, and how many of them are decided.
pub fn applied(conn: &mut Conn, account_id: i64, kind: &str) -> QueryResult<(i64, i64)> {
    let own = || {
        applications::table
            .filter(applications::account_id.eq(account_id))
            .filter(applications::kind.eq(kind.to_owned()))
    };
    let all = own().count().get_result(conn)?;
    let decided = own()
        .filter(applications::decided_at.is_not_null())
        .count()
        .get_result(conn)?;
    Ok((all, decided))
}

/// The calls that the managers of a unit have to make.
pub fn calls(conn: &mut Conn, unit_id: &str) -> QueryResult<i64> {
    phone_tasks::table
        .filter(phone_tasks::unit_id.eq(unit_id))
        .filter(phone_tasks::done_at.is_null())
        .count()
        .get_result(conn)
}

/// The newest notices of this account that went, or go, to this person.
pub fn notices(
    conn: &mut Conn,
    account_id: i64,
    openid_hash: &str,
    limit: i64,
) -> QueryResult<Vec<OwnNotice>> {
    pushes::table
        .filter(pushes::account_id.eq(account_id))
        .filter(pushes::openid_hash.eq(openid_hash))
        .filter(pushes::state.ne_all(["cancelled", "merged"]))
        .order(pushes::id.desc())
        .limit(limit)
        .select((
            pushes::public_id,
            pushes::kind,
            pushes::unit_id,
            pushes::created_at,
        ))
        .load(conn)
}

/// Why the latest registration of an account was not granted.
pub fn refusal(conn: &mut Conn, account_id: i64) -> QueryResult<Option<String>> {
    let reason: Option<Option<String>> = applications::table
        .filter(applications::account_id.eq(account_id))
        .filter(applications::kind.eq("registration"))
        .order((applications::submitted_at.desc(), applications::id.desc()))
        .select(applications::reason)
        .first(conn)
        .optional()?;
    Ok(reason.flatten())
}
