//! Batches of the case import: what was handed in, how far it is, and who works on it.

use diesel::prelude::*;

use super::Conn;
use super::schema::import_batches;
use super::schema::import_batches::dsl;
use crate::domain::desk::UnitScope;

/// Handed in, being looked through.
pub const UPLOADED: &str = "uploaded";
/// Looked through; what it would do can be seen.
pub const VALID: &str = "valid";
/// Nothing of it can be taken.
pub const INVALID: &str = "invalid";
/// Thrown away before it did anything.
pub const DISCARDED: &str = "discarded";
/// Its rows are being stored.
pub const APPLYING: &str = "applying";
/// All are stored, its notices are held.
pub const APPLIED: &str = "applied";
/// Its notices are being promised.
pub const NOTIFYING: &str = "notifying";
/// They are promised.
pub const NOTIFIED: &str = "notified";
/// Being taken back.
pub const ROLLING_BACK: &str = "rolling_back";
/// Taken back.
pub const ROLLED_BACK: &str = "rolled_back";

/// A batch.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_batches, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Batch {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Whose cases; `None`: those of all units, from the command line.
    pub unit_id: Option<String>,
    /// Who handed it in.
    pub account_id: Option<i64>,
    /// The same for the audit.
    pub actor: String,
    /// As it was called.
    pub file_name: String,
    /// As people read it.
    pub file_format: String,
    /// Its size.
    pub file_bytes: i64,
    /// Where its sealed parts lie.
    pub file_stem: Option<String>,
    /// How many parts.
    pub file_parts: i32,
    /// One of the words of this module.
    pub state: String,
    /// Why nothing could be taken.
    pub problem: Option<String>,
    /// A JSON list of sentences.
    pub warnings: String,
    /// Rows of the file.
    pub rows_total: i64,
    /// Of persons who are not there yet.
    pub rows_new: i64,
    /// Of persons who change.
    pub rows_changed: i64,
    /// That say what is there already.
    pub rows_unchanged: i64,
    /// That cannot be taken.
    pub rows_refused: i64,
    /// That another batch came before.
    pub rows_overtaken: i64,
    /// That could not be taken back.
    pub rows_kept: i64,
    /// How far the present step is.
    pub rows_done: i64,
    /// Notices that were promised.
    pub notices: i64,
    /// Calls that have to be made.
    pub phone_tasks: i64,
    /// Who works on it.
    pub worker: Option<String>,
    /// Until when, milliseconds UTC.
    pub worker_until: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
    /// Milliseconds UTC.
    pub validated_at: Option<i64>,
    /// Milliseconds UTC.
    pub applied_at: Option<i64>,
    /// When its notices go, milliseconds UTC.
    pub notify_at: Option<i64>,
    /// Milliseconds UTC.
    pub ended_at: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, batch: &Batch) -> QueryResult<usize> {
    diesel::insert_into(dsl::import_batches)
        .values(batch)
        .execute(conn)
}

/// By its key, for whoever works on it.
pub fn by_id(conn: &mut Conn, id: i64) -> QueryResult<Option<Batch>> {
    dsl::import_batches
        .filter(dsl::id.eq(id))
        .select(Batch::as_select())
        .first(conn)
        .optional()
}

/// By its public id, inside a unit.
pub fn one(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Batch>> {
    dsl::import_batches
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::public_id.eq(public_id))
        .select(Batch::as_select())
        .first(conn)
        .optional()
}

/// By its public id, for the command line: those of no unit.
pub fn one_of_all(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Batch>> {
    dsl::import_batches
        .filter(dsl::unit_id.is_null())
        .filter(dsl::public_id.eq(public_id))
        .select(Batch::as_select())
        .first(conn)
        .optional()
}

/// Those of a unit, newest first.
pub fn list(
    conn: &mut Conn,
    scope: &UnitScope,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<Batch>> {
    dsl::import_batches
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .order(dsl::id.desc())
        .offset(offset)
        .limit(limit)
        .select(Batch::as_select())
        .load(conn)
}

/// From one of these states to another; false when it is in none of them.
pub fn turn(conn: &mut Conn, id: i64, from: &[&str], to: &str, now: i64) -> QueryResult<bool> {
    let there = dsl::import_batches
        .filter(dsl::id.eq(id))
        .filter(dsl::state.eq_any(from));
    let turned = diesel::update(there)
        .set((
            dsl::state.eq(to),
            dsl::rows_done.eq(0),
            dsl::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(turned == 1)
}

/// Stores a batch as it is now, but not who works on it.
pub fn replace(conn: &mut Conn, batch: &Batch) -> QueryResult<usize> {
    diesel::update(dsl::import_batches.filter(dsl::id.eq(batch.id)))
        .set((
            (
                dsl::state.eq(&batch.state),
                dsl::file_format.eq(&batch.file_format),
                dsl::file_stem.eq(&batch.file_stem),
                dsl::file_parts.eq(batch.file_parts),
                dsl::problem.eq(&batch.problem),
                dsl::warnings.eq(&batch.warnings),
            ),
            (
                dsl::rows_total.eq(batch.rows_total),
                dsl::rows_new.eq(batch.rows_new),
                dsl::rows_changed.eq(batch.rows_changed),
                dsl::rows_unchanged.eq(batch.rows_unchanged),
                dsl::rows_refused.eq(batch.rows_refused),
                dsl::rows_overtaken.eq(batch.rows_overtaken),
                dsl::rows_kept.eq(batch.rows_kept),
                dsl::rows_done.eq(batch.rows_done),
                dsl::notices.eq(batch.notices),
                dsl::phone_tasks.eq(batch.phone_tasks),
            ),
            (
                dsl::updated_at.eq(batch.updated_at),
                dsl::validated_at.eq(batch.validated_at),
                dsl::applied_at.eq(batch.applied_at),
                dsl::notify_at.eq(batch.notify_at),
                dsl::ended_at.eq(batch.ended_at),
            ),
        ))
        .execute(conn)
}

/// Other batches that were stored, in part or whole, after this one.
pub fn stored_after(conn: &mut Conn, batch: &Batch) -> QueryResult<Vec<i64>> {
    let is_later = dsl::applied_at.gt(batch.applied_at.unwrap_or(0));
    dsl::import_batches
        .filter(dsl::id.ne(batch.id))
        .filter(is_later.assume_not_null().or(dsl::state.eq(APPLYING)))
        .select(dsl::id)
        .load(conn)
}

/// Other batches that can still be taken back, or are being.
pub fn held(conn: &mut Conn, batch: &Batch) -> QueryResult<Vec<i64>> {
    dsl::import_batches
        .filter(dsl::id.ne(batch.id))
        .filter(dsl::state.eq_any([APPLIED, ROLLING_BACK]))
        .select(dsl::id)
        .load(conn)
}

/// Batches that ended before `before` and still have rows; how a chore finds what to forget.
pub fn ended_before(conn: &mut Conn, before: i64, limit: i64) -> QueryResult<Vec<i64>> {
    use super::schema::import_rows;
    use diesel::dsl::exists;
    dsl::import_batches
        .filter(dsl::ended_at.lt(before))
        .filter(exists(
            import_rows::table.filter(import_rows::batch_id.eq(dsl::id)),
        ))
        .order(dsl::id)
        .limit(limit)
        .select(dsl::id)
        .load(conn)
}
