//! What managers decide: one wins, nothing is done by halves, limits hold, nobody decides what another unit has.

use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::event::Reply;
use jianxin::service::claims::{self, Claim};
use jianxin::service::decisions::appointment::{self, Answers};
use jianxin::service::decisions::binding::{self, Choice};
use jianxin::service::decisions::{Refused, Verdict, registration, reset};
use jianxin::service::desk::Manager;
use jianxin::service::desk_queue::{self, Fresh, Pane, Queue, Seen};
use jianxin::service::error::{RecordError, ServiceError};
use jianxin::store::StoreError;
use serde_json::json;

use crate::support::casework::Casework;
use crate::support::office::{Office, UNIT};
use crate::support::queue::{
    asks_appointment, asks_binding, asks_reset, registers, reviewer, reviewer_of, target,
};
use crate::support::{MINUTE_MS, NOW_MS};

const CRIMINAL: &str = "一审公诉案件";

fn because() -> Verdict {
    Verdict::Reject("请重新上传居民身份证的图片。".to_owned())
}

fn audited(office: &Office, action: &str, manager: &Manager) -> usize {
    office.count(&format!(
        "SELECT count(*) FROM audit WHERE action = '{action}' AND actor = '{}'",
        manager.actor()
    ))
}

#[tokio::test]
async fn a_registration_is_refused_mended_and_granted() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    registers(&office, "SQ1", "u-1", false).await;
    let first = target(&office, "SQ1");
    registration::review(app, &manager, first, because())
        .await
        .unwrap();
    let state = || office.rows("SELECT state FROM accounts WHERE external_id = 'u-1'");
    assert_eq!(state(), ["rejected"]);
    let reason = office.rows("SELECT reason FROM applications");
    assert_eq!(reason, ["请重新上传居民身份证的图片。"]);
    assert_eq!(audited(&office, "registration.rejected", &manager), 1);
    // Nobody is linked: somebody must call.
    assert_eq!(office.count("SELECT count(*) FROM phone_tasks"), 1);

    registers(&office, "SQ1", "u-1", true).await;
    assert_eq!(state(), ["pending"]);
    let second = target(&office, "SQ1");
    registration::review(app, &manager, second, Verdict::Approve)
        .await
        .unwrap();
    assert_eq!(state(), ["active"]);
    assert_eq!(audited(&office, "registration.approved", &manager), 1);
    let decider = office.rows(
        "SELECT a.external_id FROM application_hands h JOIN accounts a ON a.id = h.decided_by",
    );
    assert_eq!(decider, ["m-1"]);
}

#[tokio::test]
async fn of_two_managers_one_decides_and_the_other_is_told_who_did() {
    let office = Office::open().await;
    let app = &office.app.app;
    let (one, two) = (
        reviewer(&office, "m-1").await,
        reviewer(&office, "m-2").await,
    );
    for round in 0..8 {
        let (number, account) = (format!("SQ{round}"), format!("u-{round}"));
        registers(&office, &number, &account, false).await;
        let seen = target(&office, &number);
        let (a, b) = tokio::join!(
            registration::review(app, &one, seen.clone(), Verdict::Approve),
            registration::review(app, &two, seen.clone(), because()),
        );
        let (winner, loser) = match (a, b) {
            (Ok(_), Err(refused)) => ("m-1", refused),
            (Err(refused), Ok(_)) => ("m-2", refused),
            (a, b) => panic!("{:?} {:?}", a.err(), b.err()),
        };
        let Refused::Decided { by, at, .. } = &loser else {
            panic!("{loser:?}");
        };
        assert_eq!((by.as_deref(), *at), (Some(winner), NOW_MS));
        assert!(loser.sentence().contains(winner), "{}", loser.sentence());
    }
    let decided = office.count("SELECT count(*) FROM audit WHERE action LIKE 'registration.%ed'");
    assert_eq!(decided, 8, "nothing of the second decision stays");
    assert_eq!(office.count("SELECT count(*) FROM phone_tasks"), 8);
}

