//! What time alone decides, also while nothing may be sent.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::change::{end, unheld, word};
use super::row::Candidate;
use super::triage::{Ambiguous, Ruling, reasons};
use super::{EXPIRED, Now, PARKED, PENDING, SENDING, SENT, UNKNOWN, WAITING, settle};
use crate::store::Conn;
use crate::store::schema::pushes::dsl;
use crate::store::schema::{push_attempts, pushes};

/// Rows at a time; the rest comes with the next sweep.
const BATCH: i64 = 500;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Their time was over.
    pub expired: usize,
    /// The window closed over them.
    pub parked: usize,
    /// Nothing stands before them any more.
    pub released: usize,
    /// Parked as doubtful, but whoever had lost the lease has noted meanwhile that they arrived.
    pub arrived: usize,
}

/// Ends what expired and what stayed in doubt, and lets go what stands behind nothing.
pub fn sweep(conn: &mut Conn, now: Now, ruling: &Ruling) -> QueryResult<Swept> {
    let now = now.read(conn)?;
    let mut swept = Swept {
        expired: expire(conn, now)?,
        released: release_stranded(conn, now)?,
        arrived: resolve(conn, now)?,
        ..Swept::default()
    };
    if let Some(window) = ruling.window_ms {
        swept.parked = park(conn, now, window, ruling.ambiguous)?;
    }
    Ok(swept)
}

fn expire(conn: &mut Conn, now: i64) -> QueryResult<usize> {
    let rows: Vec<Candidate> = unheld!(
        conn,
        dsl::pushes
            .filter(dsl::ended_at.is_null())
            .filter(dsl::expires_at.le(now))
            .filter(dsl::state.eq_any([PENDING, WAITING]))
            .order(dsl::expires_at)
            .limit(BATCH)
    )?;
    end(conn, &ids(&rows), EXPIRED, reasons::TTL, now)
}

fn park(conn: &mut Conn, now: i64, window: i64, ambiguous: Ambiguous) -> QueryResult<usize> {
    let mut doubtful: Vec<Candidate> = unheld!(
        conn,
        dsl::pushes
            .filter(dsl::state.eq(word(UNKNOWN)))
            .filter(dsl::first_attempt_at.le(now - window))
            .order(dsl::first_attempt_at)
            .limit(BATCH)
    )?;
    let abandoned: Vec<Candidate> = unheld!(
        conn,
        dsl::pushes
            .filter(dsl::state.eq(word(SENDING)))
            .filter(dsl::first_attempt_at.le(now - window))
            .filter(dsl::due_at.le(now))
            .order(dsl::first_attempt_at)
            .limit(BATCH)
    )?;
    doubtful.extend(abandoned);
    // One that may be sent once more waits for its turn.
    let parked = |row: &Candidate| ambiguous == Ambiguous::Park || row.resends > 0;
    doubtful.retain(parked);
    end(conn, &ids(&doubtful), PARKED, reasons::AMBIGUOUS, now)
}

/// Takes rows off the list of doubts when a delivery of this life of theirs is known.
fn resolve(conn: &mut Conn, now: i64) -> QueryResult<usize> {
    let delivery = push_attempts::table
        .filter(push_attempts::push_id.eq(dsl::id))
        .filter(push_attempts::outcome.eq(SENT))
        .filter(push_attempts::ended_at.nullable().ge(dsl::first_attempt_at));
    let rows: Vec<Candidate> = unheld!(
        conn,
        dsl::pushes
            .filter(dsl::state.eq(word(PARKED)))
            .filter(exists(delivery))
            .order(dsl::id)
            .limit(BATCH)
    )?;
    for row in &rows {
        let msgid: Option<String> = push_attempts::table
            .filter(push_attempts::push_id.eq(row.id))
            .filter(push_attempts::outcome.eq(SENT))
            .order(push_attempts::id.desc())
            .select(push_attempts::msgid)
            .first(conn)?;
        settle::mark_sent(conn, row.id, &msgid.unwrap_or_default(), now)?;
    }
    Ok(rows.len())
}

/// Rows that were put behind one that ended in the same moment.
fn release_stranded(conn: &mut Conn, now: i64) -> QueryResult<usize> {
    let earlier = diesel::alias!(pushes as earlier);
    let before = earlier
        .filter(earlier.field(dsl::order_key).eq(dsl::order_key))
        .filter(earlier.field(dsl::ended_at).is_null())
        .filter(earlier.field(dsl::id).lt(dsl::id));
    let stranded: Vec<i64> = dsl::pushes
        .filter(dsl::due_at.is_null())
        .filter(dsl::ended_at.is_null())
        .filter(not(exists(before)))
        .order(dsl::id)
        .select(dsl::id)
        .limit(BATCH)
        .load(conn)?;
    if stranded.is_empty() {
        return Ok(0);
    }
    let still = dsl::pushes
        .filter(dsl::id.eq_any(stranded))
        .filter(dsl::due_at.is_null())
        .filter(dsl::ended_at.is_null());
    diesel::update(still).set(dsl::due_at.eq(now)).execute(conn)
}

fn ids(rows: &[Candidate]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}
