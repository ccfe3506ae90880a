//! What managers decide: one wins, nothing is done by halves, limits hold, nobody decides what another unit has.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::service::claims::{self, Claim};
use jianxin::service::decisions::binding;
use jianxin::service::decisions::{Refused, Verdict, registration, reset};
use jianxin::service::desk_queue::{self, Queue};
use jianxin::service::error::{RecordError, ServiceError};
use jianxin::store::StoreError;
use serde_json::json;

use crate::support::casework::Casework;
use crate::support::office::{Office, UNIT};
use crate::support::queue::{
    asks_appointment, asks_binding, asks_reset, audited, because, registers, reviewer, reviewer_of,
    target,
};
use crate::support::{MINUTE_MS, NOW_MS};

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
