use super::*;

/// 2026-11-22 10:00 in China.
const NOW: i64 = 1_795_312_800_000;

fn lane() -> Lane {
    Lane {
        stop: None,
        circuit: Circuit::Closed,
        circuit_at: 0,
        probe_at: 0,
        streak: 0,
        failures: 0,
        successes: 0,
        window_at: 0,
        tokens: 0.0,
        tokens_at: 0,
        quota_day: day(NOW),
        quota_used: 0,
    }
}

fn news(successes: i32, failures: i32) -> News {
    News {
        successes,
        failures,
        ..News::default()
    }
}

fn probe(succeeded: bool) -> News {
    News {
        successes: i32::from(succeeded),
        failures: i32::from(!succeeded),
        probe_succeeded: Some(succeeded),
        ..News::default()
    }
}

/// Takes all it can, each millisecond, and returns when each send went.
fn drain(lane: &mut Lane, rules: &Rules, from: i64, millis: i64) -> Vec<i64> {
    let mut sent = Vec::new();
    for now in from..from + millis {
        lane.tick(now, rules);
        let grant = lane.grant(now, 64, rules);
        if let Grant::UpTo(count) = grant {
            lane.take(now, count, grant, rules);
            sent.extend(std::iter::repeat_n(now, count));
        }
    }
    sent
}

#[test]
fn no_second_sees_more_than_the_rate_and_most_of_it_is_used() {
    let rules = Rules::default();
    let sent = drain(&mut lane(), &rules, NOW, 10_000);
    let most = sent
        .iter()
        .map(|at| {
            sent.iter()
                .filter(|other| (*at..at + 1000).contains(*other))
                .count()
        })
        .max();
    assert!(most.is_some_and(|most| most <= 300), "{most:?}");
    assert!(sent.len() > 2_500, "{}", sent.len());
}

#[test]
fn an_idle_lane_sends_at_once() {
    assert_eq!(lane().grant(NOW, 5, &Rules::default()), Grant::UpTo(5));
}

#[test]
fn the_days_quota_is_kept_and_ends_at_midnight_in_china() {
    let rules = Rules {
        daily_quota: 100,
        rate_per_second: 0,
        ..Rules::default()
    };
    let mut lane = lane();
    let turns: Vec<_> = (0..10)
        .map(|_| lane.take(NOW, 10, Grant::UpTo(10), &rules))
        .collect();
    let alerts: Vec<_> = turns.into_iter().flatten().collect();
    assert_eq!(alerts, [Turn::QuotaUsed(80), Turn::QuotaUsed(100)]);
    assert_eq!(
        lane.grant(NOW, 1, &rules),
        Grant::Nothing { again_in_ms: None }
    );
    let midnight = next_midnight(NOW);
    assert_eq!(midnight - NOW, 14 * 3_600_000);
    lane.tick(midnight - 1, &rules);
    assert_eq!(
        lane.grant(midnight - 1, 1, &rules),
        Grant::Nothing { again_in_ms: None }
    );
    lane.tick(midnight, &rules);
    assert_eq!(lane.grant(midnight, 1, &rules), Grant::UpTo(1));
}

#[test]
fn twenty_failures_in_a_row_open_the_circuit_and_nineteen_do_not() {
    let rules = Rules::default();
    let mut lane = lane();
    assert_eq!(lane.learn(NOW, &news(0, 19), &rules), []);
    assert_eq!(lane.learn(NOW, &news(0, 1), &rules), [Turn::Opened]);
    assert_eq!(
        lane.grant(NOW + 14_999, 64, &rules),
        Grant::Nothing { again_in_ms: None }
    );
    assert_eq!(lane.grant(NOW + 15_000, 64, &rules), Grant::Probe);
}

#[test]
fn half_of_twenty_opens_it_and_a_twentieth_never_does() {
    let rules = Rules::default();
    let mut sick = lane();
    assert_eq!(sick.learn(NOW, &news(5, 5), &rules), []);
    assert_eq!(sick.learn(NOW, &news(5, 5), &rules), [Turn::Opened]);
    let mut well = lane();
    for batch in 0..1_000 {
        assert_eq!(
            well.learn(NOW + batch * 10, &news(19, 1), &rules),
            [],
            "{batch}"
        );
    }
}

#[test]
fn failures_of_another_window_do_not_count() {
    let rules = Rules::default();
    let mut lane = lane();
    lane.learn(NOW, &news(1, 15), &rules);
    assert_eq!(lane.learn(NOW + 10_001, &news(3, 3), &rules), []);
}