#[tokio::test]
async fn what_the_applicant_changed_meanwhile_is_not_decided() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    registers(&office, "SQ1", "u-1", false).await;
    let seen = target(&office, "SQ1");
    registers(&office, "SQ1", "u-1", true).await;
    let refused = registration::review(app, &manager, seen.clone(), Verdict::Approve).await;
    assert!(matches!(refused, Err(Refused::Changed)));
    assert_eq!(
        office.rows("SELECT state FROM accounts WHERE external_id = 'u-1'"),
        ["pending"]
    );
    assert_eq!(office.count("SELECT count(*) FROM application_hands"), 0);

    // The same for an event that says what it looked at.
    let data = json!({ "application": "SQ1", "result": "approved", "version": seen.version });
    let answer = office
        .post(&json!({ "id": "e1", "type": "registration_reviewed", "data": data }))
        .await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.body);
    assert!(answer.body.contains("data/version"), "{}", answer.body);
    let data = json!({ "application": "SQ1", "result": "approved", "version": seen.version + 1 });
    office.tell("e2", "registration_reviewed", data).await;
    assert_eq!(
        office.rows("SELECT state FROM accounts WHERE external_id = 'u-1'"),
        ["active"]
    );
    // What the other system decided is decided.
    let late = registration::review(app, &manager, target(&office, "SQ1"), because()).await;
    assert!(matches!(late, Err(Refused::Decided { by: None, .. })));
}

#[tokio::test]
async fn what_one_manager_took_another_one_leaves_alone_unless_taken_over() {
    let office = Office::open().await;
    let app = &office.app.app;
    let (one, two) = (
        reviewer(&office, "m-1").await,
        reviewer(&office, "m-2").await,
    );
    registers(&office, "SQ1", "u-1", false).await;
    let seen = target(&office, "SQ1");
    let id = seen.public_id.as_str();
    claims::change(app, &one, id, Claim::Take).await.unwrap();
    for claim in [Claim::Take, Claim::Release] {
        let refused = claims::change(app, &two, id, claim).await;
        assert!(matches!(refused, Err(Refused::Claimed { by, .. }) if by == "m-1"));
    }
    let refused = registration::review(app, &two, seen.clone(), Verdict::Approve).await;
    assert!(matches!(refused, Err(Refused::Claimed { .. })));
    // A claim is over after half an hour.
    office.app.advance_ms(31 * MINUTE_MS);
    claims::change(app, &two, id, Claim::Take).await.unwrap();
    let refused = claims::change(app, &one, id, Claim::Take).await;
    assert!(matches!(refused, Err(Refused::Claimed { by, .. }) if by == "m-2"));
    claims::change(app, &one, id, Claim::TakeOver)
        .await
        .unwrap();
    claims::change(app, &one, id, Claim::Release).await.unwrap();
    claims::change(app, &two, id, Claim::Take).await.unwrap();
    let mut over = seen.clone();
    over.take_over = true;
    registration::review(app, &one, over, Verdict::Approve)
        .await
        .unwrap();
    assert_eq!(audited(&office, "application.claimed", &one), 1);
    assert_eq!(audited(&office, "application.taken_over", &one), 1);
    let refused = claims::change(app, &two, id, Claim::Take).await;
    assert!(matches!(refused, Err(Refused::Decided { by: Some(by), .. }) if by == "m-1"));
}

#[tokio::test]
async fn of_three_lawyers_for_one_person_the_third_is_refused_in_words() {
    let work = Casework::open().await;
    let office = &work.office;
    let app = &office.app.app;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let mut managers = Vec::new();
    for number in 1..=3 {
        office.account(&format!("u-{number}"), "lawyer").await;
        asks_binding(office, &format!("SQ{number}"), &format!("u-{number}")).await;
        managers.push(reviewer(office, &format!("m-{number}")).await);
    }
    let choice = Choice {
        person: person.public_id.clone(),
        role: None,
    };
    let seen: Vec<_> = (1..=3)
        .map(|number| target(office, &format!("SQ{number}")))
        .collect();
    let (a, b, c) = tokio::join!(
        binding::approve(app, &managers[0], seen[0].clone(), choice.clone()),
        binding::approve(app, &managers[1], seen[1].clone(), choice.clone()),
        binding::approve(app, &managers[2], seen[2].clone(), choice.clone()),
    );
    let all = [a, b, c];
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 2);
    let third = all.iter().position(Result::is_err).unwrap();
    let refused = all[third].as_ref().err().unwrap();
    assert!(
        matches!(refused, Refused::Said(words) if words.contains("已经有两名律师绑定")),
        "{refused:?}"
    );
    assert_eq!(office.count("SELECT count(*) FROM case_bindings"), 2);
    let open = office.rows("SELECT state FROM applications WHERE decided_at IS NULL");
    assert_eq!(open, ["pending"], "the third one can still be refused");

    // The first one's mandate ends; then the third one may.
    let first = (0..3).find(|at| *at != third).unwrap();
    let ended = target(office, &format!("SQ{}", first + 1));
    let done = binding::revoke(app, &managers[0], ended, "委托关系已经解除。".to_owned())
        .await
        .unwrap();
    assert_eq!(done.application.state, "revoked");
    binding::approve(app, &managers[2], seen[third].clone(), choice)
        .await
        .unwrap();
    let again = target(office, &format!("SQ{}", first + 1));
    office.app.advance_ms(MINUTE_MS);
    let twice = binding::revoke(app, &managers[1], again, "又一次。".to_owned()).await;
    let Err(Refused::Decided { by, at, state, .. }) = &twice else {
        panic!("{:?}", twice.as_ref().err());
    };
    assert_eq!(
        (by.as_deref(), *at, state.as_str()),
        (Some("m-1"), NOW_MS, "revoked"),
        "who ended it, and when"
    );
    assert_eq!(
        office.count("SELECT count(*) FROM case_bindings WHERE state = 'active'"),
        2
    );
    assert_eq!(audited(office, "binding.revoked", &managers[0]), 1);
}

