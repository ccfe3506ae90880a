//! What people and events do to notices: cancel, send again.

use diesel::prelude::*;

use super::change::{end, word};
use super::{CANCELLED, EXPIRED, PARKED, PENDING, REFUSED, SENT, UNKNOWN, WAITING};
use crate::store::Conn;
use crate::store::push_receipts::SYSTEM_FAILED;
use crate::store::schema::pushes::dsl;

/// Why a notice stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is none with this id.
    Missing,
    /// Its state does not allow it.
    State,
    /// Whom it was for is not known any more.
    Erased,
}

/// Cancels what waits for a person and forgets the openid in all of the person's notices: for somebody who left.
/// One that is being sent right now is cancelled when its outcome is known, unless it arrived.
pub fn cancel_for_openid(
    conn: &mut Conn,
    openid: &str,
    reason: &str,
    now: i64,
) -> QueryResult<usize> {
    let cancelled = cancel_waiting(conn, openid, reason, now)?;
    diesel::update(dsl::pushes.filter(dsl::openid.eq(openid)))
        .set((
            dsl::openid.eq(None::<String>),
            dsl::secret.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(cancelled)
}

/// Cancels what waits for a person.
pub(in crate::store) fn cancel_waiting(
    conn: &mut Conn,
    openid: &str,
    reason: &str,
    now: i64,
) -> QueryResult<usize> {
    let ids: Vec<i64> = dsl::pushes
        .filter(dsl::openid.eq(openid))
        .filter(dsl::ended_at.is_null())
        .filter(dsl::state.eq_any([PENDING, WAITING, UNKNOWN]))
        .order(dsl::id)
        .select(dsl::id)
        .load(conn)?;
    end(conn, &ids, CANCELLED, reason, now)
}

/// Cancels one notice that waits or is parked.
pub fn cancel(conn: &mut Conn, public_id: &str, now: i64) -> QueryResult<Result<(), Refused>> {
    let Some((id, state)) = find(conn, public_id)? else {
        return Ok(Err(Refused::Missing));
    };
    let free = dsl::pushes
        .filter(dsl::id.eq(id))
        .filter(dsl::state.eq_any([PENDING, WAITING, UNKNOWN, PARKED]));
    // Claimed a moment ago, the condition no longer holds.
    let changed = diesel::update(free)
        .set(dsl::state.eq(CANCELLED))
        .execute(conn)?;
    if changed == 0 {
        tracing::debug!(state, "a notice in this state cannot be cancelled");
        return Ok(Err(Refused::State));
    }
    end(conn, &[id], CANCELLED, "by hand", now)?;
    Ok(Ok(()))
}

/// Gives an ended notice a new life of `ttl_ms`: `parked`, `refused`, `expired`, or one that the platform says it
/// failed to deliver. It keeps its id, so that the platform drops a second copy within ten minutes of the first try.
pub fn redrive(
    conn: &mut Conn,
    public_id: &str,
    now: i64,
    ttl_ms: i64,
) -> QueryResult<Result<(), Refused>> {
    let row: Option<(i64, String, Option<String>, Option<String>)> = dsl::pushes
        .filter(dsl::public_id.eq(public_id))
        .select((dsl::id, dsl::state, dsl::receipt, dsl::openid))
        .first(conn)
        .optional()?;
    let Some((id, state, receipt, openid)) = row else {
        return Ok(Err(Refused::Missing));
    };
    let failed = state == SENT && receipt.as_deref() == Some(SYSTEM_FAILED);
    if ![PARKED, REFUSED, EXPIRED].contains(&state.as_str()) && !failed {
        return Ok(Err(Refused::State));
    }
    if openid.is_none() {
        return Ok(Err(Refused::Erased));
    }
    Ok(match revive(conn, id, &state, now, now + ttl_ms)? {
        true => Ok(()),
        false => Err(Refused::State),
    })
}

/// A new life for an ended row, if it is still in `state`. The receipt was of the old life; that there was one stays, in
/// `receipt_at`.
pub(in crate::store) fn revive(
    conn: &mut Conn,
    id: i64,
    state: &str,
    due: i64,
    expires: i64,
) -> QueryResult<bool> {
    let same = dsl::pushes
        .filter(dsl::id.eq(id))
        .filter(dsl::state.eq(state))
        .filter(dsl::openid.is_not_null());
    let changed = diesel::update(same)
        .set((
            dsl::state.eq(PENDING),
            dsl::due_at.eq(due),
            dsl::expires_at.eq(expires),
            dsl::attempts.eq(0),
            dsl::token_swaps.eq(0),
            dsl::crashes.eq(0),
            dsl::resends.eq(0),
            dsl::first_attempt_at.eq(None::<i64>),
            dsl::receipt.eq(None::<String>),
            dsl::ended_at.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<(i64, String)>> {
    dsl::pushes
        .filter(dsl::public_id.eq(public_id))
        .select((dsl::id, dsl::state))
        .first(conn)
        .optional()
}

/// The ids of ended notices of a state, oldest first.
pub fn ended_ids(
    conn: &mut Conn,
    state: &'static str,
    kind: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let mut ended = dsl::pushes
        .filter(dsl::state.eq(word(state)))
        .order(dsl::id)
        .select(dsl::public_id)
        .limit(limit)
        .into_boxed();
    if let Some(kind) = kind {
        ended = ended.filter(dsl::kind.eq(kind));
    }
    ended.load(conn)
}
