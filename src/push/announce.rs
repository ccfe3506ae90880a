//! What operators must hear of: log lines and counters.

use crate::domain::lane::{StopReason, Turn};
use crate::push::outcome::{Outcome, class};
use crate::push::reaction::Reaction;
use crate::store::pushes::ClaimedPush;

/// Changes of the account's state.
pub(super) fn turns(turns: &[Turn]) {
    for turn in turns {
        match turn {
            Turn::Stopped(StopReason::Account, code) => tracing::error!(
                code,
                "pushing is stopped: the platform does not accept the account, its secret, its permissions or our \
                 address; all notices are kept; see docs/operations.md"
            ),
            Turn::Stopped(StopReason::Quota, code) => tracing::error!(
                code,
                "pushing is stopped until midnight in China: the day's sends are used up; all notices are kept"
            ),
            Turn::Stopped(StopReason::Throttle, code) => {
                tracing::warn!(
                    code,
                    "pushing waits a minute: too many sends in the last one"
                );
            }
            Turn::Resumed => tracing::info!("pushing goes on"),
            Turn::Opened => {
                tracing::error!(
                    "the platform does not answer: pushing waits, one probe in 15 seconds"
                );
            }
            Turn::Ramping => {
                tracing::info!("the platform answers again: the rate grows within a minute")
            }
            Turn::Closed => tracing::info!("pushing at the full rate again"),
            Turn::QuotaUsed(100) => {
                tracing::error!(
                    "the day's sends are used up (push.daily_quota): pushing waits until midnight in China"
                );
            }
            Turn::QuotaUsed(percent) => tracing::warn!(percent, "of the day's sends are used"),
        }
        let word = match turn {
            Turn::Stopped(reason, _) => reason.as_str(),
            Turn::Resumed => "resumed",
            Turn::Opened => "circuit_open",
            Turn::Ramping => "circuit_ramp",
            Turn::Closed => "circuit_closed",
            Turn::QuotaUsed(_) => "quota_alert",
        };
        metrics::counter!("jianxin_push_turns_total", "turn" => word).increment(1);
    }
}

/// The outcome of one try.
pub(super) fn outcome(push: &ClaimedPush, outcome: &Outcome) {
    metrics::counter!("jianxin_push_outcomes_total", "class" => class(outcome)).increment(1);
    match outcome {
        Outcome::Failed {
            reaction: Reaction::Content | Reaction::Template | Reaction::Park | Reaction::Strange,
            code,
            detail,
        } => tracing::error!(
            push = push.public_id,
            kind = push.kind,
            code,
            detail,
            "the platform does not take a notice"
        ),
        Outcome::Unsendable(reason) => tracing::error!(
            push = push.public_id,
            kind = push.kind,
            reason,
            "a notice cannot be made into a message; it is parked"
        ),
        Outcome::Failed { code, detail, .. } => tracing::debug!(
            push = push.public_id,
            attempt = push.attempt,
            code,
            detail,
            "a try failed"
        ),
        Outcome::Delivered(_) | Outcome::Returned => {}
    }
}

/// Rows that ended without being sent.
pub(super) fn ended(state: &'static str, number: usize) {
    if number == 0 {
        return;
    }
    metrics::counter!("jianxin_push_ended_total", "state" => state)
        .increment(u64::try_from(number).unwrap_or(u64::MAX));
    match state {
        "parked" => tracing::error!(
            number,
            "notices are parked: a person must decide (jianxin push list --state parked)"
        ),
        "expired" => tracing::error!(number, "notices expired before they could be sent"),
        _ => tracing::debug!(state, number, "notices ended without being sent"),
    }
}
