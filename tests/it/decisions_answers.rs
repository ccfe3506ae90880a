//! Appointments are answered item by item; passwords are reset.

use jianxin::domain::event::Reply;
use jianxin::service::claims::{self, Claim};
use jianxin::service::decisions::appointment::{self, Answers};
use jianxin::service::decisions::{Refused, Verdict, reset};
use jianxin::service::desk::Manager;
use jianxin::service::desk_queue::{self, Fresh, Pane, Queue, Seen};

use crate::support::office::Office;
use crate::support::queue::{asks_appointment, asks_reset, audited, reviewer, target};
use crate::support::{MINUTE_MS, NOW_MS};

#[tokio::test]
async fn an_appointment_is_answered_in_part_and_then_in_full() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    let other = reviewer(&office, "m-2").await;
    office.linked("u-1", "lawyer").await;
    asks_appointment(&office, "YY1", "u-1").await;
    let reply = |item: &str, decision: &str, opinion: &str| Reply {
        item: item.to_owned(),
        decision: decision.to_owned(),
        opinion: (!opinion.is_empty()).then(|| opinion.to_owned()),
    };
    let seen = target(&office, "YY1");
    for (wrong, part) in [
        (vec![], "至少选择一个"),
        (vec![reply("reading", "refused", "")], "理由"),
        (vec![reply("evidence", "agreed", "")], "没有这个事项"),
        (vec![reply("reading", "maybe", "x")], "请为事项选择"),
    ] {
        let answers = Answers {
            replies: wrong,
            remark: String::new(),
        };
        match appointment::reply(app, &manager, seen.clone(), answers).await {
            Err(Refused::Said(words)) => assert!(words.contains(part), "{words}"),
            done => panic!("{part}: {:?}", done.err()),
        }
    }
    let answers = Answers {
        replies: vec![reply("reading", "agreed", "请于周三上午前来。")],
        remark: "已与承办人联系。".to_owned(),
    };
    let done = appointment::reply(app, &manager, seen.clone(), answers)
        .await
        .unwrap();
    assert_eq!(done.application.state, "partly_answered");
    assert_eq!(done.application.decided_at, None);
    office.app.advance_ms(MINUTE_MS);
    let rest = Answers {
        replies: vec![
            reply("opinion", "refused", "承办人将另行联系。"),
            reply("other", "other", "请来电说明。"),
        ],
        remark: String::new(),
    };
    // The page that was opened before the first answer is too old.
    let stale = appointment::reply(app, &other, seen, rest.clone()).await;
    assert!(matches!(
        &stale,
        Err(Refused::Overtaken { by, at }) if by == "m-1" && *at == NOW_MS
    ));
    assert!(stale.err().unwrap().sentence().contains("m-1已于"));
    // Who saw that answer, and finds another change since, is not told of the colleague.
    let raise = "UPDATE applications SET version = version + 1 WHERE external_id = 'YY1'";
    let seen = target(&office, "YY1");
    office.app.database.execute(raise);
    let stale = appointment::reply(app, &other, seen, rest.clone()).await;
    assert!(matches!(stale, Err(Refused::Changed)), "{:?}", stale.err());
    let seen = target(&office, "YY1");
    let twice = Answers {
        replies: vec![reply("reading", "refused", "反悔。")],
        remark: String::new(),
    };
    let refused = appointment::reply(app, &other, seen.clone(), twice).await;
    assert!(matches!(refused, Err(Refused::Said(_))));
    let done = appointment::reply(app, &other, seen, rest).await.unwrap();
    assert_eq!(done.application.state, "answered");
    let details: serde_json::Value = serde_json::from_str(&done.application.details).unwrap();
    let at = |item: usize| details["replies"][item]["replied_at"].as_i64().unwrap();
    assert_eq!((at(0), at(2)), (NOW_MS, NOW_MS + MINUTE_MS));
    assert_eq!(details["answer_remark"], "已与承办人联系。");
    let results: Vec<String> = office
        .fields()
        .iter()
        .map(|fields| fields["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["部分回复", "已回复"]);
}

#[tokio::test]
async fn nothing_is_agreed_to_for_whoever_has_lost_what_they_asked_on() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    office.linked("u-1", "lawyer").await;
    asks_appointment(&office, "YY1", "u-1").await;
    let set = |sql: &str| office.app.database.execute(sql);
    let answer = |decision: &str| {
        let answers = Answers {
            replies: vec![Reply {
                item: "reading".to_owned(),
                decision: decision.to_owned(),
                opinion: Some("见通知。".to_owned()),
            }],
            remark: String::new(),
        };
        appointment::reply(app, &manager, target(&office, "YY1"), answers)
    };
    let said = |done: Result<_, Refused>| match done {
        Err(Refused::Said(words)) => words,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was agreed to"),
    };
    set("UPDATE accounts SET state = 'disabled' WHERE external_id = 'u-1'");
    assert!(said(answer("agreed").await).contains("账号已停用"));
    set("UPDATE accounts SET state = 'pending' WHERE external_id = 'u-1'");
    assert!(said(answer("agreed").await).contains("正在审核"));
    set("UPDATE accounts SET state = 'active' WHERE external_id = 'u-1'");
    set(
        "UPDATE applications SET details = '{\"binding\":\"gone\",\"items\":[\"reading\",\"opinion\"]}' \
         WHERE external_id = 'YY1'",
    );
    assert!(said(answer("agreed").await).contains("已经解除"));
    let id = target(&office, "YY1").public_id;
    let pane = desk_queue::open(app, &manager, (Queue::Appointment, &id), "")
        .await
        .unwrap();
    let Pane::Appointment(pane) = pane else {
        panic!("it is an appointment");
    };
    assert!(pane.hindrance.unwrap().contains("已经解除"));
    let done = answer("refused").await.unwrap();
    assert_eq!(done.application.state, "partly_answered");
}

