//! What to do with the shared row, as a pure function of it and the time.

use chrono::{DateTime, FixedOffset};

use crate::store::access_tokens::{Answer, Forced, Row};

/// Our end of a token's life lies this long before the platform's. Below the 300 s in which the platform keeps the old
/// one valid beside the new one.
const MARGIN_MS: i64 = 120_000;
/// Renewed when less than this is left of our life: then the platform's own renewal (300 s before its end) has been.
const RENEW_MS: i64 = 170_000;
/// A renewal that brought no longer life is tried again after this time.
const RENEW_PACE_MS: i64 = 20_000;
/// A refusal within this time of the platform's confirmation is a refusal of a fresh token.
pub(super) const FRESH_MS: i64 = 5 * 60_000;
/// Refusals of a token that the platform goes on giving, before it is made to give another one.
const FORCE_AFTER: i32 = 2;
/// Forced renewals are this far apart …
const FORCE_PACE_MS: i64 = 30_000;
/// … and at most this many a day. The platform allows exactly this.
pub(super) const FORCE_A_DAY: i32 = 20;
/// Meanwhile it is asked normally this often.
const CONFIRM_PACE_MS: i64 = 5_000;
/// No token is believed to live longer.
const LONGEST_LIFE_MS: i64 = 24 * 3_600_000;
const CHINA_SECS: i32 = 8 * 3600;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Serve the row's token.
    Serve,
    /// Serve it and get the next one meanwhile.
    ServeAndRenew,
    /// Ask the platform.
    Fetch,
    /// Make the platform give another one.
    Force,
    /// The platform refuses the token it gives; nothing to be done before this time (milliseconds UTC).
    Held(i64),
}

/// What to do with the row.
pub(super) fn decide(row: &Row, now: i64) -> Step {
    let refused = row.rejected_generation >= row.generation;
    if !refused && now < row.expires_at {
        let ends_soon = row.expires_at - now < RENEW_MS;
        return if ends_soon && away(row.fetched_at, now, RENEW_PACE_MS) {
            Step::ServeAndRenew
        } else {
            Step::Serve
        };
    }
    if refused && row.rejections >= FORCE_AFTER {
        if may_force(row, now) {
            return Step::Force;
        }
        if !away(row.fetched_at, now, CONFIRM_PACE_MS) {
            return Step::Held(row.fetched_at + CONFIRM_PACE_MS);
        }
    }
    Step::Fetch
}

/// At least `pace` past `then`; also when the clock was set back behind it.
fn away(then: i64, now: i64, pace: i64) -> bool {
    !(then..then.saturating_add(pace)).contains(&now)
}

fn may_force(row: &Row, now: i64) -> bool {
    let used = if row.forced_day == day(now) {
        row.forced_today
    } else {
        0
    };
    used < FORCE_A_DAY && away(row.forced_at, now, FORCE_PACE_MS)
}

/// The entry of a forced renewal.
pub(super) fn forced(row: &Row, now: i64) -> Forced {
    let day = day(now);
    let before = if row.forced_day == day {
        row.forced_today
    } else {
        0
    };
    Forced {
        day,
        today: before + 1,
        at: now,
    }
}

fn day(now: i64) -> String {
    let zone = FixedOffset::east_opt(CHINA_SECS);
    let time = DateTime::from_timestamp_millis(now);
    match (time, zone) {
        (Some(time), Some(zone)) => time.with_timezone(&zone).format("%Y-%m-%d").to_string(),
        _ => String::new(),
    }
}

/// What the platform's answer makes of the row as it was when it was asked. `same` says whether it gave the token of
/// the row again. The sealed token is for the caller to fill in.
pub(super) fn answered(seen: &Row, same: bool, expires_in_secs: u64, now: i64) -> Answer {
    let life = i64::try_from(expires_in_secs)
        .unwrap_or(i64::MAX)
        .saturating_mul(1000)
        .min(LONGEST_LIFE_MS);
    let refused = seen.rejected_generation >= seen.generation;
    let still_refused = same && refused && seen.rejections >= FORCE_AFTER;
    // A token that was refused once and is confirmed may be served again: as a new generation, so that refusals of the
    // old one that are still on their way do not count against it.
    let generation = if same && (!refused || still_refused) {
        seen.generation
    } else {
        // By the time, so that a database that was put back from a copy does not repeat generations.
        (seen.generation + 1).max(now)
    };
    Answer {
        token: String::new(),
        generation,
        expires_at: now + life - MARGIN_MS.min(life / 2),
        fetched_at: now,
        rejections: if same { seen.rejections } else { 0 },
        unless_rejected: same && !refused,
    }
}

#[cfg(test)]
mod tests;
