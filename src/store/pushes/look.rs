//! Looking at notices: lists, one with its history, and how many there are.

use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;

use super::change::word;
use super::row::{Attempt, Push};
use super::{PARKED, SENDING, SENT, UNKNOWN, WAITING};
use crate::store::Conn;
use crate::store::schema::push_attempts;
use crate::store::schema::pushes::dsl;

/// Which notices.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this state.
    pub state: Option<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only sent before this time without a receipt.
    pub unconfirmed_before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Open rows by state.
    pub states: Vec<(&'static str, i64)>,
    /// Creation time of the oldest open row of each lane.
    pub oldest: Vec<(i32, Option<i64>)>,
}

/// Newest first.
pub fn list(conn: &mut Conn, filter: &Filter) -> QueryResult<Vec<Push>> {
    let mut query = dsl::pushes
        .select(Push::as_select())
        .order(dsl::id.desc())
        .limit(filter.limit)
        .into_boxed();
    if let Some(state) = &filter.state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(dsl::kind.eq(kind));
    }
    if let Some(before) = filter.unconfirmed_before {
        query = query
            .filter(dsl::state.eq(word(SENT)))
            .filter(dsl::receipt.is_null())
            .filter(dsl::ended_at.le(before));
    }
    query.load(conn)
}

/// One.
pub fn by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Push>> {
    dsl::pushes
        .filter(dsl::public_id.eq(public_id))
        .select(Push::as_select())
        .first(conn)
        .optional()
}

/// Its tries, first to last.
pub fn attempts(conn: &mut Conn, push_id: i64) -> QueryResult<Vec<Attempt>> {
    push_attempts::table
        .filter(push_attempts::push_id.eq(push_id))
        .order(push_attempts::id)
        .select(Attempt::as_select())
        .load(conn)
}

/// Sent before `before` and after `since`, and no receipt came.
pub fn unconfirmed(conn: &mut Conn, since: i64, before: i64) -> QueryResult<i64> {
    dsl::pushes
        .filter(dsl::state.eq(word(SENT)))
        .filter(dsl::receipt.is_null())
        .filter(dsl::ended_at.gt(since))
        .filter(dsl::ended_at.le(before))
        .select(count_star())
        .first(conn)
}

/// Counts what is open and what is parked.
pub fn depth(conn: &mut Conn, lanes: &[i32]) -> QueryResult<Depth> {
    let mut depth = Depth::default();
    let mut busy = 0;
    for state in [WAITING, UNKNOWN, SENDING, PARKED] {
        let number: i64 = dsl::pushes
            .filter(dsl::state.eq(word(state)))
            .select(count_star())
            .first(conn)?;
        if state != PARKED {
            busy += number;
        }
        depth.states.push((state, number));
    }
    let open: i64 = dsl::pushes
        .filter(dsl::ended_at.is_null())
        .select(count_star())
        .first(conn)?;
    depth.states.push((super::PENDING, open - busy));
    for lane in lanes {
        let oldest: Option<i64> = dsl::pushes
            .filter(dsl::lane.eq(lane))
            .filter(dsl::ended_at.is_null())
            .select(min(dsl::id))
            .first(conn)?;
        let created: Option<i64> = match oldest {
            None => None,
            Some(id) => dsl::pushes
                .filter(dsl::id.eq(id))
                .select(max(dsl::created_at))
                .first(conn)?,
        };
        depth.oldest.push((*lane, created));
    }
    Ok(depth)
}
