//! Events of the upstream site, each down to its rows in the outbox.

use jianxin::domain::event::shapes;
use jianxin::domain::ids::OpenId;
use jianxin::domain::notice::{self, Fields, Kind};
use jianxin::service::reset_page::{self, Holder, ResetPage};
use serde_json::{Value, json};

use crate::support::office::{Office, UNIT, openid};

/// Two managers, a lawyer and a party, all linked.
async fn staffed(settings: &[(&str, &str)]) -> Office {
    let office = Office::with(settings).await;
    office.linked("m1", "manager").await;
    office.linked("m2", "manager").await;
    office.linked("u3", "lawyer").await;
    office.linked("u4", "party").await;
    office
}

/// Data of an event as the API describes it, for the accounts of the stories.
fn data(kind: Kind, application: &str) -> Value {
    let mut data = serde_json::Map::new();
    for field in shapes::of(kind) {
        let example: Value = serde_json::from_str(field.example).unwrap();
        data.insert(field.name.to_owned(), example);
    }
    for (name, value) in [
        ("application", json!(application)),
        ("account", json!("u3")),
        ("accounts", json!(["u3", "u4"])),
    ] {
        if data.contains_key(name) {
            data.insert(name.to_owned(), value);
        }
    }
    if kind == Kind::RegistrationSubmitted {
        data.remove("lawyer");
    }
    // No case is kept in these stories; `bindings` has one.
    for name in ["unified_number", "person_number"] {
        data.remove(name);
    }
    if kind == Kind::PasswordResetDone {
        data.insert("result".to_owned(), json!("reset"));
    }
    Value::Object(data)
}

#[tokio::test]
async fn every_event_reaches_whom_it_concerns_and_says_nothing_it_should_not() {
    let office = staffed(&[("push.merge_secs", "0")]).await;
    for (number, kind) in Kind::ALL.into_iter().enumerate() {
        if kind == Kind::CaseProgressChanged {
            // The sample of a review refused the lawyer, who hears of no case until the office approves.
            let state = "SELECT state FROM accounts WHERE external_id = 'u3'";
            assert_eq!(office.rows(state), ["rejected"]);
            let approved = "UPDATE accounts SET state = 'active' WHERE external_id = 'u3'";
            office.app.database.execute(approved);
        }
        let before = office.count("SELECT count(*) FROM pushes");
        let application = format!("SQ-{}", number / 2);
        let id = format!("e-{number}");
        let answer = office
            .tell(&id, kind.as_str(), data(kind, &application))
            .await;
        let expected = if kind.is_to_do() || kind == Kind::CaseProgressChanged {
            2
        } else {
            1
        };
        assert_eq!(answer["notices"], expected, "{kind:?} {answer}");
        assert_eq!(answer["phone_tasks"], 0);
        assert_eq!(
            office.count("SELECT count(*) FROM pushes") - before,
            expected
        );
        let receivers = office.rows(&format!(
            "SELECT openid FROM pushes WHERE kind = '{}' ORDER BY openid",
            kind.as_str()
        ));
        let wanted = match kind {
            kind if kind.is_to_do() => vec![openid("m1"), openid("m2")],
            Kind::CaseProgressChanged => vec![openid("u3"), openid("u4")],
            _ => vec![openid("u3")],
        };
        assert_eq!(receivers, wanted, "{kind:?}");
    }
    assert_eq!(
        office.rows("SELECT DISTINCT state || ' ' || attempts FROM pushes"),
        ["pending 0"]
    );
    let rows = office.rows("SELECT kind || '|' || fields FROM pushes ORDER BY id");
    for row in &rows {
        let (kind, fields) = row.split_once('|').unwrap();
        let kind = Kind::parse(kind).unwrap();
        let fields: Fields = serde_json::from_str(fields).unwrap();
        let template = office.app.app.office().notices.of(kind).clone();
        let values = notice::render(&template, &fields).unwrap();
        assert!(
            values
                .values()
                .all(|value| !value.is_empty() && value != "-"),
            "{row}"
        );
        // Whatever the examples say of persons and cases stays behind the page.
        for planted in [
            "欧阳",
            "植入",
            "张某某",
            "李明",
            "故意伤害",
            "起诉",
            "公诉",
            "上诉",
            "委托书",
            "周三",
            "13800001111",
        ] {
            assert!(!row.contains(planted), "{planted} in {row}");
        }
        for name in fields.keys().filter(|name| *name != "subject") {
            assert!(kind.fields().contains(&name.as_str()), "{name} of {kind:?}");
        }
    }
    assert_eq!(
        office.rows("SELECT kind || ' ' || state FROM applications ORDER BY id"),
        [
            "registration rejected",
            "binding rejected",
            "appointment answered",
            "password_reset reset"
        ]
    );
    assert_eq!(
        office.count("SELECT count(*) FROM applications WHERE decided_at IS NULL"),
        0
    );
    assert_eq!(office.count("SELECT count(*) FROM case_changes"), 2);
}

