//! Changes of a case's procedural data as they were told: what the page behind a notice of progress shows.

use diesel::prelude::*;

use super::Conn;
use super::schema::case_changes;
use super::schema::case_changes::dsl;

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
}

/// Adds one.
pub fn insert(conn: &mut Conn, change: &CaseChange) -> QueryResult<usize> {
    diesel::insert_into(dsl::case_changes)
        .values(change)
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