#[tokio::test]
async fn the_limits_are_shown_before_anybody_decides() {
    let work = Casework::open().await;
    let office = &work.office;
    let (app, manager) = (&office.app.app, reviewer(office, "m-1").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    for id in ["u-1", "u-2"] {
        let lawyer = office.account(id, "lawyer").await;
        work.bind(&lawyer, &person, ApplicantRole::Defender)
            .await
            .unwrap();
    }
    office.account("u-3", "lawyer").await;
    asks_binding(office, "SQ3", "u-3").await;
    let seen = target(office, "SQ3");
    let wanted = (Queue::Binding, seen.public_id.as_str());
    let pane = desk_queue::open(app, &manager, wanted, "").await.unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    // The site gave no number: the case is found by its name.
    let found = &pane.sought.candidates;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].held.len()), ("张小明", 2));
    assert!(found[0].limit.is_some() && found[0].has_case_name && !found[0].has_number);
    // By its number, too; and nothing by that of nobody.
    for (typed, count) in [
        ("1001", 1),
        ("长检受[2026]1001号", 1),
        ("张某某", 1),
        ("李", 0),
    ] {
        let pane = desk_queue::open(app, &manager, wanted, typed)
            .await
            .unwrap();
        let desk_queue::Pane::Binding(pane) = pane else {
            panic!("a binding");
        };
        assert_eq!(pane.sought.candidates.len(), count, "{typed}");
    }
    assert_eq!(audited(office, "application.viewed", &manager), 5);
    // Whoever was looked at is written down; what was typed can be compared, not read.
    let mut looks = office.rows("SELECT subject FROM audit WHERE action = 'cases.searched'");
    looks.sort();
    let about = format!("application:{} persons:", seen.public_id);
    let found = format!("{about}{}", person.public_id);
    assert_eq!(looks.len(), 5);
    assert_eq!(looks[1], found, "nothing was typed");
    assert!(
        looks[0].starts_with(&format!("{about} typed:")),
        "{looks:?}"
    );
    for typed in &looks[2..] {
        assert!(typed.starts_with(&format!("{found} typed:")), "{looks:?}");
        assert!(
            !typed.contains("张某某") && !typed.contains("1001号"),
            "{looks:?}"
        );
    }
    looks.dedup();
    assert_eq!(looks.len(), 5, "another search, another hash");
    // A person of another unit's case cannot be chosen.
    office
        .app
        .database
        .execute("UPDATE cases SET unit_id = '430200'");
    let choice = Choice {
        person: person.public_id,
        role: Some(ApplicantRole::Agent),
    };
    let refused = binding::approve(app, &manager, seen.clone(), choice).await;
    assert!(matches!(refused, Err(Refused::Said(_))));
    let pane = desk_queue::open(app, &manager, wanted, "1001")
        .await
        .unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    assert!(pane.sought.candidates.is_empty());
}

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

#[tokio::test]
async fn who_is_no_reviewer_decides_nothing_whatever_the_door() {
    let office = Office::open().await;
    let app = &office.app.app;
    let mut importer = reviewer(&office, "m-1").await;
    importer.duties = Duties::of(&[Duty::Importer, Duty::SystemAdmin]);
    registers(&office, "SQ1", "u-1", false).await;
    let seen = target(&office, "SQ1");
    let wanted = (Queue::Registration, seen.public_id.as_str());
    assert!(matches!(
        desk_queue::open(app, &importer, wanted, "").await,
        Err(ServiceError::NotFound)
    ));
    assert!(matches!(
        claims::change(app, &importer, &seen.public_id, Claim::Take).await,
        Err(Refused::NotFound)
    ));
    assert!(matches!(
        registration::review(app, &importer, seen, Verdict::Approve).await,
        Err(Refused::NotFound)
    ));
}

