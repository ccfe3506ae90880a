use super::*;

const NOW: i64 = 1_795_312_800_000;

fn row() -> Row {
    Row {
        token: "sealed".to_owned(),
        generation: 5,
        expires_at: NOW + 3_600_000,
        fetched_at: NOW - 60_000,
        rejected_generation: 4,
        rejections: 0,
        forced_day: String::new(),
        forced_today: 0,
        forced_at: 0,
        claimed_until: 0,
    }
}

fn refused(rejections: i32) -> Row {
    Row {
        rejected_generation: 5,
        rejections,
        ..row()
    }
}

#[test]
fn a_good_token_is_served_a_missing_or_ended_one_is_fetched() {
    assert_eq!(decide(&row(), NOW), Step::Serve);
    let none = Row {
        generation: 0,
        rejected_generation: 0,
        ..row()
    };
    assert_eq!(decide(&none, NOW), Step::Fetch);
    assert_eq!(decide(&row(), NOW + 3_600_000), Step::Fetch);
}

#[test]
fn the_end_is_between_one_and_five_minutes_before_the_platforms_and_renewal_comes_before_it() {
    let answer = answered(&row(), false, 7200, NOW);
    let margin = NOW + 7_200_000 - answer.expires_at;
    assert!((60_000..300_000).contains(&margin), "{margin}");
    let given = Row {
        expires_at: answer.expires_at,
        ..row()
    };
    let renews = answer.expires_at - RENEW_MS;
    assert_eq!(decide(&given, renews), Step::Serve);
    assert_eq!(decide(&given, renews + 1), Step::ServeAndRenew);
    // The platform renews 300 s before its own end.
    assert!(NOW + 7_200_000 - (renews + 1) < 300_000);
    assert_eq!(decide(&given, answer.expires_at - 1), Step::ServeAndRenew);
    // The shortest life the platform names still leaves something to serve.
    assert!(answered(&row(), false, 1, NOW).expires_at > NOW);
    assert!(answered(&row(), false, u64::MAX, NOW).expires_at <= NOW + LONGEST_LIFE_MS);
}

#[test]
fn one_refusal_asks_normally_two_of_the_same_token_force() {
    assert_eq!(decide(&refused(1), NOW), Step::Fetch);
    assert_eq!(decide(&refused(2), NOW), Step::Force);
    // Another token begins from zero, the same one keeps its count and becomes a new generation.
    assert_eq!(answered(&refused(1), false, 7200, NOW).rejections, 0);
    let again = answered(&refused(1), true, 7200, NOW);
    assert!((again.rejections, again.generation > 5) == (1, true));
    // Confirmed without a refusal: the same generation lives longer, unless it is refused meanwhile.
    let longer = answered(&row(), true, 7200, NOW);
    assert_eq!((longer.generation, longer.unless_rejected), (5, true));
    // Refused twice and given again: not served.
    assert_eq!(answered(&refused(2), true, 7200, NOW).generation, 5);
}

#[test]
fn forced_renewals_are_rationed_by_pace_and_by_day_and_the_platform_is_asked_normally_meanwhile() {
    let soon = Row {
        forced_at: NOW - 29_999,
        ..refused(2)
    };
    assert_eq!(decide(&soon, NOW), Step::Fetch);
    assert_eq!(decide(&soon, NOW + 1), Step::Force);
    let just_asked = Row {
        fetched_at: NOW - 1,
        ..soon
    };
    assert_eq!(decide(&just_asked, NOW), Step::Held(NOW + 4_999));
    let entry = forced(&refused(2), NOW);
    assert_eq!((entry.day.as_str(), entry.today), ("2026-11-22", 1));
    let used_up = Row {
        forced_day: entry.day,
        forced_today: FORCE_A_DAY,
        ..refused(2)
    };
    assert_eq!(decide(&used_up, NOW), Step::Fetch);
    let tomorrow = NOW + 14 * 3_600_000;
    assert_eq!(decide(&used_up, tomorrow), Step::Force);
    assert_eq!(forced(&used_up, tomorrow).today, 1);
}
