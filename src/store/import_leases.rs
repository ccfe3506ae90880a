//! Who works on a batch of the case import: one at a time, until `worker_until`. A batch whose step failed has nobody, and
//! rests until then.

use diesel::prelude::*;

use super::Conn;
use super::import_batches::{APPLIED, APPLYING, NOTIFYING, ROLLING_BACK, UPLOADED, VALID};
use super::schema::import_batches::dsl;

/// How a batch was found by whoever took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How many processes in a row ended in the middle of it, without letting go.
    pub crashes: i32,
    /// How often in a row a step of it failed before.
    pub failures: i32,
}

/// Those behind `after` that have work and nobody who does it, by key: what a dead process left, whose notices are due, and
/// previews that nobody decided on since `stale` (of the command line, which decides at once: all).
pub fn idle(
    conn: &mut Conn,
    (now, stale): (i64, i64),
    after: i64,
    limit: i64,
) -> QueryResult<Vec<i64>> {
    let under_way = dsl::state.eq_any([UPLOADED, APPLYING, NOTIFYING, ROLLING_BACK]);
    let is_due = dsl::state.eq(APPLIED).and(dsl::notify_at.le(now));
    let is_stale = dsl::unit_id.is_null().or(dsl::updated_at.lt(stale));
    let is_stale = dsl::state.eq(VALID).and(is_stale);
    dsl::import_batches
        .filter(dsl::ended_at.is_null())
        .filter(dsl::worker_until.lt(now))
        .filter(under_way.or(is_due.assume_not_null()).or(is_stale))
        .filter(dsl::id.gt(after))
        .order(dsl::id)
        .limit(limit)
        .select(dsl::id)
        .load(conn)
}

/// Takes a batch, and counts whoever did not let go of it; `None` when somebody else has it or it rests.
pub fn take(
    conn: &mut Conn,
    id: i64,
    worker: &str,
    times: (i64, i64),
) -> QueryResult<Option<Taken>> {
    let found: Option<(i32, Option<String>)> = dsl::import_batches
        .filter(dsl::id.eq(id))
        .select((dsl::attempts, dsl::worker))
        .first(conn)
        .optional()?;
    let Some((attempts, left)) = found else {
        return Ok(None);
    };
    if !hold(conn, id, worker, times)? {
        return Ok(None);
    }
    // A step that failed let go of it; who is still named here never came back.
    let attempts = match left {
        Some(_) => attempts.max(0).saturating_add(1),
        None => attempts,
    };
    diesel::update(dsl::import_batches.filter(dsl::id.eq(id)))
        .set(dsl::attempts.eq(attempts))
        .execute(conn)?;
    Ok(Some(Taken {
        crashes: attempts.max(0),
        failures: attempts.min(0).saturating_neg(),
    }))
}

/// Takes a batch, or keeps it: false when somebody else has it.
pub fn hold(conn: &mut Conn, id: i64, worker: &str, (now, until): (i64, i64)) -> QueryResult<bool> {
    let free = dsl::import_batches.filter(dsl::id.eq(id)).filter(
        dsl::worker
            .eq(worker)
            .assume_not_null()
            .or(dsl::worker_until.lt(now)),
    );
    let held = diesel::update(free)
        .set((dsl::worker.eq(worker), dsl::worker_until.eq(until)))
        .execute(conn)?;
    Ok(held == 1)
}

/// Lets go of it; its step came to an end.
pub fn release(conn: &mut Conn, id: i64, worker: &str) -> QueryResult<usize> {
    let own = dsl::import_batches
        .filter(dsl::id.eq(id))
        .filter(dsl::worker.eq(worker));
    diesel::update(own)
        .set((
            dsl::worker.eq(None::<String>),
            dsl::worker_until.eq(0),
            dsl::attempts.eq(0),
        ))
        .execute(conn)
}

/// Lets go of it; its step failed for the `failures`th time in a row, and nobody tries before `until`.
pub fn rest(
    conn: &mut Conn,
    id: i64,
    worker: &str,
    (failures, until): (i32, i64),
) -> QueryResult<usize> {
    let own = dsl::import_batches
        .filter(dsl::id.eq(id))
        .filter(dsl::worker.eq(worker));
    diesel::update(own)
        .set((
            dsl::worker.eq(None::<String>),
            dsl::worker_until.eq(until),
            dsl::attempts.eq(failures.saturating_neg()),
        ))
        .execute(conn)
}
