//! Publications that a unit took down, or that had their time: an import does not bring them back.

use diesel::prelude::*;

use super::Conn;
use super::schema::publication_holds;
use super::schema::publication_holds::dsl;
use crate::domain::desk::UnitScope;

/// A publication that is held back.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = publication_holds)]
pub struct Hold {
    /// The publication's.
    pub external_id: String,
    /// Whose it is.
    pub unit_id: String,
    /// `withdrawn` or `expired`.
    pub cause: String,
    /// In words.
    pub reason: String,
    /// Who took it down; nobody when it had its time.
    pub held_by: Option<i64>,
    /// Milliseconds UTC.
    pub held_at: i64,
}

/// Holds one back; an older hold is replaced.
pub fn put(conn: &mut Conn, hold: &Hold) -> QueryResult<usize> {
    lift(conn, &hold.external_id)?;
    diesel::insert_into(publication_holds::table)
        .values(hold)
        .execute(conn)
}

/// Lets it go.
pub fn lift(conn: &mut Conn, external_id: &str) -> QueryResult<usize> {
    diesel::delete(dsl::publication_holds.filter(dsl::external_id.eq(external_id))).execute(conn)
}

/// Which of these are held back.
pub fn held(conn: &mut Conn, external_ids: &[&str]) -> QueryResult<Vec<String>> {
    dsl::publication_holds
        .filter(dsl::external_id.eq_any(external_ids))
        .select(dsl::external_id)
        .load(conn)
}

/// Why one of a unit is held back.
pub fn of_unit(conn: &mut Conn, scope: &UnitScope, external_id: &str) -> QueryResult<Option<Hold>> {
    dsl::publication_holds
        .filter(dsl::external_id.eq(external_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Hold::as_select())
        .first(conn)
        .optional()
}
