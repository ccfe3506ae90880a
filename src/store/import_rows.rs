//! Rows of a batch of the case import: what is refused, and what is or was done.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::import_rows;
use super::schema::import_rows::dsl;

/// A person who is not there yet.
pub const NEW: &str = "new";
/// One who changes.
pub const CHANGED: &str = "changed";
/// One of whom the file says nothing, but whose case changes.
pub const CARRIED: &str = "carried";
/// A row that cannot be taken.
pub const REFUSED: &str = "refused";

/// Waits. Refused rows have [`REFUSED`] for a state too.
pub const STAGED: &str = "staged";
/// Waits until all others of the batch are stored; [`CARRIED`] only.
pub const WAITING: &str = "waiting";
/// Stored.
pub const APPLIED: &str = "applied";
/// Another batch came before. Of [`CARRIED`] rows: their case was not changed after all.
pub const OVERTAKEN: &str = "overtaken";
/// Those who are bound were told.
pub const TOLD: &str = "told";
/// Taken back.
pub const UNDONE: &str = "undone";
/// Could not be taken back.
pub const KEPT: &str = "kept";

/// A row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_rows)]
pub struct ImportRow {
    /// Internal key.
    pub id: i64,
    /// The batch.
    pub batch_id: i64,
    /// The line of the file; for [`CARRIED`] the one that carries it.
    pub line: i64,
    /// [`NEW`], [`CHANGED`], [`CARRIED`] or [`REFUSED`].
    pub verdict: String,
    /// [`STAGED`] and what follows.
    pub state: String,
    /// 统一受案号; empty where it was not understood.
    pub unified_number: String,
    /// 当事人编号.
    pub person_number: String,
    /// What the row says, sealed (`import_rows`, `said`, the key).
    pub said: Option<String>,
    /// What it changes, sealed likewise (`changes`).
    pub changes: Option<String>,
    /// Whether those who are bound are told.
    pub is_watched: bool,
    /// The person's version when the file was looked through; 0 when there was none.
    pub person_version: i64,
    /// Hash of the case's facts at that time; `None` when there was none.
    pub case_mark: Option<String>,
    /// The person before, as JSON.
    pub before: Option<String>,
    /// The case before, as JSON, if this row changed it; `null` if this row made it.
    pub case_before: Option<String>,
    /// The person's version after this row was stored.
    pub after_version: i64,
    /// The column at fault.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// Adds many.
pub fn insert(conn: &mut Conn, rows: &[ImportRow]) -> QueryResult<usize> {
    let mut inserted = 0;
    for chunk in rows.chunks(500) {
        inserted +=
            on_either!(conn, c => diesel::insert_into(dsl::import_rows).values(chunk).execute(c))?;
    }
    Ok(inserted)
}

/// The first rows in a state, in the order of cases and persons; or the last ones.
pub fn next(
    conn: &mut Conn,
    batch_id: i64,
    state: &str,
    from_the_end: bool,
    limit: i64,
) -> QueryResult<Vec<ImportRow>> {
    let rows = dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq(state))
        .limit(limit)
        .select(ImportRow::as_select());
    match from_the_end {
        false => rows
            .order((dsl::unified_number, dsl::person_number, dsl::id))
            .load(conn),
        true => rows
            .order((
                dsl::unified_number.desc(),
                dsl::person_number.desc(),
                dsl::id.desc(),
            ))
            .load(conn),
    }
}

/// Up to `limit` 统一受案号 behind `after` of which rows in this state are watched, in order, each once.
pub fn next_watched_cases(
    conn: &mut Conn,
    batch_id: i64,
    after: &str,
    limit: i64,
) -> QueryResult<Vec<String>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq(APPLIED))
        .filter(dsl::is_watched.eq(true))
        .filter(dsl::unified_number.gt(after))
        .order(dsl::unified_number)
        .select(dsl::unified_number)
        .distinct()
        .limit(limit)
        .load(conn)
}

