//! What lawyers registered with, one revision a submission; sealed by the caller.

use diesel::prelude::*;

use super::Conn;
use super::schema::registration_revisions;
use super::schema::registration_revisions::dsl;

/// A revision.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = registration_revisions)]
pub struct Revision {
    /// Internal key.
    pub id: i64,
    /// Random.
    pub public_id: String,
    /// Whose.
    pub account_id: i64,
    /// What it was submitted with.
    pub application_id: i64,
    /// From 1.
    pub number: i32,
    /// `pending`, `approved`, `rejected` or `superseded`.
    pub state: String,
    /// Who decides.
    pub unit_id: String,
    /// A JSON object, sealed (`registration_revisions`, `sealed`, `public_id`).
    pub sealed: String,
    /// Which text was agreed to.
    pub consent_version: String,
    /// Milliseconds UTC.
    pub consented_at: i64,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Milliseconds UTC.
    pub submitted_at: i64,
    /// Milliseconds UTC.
    pub decided_at: Option<i64>,
}

/// Adds one. A number that is taken gives a unique violation.
pub fn insert(conn: &mut Conn, revision: &Revision) -> QueryResult<usize> {
    diesel::insert_into(dsl::registration_revisions)
        .values(revision)
        .execute(conn)
}

/// All of an account, oldest first.
pub fn of_account(conn: &mut Conn, account_id: i64) -> QueryResult<Vec<Revision>> {
    dsl::registration_revisions
        .filter(dsl::account_id.eq(account_id))
        .order(dsl::number)
        .select(Revision::as_select())
        .load(conn)
}

/// Ends a pending revision; false when it was not pending any more.
pub fn end(
    conn: &mut Conn,
    id: i64,
    state: &str,
    (reason, at): (Option<&str>, i64),
) -> QueryResult<bool> {
    let row = dsl::registration_revisions
        .filter(dsl::id.eq(id))
        .filter(dsl::state.eq("pending"));
    let values = (
        dsl::state.eq(state),
        dsl::reason.eq(reason),
        dsl::decided_at.eq(at),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}
