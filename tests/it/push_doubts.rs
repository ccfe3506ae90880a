//! Notices that may have arrived: never lost, never shown twice while the platform can tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::MINUTE_MS;
use crate::support::platform::{Act, Seen};
use crate::support::pushing::{self, Office};

const AMBIGUOUS: [Act; 6] = [
    Act::TakeAndHang,
    Act::TakeAndReset,
    Act::TakeAndTruncate,
    Act::Status(502, "", true),
    Act::Status(504, "gateway time-out", true),
    Act::Status(200, "<html>", true),
];

#[tokio::test]
async fn a_doubt_is_resolved_under_the_same_id_and_shown_once() {
    for act in AMBIGUOUS {
        let office = Office::open().await;
        let id = office.notice("o-1").await;
        let fault = act.clone();
        let mut first = true;
        office
            .platform
            .script(move |_| match std::mem::take(&mut first) {
                true => fault.clone(),
                false => Act::Take,
            });
        office.drain().await;
        assert_eq!(office.state(&id), "unknown", "{act:?}");
        assert_ne!(office.column(&id, "first_attempt_at"), "-");
        office.pass(8_000).await;
        assert_eq!(office.state(&id), "sent", "{act:?}");
        assert_eq!(office.platform.requests(), 2, "{act:?}");
        assert_eq!(office.platform.shown().len(), 1, "{act:?}");
    }
}

#[tokio::test]
async fn what_stays_in_doubt_is_parked_before_the_platform_would_show_it_twice() {
    let office = Office::with(&[], |rules| rules.lane.trip_streak = 1_000).await;
    let id = office.notice("o-1").await;
    office.platform.always(Act::Status(504, "", true));
    office.drain().await;
    office.pass(11 * MINUTE_MS).await;
    assert_eq!(office.state(&id), "parked");
    assert!(office.column(&id, "reason").contains("may have arrived"));
    let ledger = office.platform.ledger();
    assert_eq!(ledger.len(), 5, "all tries of the schedule");
    assert!(
        ledger
            .iter()
            .all(|seen| seen.at_ms - ledger[0].at_ms < 8 * MINUTE_MS)
    );
    office.platform.always(Act::Take);
    office.pass(30 * MINUTE_MS).await;
    assert_eq!(office.platform.requests(), 5, "a person decides");
}

#[tokio::test]
async fn resend_once_sends_one_round_more_and_then_parks() {
    let office = Office::with(&[("push.ambiguous", "resend_once")], |rules| {
        rules.lane.trip_streak = 1_000;
    })
    .await;
    let id = office.notice("o-1").await;
    let other = office.notice("o-2").await;
    let answers_again = Arc::new(AtomicBool::new(false));
    let good = Arc::clone(&answers_again);
    office.platform.script(move |seen: &Seen| {
        match good.load(Ordering::Relaxed) && seen.openid == "o-2" {
            true => Act::Take,
            false => Act::Status(504, "", false),
        }
    });
    office.drain().await;
    // Retries come with chance: the platform is well again as soon as both are in their second round.
    for _ in 0..30 {
        if [&id, &other].map(|id| office.column(id, "resends")) == ["1", "1"] {
            break;
        }
        office.pass(MINUTE_MS / 2).await;
    }
    assert_eq!(office.column(&other, "resends"), "1");
    answers_again.store(true, Ordering::Relaxed);
    office.pass(13 * MINUTE_MS).await;
    assert_eq!(office.state(&other), "sent");
    assert_eq!(office.column(&other, "resends"), "1");
    assert_eq!(office.state(&id), "parked");
    assert_eq!(office.column(&id, "resends"), "1");
    assert_eq!(office.platform.shown().len(), 1);
}

