//! What the platform's answers make of a notice.

use std::time::Duration;

use crate::support::MINUTE_MS;
use crate::support::platform::Act;
use crate::support::pushing::{self, Office};

const HOUR_MS: i64 = 60 * MINUTE_MS;

#[tokio::test]
async fn a_notice_goes_out_once_with_its_id_and_its_page() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    assert_eq!(office.drain().await, 1);
    assert_eq!(office.drain().await, 0);
    let ledger = office.platform.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].openid.as_str(), &ledger[0].client_msg_id),
        ("o-1", &id)
    );
    assert_eq!(ledger[0].body["template_id"], "t-case_progress_changed");
    assert_eq!(office.state(&id), "sent");
    assert_eq!(office.column(&id, "msgid"), "200228332");
    assert_eq!(office.column(&id, "attempts"), "1");
    assert_eq!(office.column(&id, "lease_token"), "-");
    let tries = "SELECT outcome || ' ' || attempt || ' ' || msgid FROM push_attempts";
    assert_eq!(
        office.app.database.connect().texts(tries),
        ["sent 1 200228332"]
    );
}

#[tokio::test]
async fn a_busy_platform_is_asked_again_by_the_schedule() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    let mut left = 2;
    office.platform.script(move |_| {
        left -= 1;
        if left >= 0 { Act::Code(-1) } else { Act::Take }
    });
    office.drain().await;
    assert_eq!(office.state(&id), "waiting");
    assert_eq!(
        office.column(&id, "first_attempt_at"),
        "-",
        "nothing is in doubt"
    );
    office.app.advance_ms(3_900);
    assert_eq!(office.drain().await, 0, "before 80 % of five seconds");
    office.app.advance_ms(2_200);
    assert_eq!(office.drain().await, 1);
    office.app.advance_ms(19_000);
    assert_eq!(office.drain().await, 0, "before 80 % of 25 seconds");
    office.app.advance_ms(11_100);
    assert_eq!(office.drain().await, 1);
    assert_eq!(office.state(&id), "sent");
    assert_eq!(office.column(&id, "attempts"), "3");
}

#[tokio::test]
async fn what_is_certain_not_to_have_arrived_is_tried_until_its_time_is_over() {
    let office = Office::with(&[], |rules| rules.lane.trip_streak = 1_000).await;
    let id = office.notice("o-1").await;
    office.platform.always(Act::Code(-1));
    for _ in 0..25 * 6 {
        office.drain().await;
        office.app.advance_ms(10 * MINUTE_MS);
    }
    office.drain().await;
    assert_eq!(office.state(&id), "expired");
    let requests = office.platform.requests();
    assert!((8..=12).contains(&requests), "{requests}");
    assert!(office.platform.shown().is_empty());
}

#[tokio::test]
async fn a_receiver_who_left_is_asked_once_and_the_rest_is_cancelled() {
    for code in [43004, 40003] {
        let office = Office::with(&[], |rules| rules.concurrency = 1).await;
        let first = office.notice("o-gone").await;
        let second = office.notice("o-gone").await;
        let other = office.notice("o-there").await;
        office
            .platform
            .script(move |seen| match seen.openid.as_str() {
                "o-gone" => Act::Code(code),
                _ => Act::Take,
            });
        office.drain().await;
        assert_eq!(office.state(&first), "refused", "{code}");
        assert_eq!(office.column(&first, "errcode"), code.to_string());
        assert_eq!(office.state(&second), "cancelled", "{code}");
        assert_eq!(office.state(&other), "sent", "{code}");
        assert_eq!(office.platform.requests(), 2, "{code}");
        let later = office.notice("o-gone").await;
        office.drain().await;
        assert_eq!(office.state(&later), "cancelled", "{code}");
        assert_eq!(office.platform.requests(), 2, "{code}");
    }
}

#[tokio::test]
async fn refused_content_hurts_nobody_else() {
    let office = Office::open().await;
    let poison: Vec<String> = vec![office.notice("o-p1").await, office.notice("o-p2").await];
    let good = office.notices(20).await;
    office.platform.script(|seen| match seen.openid.as_str() {
        "o-p1" => Act::Code(47003),
        "o-p2" => Act::Code(40249),
        _ => Act::Take,
    });
    office.drain().await;
    for id in poison {
        assert_eq!(office.state(&id), "refused");
        assert!(
            office
                .column(&id, "reason")
                .contains("the platform answered")
        );
    }
    assert!(good.iter().all(|id| office.state(id) == "sent"));
    assert_eq!(office.platform.requests(), 22);
}

#[tokio::test]
async fn an_unknown_template_gets_three_slow_tries() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    office.platform.always(Act::Code(40037));
    for _ in 0..10 {
        office.drain().await;
        office.app.advance_ms(6 * MINUTE_MS);
    }
    assert_eq!(office.state(&id), "refused");
    assert_eq!(office.platform.requests(), 3);
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_tried_slowly() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    office.platform.always(Act::Code(99_999));
    office.drain().await;
    assert_eq!(office.state(&id), "waiting");
    office.app.advance_ms(7 * MINUTE_MS);
    assert_eq!(office.drain().await, 0);
    office.platform.always(Act::Take);
    office.app.advance_ms(6 * MINUTE_MS);
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
}