/// The watched rows of these cases that were stored and not told yet.
pub fn watched_of_cases(
    conn: &mut Conn,
    batch_id: i64,
    numbers: &[String],
) -> QueryResult<Vec<ImportRow>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq(APPLIED))
        .filter(dsl::is_watched.eq(true))
        .filter(dsl::unified_number.eq_any(numbers))
        .order((dsl::unified_number, dsl::person_number, dsl::id))
        .select(ImportRow::as_select())
        .load(conn)
}

/// Puts rows into a state.
pub fn mark(conn: &mut Conn, ids: &[i64], state: &str, after_version: i64) -> QueryResult<usize> {
    let mut marked = 0;
    for chunk in ids.chunks(500) {
        marked += diesel::update(dsl::import_rows.filter(dsl::id.eq_any(chunk)))
            .set((dsl::state.eq(state), dsl::after_version.eq(after_version)))
            .execute(conn)?;
    }
    Ok(marked)
}

/// Puts rows into a state and leaves the rest of them.
pub fn mark_state(conn: &mut Conn, ids: &[i64], state: &str) -> QueryResult<usize> {
    let mut marked = 0;
    for chunk in ids.chunks(500) {
        marked += diesel::update(dsl::import_rows.filter(dsl::id.eq_any(chunk)))
            .set(dsl::state.eq(state))
            .execute(conn)?;
    }
    Ok(marked)
}

/// Rows that made their case.
pub fn mark_makers(conn: &mut Conn, ids: &[i64]) -> QueryResult<usize> {
    let mut marked = 0;
    for chunk in ids.chunks(500) {
        marked += diesel::update(dsl::import_rows.filter(dsl::id.eq_any(chunk)))
            .set(dsl::case_before.eq("null"))
            .execute(conn)?;
    }
    Ok(marked)
}

/// A row was stored; what was there before it.
pub fn applied(
    conn: &mut Conn,
    id: i64,
    before: Option<&str>,
    case_before: Option<&str>,
    after_version: i64,
) -> QueryResult<usize> {
    diesel::update(dsl::import_rows.filter(dsl::id.eq(id)))
        .set((
            dsl::state.eq(APPLIED),
            dsl::before.eq(before),
            dsl::case_before.eq(case_before),
            dsl::after_version.eq(after_version),
        ))
        .execute(conn)
}

/// What else a row changes than it seemed.
pub fn tell_otherwise(
    conn: &mut Conn,
    id: i64,
    changes: &str,
    is_watched: bool,
) -> QueryResult<usize> {
    diesel::update(dsl::import_rows.filter(dsl::id.eq(id)))
        .set((dsl::changes.eq(changes), dsl::is_watched.eq(is_watched)))
        .execute(conn)
}

/// 统一受案号 and the case before, of stored rows that changed or made one of these cases; in the order they were stored.
pub fn movers(
    conn: &mut Conn,
    batch_id: i64,
    numbers: &[&str],
) -> QueryResult<Vec<(String, String)>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq(APPLIED))
        .filter(dsl::unified_number.eq_any(numbers))
        .filter(dsl::case_before.is_not_null())
        .order((dsl::unified_number, dsl::person_number, dsl::id))
        .select((dsl::unified_number, dsl::case_before.assume_not_null()))
        .load(conn)
}

/// A person has this version again, though by another number: so rows of these batches that left it can go back too.
pub fn follow_person(
    conn: &mut Conn,
    batch_ids: &[i64],
    row: &ImportRow,
    (was, is): (i64, i64),
) -> QueryResult<usize> {
    let left = dsl::import_rows
        .filter(dsl::batch_id.eq_any(batch_ids))
        .filter(dsl::state.eq(APPLIED))
        .filter(dsl::unified_number.eq(&row.unified_number))
        .filter(dsl::person_number.eq(&row.person_number))
        .filter(dsl::after_version.eq(was));
    diesel::update(left)
        .set(dsl::after_version.eq(is))
        .execute(conn)
}

