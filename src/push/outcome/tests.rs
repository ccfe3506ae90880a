use std::time::Duration;

use super::*;
use crate::domain::lane;
use crate::domain::retry::Schedule;
use crate::push::rules::{Guards, Timing};
use crate::store::pushes::Ambiguous;

const NOW: i64 = 1_795_312_800_000;

fn rules() -> Rules {
    Rules {
        concurrency: 4,
        lane: lane::Rules::default(),
        schedule: Schedule::default(),
        ambiguous: Ambiguous::Park,
        max_crashes: 3,
        timing: Timing {
            lease: Duration::from_secs(15),
            ..Timing::default()
        },
        guards: Guards::default(),
    }
}

fn push(attempt: i32, is_first_doubt: bool) -> ClaimedPush {
    ClaimedPush {
        id: 1,
        public_id: "p".into(),
        kind: "k".into(),
        unit_id: "100000".into(),
        openid: "o".into(),
        openid_hash: "h".into(),
        fields: "{}".into(),
        secret: None,
        path: "/".into(),
        order_key: None,
        attempt,
        token_swaps: 0,
        first_attempt_at: NOW,
        is_first_doubt,
        is_probe: false,
        created_at: NOW,
    }
}

fn failed(reaction: Reaction) -> Outcome {
    Outcome::Failed {
        reaction,
        code: Some(7),
        detail: "said so".into(),
    }
}

/// Pause, last moment, doubtful, counts.
fn again(verdict: &Verdict) -> (i64, Option<i64>, bool, bool) {
    match verdict {
        Verdict::Again {
            pause_ms,
            not_after,
            is_doubtful,
            counts,
            ..
        } => (*pause_ms, *not_after, *is_doubtful, *counts),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_busy_platform_waits_by_the_schedule_and_a_try_counts() {
    let verdict = verdict(&rules(), &push(1, true), &failed(Reaction::Busy), 200);
    assert_eq!(again(&verdict), (5_000, None, false, true));
}

#[test]
fn a_doubt_keeps_to_the_window_of_its_first_try() {
    let end = NOW + 480_000;
    let first = verdict(&rules(), &push(1, true), &failed(Reaction::Doubt), 200);
    assert_eq!(again(&first), (5_000, Some(end), true, true));
    let last = verdict(&rules(), &push(5, false), &failed(Reaction::Doubt), 200);
    assert_eq!(again(&last), (480_000, Some(end), true, true));
}

#[test]
fn a_certain_failure_after_a_doubt_does_not_lift_the_doubt() {
    let verdict = verdict(&rules(), &push(2, false), &failed(Reaction::Busy), 200);
    assert_eq!(again(&verdict), (25_000, Some(NOW + 480_000), true, true));
}

#[test]
fn what_concerns_the_account_burns_nothing() {
    for reaction in [Reaction::Quota, Reaction::Account, Reaction::SlowerAll] {
        let verdict = verdict(&rules(), &push(3, true), &failed(reaction), 0);
        assert_eq!(again(&verdict), (0, None, false, false), "{reaction:?}");
        assert!(news(false, &failed(reaction)).stop.is_some());
    }
    let mut probe = push(3, true);
    probe.is_probe = true;
    let (_, _, _, counts) = again(&verdict(&rules(), &probe, &failed(Reaction::Busy), 0));
    assert!(!counts);
    assert_eq!(
        news(true, &failed(Reaction::Busy)).probe_succeeded,
        Some(false)
    );
}

#[test]
fn a_template_is_refused_only_after_slow_tries() {
    for attempt in [1, 2] {
        let verdict = verdict(
            &rules(),
            &push(attempt, true),
            &failed(Reaction::Template),
            200,
        );
        assert_eq!(again(&verdict), (600_000, None, false, true));
    }
    let verdict = verdict(&rules(), &push(3, true), &failed(Reaction::Template), 200);
    assert!(matches!(verdict, Verdict::Ended { state: REFUSED, .. }));
}

#[test]
fn only_a_receiver_who_cannot_be_reached_is_blocked() {
    for (reaction, expected) in [
        (Reaction::Recipient, (REFUSED, true)),
        (Reaction::Content, (REFUSED, false)),
        (Reaction::Park, (PARKED, false)),
    ] {
        let Verdict::Ended {
            state,
            blocks_receiver,
            ..
        } = verdict(&rules(), &push(1, true), &failed(reaction), 0)
        else {
            panic!("{reaction:?}");
        };
        assert_eq!((state, blocks_receiver), expected, "{reaction:?}");
    }
}

#[test]
fn without_the_window_a_doubt_goes_on_for_ever() {
    let mut rules = rules();
    rules.guards.window = false;
    let (_, not_after, is_doubtful, _) = again(&verdict(
        &rules,
        &push(9, false),
        &failed(Reaction::Doubt),
        0,
    ));
    assert_eq!((not_after, is_doubtful), (None, true));
}
