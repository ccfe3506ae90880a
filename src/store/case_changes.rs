//! Changes of a case's procedural data as they were told: what the page behind a notice of progress shows.

use diesel::prelude::*;

use super::Conn;
use super::schema::case_changes::dsl;
use super::schema::{accounts, case_changes};

/// What one account is told of one change.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_changes)]
pub struct CaseChange {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Who is told.
    pub account_id: i64,
    /// The unit that handles the case.
    pub unit_id: String,
    /// 部门受案号.
    pub case_number: String,
    /// A JSON object: the case's name and the list of changed fields, old and new.
    pub changes: String,
    /// Milliseconds UTC.
    pub changed_at: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Nobody was told yet: the account was audited anew.
    pub held: bool,
    /// The change, by its public id, whose notice told this one too; `None`: it had its own, or none.
    pub told_with: Option<String>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, change: &CaseChange) -> QueryResult<usize> {
    diesel::insert_into(dsl::case_changes)
        .values(change)
        .execute(conn)
}

/// Active accounts with changes that wait to be told, by internal key.
pub fn accounts_to_tell(conn: &mut Conn, limit: i64) -> QueryResult<Vec<i64>> {
    dsl::case_changes
        .inner_join(accounts::table)
        .filter(dsl::held)
        .filter(accounts::state.eq("active"))
        .select(dsl::account_id)
        .distinct()
        .order(dsl::account_id)
        .limit(limit)
        .load(conn)
}

/// What waits to be told to an account: case by case, oldest first.
pub fn held_of(conn: &mut Conn, account_id: i64) -> QueryResult<Vec<CaseChange>> {
    dsl::case_changes
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::held)
        .order((dsl::unit_id, dsl::case_number, dsl::changed_at, dsl::id))
        .select(CaseChange::as_select())
        .load(conn)
}

/// These wait no more; `with` is the public id of the change whose notice tells them.
pub fn tell_with(conn: &mut Conn, ids: &[i64], with: Option<&str>) -> QueryResult<usize> {
    diesel::update(dsl::case_changes.filter(dsl::id.eq_any(ids.to_vec())))
        .set((dsl::held.eq(false), dsl::told_with.eq(with)))
        .execute(conn)
}

/// By its public id, for that account only.
pub fn of_account(
    conn: &mut Conn,
    account_id: i64,
    public_id: &str,
) -> QueryResult<Option<CaseChange>> {
    dsl::case_changes
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::account_id.eq(account_id))
        .select(CaseChange::as_select())
        .first(conn)
        .optional()
}

/// What an account was told of one case, newest first.
pub fn of_case(
    conn: &mut Conn,
    account_id: i64,
    case_number: &str,
    limit: i64,
) -> QueryResult<Vec<CaseChange>> {
    dsl::case_changes
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::case_number.eq(case_number))
        .order((dsl::changed_at.desc(), dsl::id.desc()))
        .limit(limit)
        .select(CaseChange::as_select())
        .load(conn)
}