#[tokio::test]
async fn an_answer_in_part_keeps_the_claim_and_the_last_one_ends_it() {
    let office = Office::open().await;
    let app = &office.app.app;
    let (one, two) = (
        reviewer(&office, "m-1").await,
        reviewer(&office, "m-2").await,
    );
    office.linked("u-1", "lawyer").await;
    asks_appointment(&office, "YY1", "u-1").await;
    let id = target(&office, "YY1").public_id;
    claims::change(app, &one, &id, Claim::Take).await.unwrap();
    let agreed = |item: &str| Answers {
        replies: vec![Reply {
            item: item.to_owned(),
            decision: "agreed".to_owned(),
            opinion: None,
        }],
        remark: String::new(),
    };
    let holder =
        "SELECT a.external_id FROM application_hands h JOIN accounts a ON a.id = h.claimed_by";
    let seen = target(&office, "YY1");
    appointment::reply(app, &one, seen, agreed("reading"))
        .await
        .unwrap();
    assert_eq!(office.rows(holder), ["m-1"]);
    let seen = target(&office, "YY1");
    let refused = appointment::reply(app, &two, seen.clone(), agreed("opinion")).await;
    assert!(matches!(&refused, Err(Refused::Claimed { by, .. }) if by == "m-1"));
    // On the phone nothing is taken over: there the way is told.
    let words = refused.err().unwrap().sentence_on_phone();
    assert!(words.contains("在电脑上接手处理"), "{words}");
    let over = jianxin::service::decisions::Target {
        take_over: true,
        ..seen
    };
    appointment::reply(app, &two, over, agreed("opinion"))
        .await
        .unwrap();
    assert_eq!(office.rows(holder), ["m-2"], "whoever took it over");
    let seen = target(&office, "YY1");
    appointment::reply(app, &two, seen, agreed("other"))
        .await
        .unwrap();
    assert!(office.rows(holder).is_empty());
}

#[tokio::test]
async fn who_lost_the_linked_wechat_too_is_telephoned() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    office.linked("u-1", "lawyer").await;
    asks_reset(&office, "MM1", "u-1").await;
    let open = "SELECT count(*) FROM account_links WHERE ended_at IS NULL \
                AND account_id = (SELECT id FROM accounts WHERE external_id = 'u-1')";
    assert_eq!(office.count(open), 1);
    let done = reset::grant_by_telephone(app, &manager, target(&office, "MM1"))
        .await
        .unwrap();
    assert_eq!(done.application.state, "reset");
    assert_eq!(
        office.count(open),
        0,
        "the lost phone shows nothing any more"
    );
    assert_eq!(
        office.fields().len(),
        0,
        "and gets no page for a new password"
    );
    let call = done.phone_task.expect("somebody calls");
    let pane = desk_queue::open_call(app, &manager, &call).await.unwrap();
    assert!(pane.needs_password && !pane.is_linked);
    let made = desk_queue::make_password(app, &manager, &call, Seen::default());
    assert!(made.await.is_ok());
}

