//! The outbox's life: every notice from the moment it is due to the moment its fate is known (reliability §2).
//!
//! `pending` → claimed for sending → `sent` | `refused` | `waiting` (certainly not delivered) | `unknown` (perhaps
//! delivered) …; every change of a claimed row compares its lease token. Taking the lease and noting that it is being
//! sent is one statement: whoever dies after it leaves a row that says so. [`super::outbox`] puts rows in.

mod change;
mod claim;
mod forget;
mod lane;
mod look;
mod manage;
mod row;
mod settle;
mod sweep;
mod triage;
mod undelivered;

pub use claim::{Claim, ClaimOrder, claim, is_due};
pub use forget::forget;
pub use lane::{resume, view as lane_view};
pub use look::{Depth, Filter, attempts, by_public_id, depth, list, unconfirmed};
pub use manage::{Refused, cancel, cancel_for_openid, ended_ids, redrive};
pub(super) use manage::{cancel_waiting, revive};
pub use row::{Attempt, ClaimedPush, NewAttempt, Push};
pub use settle::{SettleOrder, Settled, Settlement, Verdict, settle};
pub use sweep::{Swept, sweep};
pub use triage::{Ambiguous, Ruling};
pub use undelivered::{Undelivered, settle_fallback, undelivered, waive_fallback};

use super::Conn;

/// Never tried, or tried without anything being burned by it.
pub const PENDING: &str = "pending";
/// Being sent since it was claimed; `due_at` is the end of the lease.
pub const SENDING: &str = "sending";
/// Certainly not delivered; tried again.
pub const WAITING: &str = "waiting";
/// Perhaps delivered; tried again while the platform drops a second copy.
pub const UNKNOWN: &str = "unknown";
/// The platform took it.
pub const SENT: &str = "sent";
/// The platform will never take it.
pub const REFUSED: &str = "refused";
/// Its time was over before it could be sent.
pub const EXPIRED: &str = "expired";
/// A person must decide.
pub const PARKED: &str = "parked";
/// Not wanted any more.
pub const CANCELLED: &str = "cancelled";

/// Whose clock is used. Leases and windows of several machines need the one clock that they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// PostgreSQL's own; with SQLite, which has none of its own, the given one.
    OfDatabase(i64),
    /// The given one, milliseconds UTC.
    Given(i64),
}

impl Now {
    pub(super) fn read(self, conn: &mut Conn) -> diesel::QueryResult<i64> {
        match (self, conn) {
            (Self::OfDatabase(given), conn) => Ok(clock(conn)?.unwrap_or(given)),
            (Self::Given(given), _) => Ok(given),
        }
    }
}

/// PostgreSQL's clock, milliseconds UTC; `None` with SQLite.
pub fn clock(conn: &mut Conn) -> diesel::QueryResult<Option<i64>> {
    use diesel::RunQueryDsl;
    use diesel::sql_types::BigInt;
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Postgres(c) => {
            let now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
            diesel::select(diesel::dsl::sql::<BigInt>(now))
                .get_result(c)
                .map(Some)
        }
    }
}
