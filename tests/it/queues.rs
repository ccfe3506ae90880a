//! The queues: what waits, oldest first; what is overdue; what is found; what can be taken along.

use jianxin::service::claims::{self, Claim};
use jianxin::service::decisions::{Refused, Verdict, registration, reset};
use jianxin::service::desk::Manager;
use jianxin::service::desk_queue::{self, Asked, Queue, Seen, View};

use crate::support::office::Office;
use crate::support::queue::{asks_binding, asks_reset, registers, reviewer, reviewer_of, target};
use crate::support::{MINUTE_MS, NOW_MS};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

async fn numbers(office: &Office, manager: &Manager, asked: Asked) -> Vec<String> {
    let page = desk_queue::page(&office.app.app, manager, asked);
    let rows = page.await.unwrap().rows;
    rows.into_iter().map(|row| row.number).collect()
}

fn view(view: View) -> Asked {
    Asked {
        view,
        ..Asked::waiting(Queue::Registration)
    }
}

#[tokio::test]
async fn what_waits_longest_comes_first_and_is_marked_when_it_is_overdue() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    registers(&office, "SQ1", "u-1", false).await;
    office.app.advance_ms(DAY_MS);
    registers(&office, "SQ2", "u-2", false).await;
    registers(&office, "SQ3", "u-3", false).await;
    let waiting = numbers(&office, &manager, view(View::Waiting)).await;
    assert_eq!(waiting, ["SQ1", "SQ2", "SQ3"]);
    // Sunday 22 November: Wednesday is the last day.
    let page = desk_queue::page(app, &manager, view(View::Waiting))
        .await
        .unwrap();
    let due = page.rows[0].due.as_ref().unwrap();
    assert_eq!(
        (due.day.as_str(), due.words().as_str()),
        ("11月25日 周三", "还有2个工作日")
    );
    office.app.advance_ms(3 * DAY_MS);
    assert_eq!(
        numbers(&office, &manager, view(View::Overdue)).await,
        ["SQ1"]
    );
    let counts = desk_queue::counts(app, &manager).await.unwrap();
    let of = |queue: Queue| *counts.iter().find(|count| count.queue == queue).unwrap();
    assert_eq!(
        (
            of(Queue::Registration).waiting,
            of(Queue::Registration).overdue
        ),
        (3, 1)
    );
    assert_eq!(
        (of(Queue::Binding).waiting, of(Queue::Binding).overdue),
        (0, 0)
    );

    // Decided: out of the one, into the other.
    let seen = target(&office, "SQ2");
    registration::review(app, &manager, seen, Verdict::Approve)
        .await
        .unwrap();
    assert_eq!(
        numbers(&office, &manager, view(View::Waiting)).await,
        ["SQ1", "SQ3"]
    );
    let done = desk_queue::page(app, &manager, view(View::Done))
        .await
        .unwrap();
    assert_eq!(done.rows[0].decided_by.as_deref(), Some("m-1"));
    assert_eq!(done.rows[0].decided_at, Some(NOW_MS + 4 * DAY_MS));
    let rejected = Asked {
        state: Some("rejected"),
        ..view(View::Done)
    };
    assert!(numbers(&office, &manager, rejected).await.is_empty());
}

