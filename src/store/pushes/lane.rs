//! The one row in which all workers see the account: rate, quota, circuit, stop.

use diesel::prelude::*;

use crate::domain::lane::{Circuit, Lane, Stop};
use crate::store::Conn;
use crate::store::schema::push_lane;
use crate::store::schema::push_lane::dsl;

/// The key of the row.
const ONLY: i32 = 1;

#[derive(Queryable, Selectable)]
#[diesel(table_name = push_lane)]
struct Row {
    stopped_until: Option<i64>,
    stop_reason: Option<String>,
    stop_code: Option<i64>,
    stopped_at: Option<i64>,
    circuit: String,
    circuit_at: i64,
    probe_at: i64,
    streak: i32,
    failures: i32,
    successes: i32,
    window_at: i64,
    tokens: f64,
    tokens_at: i64,
    quota_day: String,
    quota_used: i64,
}

impl From<Row> for Lane {
    fn from(row: Row) -> Self {
        let stop = row
            .stop_reason
            .map(|reason| Stop::read(&reason, row.stop_code, row.stopped_at, row.stopped_until));
        Self {
            stop,
            circuit: Circuit::from_word(&row.circuit),
            circuit_at: row.circuit_at,
            probe_at: row.probe_at,
            streak: row.streak,
            failures: row.failures,
            successes: row.successes,
            window_at: row.window_at,
            tokens: row.tokens,
            tokens_at: row.tokens_at,
            quota_day: row.quota_day,
            quota_used: row.quota_used,
        }
    }
}

/// The row as it is, without waiting for anybody.
pub fn view(conn: &mut Conn) -> QueryResult<Lane> {
    dsl::push_lane
        .find(ONLY)
        .select(Row::as_select())
        .first(conn)
        .map(Lane::from)
}

/// Lets the account go on; false when nothing holds it up.
pub fn resume(conn: &mut Conn, now: i64) -> QueryResult<bool> {
    let mut lane = lock(conn)?;
    let resumed = lane.resume(now);
    if resumed {
        save(conn, &lane)?;
    }
    Ok(resumed)
}

/// The row, which nobody else changes until this transaction ends.
pub(super) fn lock(conn: &mut Conn) -> QueryResult<Lane> {
    match conn {
        // A writing transaction of SQLite is alone already.
        Conn::Sqlite(c) => dsl::push_lane.find(ONLY).select(Row::as_select()).first(c),
        Conn::Postgres(c) => dsl::push_lane
            .find(ONLY)
            .select(Row::as_select())
            .for_update()
            .first(c),
    }
    .map(Lane::from)
}

/// Writes the row that was locked.
pub(super) fn save(conn: &mut Conn, lane: &Lane) -> QueryResult<()> {
    let stop = lane.stop.as_ref();
    diesel::update(dsl::push_lane.find(ONLY))
        .set((
            dsl::stopped_until.eq(stop.and_then(|stop| stop.until)),
            dsl::stop_reason.eq(stop.map(|stop| stop.reason.as_str())),
            dsl::stop_code.eq(stop.and_then(|stop| stop.code)),
            dsl::stopped_at.eq(stop.map(|stop| stop.at)),
            dsl::circuit.eq(lane.circuit.as_str()),
            dsl::circuit_at.eq(lane.circuit_at),
            dsl::probe_at.eq(lane.probe_at),
            dsl::streak.eq(lane.streak),
            dsl::failures.eq(lane.failures),
            dsl::successes.eq(lane.successes),
            dsl::window_at.eq(lane.window_at),
            dsl::tokens.eq(lane.tokens),
            dsl::tokens_at.eq(lane.tokens_at),
            dsl::quota_day.eq(&lane.quota_day),
            dsl::quota_used.eq(lane.quota_used),
        ))
        .execute(conn)?;
    Ok(())
}