#[tokio::test]
async fn a_notice_without_a_template_is_parked_with_the_reason_and_never_posted() {
    let office = Office::open().await;
    let mut push = pushing::new(&office.app, "o-1");
    push.kind = "unconfigured".to_owned();
    let id = office.promise(push).await;
    office.drain().await;
    assert_eq!(office.state(&id), "parked");
    assert_eq!(office.column(&id, "reason"), "no template is configured");
    assert_eq!(office.platform.requests(), 0);
}

#[tokio::test]
async fn a_void_token_is_changed_at_once_and_costs_no_try() {
    let office = Office::open().await;
    office.notice("o-1").await;
    office.drain().await;
    office.platform.revoke();
    let id = office.notice("o-2").await;
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
    assert_eq!(office.column(&id, "attempts"), "1");
    assert_eq!(office.column(&id, "token_swaps"), "1");
    assert_eq!(office.platform.token_calls(), 2);
}

#[tokio::test]
async fn a_token_that_stays_void_is_changed_twice_and_then_waits() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    office.platform.always(Act::Code(42001));
    office.drain().await;
    // Two refusals of one token, and a forced newer one was not to be had: whoever asks for more would not get it.
    let tried = office.platform.requests();
    assert!((2..=3).contains(&tried), "{tried}");
    assert_eq!(office.state(&id), "waiting");
    office.platform.always(Act::Take);
    office.pass(60_000).await;
    assert_eq!(office.state(&id), "sent");
}

#[tokio::test]
async fn a_notice_that_is_too_late_is_not_sent_in_silence() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    office.app.advance_ms(24 * HOUR_MS);
    office.drain().await;
    assert_eq!(office.state(&id), "expired");
    assert_eq!(office.platform.requests(), 0);
}

#[tokio::test]
async fn notices_of_one_order_go_one_after_the_other() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let mut push = pushing::new(&office.app, "o-1");
        push.order_key = Some("o-1:case".to_owned());
        push.fields = format!("{n}");
        ids.push(office.promise(push).await);
    }
    let mut first = true;
    office
        .platform
        .script(move |_| match std::mem::take(&mut first) {
            true => Act::Code(-1),
            false => Act::TakeAfter(5),
        });
    office.drain().await;
    assert_eq!(
        office.platform.requests(),
        1,
        "the second one waits for the first"
    );
    office.pass(8_000).await;
    let shown: Vec<String> = office
        .platform
        .shown()
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    assert_eq!(shown, ids);
    assert_eq!(office.states(), ["sent=3"]);
}

#[tokio::test]
async fn two_of_one_order_that_did_not_see_each_other_still_go_in_order() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut push = pushing::new(&office.app, "o-1");
        push.order_key = Some("o-1:case".to_owned());
        ids.push(office.promise(push).await);
    }
    // As two transactions leave it that ran side by side, and one whose predecessor ended unseen.
    let now = office.app.app.clock.now_ms();
    office
        .app
        .database
        .execute(&format!("UPDATE pushes SET due_at = {now}"));
    office.platform.always(Act::TakeAfter(5));
    office.drain().await;
    office.drain().await;
    let shown: Vec<String> = office
        .platform
        .shown()
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    assert_eq!(shown, ids);
    let stranded = office.notice("o-2").await;
    let sql =
        format!("UPDATE pushes SET due_at = NULL, order_key = 'k' WHERE public_id = '{stranded}'");
    office.app.database.execute(&sql);
    office.drain().await;
    assert_eq!(office.state(&stranded), "sent");
}

#[tokio::test]
async fn whoever_waits_for_a_password_goes_before_a_thousand_others() {
    let office = Office::with(&[], |rules| rules.concurrency = 8).await;
    office.notices(40).await;
    let mut urgent = pushing::new(&office.app, "o-urgent");
    urgent.lane = 0;
    office.promise(urgent).await;
    office.drain().await;
    let place = office
        .platform
        .ledger()
        .iter()
        .position(|seen| seen.openid == "o-urgent");
    assert!(place.is_some_and(|place| place < 8), "{place:?}");
}

#[tokio::test]
async fn an_idle_worker_hears_the_bell_at_once() {
    let office = Office::open().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(std::sync::Arc::clone(&office.worker).run(async move {
        let _ = stopped.await;
    }));
    // The first one fetches the token and opens a connection.
    let warm = office.notice("o-0").await;
    wait_for(|| office.state(&warm) == "sent").await;
    let mut took = Vec::new();
    for n in 1..=5 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let began = std::time::Instant::now();
        office.notice(&format!("o-{n}")).await;
        wait_for(|| office.platform.requests() == n + 1).await;
        took.push(office.platform.ledger()[n].when - began);
    }
    took.sort();
    assert!(took[2] < Duration::from_millis(200), "{took:?}");
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(office.states(), ["sent=6"]);
}

async fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not happen within five seconds");
}
