//! Accounts from outside: one by one through the interface, many from a file.

use std::io::Write;

use serde_json::{Value, json};

use crate::support::casework::Casework;
use crate::support::office::Office;
use crate::support::process::Bench;

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$SqlVijFGiPG+935vDSGEsA8xUPlWcBBeXjKZgbm0dRA";

fn record() -> Value {
    json!({
        "external_id": "u-1", "role": "lawyer", "login_name": "160712349811", "display_name": "李明",
        "unit_code": "430100", "phone": "13800001111",
    })
}

async fn put(office: &Office, record: &Value) -> (u16, Value) {
    let answer = office
        .send("PUT", "/api/v1/accounts", record.to_string(), None)
        .await;
    (
        answer.status.as_u16(),
        serde_json::from_str(&answer.body).unwrap(),
    )
}

#[tokio::test]
async fn an_account_is_imported_then_unchanged_then_changed_with_its_version() {
    let office = Office::open().await;
    let mut said = record();
    assert_eq!(
        put(&office, &said).await,
        (200, json!({ "result": "imported", "version": 1 }))
    );
    assert_eq!(
        put(&office, &said).await,
        (200, json!({ "result": "unchanged", "version": 1 }))
    );
    said["phone"] = json!("13900002222");
    said["version"] = json!(1);
    assert_eq!(
        put(&office, &said).await,
        (200, json!({ "result": "imported", "version": 2 }))
    );
    let (status, problem) = put(&office, &said).await;
    assert_eq!((status, problem["field"].as_str()), (409, Some("version")));
    said["version"] = json!(2);
    said["password_hash"] = json!(HASH);
    said["must_reset"] = json!(false);
    assert_eq!(put(&office, &said).await.1["version"], 3);
    assert_eq!(
        office.rows("SELECT role || ' ' || state || ' ' || unit_id || ' ' || length(password_hash) FROM accounts"),
        [format!("lawyer active 430100 {}", HASH.len())]
    );
    assert!(office.rows("SELECT phone FROM accounts")[0].starts_with("1."));
    // What is left out of the next record stays, the telephone number goes.
    said = record();
    said.as_object_mut().unwrap().remove("phone");
    assert_eq!(put(&office, &said).await.1["version"], 4);
    assert_eq!(
        office.count(
            "SELECT count(*) FROM accounts WHERE password_hash IS NOT NULL AND phone IS NULL"
        ),
        1
    );
}

#[tokio::test]
async fn a_bad_record_names_its_field_and_stores_nothing() {
    let office = Office::open().await;
    put(&office, &record()).await;
    let stored = office.rows("SELECT version FROM accounts");
    for (name, value, status) in [
        ("role", json!("judge"), 422),
        ("role", json!("manager"), 422),
        ("unit_code", json!("000000"), 422),
        ("login_name", json!("李明"), 422),
        ("login_name", json!("ab"), 422),
        ("display_name", json!("长".repeat(51)), 422),
        ("phone", json!("call me"), 422),
        ("state", json!("gone"), 422),
        (
            "password_hash",
            json!("5f4dcc3b5aa765d61d8327deb882cf99"),
            422,
        ),
        ("must_reset", json!("yes"), 422),
        ("version", json!(7), 409),
        ("version", json!(0), 422),
        ("external_id", Value::Null, 422),
        ("colour", json!("red"), 422),
    ] {
        let mut said = record();
        said[name] = value;
        let (got, problem) = put(&office, &said).await;
        assert_eq!(
            (got, problem["field"].as_str()),
            (status, Some(name)),
            "{problem}"
        );
    }
    let mut other = record();
    other["external_id"] = json!("u-2");
    assert_eq!(put(&office, &other).await.1["field"], "login_name");
    assert_eq!(office.rows("SELECT version FROM accounts"), stored);
}

#[tokio::test]
async fn disabling_ends_the_link_and_cancels_what_waits() {
    let office = Office::open().await;
    let account = office.linked("u1", "lawyer").await;
    let reviewed = json!({ "application": "SQ-2", "account": "u1", "unit_code": "430100", "result": "approved" });
    office.tell("d", "binding_reviewed", reviewed).await;
    let said = json!({
        "external_id": "u1", "role": "lawyer", "login_name": account.login_name, "display_name": "李明",
        "unit_code": "430100", "state": "disabled",
    });
    assert_eq!(put(&office, &said).await.0, 200);
    assert_eq!(office.rows("SELECT state FROM pushes"), ["cancelled"]);
    assert_eq!(
        office.count("SELECT count(*) FROM account_links WHERE ended_at IS NULL"),
        0
    );
}

