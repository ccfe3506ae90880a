//! Changes of units, planned and done. Rows stay for ever: they are the history of the table of units.

use diesel::prelude::*;

use super::Conn;
use super::schema::unit_changes;
use super::schema::unit_changes::dsl;

/// Waits for its day.
pub const PLANNED: &str = "planned";
/// In force.
pub const DONE: &str = "done";
/// Taken back before its day.
pub const CANCELLED: &str = "cancelled";
/// Its day came, and the table of units did not allow it.
pub const FAILED: &str = "failed";

/// One change of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = unit_changes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Change {
    /// Internal key, in order of time.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// The unit that changes.
    pub unit_id: String,
    /// `rename`, `abolish`, `alias_added`, `alias_removed` or `phone`.
    pub kind: String,
    /// The unit's name before.
    pub old_name: String,
    /// The new name, the successor's `unit_id`, an alias or a telephone number.
    pub value: String,
    /// The new name of the area.
    pub area_name: String,
    /// What it rests on.
    pub basis: String,
    /// `2026-12-01`, the first day.
    pub effective_on: String,
    /// One of the four words above.
    pub state: String,
    /// Texts that meant the unit before, parted by `|`.
    pub former: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// `manager:…`.
    pub made_by: String,
    /// Milliseconds UTC.
    pub made_at: i64,
    /// When it was done, cancelled or failed, milliseconds UTC.
    pub ended_at: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, change: &Change) -> QueryResult<usize> {
    diesel::insert_into(dsl::unit_changes)
        .values(change)
        .execute(conn)
}

/// Stores one that was planned as it is now; false when it was not planned any more.
pub fn settle(conn: &mut Conn, change: &Change) -> QueryResult<bool> {
    let planned = dsl::unit_changes
        .filter(dsl::id.eq(change.id))
        .filter(dsl::state.eq(PLANNED));
    Ok(diesel::update(planned).set(change).execute(conn)? == 1)
}

/// The planned one with this public id.
pub fn planned(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Change>> {
    dsl::unit_changes
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::state.eq(PLANNED))
        .select(Change::as_select())
        .first(conn)
        .optional()
}

/// The planned ones whose day has come, in the order of their days.
pub fn due(conn: &mut Conn, today: &str) -> QueryResult<Vec<Change>> {
    dsl::unit_changes
        .filter(dsl::state.eq(PLANNED))
        .filter(dsl::effective_on.le(today))
        .order((dsl::effective_on, dsl::id))
        .select(Change::as_select())
        .load(conn)
}

/// All that are planned, the next first.
pub fn all_planned(conn: &mut Conn) -> QueryResult<Vec<Change>> {
    dsl::unit_changes
        .filter(dsl::state.eq(PLANNED))
        .order((dsl::effective_on, dsl::id))
        .select(Change::as_select())
        .load(conn)
}

/// What became of a unit, newest first.
pub fn of_unit(conn: &mut Conn, unit_id: &str, limit: i64) -> QueryResult<Vec<Change>> {
    dsl::unit_changes
        .filter(dsl::unit_id.eq(unit_id))
        .order(dsl::id.desc())
        .limit(limit)
        .select(Change::as_select())
        .load(conn)
}

/// New names and abolitions in force, oldest first.
pub fn in_force(conn: &mut Conn) -> QueryResult<Vec<Change>> {
    dsl::unit_changes
        .filter(dsl::state.eq(DONE))
        .filter(dsl::kind.eq_any(["rename", "abolish"]))
        .order(dsl::id)
        .select(Change::as_select())
        .load(conn)
}