/// `JIANXIN_TEST_ROUNDS` asks more often than the 500 of every day.
#[tokio::test]
async fn what_belongs_to_another_unit_is_not_there() {
    let work = Casework::open().await;
    let office = &work.office;
    let app = &office.app.app;
    let units = [UNIT, "430200", "430000", "110000", "430102"];
    let mut managers = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        managers.push(reviewer_of(office, &format!("m-{at}"), unit).await);
    }
    // Each unit has one of each kind; whatever is not linked gives a call.
    let mut things: Vec<(usize, Queue, String)> = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        office.account(&format!("u-{at}"), "lawyer").await;
        asks_binding(office, &format!("BD{at}"), &format!("u-{at}")).await;
        asks_appointment(office, &format!("YY{at}"), &format!("u-{at}")).await;
        asks_reset(office, &format!("MM{at}"), &format!("u-{at}")).await;
        registers(office, &format!("ZC{at}"), &format!("n-{at}"), false).await;
        for (number, queue) in [
            (format!("BD{at}"), Queue::Binding),
            (format!("YY{at}"), Queue::Appointment),
            (format!("MM{at}"), Queue::Reset),
            (format!("ZC{at}"), Queue::Registration),
        ] {
            let move_it = format!(
                "UPDATE applications SET unit_id = '{unit}' WHERE external_id = '{number}'"
            );
            office.app.database.execute(&move_it);
            things.push((at, queue, target(office, &number).public_id));
        }
        let progress = json!({
            "accounts": [format!("u-{at}")], "unit_code": unit, "case_number": "长检受[2026]1001号",
            "changes": [{ "field": "stage", "old": "审查起诉", "new": "提起公诉" }],
        });
        office
            .tell(&format!("c-{at}"), "case_progress_changed", progress)
            .await;
        let call = office.rows(&format!(
            "SELECT public_id FROM phone_tasks WHERE unit_id = '{unit}'"
        ));
        things.push((at, Queue::Phone, call[0].clone()));
    }
    let rounds: usize = std::env::var("JIANXIN_TEST_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 1_000_003).unwrap() % below
    };
    let before = office.rows("SELECT state FROM applications ORDER BY id");
    let mut refused = 0;
    for _ in 0..rounds {
        let (owner, queue, id) = &things[next(things.len())];
        let other = (owner + 1 + next(units.len() - 1)) % units.len();
        let manager = &managers[other];
        let seen = jianxin::service::decisions::Target {
            public_id: id.clone(),
            version: 1,
            take_over: true,
        };
        let leaked = match next(9) {
            0 => desk_queue::open(app, manager, (*queue, id), "")
                .await
                .is_ok(),
            1 => desk_queue::open_call(app, manager, id).await.is_ok(),
            2 => desk_queue::reveal(app, manager, (*queue, id), desk_queue::Hidden::Phone)
                .await
                .is_ok(),
            3 => claims::change(app, manager, id, Claim::TakeOver)
                .await
                .is_ok(),
            4 => registration::review(app, manager, seen, because())
                .await
                .is_ok(),
            5 => binding::reject(app, manager, seen, "x".to_owned())
                .await
                .is_ok(),
            6 => desk_queue::told(app, manager, id).await.is_ok(),
            7 => claims::change_call(app, manager, id, Claim::TakeOver)
                .await
                .is_ok(),
            _ => {
                let mut asked = desk_queue::Asked::waiting(*queue);
                asked.after = Some(id.clone());
                let page = desk_queue::page(app, manager, asked).await.unwrap();
                !page.rows.is_empty()
            }
        };
        assert!(
            !leaked,
            "{queue:?} of {} to {}",
            units[*owner], units[other]
        );
        refused += 1;
    }
    assert_eq!(refused, rounds);
    assert_eq!(
        office.rows("SELECT state FROM applications ORDER BY id"),
        before
    );
    // Each sees its own.
    for (owner, queue, id) in &things {
        let manager = &managers[*owner];
        let is_there = match queue {
            Queue::Phone => desk_queue::open_call(app, manager, id).await.is_ok(),
            _ => desk_queue::open(app, manager, (*queue, id), "")
                .await
                .is_ok(),
        };
        assert!(is_there, "{queue:?}");
    }
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
async fn who_cannot_sign_in_is_bound_to_nothing() {
    let work = Casework::open().await;
    let office = &work.office;
    let (app, manager) = (&office.app.app, reviewer(office, "m-1").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    office.account("u-1", "lawyer").await;
    asks_binding(office, "SQ1", "u-1").await;
    let choice = Choice {
        person: person.public_id,
        role: None,
    };
    let state = |state: &str| {
        let sql = format!("UPDATE accounts SET state = '{state}' WHERE external_id = 'u-1'");
        office.app.database.execute(&sql);
    };
    for (word, part) in [
        ("disabled", "已停用"),
        ("pending", "正在审核"),
        ("rejected", "没有通过"),
    ] {
        state(word);
        let seen = target(office, "SQ1");
        match binding::approve(app, &manager, seen, choice.clone()).await {
            Err(Refused::Said(words)) => assert!(words.contains(part), "{word}: {words}"),
            done => panic!("{word}: {:?}", done.err()),
        }
    }
    assert_eq!(office.count("SELECT count(*) FROM case_bindings"), 0);
    state("active");
    let seen = target(office, "SQ1");
    binding::approve(app, &manager, seen, choice).await.unwrap();
}

#[tokio::test]
async fn who_granted_and_who_ended_a_binding_are_both_known() {
    let work = Casework::open().await;
    let office = &work.office;
    let app = &office.app.app;
    let (one, two) = (reviewer(office, "m-1").await, reviewer(office, "m-2").await);
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    office.account("u-1", "lawyer").await;
    asks_binding(office, "SQ1", "u-1").await;
    let choice = Choice {
        person: person.public_id,
        role: None,
    };
    binding::approve(app, &one, target(office, "SQ1"), choice)
        .await
        .unwrap();
    office.app.advance_ms(MINUTE_MS);
    let seen = target(office, "SQ1");
    let because = "委托关系已经解除。".to_owned();
    binding::revoke(app, &two, seen.clone(), because)
        .await
        .unwrap();
    let wanted = (Queue::Binding, seen.public_id.as_str());
    let pane = desk_queue::open(app, &one, wanted, "").await.unwrap();
    let desk_queue::Pane::Binding(pane) = pane else {
        panic!("a binding");
    };
    let row = &pane.head.row;
    assert_eq!(
        (row.decided_by.as_deref(), row.decided_at),
        (Some("m-1"), Some(NOW_MS))
    );
    assert_eq!(
        pane.ended,
        Some((Some("m-2".to_owned()), NOW_MS + MINUTE_MS))
    );
    // Whoever ends it once more is told who did.
    let again = binding::revoke(app, &one, target(office, "SQ1"), "x".to_owned()).await;
    let words = again.err().unwrap().sentence();
    assert!(words.contains("由m-2于"), "{words}");
}

#[tokio::test]
async fn how_an_application_came_to_its_end_is_said_as_it_was() {
    let office = Office::open().await;
    let (app, manager) = (&office.app.app, reviewer(&office, "m-1").await);
    for (number, account) in [
        ("MM1", "u-1"),
        ("MM2", "u-2"),
        ("MM3", "u-3"),
        ("MM4", "u-4"),
    ] {
        office.account(account, "party").await;
        asks_reset(&office, number, account).await;
    }
    for (number, state, details) in [
        ("MM1", "withdrawn", "{}"),
        ("MM2", "reset", r#"{"closed_by":"counter"}"#),
        (
            "MM3",
            "reset",
            r#"{"closed_by":"0123456789abcdef0123456789abcdef"}"#,
        ),
        ("MM4", "rejected", r#"{"closed_by":"merger"}"#),
    ] {
        office.app.database.execute(&format!(
            "UPDATE applications SET state = '{state}', details = '{details}', decided_at = {NOW_MS}, \
             version = version + 1 WHERE external_id = '{number}'"
        ));
    }
    for (number, words) in [
        ("MM1", "由申请人于"),
        ("MM2", "在窗口重置密码"),
        ("MM3", "其他检察院"),
        ("MM4", "合并"),
    ] {
        let late = reset::review(app, &manager, target(&office, number), Verdict::Approve).await;
        let said = late.err().unwrap().sentence();
        assert!(said.contains(words) && !said.contains("其他系统"), "{said}");
        let id = target(&office, number).public_id;
        let pane = desk_queue::open(app, &manager, (Queue::Reset, &id), "")
            .await
            .unwrap();
        let said = pane.head().row.closing.words(None, NOW_MS);
        assert!(said.contains(words), "{said}");
    }
    // What may have been done is not said to be undone.
    let late = Refused::Record(RecordError::Store(StoreError::Timeout)).sentence();
    assert!(
        late.contains("是否已经生效") && !late.contains("没有保存"),
        "{late}"
    );
}
