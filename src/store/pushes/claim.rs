//! Claiming: the lease and the note that it is being sent, in one transaction, within what the account allows now.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::change::{unheld, word};
use super::row::{Candidate, ClaimedPush};
use super::triage::{Ruling, Triage};
use super::{Now, SENDING, UNKNOWN, lane};
use crate::domain::lane::{Grant, Lane, Rules, Turn};
use crate::domain::notice::LANES;
use crate::store::Conn;
use crate::store::schema::pushes::dsl;

/// How often a claim looks again when all it found had to end instead of going out.
const ROUNDS: usize = 8;

/// What a worker wants.
#[derive(Clone, Debug)]
pub struct ClaimOrder {
    /// Whose clock.
    pub now: Now,
    /// At most so many.
    pub wanted: usize,
    /// Milliseconds for which they are his.
    pub lease_ms: i64,
    /// A fresh random word that marks them as his.
    pub lease_token: String,
    /// Rate, quota, circuit.
    pub lane: Rules,
    /// When to end a row instead.
    pub ruling: Ruling,
    /// False only in tests of the tests: a try leaves no trace before its outcome.
    pub write_ahead: bool,
}

/// What he got.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The time at which the leases began, by the clock that was asked for.
    pub now: i64,
    /// To be sent at once.
    pub pushes: Vec<ClaimedPush>,
    /// What the account allowed.
    pub grant: Grant,
    /// What changed about the account.
    pub turns: Vec<Turn>,
    /// Rows that ended instead: state and number.
    pub ended: Vec<(&'static str, usize)>,
    /// The account after it.
    pub lane: Lane,
}

/// Whether anything is due and the account would let it go, and how; a cheap look before [`claim`].
pub fn is_due(conn: &mut Conn, now: Now, rules: &Rules) -> QueryResult<Option<Grant>> {
    let now = now.read(conn)?;
    let mut due = false;
    for lane in LANES {
        let of_lane = dsl::pushes
            .filter(dsl::lane.eq(lane))
            .filter(dsl::due_at.le(now));
        due = due || diesel::select(exists(of_lane)).get_result(conn)?;
    }
    if !due {
        return Ok(None);
    }
    let mut lane = lane::view(conn)?;
    lane.tick(now, rules);
    Ok(Some(lane.grant(now, 1, rules)))
}

/// Claims what is due, lane by lane, oldest first. Several workers may call it at once.
pub fn claim(conn: &mut Conn, order: &ClaimOrder) -> QueryResult<Claim> {
    let mut lane = lane::lock(conn)?;
    // After the lock, so that the row's times never run ahead of ours.
    let now = order.now.read(conn)?;
    let before = lane.clone();
    let mut turns = lane.tick(now, &order.lane);
    let grant = lane.grant(now, order.wanted, &order.lane);
    let count = match grant {
        Grant::Nothing { .. } => 0,
        Grant::Probe => 1,
        Grant::UpTo(count) => count,
    };
    let mut pushes: Vec<ClaimedPush> = Vec::with_capacity(count);
    let mut triage = Triage::new(now, &order.ruling);
    for _ in 0..ROUNDS {
        let missing = count - pushes.len();
        if missing == 0 {
            break;
        }
        let found = candidates(conn, now, missing, grant == Grant::Probe)?;
        if found.is_empty() {
            break;
        }
        let good = triage.sort_out(conn, found)?;
        lease(conn, order, now, &good)?;
        pushes.extend(good.into_iter().filter_map(|row| claimed(row, now, grant)));
    }
    turns.extend(lane.take(now, pushes.len(), grant, &order.lane));
    if lane != before {
        lane::save(conn, &lane)?;
    }
    Ok(Claim {
        now,
        pushes,
        grant,
        turns,
        ended: triage.ended,
        lane,
    })
}

/// Due rows that nobody else holds: first a doubtful one for a probe, then lane by lane.
fn candidates(
    conn: &mut Conn,
    now: i64,
    count: usize,
    is_probe: bool,
) -> QueryResult<Vec<Candidate>> {
    let mut found: Vec<Candidate> = Vec::new();
    if is_probe {
        // One whose fate is open anyway: a probe that gets no answer then puts no other notice in doubt.
        found = unheld!(
            conn,
            dsl::pushes
                .filter(dsl::state.eq(word(UNKNOWN)))
                .filter(dsl::due_at.le(now))
                .order(dsl::first_attempt_at)
                .limit(1)
        )?;
    }
    for lane in LANES {
        let missing = i64::try_from(count.saturating_sub(found.len())).unwrap_or(0);
        if missing == 0 {
            break;
        }
        let of_lane = unheld!(
            conn,
            dsl::pushes
                .filter(dsl::lane.eq(lane))
                .filter(dsl::due_at.le(now))
                .order((dsl::due_at, dsl::id))
                .limit(missing)
        );
        found.extend(of_lane?);
    }
    Ok(found)
}

/// The lease, and the note that they are being sent.
fn lease(conn: &mut Conn, order: &ClaimOrder, now: i64, rows: &[Candidate]) -> QueryResult<()> {
    let ids = |wanted: &dyn Fn(&&Candidate) -> bool| -> Vec<i64> {
        rows.iter().filter(wanted).map(|row| row.id).collect()
    };
    let mine = (
        dsl::lease_token.eq(&order.lease_token),
        dsl::due_at.eq(now + order.lease_ms),
    );
    if !order.write_ahead {
        diesel::update(dsl::pushes.filter(dsl::id.eq_any(ids(&|_| true))))
            .set(mine)
            .execute(conn)?;
        return Ok(());
    }
    let crashed = ids(&|row| row.state == SENDING);
    if !crashed.is_empty() {
        diesel::update(dsl::pushes.filter(dsl::id.eq_any(crashed)))
            .set(dsl::crashes.eq(dsl::crashes + 1))
            .execute(conn)?;
    }
    let sending = (
        mine,
        dsl::state.eq(SENDING),
        dsl::attempts.eq(dsl::attempts + 1),
    );
    let fresh = ids(&|row| row.first_attempt_at.is_none());
    if !fresh.is_empty() {
        diesel::update(dsl::pushes.filter(dsl::id.eq_any(fresh)))
            .set((sending, dsl::first_attempt_at.eq(now)))
            .execute(conn)?;
    }
    let again = ids(&|row| row.first_attempt_at.is_some());
    if !again.is_empty() {
        diesel::update(dsl::pushes.filter(dsl::id.eq_any(again)))
            .set(sending)
            .execute(conn)?;
    }
    Ok(())
}

fn claimed(row: Candidate, now: i64, grant: Grant) -> Option<ClaimedPush> {
    Some(ClaimedPush {
        id: row.id,
        public_id: row.public_id,
        kind: row.kind,
        unit_id: row.unit_id,
        openid: row.openid?,
        openid_hash: row.openid_hash,
        fields: row.fields,
        secret: row.secret,
        path: row.path,
        order_key: row.order_key,
        attempt: row.attempts + 1,
        token_swaps: row.token_swaps,
        first_attempt_at: row.first_attempt_at.unwrap_or(now),
        is_first_doubt: row.first_attempt_at.is_none(),
        is_probe: grant == Grant::Probe,
        created_at: row.created_at,
    })
}