/// Keys and the case before, of stored rows of these batches that changed or made this case.
pub fn movers_of(
    conn: &mut Conn,
    batch_ids: &[i64],
    unified_number: &str,
) -> QueryResult<Vec<(i64, String)>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq_any(batch_ids))
        .filter(dsl::state.eq(APPLIED))
        .filter(dsl::unified_number.eq(unified_number))
        .filter(dsl::case_before.is_not_null())
        .select((dsl::id, dsl::case_before.assume_not_null()))
        .load(conn)
}

/// The case before a stored row, with the version that it would have now.
pub fn set_case_before(conn: &mut Conn, id: i64, case_before: &str) -> QueryResult<usize> {
    diesel::update(dsl::import_rows.filter(dsl::id.eq(id)))
        .set(dsl::case_before.eq(case_before))
        .execute(conn)
}

/// Whether a row of this case could not be taken back.
pub fn is_any_kept(conn: &mut Conn, batch_id: i64, unified_number: &str) -> QueryResult<bool> {
    let kept: Option<i64> = dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq(KEPT))
        .filter(dsl::unified_number.eq(unified_number))
        .select(dsl::id)
        .first(conn)
        .optional()?;
    Ok(kept.is_some())
}

/// Whether one of these batches stored a row of this case.
pub fn is_any_stored(
    conn: &mut Conn,
    batch_ids: &[i64],
    unified_number: &str,
) -> QueryResult<bool> {
    let stored: Option<i64> = dsl::import_rows
        .filter(dsl::batch_id.eq_any(batch_ids))
        .filter(dsl::state.eq_any([APPLIED, TOLD]))
        .filter(dsl::unified_number.eq(unified_number))
        .filter(dsl::verdict.ne(CARRIED))
        .select(dsl::id)
        .first(conn)
        .optional()?;
    Ok(stored.is_some())
}

/// A row was not stored or not taken back, and why.
pub fn set_aside(conn: &mut Conn, id: i64, state: &str, reason: &str) -> QueryResult<usize> {
    diesel::update(dsl::import_rows.filter(dsl::id.eq(id)))
        .set((dsl::state.eq(state), dsl::reason.eq(reason)))
        .execute(conn)
}

/// Rows with these verdicts or in these states, by line.
pub fn page(
    conn: &mut Conn,
    batch_id: i64,
    verdicts: &[&str],
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<ImportRow>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::verdict.eq_any(verdicts))
        .order((dsl::verdict, dsl::line, dsl::id))
        .offset(offset)
        .limit(limit)
        .select(ImportRow::as_select())
        .load(conn)
}

/// Rows that were set aside with a reason after the file was looked through, by line.
pub fn set_aside_rows(conn: &mut Conn, batch_id: i64, limit: i64) -> QueryResult<Vec<ImportRow>> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::state.eq_any([OVERTAKEN, KEPT]))
        .filter(dsl::verdict.ne(CARRIED))
        .order((dsl::line, dsl::id))
        .limit(limit)
        .select(ImportRow::as_select())
        .load(conn)
}

/// How many watched rows there are that were not told yet.
pub fn count_watched(conn: &mut Conn, batch_id: i64) -> QueryResult<i64> {
    dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::is_watched.eq(true))
        .filter(dsl::state.eq_any([STAGED, WAITING, APPLIED, TOLD]))
        .count()
        .get_result(conn)
}

/// Forgets up to `limit` rows; with `keep_refused` those that say what to mend stay.
pub fn forget(
    conn: &mut Conn,
    batch_id: i64,
    keep_refused: bool,
    limit: i64,
) -> QueryResult<usize> {
    let spared = if keep_refused { REFUSED } else { "" };
    let ids: Vec<i64> = dsl::import_rows
        .filter(dsl::batch_id.eq(batch_id))
        .filter(dsl::verdict.ne(spared))
        .select(dsl::id)
        .limit(limit)
        .load(conn)?;
    let mut gone = 0;
    for chunk in ids.chunks(500) {
        gone += diesel::delete(dsl::import_rows.filter(dsl::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(gone)
}
