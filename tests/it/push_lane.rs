//! The account as a whole: quota, stop, circuit.

use crate::support::MINUTE_MS;
use crate::support::platform::Act;
use crate::support::pushing::Office;

#[tokio::test]
async fn the_platforms_quota_stops_all_until_midnight_and_nothing_is_lost() {
    let office = Office::with(&[], |rules| rules.concurrency = 4).await;
    office.notices(40).await;
    let clock = office.app.app.clock.clone();
    let began = clock.now_ms();
    let midnight = began + 14 * 60 * MINUTE_MS;
    let mut allowed = 12;
    office.platform.script(move |_| {
        allowed -= 1;
        if allowed >= 0 || clock.now_ms() >= midnight {
            Act::Take
        } else {
            Act::Code(45009)
        }
    });
    office.drain().await;
    let stopped_at = office.platform.requests();
    assert!((13..=16).contains(&stopped_at), "{stopped_at}");
    assert_eq!(office.states().len(), 2, "{:?}", office.states());
    let burned = "SELECT count(*) FROM pushes WHERE attempts > 0 AND state <> 'sent'";
    assert_eq!(office.app.database.connect().texts(burned), ["0"]);
    for _ in 0..60 {
        office.app.advance_ms(MINUTE_MS);
        office.drain().await;
    }
    let probes = office.platform.requests() - stopped_at;
    assert!((11..=12).contains(&probes), "one in five minutes: {probes}");
    office
        .app
        .advance_ms(midnight - office.app.app.clock.now_ms());
    office.drain().await;
    assert_eq!(office.states(), ["sent=40"]);
    assert_eq!(office.platform.shown().len(), 40);
}

#[tokio::test]
async fn our_own_quota_is_not_exceeded() {
    let office = Office::with(&[("push.daily_quota", "10")], |_| {}).await;
    office.notices(25).await;
    office.drain().await;
    office.pass(10 * MINUTE_MS).await;
    assert_eq!(office.platform.requests(), 10);
    office.app.advance_ms(14 * 60 * MINUTE_MS);
    office.drain().await;
    assert_eq!(office.platform.requests(), 20);
}

#[tokio::test]
async fn an_account_that_is_not_accepted_stops_all_and_keeps_all() {
    for code in [40164, 48001] {
        let office = Office::with(&[], |rules| rules.concurrency = 2).await;
        office.notices(10).await;
        office.platform.always(Act::Code(code));
        office.drain().await;
        let stopped_at = office.platform.requests();
        assert!(stopped_at <= 2, "{code}: {stopped_at}");
        office.pass(11 * MINUTE_MS).await;
        let probes = office.platform.requests() - stopped_at;
        assert!((1..=2).contains(&probes), "{code}: {probes}");
        assert_eq!(office.states(), ["pending=10"], "{code}");
        office.platform.always(Act::Take);
        office.pass(6 * MINUTE_MS).await;
        assert_eq!(office.states(), ["sent=10"], "{code}");
    }
}

#[tokio::test]
async fn a_secret_that_the_token_call_refuses_stops_all_before_a_notice_is_touched() {
    let office = Office::open().await;
    office.notices(3).await;
    office.platform.no_token(40125);
    office.drain().await;
    office.pass(10_000).await;
    assert_eq!(
        (office.platform.token_calls(), office.platform.requests()),
        (1, 0)
    );
    assert_eq!(office.states(), ["pending=3"]);
    let stop = "SELECT stop_reason || ' ' || stop_code FROM push_lane";
    assert_eq!(office.app.database.connect().texts(stop), ["account 40125"]);
    office.platform.no_token(0);
    office.pass(6 * MINUTE_MS).await;
    assert_eq!(office.states(), ["sent=3"]);
}

#[tokio::test]
async fn too_many_in_a_minute_makes_all_wait_a_minute() {
    let office = Office::with(&[], |rules| rules.concurrency = 1).await;
    office.notices(5).await;
    office.platform.always(Act::Code(45011));
    office.drain().await;
    assert_eq!(office.platform.requests(), 1);
    office.platform.always(Act::Take);
    office.pass(58_000).await;
    assert_eq!(office.platform.requests(), 1);
    office.pass(4_000).await;
    assert_eq!(office.states(), ["sent=5"]);
}

#[tokio::test]
async fn an_hour_without_the_platform_costs_few_requests_and_no_notice() {
    let office = Office::open().await;
    office.notices(300).await;
    office.platform.always(Act::Status(503, "away", false));
    office.drain().await;
    let mut later = 0;
    for minute in 0..60 {
        if minute % 6 == 0 {
            later += 1;
            office.notice(&format!("o-late-{minute}")).await;
        }
        office.pass(MINUTE_MS).await;
    }
    let requests = office.platform.requests();
    assert!((200..=300).contains(&requests), "{requests}");
    assert!(office.platform.shown().is_empty());
    let burned = "SELECT max(attempts) FROM pushes";
    assert_eq!(office.app.database.connect().texts(burned), ["1"]);
    office.platform.always(Act::Take);
    office.pass(3 * MINUTE_MS).await;
    assert_eq!(office.states(), [format!("sent={}", 300 + later)]);
    assert_eq!(office.platform.shown().len(), 300 + later);
}

#[tokio::test]
async fn a_platform_that_is_not_there_at_all_puts_nothing_in_doubt() {
    let office = Office::open().await;
    office.notice("o-warm").await;
    office.drain().await;
    office.platform.go_away().await;
    office.notices(100).await;
    office.drain().await;
    office.pass(10 * MINUTE_MS).await;
    let doubts = "SELECT count(*) FROM pushes WHERE state IN ('unknown', 'parked')";
    assert_eq!(office.app.database.connect().texts(doubts), ["0"]);
    office.platform.come_back().await;
    office.pass(2 * MINUTE_MS).await;
    assert_eq!(office.states(), ["sent=101"]);
}

#[tokio::test]
async fn silence_puts_few_notices_in_doubt_however_long_it_lasts() {
    let office = Office::with(&[], |rules| {
        rules.concurrency = 20;
        rules.timing.send = std::time::Duration::from_millis(30);
    })
    .await;
    office.notices(300).await;
    office.platform.always(Act::Hang);
    office.drain().await;
    office.pass(30 * MINUTE_MS).await;
    office.platform.always(Act::Take);
    office.pass(3 * MINUTE_MS).await;
    let parked = "SELECT count(*) FROM pushes WHERE state = 'parked'";
    let parked: usize = office.app.database.connect().texts(parked)[0]
        .parse()
        .unwrap();
    assert!(parked <= 26, "{parked}");
    assert_eq!(office.platform.shown().len(), 300 - parked);
    assert_eq!(
        office.states(),
        [format!("parked={parked}"), format!("sent={}", 300 - parked)]
    );
}