#[tokio::test]
async fn a_queue_is_filtered_and_searched() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    registers(&office, "SQ1", "u-1", false).await;
    registers(&office, "SQ2", "u-2", true).await;
    office.account("u-9", "lawyer").await;
    asks_binding(&office, "BD9", "u-9").await;
    let find = |text: &str| Asked {
        text: text.to_owned(),
        ..view(View::Waiting)
    };
    let login = office.rows("SELECT login_name FROM accounts WHERE external_id = 'u-2'");
    for (text, found) in [
        ("sq2", vec!["SQ2"]),
        (login[0].as_str(), vec!["SQ2"]),
        ("李", vec!["SQ1", "SQ2"]),
        ("李明", vec!["SQ1", "SQ2"]),
        ("160799", vec!["SQ1", "SQ2"]),
        ("明", vec![]),
        // No signs with a meaning of their own.
        ("%", vec![]),
        ("李_", vec![]),
        // Of another kind; of nobody.
        ("BD9", vec![]),
        ("欧阳", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        assert_eq!(
            numbers(&office, &manager, find(text)).await,
            found,
            "{text}"
        );
    }
    let changes = Asked {
        is_change: Some(true),
        ..view(View::Waiting)
    };
    assert_eq!(numbers(&office, &manager, changes).await, ["SQ2"]);
    assert!(
        numbers(&office, &manager, view(View::Mine))
            .await
            .is_empty()
    );
    let id = target(&office, "SQ1").public_id;
    claims::change(app, &manager, &id, Claim::Take)
        .await
        .unwrap();
    assert_eq!(numbers(&office, &manager, view(View::Mine)).await, ["SQ1"]);
    let other = reviewer(&office, "m-2").await;
    let page = desk_queue::page(app, &other, view(View::Waiting))
        .await
        .unwrap();
    let claimed = page.rows[0].claimed.clone().unwrap();
    assert_eq!((claimed.by.as_str(), claimed.is_mine), ("m-1", false));
    office.app.advance_ms(31 * MINUTE_MS);
    assert!(
        numbers(&office, &manager, view(View::Mine))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_call_is_taken_by_one_and_made_by_them() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    let other = reviewer(&office, "m-2").await;
    office.account("u-1", "lawyer").await;
    asks_reset(&office, "MM1", "u-1").await;
    let reset = target(&office, "MM1");
    let done = reset::review(app, &manager, reset, Verdict::Approve).await;
    let call = done.unwrap().phone_task.unwrap();
    let change = |manager: &Manager, claim: Claim| {
        let (manager, call) = (manager.clone(), call.clone());
        async move { claims::change_call(app, &manager, &call, claim).await }
    };
    let mine = async |manager: &Manager| {
        let asked = Asked {
            view: View::Mine,
            ..Asked::waiting(Queue::Phone)
        };
        let page = desk_queue::page(app, manager, asked).await;
        page.unwrap().rows.len()
    };
    for (kind, found) in [("password_reset_done", 1), ("case_progress_changed", 0)] {
        let asked = Asked {
            state: Some(kind),
            ..Asked::waiting(Queue::Phone)
        };
        let page = desk_queue::page(app, &manager, asked).await.unwrap();
        assert_eq!(page.rows.len(), found, "{kind}");
    }
    change(&manager, Claim::Take).await.unwrap();
    assert_eq!((mine(&manager).await, mine(&other).await), (1, 0));
    let pane = desk_queue::open_call(app, &other, &call).await.unwrap();
    let claimed = pane.claimed.unwrap();
    assert_eq!((claimed.by.as_str(), claimed.is_mine), ("m-1", false));
    // Nobody else takes it, puts it back, makes its password or its call.
    for claim in [Claim::Take, Claim::Release] {
        let refused = change(&other, claim).await;
        assert!(matches!(&refused, Err(Refused::Claimed { by, .. }) if by == "m-1"));
    }
    let none = Seen::default();
    let refused = desk_queue::make_password(app, &other, &call, none).await;
    assert!(matches!(refused, Err(Refused::Claimed { .. })));
    let refused = desk_queue::told(app, &other, &call).await;
    assert!(matches!(refused, Err(Refused::Claimed { .. })));
    assert!(
        desk_queue::make_password(app, &manager, &call, none)
            .await
            .is_ok()
    );
    // It is over by itself, put back, or taken over.
    office.app.advance_ms(31 * MINUTE_MS);
    assert_eq!(mine(&manager).await, 0);
    change(&manager, Claim::Take).await.unwrap();
    change(&manager, Claim::Release).await.unwrap();
    change(&manager, Claim::Take).await.unwrap();
    change(&other, Claim::TakeOver).await.unwrap();
    assert_eq!((mine(&manager).await, mine(&other).await), (0, 1));
    desk_queue::told(app, &other, &call).await.unwrap();
    assert_eq!(mine(&other).await, 0);
    let late = change(&manager, Claim::TakeOver).await;
    assert!(matches!(&late, Err(Refused::Decided { by: Some(by), .. }) if by == "m-2"));
    assert_eq!(
        office.rows(
            "SELECT action FROM audit WHERE action IN ('call.claimed', 'call.released', 'call.taken_over') ORDER BY action"
        ),
        ["call.claimed", "call.claimed", "call.claimed", "call.released", "call.taken_over"]
    );
    // A manager of another unit finds no call there.
    let far = reviewer_of(&office, "m-9", "430104").await;
    let far = change(&far, Claim::TakeOver).await;
    assert!(matches!(far, Err(Refused::NotFound)));
}

#[tokio::test]
async fn a_common_name_finds_those_who_asked_this_unit() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    for number in 0..210 {
        office.account(&format!("x-{number}"), "lawyer").await;
    }
    office
        .app
        .database
        .execute("UPDATE accounts SET display_name = '李明' WHERE role = 'lawyer'");
    registers(&office, "SQ1", "u-1", false).await;
    registers(&office, "SQ2", "u-2", false).await;
    asks_reset(&office, "MM1", "u-2").await;
    let find = |queue: Queue, view: View| Asked {
        text: "李明".to_owned(),
        view,
        ..Asked::waiting(queue)
    };
    let waiting = find(Queue::Registration, View::Waiting);
    assert_eq!(numbers(&office, &manager, waiting).await, ["SQ1", "SQ2"]);
    let id = target(&office, "SQ2").public_id;
    claims::change(app, &manager, &id, Claim::Take)
        .await
        .unwrap();
    let mine = find(Queue::Registration, View::Mine);
    assert_eq!(numbers(&office, &manager, mine).await, ["SQ2"]);
    // Calls, too.
    let fresh = target(&office, "MM1");
    reset::review(app, &manager, fresh, Verdict::Approve)
        .await
        .unwrap();
    let calls = desk_queue::page(app, &manager, find(Queue::Phone, View::Waiting));
    assert_eq!(calls.await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_name_that_changes_is_found_by_the_new_one() {
    let office = Office::open().await;
    let manager = reviewer(&office, "m-1").await;
    registers(&office, "SQ1", "u-1", false).await;
    asks_reset(&office, "MM1", "u-1").await;
    let fresh = target(&office, "MM1");
    reset::review(&office.app.app, &manager, fresh, Verdict::Approve)
        .await
        .unwrap();
    let find = |queue: Queue, view: View, text: &str| {
        let asked = Asked {
            text: text.to_owned(),
            view,
            ..Asked::waiting(queue)
        };
        let page = desk_queue::page(&office.app.app, &manager, asked);
        async { page.await.unwrap().rows.len() }
    };
    office
        .app
        .database
        .execute("UPDATE accounts SET display_name = 'O_Brien' WHERE role = 'lawyer'");
    for (queue, view) in [
        (Queue::Registration, View::Waiting),
        (Queue::Reset, View::Done),
        (Queue::Phone, View::Waiting),
    ] {
        assert_eq!(find(queue, view, "o_b").await, 1, "{queue:?}");
        for other in ["欧阳", "oxb", "%", "O_Brien 2"] {
            assert_eq!(find(queue, view, other).await, 0, "{queue:?} {other}");
        }
    }
}

#[tokio::test]
async fn more_of_a_name_than_are_looked_up_come_page_by_page() {
    let office = Office::open().await;
    let manager = reviewer(&office, "m-1").await;
    let lawyer = office.account("u-1", "lawyer").await;
    // Every second one is of somebody else.
    let other = office.account("u-2", "lawyer").await;
    office
        .app
        .database
        .execute("UPDATE accounts SET display_name = '李明' WHERE external_id = 'u-1'");
    office.app.database.execute(&format!(
        "INSERT INTO applications (id, public_id, external_id, kind, account_id, unit_id, state, is_change, details, \
         submitted_at, version) \
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2100) \
         SELECT x, 'a' || x, 'SQ' || x, 'binding', CASE x % 2 WHEN 0 THEN {} ELSE {} END, '430100', 'pending', FALSE, \
         '{{}}', 5000 - x, 1 FROM n",
        lawyer.id, other.id
    ));
    let first = Asked {
        text: "李".to_owned(),
        ..Asked::waiting(Queue::Binding)
    };
    let expected: Vec<String> = (1..=1050).rev().map(|x| format!("SQ{}", x * 2)).collect();
    let seen = numbers(&office, &manager, first.clone()).await;
    assert_eq!(seen, expected[..30]);
    let next = Asked {
        after: Some("a2042".to_owned()),
        ..first
    };
    let seen = numbers(&office, &manager, next).await;
    assert_eq!(seen, expected[30..60]);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    office.account("u-1", "lawyer").await;
    let mut all = Vec::new();
    for number in 0..65 {
        asks_binding(&office, &format!("BD{number:02}"), "u-1").await;
        all.push(format!("BD{number:02}"));
    }
    let mut seen = Vec::new();
    let mut asked = Asked::waiting(Queue::Binding);
    loop {
        let page = desk_queue::page(app, &manager, asked.clone())
            .await
            .unwrap();
        assert!(page.rows.len() <= 30);
        seen.extend(page.rows.iter().map(|row| row.number.clone()));
        match page.next {
            Some(next) => asked.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, all);
    // The whole goes into a table, masked.
    let file = desk_queue::export(app, &manager, Asked::waiting(Queue::Binding));
    let desk_queue::Exported { lines, next } = file.await.unwrap();
    assert_eq!(next, None);
    assert_eq!(lines.len(), 65);
    assert_eq!(lines[0][0], "BD00");
    assert_eq!(lines[0][1], "欧***");
    assert!(lines[0][2].contains("****"), "{:?}", lines[0]);
    assert_eq!(
        office.rows("SELECT subject FROM audit WHERE action = 'queue.exported'"),
        ["queue:binding:waiting lines:65"]
    );
}

#[tokio::test]
async fn a_value_is_shown_to_the_session_that_asked_and_for_a_minute() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    office.account("u-1", "party").await;
    asks_reset(&office, "MM1", "u-1").await;
    let id = target(&office, "MM1").public_id;
    let what = desk_queue::Hidden::Phone;
    desk_queue::reveal(app, &manager, (Queue::Reset, &id), what)
        .await
        .unwrap();
    assert_eq!(
        office.rows("SELECT subject FROM audit WHERE action = 'personal.shown'"),
        [format!("application:{id} field:phone")]
    );
    let ticket = desk_queue::ticket(app, "session-1", &id, what);
    let good = |session: &str, id: &str, what| {
        desk_queue::ticket_is_good(app, session, (id, what), &ticket)
    };
    assert!(good("session-1", &id, what));
    assert!(!good("session-2", &id, what));
    assert!(!good("session-1", "other", what));
    assert!(!good("session-1", &id, desk_queue::Hidden::IdNumber));
    office.app.advance_ms(MINUTE_MS);
    assert!(!good("session-1", &id, what));
}