#[tokio::test]
async fn a_password_is_reset_by_wechat_or_told_by_telephone_once() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    let other = reviewer(&office, "m-2").await;
    office.linked("u-1", "lawyer").await;
    asks_reset(&office, "MM1", "u-1").await;
    let done = reset::review(app, &manager, target(&office, "MM1"), Verdict::Approve)
        .await
        .unwrap();
    assert_eq!(done.phone_task, None);
    assert_eq!(
        office.rows("SELECT kind FROM pushes"),
        ["password_reset_done"]
    );
    assert_eq!(office.count("SELECT count(*) FROM reset_tickets"), 1);

    office.account("u-2", "party").await;
    asks_reset(&office, "MM2", "u-2").await;
    let done = reset::review(app, &manager, target(&office, "MM2"), Verdict::Approve)
        .await
        .unwrap();
    let call = done.phone_task.expect("somebody calls");
    let pane = desk_queue::open_call(app, &other, &call).await.unwrap();
    assert!(pane.needs_password && !pane.is_linked && pane.done_at.is_none());
    let none = Seen::default();
    let id = desk_queue::make_password(app, &other, &call, none)
        .await
        .unwrap();
    // Only to who made it, and once.
    let shown = async |manager: &Manager| match desk_queue::shown_password(app, manager, &id)
        .await
        .unwrap()
    {
        Fresh::Now(password) => Some(password.expose().to_owned()),
        Fresh::Gone => None,
    };
    assert_eq!(shown(&manager).await, None);
    let password = shown(&other).await.unwrap();
    assert_eq!(password.len(), 10);
    assert_eq!(shown(&other).await.as_deref(), Some(password.as_str()));
    office.app.advance_ms(MINUTE_MS + 1);
    assert_eq!(shown(&other).await, None);
    let stored =
        office.rows("SELECT password_hash FROM accounts WHERE external_id = 'u-2' AND must_reset");
    assert!(stored[0].starts_with("$argon2id$"), "{stored:?}");
    let sealed = office.rows("SELECT coalesce(sealed, '') FROM first_passwords");
    assert_eq!(sealed, [""]);
    assert_eq!(audited(&office, "password.generated", &other), 1);
    // A colleague does not void it unawares: not with a page of before, nor without a word.
    let pane = desk_queue::open_call(app, &manager, &call).await.unwrap();
    assert_eq!(pane.password_made, Some(("m-2".to_owned(), NOW_MS)));
    let (again, made_at) = (true, NOW_MS);
    for seen in [
        none,
        Seen { made_at: 0, again },
        Seen {
            made_at,
            again: false,
        },
    ] {
        match desk_queue::make_password(app, &manager, &call, seen).await {
            Err(Refused::Said(words)) => assert!(words.contains("m-2于"), "{words}"),
            made => panic!("{made:?}"),
        }
    }
    let hash = "SELECT password_hash FROM accounts WHERE external_id = 'u-2'";
    assert_eq!(office.rows(hash), stored);
    let sure = Seen { made_at, again };
    let (one, two) = tokio::join!(
        desk_queue::make_password(app, &manager, &call, sure),
        desk_queue::make_password(app, &other, &call, sure),
    );
    assert_eq!(
        usize::from(one.is_ok()) + usize::from(two.is_ok()),
        1,
        "of two one is told"
    );
    assert_ne!(office.rows(hash), stored);

    desk_queue::told(app, &other, &call).await.unwrap();
    let again = desk_queue::told(app, &manager, &call).await;
    assert!(matches!(&again, Err(Refused::Decided { by: Some(by), .. }) if by == "m-2"));
    assert!(again.unwrap_err().sentence().contains("已电话告知"));
    let more = desk_queue::make_password(app, &manager, &call, sure).await;
    assert!(matches!(more, Err(Refused::Decided { .. })));
    assert_eq!(audited(&office, "call.made", &other), 1);
}