#[tokio::test]
async fn the_same_event_again_gets_the_same_answer_and_another_one_under_its_key_is_refused() {
    let office = staffed(&[]).await;
    let event = json!({ "id": "k1", "type": "binding_submitted", "data": data(Kind::BindingSubmitted, "SQ-1") });
    let first = office.post(&event).await;
    let sizes = office.sizes();
    for _ in 0..3 {
        let again = office.post(&event).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    let mut by_header = event.clone();
    by_header.as_object_mut().unwrap().remove("id");
    for key in ["k1", "\"k1\""] {
        let again = office
            .send("POST", "/api/v1/events", by_header.to_string(), Some(key))
            .await;
        assert_eq!(again.body, first.body, "the header carries the key as well");
    }
    let mut other = event.clone();
    other["data"]["case_name"] = json!("另一起案件");
    let refused = office.post(&other).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.body);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(
        refused.body.contains("\"field\":\"id\""),
        "{}",
        refused.body
    );
    assert_eq!(office.sizes(), sizes);
    let missing = office
        .send("POST", "/api/v1/events", by_header.to_string(), None)
        .await;
    assert_eq!(missing.status.as_u16(), 422);
    let two = office
        .send("POST", "/api/v1/events", event.to_string(), Some("k2"))
        .await;
    assert_eq!(two.status.as_u16(), 422, "two different keys");
    assert_eq!(office.sizes(), sizes);
}

