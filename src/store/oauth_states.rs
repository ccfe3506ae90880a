//! Web authorisations under way. A state belongs to the browser that began it and is claimed once; whoever comes
//! second with it gets the first one's outcome.

use diesel::prelude::*;

use super::Conn;
use super::schema::oauth_states;
use super::schema::oauth_states::dsl;

/// One authorisation.
#[derive(Clone, Debug, Insertable, Queryable)]
#[diesel(table_name = oauth_states, treat_none_as_default_value = false)]
pub struct Row {
    /// SHA-256 of the state.
    pub state_hash: String,
    /// SHA-256 of the pre-session cookie.
    pub browser_hash: String,
    /// Key of the page to return to.
    pub return_to: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// When the exchange began.
    pub claimed_at: Option<i64>,
    /// The outcome.
    pub openid: Option<String>,
}

/// Stores a new one.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(oauth_states::table)
        .values(row)
        .execute(conn)
}

/// The one of this state and browser, when it was begun after `since`.
pub fn find(
    conn: &mut Conn,
    state_hash: &str,
    browser_hash: &str,
    since: i64,
) -> QueryResult<Option<Row>> {
    dsl::oauth_states
        .filter(dsl::state_hash.eq(state_hash))
        .filter(dsl::browser_hash.eq(browser_hash))
        .filter(dsl::created_at.gt(since))
        .first(conn)
        .optional()
}

/// Claims the exchange; true for one caller only.
pub fn claim(conn: &mut Conn, state_hash: &str, now: i64) -> QueryResult<bool> {
    let free = dsl::oauth_states
        .filter(dsl::state_hash.eq(state_hash))
        .filter(dsl::claimed_at.is_null());
    diesel::update(free)
        .set(dsl::claimed_at.eq(Some(now)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Lets the exchange be claimed again after it failed.
pub fn release(conn: &mut Conn, state_hash: &str) -> QueryResult<usize> {
    let row = dsl::oauth_states
        .filter(dsl::state_hash.eq(state_hash))
        .filter(dsl::openid.is_null());
    diesel::update(row)
        .set(dsl::claimed_at.eq(None::<i64>))
        .execute(conn)
}

/// Stores the outcome.
pub fn settle(conn: &mut Conn, state_hash: &str, openid: &str) -> QueryResult<usize> {
    let row = dsl::oauth_states.filter(dsl::state_hash.eq(state_hash));
    diesel::update(row)
        .set(dsl::openid.eq(Some(openid)))
        .execute(conn)
}

/// Deletes what was begun before `before`.
pub fn prune(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::oauth_states.filter(dsl::created_at.le(before))).execute(conn)
}