#[tokio::test]
async fn a_certain_failure_after_a_doubt_does_not_end_the_doubt() {
    let office = Office::with(&[], |rules| rules.lane.trip_streak = 1_000).await;
    let id = office.notice("o-1").await;
    let mut first = true;
    office
        .platform
        .script(move |_| match std::mem::take(&mut first) {
            true => Act::TakeAndReset,
            false => Act::Code(-1),
        });
    office.drain().await;
    office.pass(12 * MINUTE_MS).await;
    assert_eq!(
        office.state(&id),
        "parked",
        "it may have arrived with the first try"
    );
    let ledger = office.platform.ledger();
    assert!(
        ledger
            .iter()
            .all(|seen| seen.at_ms - ledger[0].at_ms < 8 * MINUTE_MS)
    );
}

#[tokio::test]
async fn without_the_window_the_same_story_shows_a_notice_twice() {
    let office = Office::with(&[], |rules| {
        rules.lane.trip_streak = 1_000;
        rules.guards.window = false;
    })
    .await;
    office.notice("o-1").await;
    office.platform.always(Act::Status(504, "", true));
    office.drain().await;
    office.pass(40 * MINUTE_MS).await;
    assert!(
        office.platform.shown().len() > 1,
        "the checker must be able to fail"
    );
}

#[tokio::test]
async fn a_worker_that_died_leaves_a_doubt_that_the_next_one_resolves() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    die_while_sending(&office).await;
    assert_eq!(
        office.state(&id),
        "sending",
        "the try was noted before it was made"
    );
    assert_eq!(office.drain().await, 0, "the lease still runs");
    office.app.advance_ms(15_000);
    assert_eq!(office.drain().await, 1);
    assert_eq!(office.state(&id), "sent");
    assert_eq!(office.column(&id, "crashes"), "1");
    assert_eq!(office.column(&id, "attempts"), "2");
    assert_eq!(office.platform.shown().len(), 1);
}

#[tokio::test]
async fn a_notice_that_kills_three_workers_is_parked_and_the_queue_goes_on() {
    let office = Office::open().await;
    let id = office.notice("o-poison").await;
    for _ in 0..3 {
        die_while_sending(&office).await;
        office.app.advance_ms(15_000);
    }
    let other = office.notice("o-2").await;
    office.drain().await;
    assert_eq!(office.state(&id), "parked");
    assert!(office.column(&id, "reason").contains("process ended"));
    assert_eq!(office.state(&other), "sent");
}

#[tokio::test]
async fn a_dead_worker_found_after_the_window_leads_to_a_person_not_to_a_second_copy() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    die_while_sending(&office).await;
    office.app.advance_ms(9 * MINUTE_MS);
    office.drain().await;
    assert_eq!(office.state(&id), "parked");
    assert_eq!(office.platform.shown().len(), 1);
}

#[tokio::test]
async fn a_parked_notice_whose_delivery_becomes_known_is_no_doubt_any_more() {
    let office = Office::open().await;
    let ids = [office.notice("o-1").await, office.notice("o-2").await];
    die_while_sending(&office).await;
    let posted = office.app.now_secs() * 1000;
    office.app.advance_ms(9 * MINUTE_MS);
    office.drain().await;
    assert!(ids.iter().all(|id| office.state(id) == "parked"));
    // Whoever was thought dead was only stopped, and notes what it knows: of the second, an older life's delivery.
    for (n, id) in ids.iter().enumerate() {
        let ended = posted - i64::try_from(n).unwrap() * MINUTE_MS;
        office.app.database.execute(&format!(
            "INSERT INTO push_attempts (id, push_id, attempt, started_at, ended_at, outcome, msgid)
             SELECT {n}, id, 1, {ended}, {ended}, 'sent', 'm-{n}' FROM pushes WHERE public_id = '{id}'"
        ));
    }
    office.drain().await;
    assert_eq!(office.state(&ids[0]), "sent");
    assert_eq!(office.column(&ids[0], "msgid"), "m-0");
    assert_eq!(office.column(&ids[0], "reason"), "-");
    assert_eq!(office.state(&ids[1]), "parked");
}