#[tokio::test]
async fn a_hundred_at_once_under_one_key_are_one() {
    let office = std::sync::Arc::new(staffed(&[]).await);
    let event = json!({ "id": "k", "type": "appointment_submitted", "data": data(Kind::AppointmentSubmitted, "YY-1") });
    let posts: Vec<_> = (0..100)
        .map(|_| {
            let (office, event) = (std::sync::Arc::clone(&office), event.clone());
            tokio::spawn(async move { office.post(&event).await })
        })
        .collect();
    let mut bodies = std::collections::BTreeSet::new();
    for post in posts {
        let answer = post.await.unwrap();
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
        bodies.insert(answer.body);
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(office.count("SELECT count(*) FROM pushes"), 2);
    assert_eq!(office.count("SELECT count(*) FROM applications"), 1);
    assert_eq!(office.count("SELECT count(*) FROM events"), 1);
}

#[tokio::test]
async fn nothing_stays_when_a_later_statement_fails() {
    let office = staffed(&[]).await;
    let sizes = office.sizes();
    // The last thing an event does is to store its answer: there it meets a table that refuses.
    let (make, drop) = if office.app.database.is_postgres() {
        (
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;
             CREATE TRIGGER refuse BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse()",
            "DROP TRIGGER refuse ON events",
        )
    } else {
        (
            "CREATE TRIGGER refuse BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER refuse",
        )
    };
    office.app.database.execute(make);
    for (number, kind) in Kind::ALL.into_iter().enumerate() {
        let mut event = data(kind, &format!("SQ-{number}"));
        if event.get("account").is_some() {
            event["unit_code"] = json!(UNIT);
        }
        let answer = office
            .post(&json!({ "id": format!("e{number}"), "type": kind.as_str(), "data": event }))
            .await;
        assert_eq!(answer.status.as_u16(), 503, "{kind:?} {}", answer.body);
        assert_eq!(office.sizes(), sizes, "{kind:?}");
    }
    office.app.database.execute(drop);
    office
        .tell(
            "e0",
            "binding_submitted",
            data(Kind::BindingSubmitted, "SQ-0"),
        )
        .await;
    assert_eq!(office.count("SELECT count(*) FROM pushes"), 2);
}

#[tokio::test]
async fn whoever_is_not_linked_is_telephoned_and_a_unit_without_managers_loses_nothing() {
    let office = Office::open().await;
    office.account("u9", "lawyer").await;
    office.account("m8", "manager").await;
    let mut submitted = data(Kind::BindingSubmitted, "SQ-9");
    submitted["account"] = json!("u9");
    let answer = office.tell("a", "binding_submitted", submitted).await;
    assert_eq!(
        (&answer["notices"], &answer["phone_tasks"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(
        office.count("SELECT count(*) FROM applications WHERE decided_at IS NULL"),
        1
    );
    let reviewed = json!({ "application": "SQ-9", "result": "approved" });
    let answer = office.tell("b", "binding_reviewed", reviewed).await;
    assert_eq!(
        (&answer["notices"], &answer["phone_tasks"]),
        (&json!(0), &json!(1))
    );
    let progress = |number: u32| {
        let mut progress = data(Kind::CaseProgressChanged, "");
        progress["accounts"] = json!(["u9"]);
        progress["case_number"] = json!(format!("湘检受[2026]4301000000{number}号"));
        progress
    };
    office
        .tell("c", "case_progress_changed", progress(11))
        .await;
    office
        .tell("d", "case_progress_changed", progress(12))
        .await;
    office
        .tell(
            "e",
            "password_reset_done",
            json!({ "application": "CZ-1", "account": "u9", "unit_code": "430100", "result": "reset" }),
        )
        .await;
    assert_eq!(
        office.rows("SELECT kind || ' ' || unit_id || ' ' || reason FROM phone_tasks ORDER BY id"),
        [
            "binding_reviewed 430100 not_linked",
            "case_progress_changed 430100 not_linked",
            "password_reset_done 430100 not_linked"
        ],
        "one open call about cases is enough"
    );
    assert_eq!(office.count("SELECT count(*) FROM pushes"), 0);
    assert_eq!(
        office.count("SELECT count(*) FROM reset_tickets"),
        0,
        "a page that nobody can open is not made"
    );
}

#[tokio::test]
async fn progress_is_told_once_a_person_and_only_when_something_watched_changed() {
    let office = staffed(&[]).await;
    let mut said = data(Kind::CaseProgressChanged, "");
    said["changes"] = json!([
        { "field": "stage", "old": "审查起诉", "new": "提起公诉" },
        { "field": "due_date", "old": "2026-12-01", "new": "2026-12-15" },
        { "field": "person_name", "old": "张三", "new": "张山" },
    ]);
    assert_eq!(
        office
            .tell("a", "case_progress_changed", said.clone())
            .await["notices"],
        2
    );
    assert_eq!(
        office
            .tell("b", "case_progress_changed", said.clone())
            .await["notices"],
        2
    );
    // The second one of each stands behind the first: in order, one at a time.
    assert_eq!(
        office.count("SELECT count(*) FROM pushes WHERE due_at IS NULL"),
        2
    );
    assert_eq!(
        office.count("SELECT count(DISTINCT order_key) FROM pushes"),
        2
    );
    said["changes"] = json!([
        { "field": "stage", "old": "提起公诉", "new": "提起公诉" },
        { "field": "person_name", "old": "张三", "new": "张山" },
    ]);
    assert_eq!(
        office
            .tell("c", "case_progress_changed", said.clone())
            .await["notices"],
        0
    );
    assert_eq!(
        office.count("SELECT count(*) FROM case_changes"),
        6,
        "what is not told is recorded"
    );
    office
        .app
        .database
        .execute("UPDATE accounts SET notices_off = TRUE WHERE external_id = 'u4'");
    said["changes"] = json!([{ "field": "outcome", "new": "不起诉" }]);
    assert_eq!(
        office.tell("d", "case_progress_changed", said).await["notices"],
        1
    );
    assert_eq!(office.count("SELECT count(*) FROM phone_tasks"), 0);
}

#[tokio::test]
async fn a_reset_gives_a_page_that_opens_once_or_a_password_and_neither_stands_in_clear() {
    let reset =
        json!({ "application": "CZ-1", "account": "u3", "unit_code": "430100", "result": "reset" });
    let office = staffed(&[]).await;
    office.tell("a", "password_reset_done", reset.clone()).await;
    let app = &office.app.app;
    let row = office.rows(
        "SELECT public_id || '|' || secret || '|' || path || '|' || (expires_at - created_at) FROM pushes",
    );
    let parts: Vec<&str> = row[0].split('|').collect();
    assert_eq!((parts[2], parts[3]), ("/h5/reset/{secret}", "1800000"));
    let token = jianxin::service::notices::open_secret(app, parts[0], parts[1]).unwrap();
    assert_eq!(token.expose().len(), 64);
    assert_eq!(
        office
            .rows("SELECT must_reset FROM accounts WHERE external_id = 'u3'")
            .len(),
        1
    );
    let holder = |external_id: &str| Holder {
        openid: OpenId::new(openid(external_id)),
        session: "s".to_owned(),
    };
    let page = async |external_id: &str| {
        let found = reset_page::of(app, token.expose(), &holder(external_id)).await;
        found.unwrap()
    };
    let account = "1607****3678".to_owned();
    assert_eq!(page("u3").await, ResetPage::Open { account });
    assert_eq!(page("u4").await, ResetPage::Void, "bound to the follower");
    office.app.advance_ms(30 * 60_000);
    assert_eq!(page("u3").await, ResetPage::Void, "half an hour is over");

    let office = staffed(&[("push.password_mode", "literal")]).await;
    office.tell("a", "password_reset_done", reset).await;
    let row = office.rows("SELECT public_id || '|' || secret || '|' || fields FROM pushes");
    let parts: Vec<&str> = row[0].splitn(3, '|').collect();
    let password =
        jianxin::service::notices::open_secret(&office.app.app, parts[0], parts[1]).unwrap();
    let fields: Value = serde_json::from_str(parts[2]).unwrap();
    assert_eq!(fields["password"], "{secret}");
    assert_eq!(fields["hint"], "临时密码{secret}");
    let hash = office.rows("SELECT password_hash FROM accounts WHERE external_id = 'u3'");
    assert!(
        hash[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash:?}"
    );
    let everything = office.rows("SELECT fields || path || coalesce(secret, '') FROM pushes");
    assert!(
        everything
            .iter()
            .all(|row| !row.contains(password.expose()))
    );
}

#[tokio::test]
async fn decided_is_decided_and_a_second_request_to_one_unit_waits_for_the_first() {
    let office = staffed(&[]).await;
    let requested = |number: &str, unit: &str| json!({ "application": number, "account": "u3", "unit_code": unit });
    office
        .tell("a", "password_reset_requested", requested("CZ-1", "430100"))
        .await;
    let again = office
        .post(&json!({ "id": "b", "type": "password_reset_requested", "data": requested("CZ-2", "430100") }))
        .await;
    assert_eq!(again.status.as_u16(), 409, "{}", again.body);
    office
        .tell("c", "password_reset_requested", requested("CZ-3", "430102"))
        .await;
    office
        .tell(
            "d",
            "password_reset_done",
            json!({ "application": "CZ-1", "result": "reset" }),
        )
        .await;
    assert_eq!(
        office.count("SELECT count(*) FROM applications WHERE decided_at IS NULL"),
        0,
        "the request to the other unit is closed with it"
    );
    let twice = office
        .post(&json!({ "id": "e", "type": "password_reset_done", "data": { "application": "CZ-1", "result": "reset" } }))
        .await;
    assert_eq!(twice.status.as_u16(), 409, "{}", twice.body);
    office
        .tell(
            "f",
            "binding_submitted",
            data(Kind::BindingSubmitted, "SQ-1"),
        )
        .await;
    office
        .tell(
            "g",
            "binding_reviewed",
            json!({ "application": "SQ-1", "result": "rejected", "reason": "材料不全" }),
        )
        .await;
    office
        .tell(
            "h",
            "binding_submitted",
            data(Kind::BindingSubmitted, "SQ-1"),
        )
        .await;
    assert_eq!(
        office
            .rows("SELECT state || ' ' || is_change FROM applications WHERE external_id = 'SQ-1'")
            .len(),
        1
    );
    office
        .tell(
            "i",
            "binding_reviewed",
            json!({ "application": "SQ-1", "result": "approved" }),
        )
        .await;
    let late = office
        .post(&json!({ "id": "j", "type": "binding_submitted", "data": data(Kind::BindingSubmitted, "SQ-1") }))
        .await;
    assert_eq!(
        late.status.as_u16(),
        409,
        "approved bindings are not changed"
    );
}

#[tokio::test]
async fn a_new_lawyer_comes_with_the_registration_and_the_telephone_number_is_sealed() {
    let office = Office::open().await;
    office.linked("m1", "manager").await;
    let mut said = data(Kind::RegistrationSubmitted, "ZC-1");
    said["account"] = json!("new-1");
    let answer = office
        .post(&json!({ "id": "a", "type": "registration_submitted", "data": said }))
        .await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.body.contains("data/lawyer"), "{}", answer.body);
    said["lawyer"] =
        json!({ "login_name": "160700010002", "display_name": "欧阳植入", "phone": "13987654321" });
    office.tell("a", "registration_submitted", said).await;
    assert_eq!(
        office.rows("SELECT role || ' ' || state || ' ' || unit_id FROM accounts WHERE external_id = 'new-1'"),
        ["lawyer pending 430100"]
    );
    let fields = office.fields();
    assert_eq!(fields[0]["applicant"], "1607****0002");
    assert_eq!(fields[0]["state"], "已提交，待审核");
    assert_eq!(fields[0]["unit"], "长沙市院");
    assert_eq!(fields[0]["time"], "2026年11月22日 10:00");
    let phones = office.rows("SELECT phone FROM accounts WHERE phone IS NOT NULL");
    assert!(phones[0].starts_with("1."), "{phones:?}");
    let dump = office.rows("SELECT coalesce(phone, '') || display_name FROM accounts");
    assert!(dump.iter().all(|row| !row.contains("13987654321")));
    if let Some(file) = office.app.database.url().strip_prefix("sqlite:") {
        for name in [file.to_owned(), format!("{file}-wal")] {
            let bytes = std::fs::read(&name).unwrap_or_default();
            let found = bytes.windows(11).any(|window| window == b"13987654321");
            assert!(!found, "the number stands in clear in {name}");
        }
    }
}
