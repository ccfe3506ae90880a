//! Settling: what became of claimed rows, many in one transaction.

use diesel::prelude::*;

use super::change::release;
use super::row::NewAttempt;
use super::triage::reasons;
use super::{CANCELLED, Now, PENDING, SENT, UNKNOWN, WAITING, lane};
use crate::domain::lane::{News, Rules, Turn};
use crate::store::conn::on_either;
use crate::store::schema::pushes::dsl;
use crate::store::schema::{push_attempts, pushes};
use crate::store::{Conn, push_blocks, push_receipts};

/// What becomes of a row.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The platform took it.
    Sent {
        /// The platform's id.
        msgid: String,
    },
    /// It is over: `refused` or `parked`.
    Ended {
        /// The state.
        state: &'static str,
        /// Why, for people.
        reason: String,
        /// The platform's error.
        errcode: Option<i64>,
        /// Nothing more is pushed to this receiver until they come back.
        blocks_receiver: bool,
    },
    /// It is tried again.
    Again {
        /// Milliseconds from now.
        pause_ms: i64,
        /// Not later than this: the window of a doubtful one.
        not_after: Option<i64>,
        /// Whether it may have arrived, by this try or an earlier one.
        is_doubtful: bool,
        /// Whether the try counts.
        counts: bool,
        /// Why, for people.
        reason: Option<String>,
        /// The platform's error.
        errcode: Option<i64>,
    },
}

/// The outcome of one claimed row.
#[derive(Clone)]
pub struct Settlement {
    /// Which.
    pub id: i64,
    /// The lease it was claimed with.
    pub lease_token: String,
    /// The receiver.
    pub openid: String,
    /// Keyed hash of the receiver.
    pub openid_hash: String,
    /// As claimed.
    pub order_key: Option<String>,
    /// As claimed.
    pub attempt: i32,
    /// Changes of the access token altogether.
    pub token_swaps: i32,
    /// What the try came to; `None` when nothing was sent.
    pub record: Option<NewAttempt>,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// A batch of outcomes.
#[derive(Clone)]
pub struct SettleOrder {
    /// Whose clock.
    pub now: Now,
    /// Outcomes.
    pub batch: Vec<Settlement>,
    /// What they tell about the platform.
    pub news: News,
    /// Rate, quota, circuit.
    pub lane: Rules,
    /// False only in tests of the tests: a lost lease does not matter.
    pub fence: bool,
}

/// What settling did.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Outcomes whose row belonged to somebody else meanwhile; only the try was noted.
    pub lost: usize,
    /// Waiting rows of receivers who are not to get any more.
    pub cancelled: usize,
    /// What changed about the account.
    pub turns: Vec<Turn>,
}

#[derive(AsChangeset, Default)]
#[diesel(table_name = pushes)]
struct Change {
    state: &'static str,
    due_at: Option<Option<i64>>,
    lease_token: Option<Option<String>>,
    attempts: Option<i32>,
    token_swaps: Option<i32>,
    first_attempt_at: Option<Option<i64>>,
    secret: Option<Option<String>>,
    msgid: Option<String>,
    errcode: Option<i64>,
    reason: Option<Option<String>>,
    receipt: Option<Option<String>>,
    ended_at: Option<i64>,
}

