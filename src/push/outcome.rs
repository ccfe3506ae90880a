//! From what a try came to, to what becomes of the notice and what it tells about the account. Pure.

use crate::domain::lane::{News, StopReason};
use crate::push::reaction::Reaction;
use crate::push::rules::Rules;
use crate::store::pushes::{ClaimedPush, PARKED, REFUSED, Verdict};

/// A notice that cannot be made into a message, for example because its template is not configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsendable {
    /// One line for people; holds nothing personal.
    pub reason: String,
}

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The platform took it and gave it this id.
    Delivered(String),
    /// It did not; or nobody knows.
    Failed {
        reaction: Reaction,
        code: Option<i64>,
        detail: String,
    },
    /// It could not be made into a message; nothing was posted.
    Unsendable(String),
    /// Nothing was posted: the lease is nearly over, or the process stops.
    Returned,
}

/// A template that is refused is tried so often; the platform is sometimes wrong about it.
const TEMPLATE_TRIES: i32 = 3;

/// What becomes of the notice. `chance` spreads the pauses.
pub(super) fn verdict(
    rules: &Rules,
    push: &ClaimedPush,
    outcome: &Outcome,
    chance: u32,
) -> Verdict {
    let schedule = &rules.schedule;
    match outcome {
        Outcome::Delivered(msgid) => Verdict::Sent {
            msgid: msgid.clone(),
        },
        Outcome::Unsendable(reason) => ended(PARKED, reason, None, false),
        Outcome::Returned => again(rules, push, 0, false),
        Outcome::Failed {
            reaction,
            code,
            detail,
        } => {
            let later = |pause: i64, counts: bool| {
                with_reason(again(rules, push, pause, counts), detail, *code)
            };
            // A probe asks after the platform, not after the notice: it burns nothing.
            let counts = !push.is_probe;
            let pause = schedule.after_refusal(push.attempt, chance);
            match reaction {
                Reaction::Token | Reaction::Busy => later(pause, counts),
                Reaction::Doubt => {
                    with_reason(doubtful(rules, push, counts, chance), detail, *code)
                }
                Reaction::Slower => later(pause.max(rules.lane.throttle_ms), counts),
                Reaction::SlowerAll | Reaction::Quota | Reaction::Account => later(0, false),
                Reaction::Recipient => ended(REFUSED, detail, *code, true),
                Reaction::Content => ended(REFUSED, detail, *code, false),
                Reaction::Template if push.attempt < TEMPLATE_TRIES => {
                    later(schedule.slow(chance), true)
                }
                Reaction::Template => ended(REFUSED, detail, *code, false),
                Reaction::Park => ended(PARKED, detail, *code, false),
                Reaction::Strange => later(pause.max(schedule.slow(chance)), true),
            }
        }
    }
}

/// What it tells about the account.
pub(super) fn news(is_probe: bool, outcome: &Outcome) -> News {
    let answered = News {
        successes: 1,
        probe_succeeded: is_probe.then_some(true),
        ..News::default()
    };
    let failed = News {
        failures: 1,
        probe_succeeded: is_probe.then_some(false),
        ..News::default()
    };
    let stop = |reason, code: &Option<i64>| News {
        stop: Some((reason, code.unwrap_or_default())),
        successes: 1,
        probe_succeeded: is_probe.then_some(false),
        ..News::default()
    };
    match outcome {
        Outcome::Delivered(_) => answered,
        Outcome::Unsendable(_) | Outcome::Returned => News::default(),
        Outcome::Failed { reaction, code, .. } => match reaction {
            Reaction::Token | Reaction::Busy | Reaction::Doubt => failed,
            Reaction::SlowerAll => stop(StopReason::Throttle, code),
            Reaction::Quota => stop(StopReason::Quota, code),
            Reaction::Account => stop(StopReason::Account, code),
            Reaction::Slower
            | Reaction::Recipient
            | Reaction::Content
            | Reaction::Template
            | Reaction::Park
            | Reaction::Strange => answered,
        },
    }
}

/// Sums what a batch tells.
pub(super) fn add(sum: &mut News, one: &News) {
    sum.successes += one.successes;
    sum.failures += one.failures;
    sum.stop = sum.stop.or(one.stop);
    sum.probe_succeeded = sum.probe_succeeded.or(one.probe_succeeded);
}

/// The word under which an outcome is counted and a try is kept.
pub(super) fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered(_) => "sent",
        Outcome::Unsendable(_) => "unsendable",
        Outcome::Returned => "returned",
        Outcome::Failed { reaction, .. } => match reaction {
            Reaction::Token => "token",
            Reaction::Busy => "busy",
            Reaction::Doubt => "unknown",
            Reaction::Slower | Reaction::SlowerAll => "throttle",
            Reaction::Quota => "quota",
            Reaction::Recipient => "recipient",
            Reaction::Content | Reaction::Template => "content",
            Reaction::Park => "park",
            Reaction::Account => "account",
            Reaction::Strange => "strange",
        },
    }
}

fn ended(
    state: &'static str,
    reason: &str,
    errcode: Option<i64>,
    blocks_receiver: bool,
) -> Verdict {
    Verdict::Ended {
        state,
        reason: reason.to_owned(),
        errcode,
        blocks_receiver,
    }
}

/// Tried again after a try that certainly did not arrive; an earlier one may have.
fn again(rules: &Rules, push: &ClaimedPush, pause_ms: i64, counts: bool) -> Verdict {
    let is_doubtful = !push.is_first_doubt;
    Verdict::Again {
        pause_ms,
        not_after: is_doubtful.then(|| window_end(rules, push)).flatten(),
        is_doubtful,
        counts,
        reason: None,
        errcode: None,
    }
}

/// Tried again while the platform drops a second copy; due when it does no longer, which then decides.
fn doubtful(rules: &Rules, push: &ClaimedPush, counts: bool, chance: u32) -> Verdict {
    let end = window_end(rules, push);
    let pause = rules.schedule.after_doubt(push.attempt, chance);
    Verdict::Again {
        pause_ms: pause.unwrap_or(match end {
            Some(_) => rules.schedule.window_ms,
            None => rules.schedule.after_refusal(push.attempt, chance),
        }),
        not_after: end,
        is_doubtful: true,
        counts,
        reason: None,
        errcode: None,
    }
}

fn window_end(rules: &Rules, push: &ClaimedPush) -> Option<i64> {
    let window = rules.schedule.window_ms;
    rules
        .guards
        .window
        .then_some(push.first_attempt_at + window)
}

fn with_reason(verdict: Verdict, detail: &str, code: Option<i64>) -> Verdict {
    match verdict {
        Verdict::Again {
            pause_ms,
            not_after,
            is_doubtful,
            counts,
            ..
        } => Verdict::Again {
            pause_ms,
            not_after,
            is_doubtful,
            counts,
            reason: Some(detail.to_owned()),
            errcode: code,
        },
        other => other,
    }
}

#[cfg(test)]
mod tests;
