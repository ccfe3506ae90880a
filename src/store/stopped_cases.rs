//! Cases that nobody may look at.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::stopped_cases;
use super::schema::stopped_cases::dsl;

/// That a case was stopped.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = stopped_cases)]
pub struct Stopped {
    /// 统一受案号.
    pub unified_number: String,
    /// Why.
    pub reason: String,
    /// Who did it, by the internal key of the account.
    pub stopped_by: i64,
    /// Milliseconds UTC.
    pub stopped_at: i64,
}

/// Adds one; false when it was stopped before.
pub fn insert(conn: &mut Conn, stopped: &Stopped) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::stopped_cases)
        .values(stopped)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Takes one away; false when it was not stopped.
pub fn remove(conn: &mut Conn, unified_number: &str) -> QueryResult<bool> {
    let row = dsl::stopped_cases.filter(dsl::unified_number.eq(unified_number));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// The one with this number.
pub fn of(conn: &mut Conn, unified_number: &str) -> QueryResult<Option<Stopped>> {
    dsl::stopped_cases
        .filter(dsl::unified_number.eq(unified_number))
        .select(Stopped::as_select())
        .first(conn)
        .optional()
}

/// Which of these are stopped.
pub fn among(conn: &mut Conn, unified_numbers: &[&str]) -> QueryResult<Vec<String>> {
    dsl::stopped_cases
        .filter(dsl::unified_number.eq_any(unified_numbers.to_vec()))
        .select(dsl::unified_number)
        .load(conn)
}