/// Writes outcomes down. Each changes its row only while the row carries the lease it was claimed with; the try itself
/// is noted in any case. Doing it twice changes nothing more.
pub fn settle(conn: &mut Conn, order: &SettleOrder) -> QueryResult<Settled> {
    let now = order.now.read(conn)?;
    let mut settled = Settled::default();
    // In order of keys, so that two batches never wait for each other.
    let mut batch: Vec<&Settlement> = order.batch.iter().collect();
    batch.sort_by_key(|one| one.id);
    let records: Vec<&NewAttempt> = batch.iter().filter_map(|one| one.record.as_ref()).collect();
    if !records.is_empty() {
        on_either!(conn, c => diesel::insert_into(push_attempts::table)
            .values(records)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    let (plain, others): (Vec<&Settlement>, Vec<&Settlement>) =
        batch.into_iter().partition(|one| is_plain(one));
    let mut held = deliver(conn, &plain, now, order.fence)?;
    settled.lost += plain.len() - held.len();
    for one in others {
        match apply(conn, one, now, order.fence)? {
            true => held.push(one),
            false => settled.lost += 1,
        }
    }
    follow_up(conn, &held, now, &mut settled)?;
    if order.news != News::default() && !(lane::view(conn)?.is_calm() && is_good(&order.news)) {
        let mut lane = lane::lock(conn)?;
        settled.turns = lane.tick(now, &order.lane);
        settled
            .turns
            .extend(lane.learn(now, &order.news, &order.lane));
        lane::save(conn, &lane)?;
    }
    Ok(settled)
}

fn is_good(news: &News) -> bool {
    news.failures == 0 && news.stop.is_none()
}

/// The rule when all is well: delivered, under the token that was there.
fn is_plain(one: &Settlement) -> bool {
    let delivered = matches!(one.verdict, Verdict::Sent { .. }) && one.record.is_some();
    delivered && one.token_swaps == 0
}

/// Delivered rows of one lease in one statement; the platform's ids are taken from the tries that were just noted.
/// Returns those that still carried their lease.
fn deliver<'a>(
    conn: &mut Conn,
    plain: &[&'a Settlement],
    now: i64,
    fence: bool,
) -> QueryResult<Vec<&'a Settlement>> {
    let mut leases: Vec<&str> = plain.iter().map(|one| one.lease_token.as_str()).collect();
    leases.sort_unstable();
    leases.dedup();
    let mut held = Vec::with_capacity(plain.len());
    for lease in leases {
        let own: Vec<&Settlement> = plain
            .iter()
            .copied()
            .filter(|one| one.lease_token == lease)
            .collect();
        let rows = dsl::pushes.filter(dsl::id.eq_any(own.iter().map(|one| one.id)));
        let msgid = push_attempts::table
            .filter(push_attempts::push_id.eq(dsl::id))
            .filter(push_attempts::outcome.eq(SENT))
            .order(push_attempts::id.desc())
            .select(push_attempts::msgid)
            .limit(1)
            .single_value();
        let change = (
            dsl::state.eq(SENT),
            dsl::due_at.eq(None::<i64>),
            dsl::lease_token.eq(None::<String>),
            dsl::msgid.eq(msgid),
            dsl::reason.eq(None::<String>),
            dsl::secret.eq(None::<String>),
            dsl::ended_at.eq(now),
        );
        let ids: Vec<i64> = if fence {
            diesel::update(rows.filter(dsl::lease_token.eq(lease)))
                .set(change)
                .returning(dsl::id)
                .get_results(conn)?
        } else {
            diesel::update(rows)
                .set(change)
                .returning(dsl::id)
                .get_results(conn)?
        };
        held.extend(own.into_iter().filter(|one| ids.contains(&one.id)));
    }
    Ok(held)
}

/// Changes the row; false when it belongs to somebody else.
fn apply(conn: &mut Conn, one: &Settlement, now: i64, fence: bool) -> QueryResult<bool> {
    let change = change(one, now);
    let row = dsl::pushes.filter(dsl::id.eq(one.id));
    let changed = if fence {
        let held = row.filter(dsl::lease_token.eq(&one.lease_token));
        diesel::update(held).set(&change).execute(conn)?
    } else {
        diesel::update(row).set(&change).execute(conn)?
    };
    Ok(changed == 1)
}

fn change(one: &Settlement, now: i64) -> Change {
    let common = Change {
        lease_token: Some(None),
        due_at: Some(None),
        token_swaps: Some(one.token_swaps),
        ..Change::default()
    };
    match &one.verdict {
        Verdict::Sent { msgid } => Change {
            state: SENT,
            msgid: Some(msgid.clone()),
            reason: Some(None),
            // What a tap may show lives elsewhere; here it has done its work.
            secret: Some(None),
            ended_at: Some(now),
            ..common
        },
        Verdict::Ended {
            state,
            reason,
            errcode,
            ..
        } => Change {
            state,
            reason: Some(Some(reason.clone())),
            errcode: *errcode,
            ended_at: Some(now),
            ..common
        },
        Verdict::Again {
            pause_ms,
            not_after,
            is_doubtful,
            counts,
            reason,
            errcode,
        } => {
            let attempts = match counts {
                true => one.attempt,
                false => one.attempt - 1,
            };
            let state = match (is_doubtful, attempts) {
                (true, _) => UNKNOWN,
                (false, 0) => PENDING,
                (false, _) => WAITING,
            };
            let due = now + pause_ms;
            Change {
                state,
                due_at: Some(Some(not_after.map_or(due, |last| due.min(last)).max(now))),
                attempts: Some(attempts),
                first_attempt_at: (!is_doubtful).then_some(None),
                reason: Some(reason.clone()),
                errcode: *errcode,
                ..common
            }
        }
    }
}

/// What follows from outcomes that counted.
fn follow_up(
    conn: &mut Conn,
    held: &[&Settlement],
    now: i64,
    settled: &mut Settled,
) -> QueryResult<()> {
    let mut keys = Vec::new();
    let mut again = Vec::new();
    let mut sent = Vec::new();
    for one in held {
        match &one.verdict {
            Verdict::Again { .. } => again.push(one.id),
            Verdict::Sent { msgid } => {
                keys.extend(one.order_key.clone());
                sent.push((one.id, msgid.as_str()));
            }
            Verdict::Ended {
                blocks_receiver,
                reason,
                ..
            } => {
                keys.extend(one.order_key.clone());
                if *blocks_receiver {
                    push_blocks::block(conn, &one.openid_hash, reason, now)?;
                    settled.cancelled +=
                        super::manage::cancel_waiting(conn, &one.openid, reasons::BLOCKED, now)?;
                }
            }
        }
    }
    if !again.is_empty() {
        // Who left while it was being sent is not written to any more.
        let erased = dsl::pushes
            .filter(dsl::id.eq_any(again))
            .filter(dsl::openid.is_null());
        let ids: Vec<i64> = erased.select(dsl::id).load(conn)?;
        settled.cancelled += super::change::end(conn, &ids, CANCELLED, reasons::UNSUBSCRIBED, now)?;
    }
    push_receipts::join_early(conn, &sent, now)?;
    release(conn, &keys, now)?;
    Ok(())
}

/// A row whose delivery was noted by a worker that had lost the lease.
pub(super) fn mark_sent(conn: &mut Conn, id: i64, msgid: &str, now: i64) -> QueryResult<()> {
    super::change::end(conn, &[id], SENT, "", now)?;
    diesel::update(dsl::pushes.filter(dsl::id.eq(id)))
        .set((
            dsl::msgid.eq(msgid),
            dsl::reason.eq(None::<String>),
            dsl::secret.eq(None::<String>),
        ))
        .execute(conn)?;
    push_receipts::join_early(conn, &[(id, msgid)], now)
}