#[tokio::test]
async fn a_manager_who_goes_to_another_unit_takes_no_duties_along() {
    let work = Casework::open().await;
    let office = &work.office;
    let mut clerk = work.clerk("wang", "reviewer,unit_admin").await;
    let mut chief = work.clerk("zhou", "system_admin,reviewer").await;
    office
        .app
        .database
        .execute("UPDATE accounts SET external_id = 'x-' || login_name WHERE role = 'manager'");
    for name in ["wang", "zhou"] {
        let mut said = record();
        for (field, value) in [
            ("external_id", format!("x-{name}")),
            ("role", "manager".to_owned()),
            ("login_name", name.to_owned()),
            ("display_name", format!("案管{name}")),
        ] {
            said[field] = json!(value);
        }
        // Another telephone number only: everything stays.
        assert_eq!(put(office, &said).await.0, 200);
        let duties = format!(
            "SELECT duties FROM managers m JOIN accounts a ON a.id = m.account_id WHERE login_name = '{name}'"
        );
        assert!(office.rows(&duties)[0].contains("reviewer"), "{name}");
        said["unit_code"] = json!("430104");
        assert_eq!(put(office, &said).await.0, 200);
        let kept = match name {
            "zhou" => "system_admin",
            _ => "",
        };
        assert_eq!(office.rows(&duties), [kept], "{name}");
    }
    for clerk in [&mut clerk, &mut chief] {
        let page = clerk.browser.get("/console/").await;
        assert_eq!(page.status, 303, "the session has ended");
    }
    let written = "SELECT unit_id FROM audit WHERE action = 'manager.duties'";
    assert_eq!(office.rows(written), ["430100", "430100"]);
}

#[tokio::test]
async fn files_of_an_older_platform_are_imported_and_bad_rows_named() {
    let office = Office::open().await;
    let bench = Bench::on(&office.app.database);
    let file = |name: &str, text: &str| {
        let path = bench.dir.path().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        path.display().to_string()
    };
    let mut second = record();
    second["external_id"] = json!("u-2");
    second["login_name"] = json!("160712349812");
    second["password_hash"] = json!(HASH);
    let mut clash = second.clone();
    clash["external_id"] = json!("u-3");
    let lines = format!(
        "{}\n\n{second}\n{clash}\nnonsense\n{}\n",
        record(),
        record()
    );
    let accounts = file("accounts.jsonl", &lines);
    let ended = bench.run(&["import", "accounts", &accounts]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert_eq!(ended.out.trim(), "imported=2 unchanged=1 rejected=2");
    assert!(
        ended
            .err
            .contains("line 4: login_name: belongs to another account"),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("line 5: not valid JSON"),
        "{}",
        ended.err
    );
    assert_eq!(
        office.rows("SELECT external_id || ' ' || must_reset FROM accounts WHERE must_reset ORDER BY external_id").len(),
        1,
        "whoever comes without a password sets one"
    );
    let csv = file(
        "more.csv",
        "\u{feff}external_id,role,login_name,display_name,unit_code,phone,must_reset\nm-1,manager,cs-admin,王芳,430100,,true\nm-2,manager,cs-other,王芳,nowhere,,\n",
    );
    let ended = bench.run(&["import", "accounts", &csv]);
    assert_eq!(ended.out.trim(), "imported=1 unchanged=0 rejected=1");
    assert!(ended.err.contains("line 3: unit_code: "), "{}", ended.err);
    let links = file(
        "links.csv",
        "external_id,login_name,openid\nu-1,,oOld-000000000000000000001\n,160712349812,oOld-000000000000000000002\nm-1,,oOld-000000000000000000001\nnobody,,oOld-000000000000000000003\n",
    );
    let ended = bench.run(&["import", "links", &links]);
    assert_eq!(ended.out.trim(), "imported=2 unchanged=0 rejected=2");
    assert!(ended.err.contains("line 4: openid: "), "{}", ended.err);
    assert!(ended.err.contains("line 5: external_id: "), "{}", ended.err);
    let ended = bench.run(&["import", "links", &links]);
    assert_eq!(ended.out.trim(), "imported=0 unchanged=2 rejected=2");
    // The running program hashes openids the same way.
    let hash = office.app.app.person_hash("oOld-000000000000000000001");
    assert_eq!(
        office.count(&format!(
            "SELECT count(*) FROM account_links WHERE openid_hash = '{hash}'"
        )),
        1
    );
    let all = office.rows("SELECT coalesce(phone, '') FROM accounts");
    assert!(all.iter().all(|phone| !phone.contains("1380000")));
}