#[test]
fn an_hour_of_outage_costs_a_probe_each_fifteen_seconds() {
    let rules = Rules::default();
    let mut lane = lane();
    lane.learn(NOW, &news(0, 20), &rules);
    let mut probes = 0;
    for second in 1..=3_600 {
        let now = NOW + second * 1_000;
        if lane.grant(now, 64, &rules) == Grant::Probe {
            probes += 1;
            lane.take(now, 1, Grant::Probe, &rules);
            assert_eq!(lane.learn(now, &probe(false), &rules), []);
        }
    }
    assert_eq!(probes, 240);
}

#[test]
fn recovery_grows_from_a_tenth_to_the_whole_rate_in_a_minute() {
    let rules = Rules::default();
    let mut lane = lane();
    lane.learn(NOW, &news(0, 20), &rules);
    assert_eq!(
        lane.learn(NOW + 15_000, &probe(true), &rules),
        [Turn::Ramping]
    );
    let began = NOW + 15_000;
    let first = drain(&mut lane, &rules, began, 1_000).len();
    assert!((20..=40).contains(&first), "{first}");
    let half = drain(&mut lane, &rules, began + 30_000, 1_000).len();
    assert!((110..=200).contains(&half), "{half}");
    assert_eq!(lane.tick(began + 60_000, &rules), [Turn::Closed]);
    assert!(drain(&mut lane, &rules, began + 61_000, 1_000).len() > 250);
}

#[test]
fn failures_during_the_ramp_open_it_again() {
    let rules = Rules::default();
    let mut lane = lane();
    lane.learn(NOW, &news(0, 20), &rules);
    lane.learn(NOW + 15_000, &probe(true), &rules);
    assert_eq!(
        lane.learn(NOW + 16_000, &news(2, 3), &rules),
        [Turn::Opened]
    );
}

#[test]
fn quota_stops_until_midnight_with_a_probe_each_five_minutes() {
    let rules = Rules::default();
    let mut lane = lane();
    let stop = News {
        stop: Some((StopReason::Quota, 45009)),
        ..news(1, 0)
    };
    assert_eq!(
        lane.learn(NOW, &stop, &rules),
        [Turn::Stopped(StopReason::Quota, 45009)]
    );
    // Others of the same batch say the same a moment later; it is no news, and their successes lift nothing.
    assert_eq!(lane.learn(NOW + 5, &stop, &rules), []);
    assert_eq!(lane.learn(NOW + 6, &news(3, 0), &rules), []);
    assert_eq!(
        lane.grant(NOW + 299_999, 9, &rules),
        Grant::Nothing { again_in_ms: None }
    );
    assert_eq!(lane.grant(NOW + 300_000, 9, &rules), Grant::Probe);
    lane.take(NOW + 300_000, 1, Grant::Probe, &rules);
    let refused = News {
        probe_succeeded: Some(false),
        ..stop
    };
    assert_eq!(lane.learn(NOW + 300_010, &refused, &rules), []);
    assert_eq!(
        lane.grant(NOW + 599_999, 9, &rules),
        Grant::Nothing { again_in_ms: None }
    );
    assert_eq!(lane.tick(next_midnight(NOW), &rules), [Turn::Resumed]);
}

#[test]
fn an_account_stop_ends_only_when_a_probe_succeeds() {
    let rules = Rules::default();
    let mut lane = lane();
    let stop = News {
        stop: Some((StopReason::Account, 40164)),
        ..News::default()
    };
    assert_eq!(
        lane.learn(NOW, &stop, &rules),
        [Turn::Stopped(StopReason::Account, 40164)]
    );
    assert_eq!(lane.tick(NOW + 40 * DAY_MS, &rules), []);
    assert_eq!(lane.grant(NOW + 300_000, 9, &rules), Grant::Probe);
    assert_eq!(
        lane.learn(NOW + 300_000, &probe(true), &rules),
        [Turn::Resumed]
    );
    assert!(lane.is_calm());
}

#[test]
fn a_clock_that_went_back_gives_nothing_away() {
    let rules = Rules::default();
    let mut lane = lane();
    lane.take(NOW, 30, Grant::UpTo(30), &rules);
    assert!(matches!(
        lane.grant(NOW - 60_000, 1, &rules),
        Grant::Nothing { .. }
    ));
}