#[tokio::test]
async fn without_the_write_ahead_the_same_death_leaves_no_trace_and_shows_it_twice() {
    let office = Office::with(&[], |rules| rules.guards.write_ahead = false).await;
    office.notice("o-1").await;
    die_while_sending(&office).await;
    office.app.advance_ms(11 * MINUTE_MS);
    office.drain().await;
    assert_eq!(
        office.platform.shown().len(),
        2,
        "the checker must be able to fail"
    );
}

#[tokio::test]
async fn who_lost_the_lease_changes_nothing_but_says_what_happened() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    let app = &office.app;
    let (steal, clock) = (app.database.connect(), app.app.clock.clone());
    let steal = std::sync::Mutex::new(steal);
    // While the first one posts, another worker takes the notice over.
    office.platform.script(move |_| {
        let sql = format!(
            "UPDATE pushes SET lease_token = 'thief', due_at = {}",
            clock.now_ms() + 15_000
        );
        steal.lock().unwrap().execute(&sql);
        Act::Take
    });
    office.drain().await;
    assert_eq!(office.state(&id), "sending");
    assert_eq!(office.column(&id, "lease_token"), "thief");
    assert_eq!(office.column(&id, "msgid"), "-");
    let tries = "SELECT outcome FROM push_attempts";
    assert_eq!(app.database.connect().texts(tries), ["sent"]);
    // The thief dies; whoever comes next reads that it arrived.
    app.advance_ms(15_000);
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
    assert_eq!(office.column(&id, "msgid"), "200228332");
    assert_eq!(office.platform.requests(), 1);
}

#[tokio::test]
async fn nothing_is_posted_when_the_lease_is_nearly_over() {
    let office = Office::with(&[], |rules| rules.concurrency = 1).await;
    let app = &office.app;
    let ids = [office.notice("o-1").await, office.notice("o-2").await];
    // The machine sleeps after the claim, as the token is being changed.
    let clock = match &app.app.clock {
        jianxin::domain::clock::Clock::Set(at) => Arc::clone(at),
        jianxin::domain::clock::Clock::System => unreachable!(),
    };
    let mut first = true;
    office
        .platform
        .script(move |_| match std::mem::take(&mut first) {
            true => {
                clock.fetch_add(20_000, Ordering::Relaxed);
                Act::Code(40001)
            }
            false => Act::Take,
        });
    office.drain().await;
    office.drain().await;
    assert!(ids.iter().all(|id| office.state(id) == "sent"));
    let first = office
        .platform
        .ledger()
        .iter()
        .filter(|seen| seen.client_msg_id == ids[0])
        .count();
    assert_eq!(first, 2, "refused, given back, sent under a new lease");
    assert_eq!(office.column(&ids[0], "attempts"), "1");
}

#[tokio::test]
async fn a_stop_finishes_what_is_posted_and_gives_back_what_is_not() {
    let office = Office::with(&[], |rules| {
        rules.concurrency = 4;
        rules.timing.send = std::time::Duration::from_secs(5);
    })
    .await;
    office.notices(30).await;
    office.platform.always(Act::TakeAfter(300));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(Arc::clone(&office.worker).run(async move {
        let _ = stopped.await;
    }));
    while office.platform.requests() < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(office.states(), ["pending=26", "sent=4"]);
    let held = "SELECT count(*) FROM pushes WHERE lease_token IS NOT NULL OR attempts > 1";
    assert_eq!(office.app.database.connect().texts(held), ["0"]);
    let fresh = pushing::render();
    let next = jianxin::push::Worker::new(
        Arc::clone(&office.app.app),
        pushing::rules(&office.app),
        fresh,
    );
    office.platform.always(Act::Take);
    next.drain().await.unwrap();
    assert_eq!(office.states(), ["sent=30"]);
}

/// Claims and posts as a worker does, and dies before it can write down what came of it.
async fn die_while_sending(office: &Office) {
    office.platform.script(|_| Act::TakeAndHang);
    let worker = Arc::clone(&office.worker);
    let before = office.platform.requests();
    let dying = tokio::spawn(async move { worker.drain().await });
    while office.platform.requests() == before {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    dying.abort();
    let _ = dying.await;
    office.platform.always(Act::Take);
}
