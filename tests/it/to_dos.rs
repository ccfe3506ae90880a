//! What managers have to do: bursts, quiet hours, reminders.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::service::claims::{self, Claim};
use jianxin::service::desk::Manager;
use jianxin::service::reminders;
use serde_json::{Value, json};

use crate::support::office::{Office, openid};

const SECOND_MS: i64 = 1000;
const HOUR_MS: i64 = 3_600_000;

fn binding(number: u32) -> Value {
    json!({
        "application": format!("SQ-{number}"),
        "account": "u3",
        "unit_code": "430100",
        "case_name": "张某某故意伤害案",
    })
}

async fn with_one_manager(settings: &[(&str, &str)]) -> Office {
    let office = Office::with(settings).await;
    office.linked("m1", "manager").await;
    office.linked("u3", "lawyer").await;
    office
}

async fn submit(office: &Office, number: u32) {
    let id = format!("e{number}");
    office.tell(&id, "binding_submitted", binding(number)).await;
}

/// `state, seconds from the beginning to the first try` of every to-do.
fn plan(office: &Office, began: i64) -> Vec<String> {
    office.rows(&format!(
        "SELECT state || ' ' || coalesce(CAST((due_at - {began}) / 1000 AS TEXT), '-') FROM pushes ORDER BY id"
    ))
}

#[tokio::test]
async fn the_first_of_a_burst_goes_at_once_and_the_others_become_one_with_a_count() {
    let office = with_one_manager(&[]).await;
    let began = office.app.app.clock.now_ms();
    submit(&office, 1).await;
    office.app.advance_ms(10 * SECOND_MS);
    submit(&office, 2).await;
    office.app.advance_ms(10 * SECOND_MS);
    submit(&office, 3).await;
    submit(&office, 4).await;
    assert_eq!(
        plan(&office, began),
        ["pending 0", "pending 60", "merged -", "merged -"]
    );
    let fields = office.fields();
    assert_eq!(
        (&fields[0]["count"], &fields[0]["application"]),
        (&json!("1"), &json!("SQ-1"))
    );
    assert_eq!(
        (&fields[1]["count"], &fields[1]["application"]),
        (&json!("3"), &json!("共3件"))
    );
    assert_eq!(fields[1]["pending"], "4");
    assert_eq!(
        fields[3]["application"], "SQ-4",
        "a merged one keeps what it says"
    );
    assert_eq!(
        office.count(
            "SELECT count(*) FROM pushes p JOIN pushes w ON p.merged_into = w.id WHERE p.ended_at IS NOT NULL AND w.state = 'pending'"
        ),
        2
    );
    // The waiting one has gone out: the next burst is measured from there.
    office.app.database.execute(&format!(
        "UPDATE pushes SET state = 'sent', attempts = 1, first_attempt_at = {}, due_at = NULL, ended_at = {} WHERE state = 'pending'",
        began + 60 * SECOND_MS,
        began + 60 * SECOND_MS
    ));
    office.app.advance_ms(50 * SECOND_MS);
    submit(&office, 5).await;
    office.app.advance_ms(200 * SECOND_MS);
    submit(&office, 6).await;
    assert_eq!(plan(&office, began)[4..], ["pending 120", "pending 270"]);
}

#[tokio::test]
async fn who_imports_or_publishes_is_not_told_what_others_have_to_decide() {
    let office = with_one_manager(&[]).await;
    for (who, duties) in [
        ("m2", "reviewer"),
        ("m3", "reviewer,unit_admin"),
        ("m4", "importer,publisher"),
        ("m5", "unit_admin"),
        ("m6", ""),
    ] {
        let account = office.linked(who, "manager").await;
        office.app.database.execute(&format!(
            "INSERT INTO managers (account_id, duties, totp_step, version, created_at, updated_at) VALUES ({}, '{duties}', 0, 1, 0, 0)",
            account.id
        ));
    }
    submit(&office, 1).await;
    let told = "SELECT a.external_id FROM pushes p JOIN accounts a ON a.id = p.account_id ORDER BY a.external_id";
    assert_eq!(
        office.rows(told),
        ["m1", "m2", "m3"],
        "m1 is known from the upstream site only, m6 lost the duties"
    );
    // A duty that was given is heard of from then on, one that was taken away is not.
    office.app.database.execute("UPDATE managers SET duties = CASE duties WHEN 'unit_admin' THEN 'reviewer' ELSE 'importer' END");
    office.app.database.execute("DELETE FROM pushes");
    submit(&office, 2).await;
    assert_eq!(office.rows(told), ["m1", "m5"]);
}

#[tokio::test]
async fn a_burst_at_one_moment_loses_none_and_has_one_first() {
    let office = std::sync::Arc::new(with_one_manager(&[]).await);
    let posts: Vec<_> = (0..20)
        .map(|number| {
            let office = std::sync::Arc::clone(&office);
            tokio::spawn(async move { submit(&office, number).await })
        })
        .collect();
    for post in posts {
        post.await.unwrap();
    }
    let states =
        office.rows("SELECT state || ' ' || count(*) FROM pushes GROUP BY state ORDER BY state");
    assert_eq!(states, ["merged 18", "pending 2"]);
    let counts: Vec<u32> = office
        .rows("SELECT fields FROM pushes WHERE state = 'pending' ORDER BY due_at")
        .iter()
        .map(|fields| {
            let fields: Value = serde_json::from_str(fields).unwrap();
            fields["count"].as_str().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(counts, [1, 19]);
}

#[tokio::test]
async fn without_merging_every_one_goes_by_itself() {
    let office = with_one_manager(&[("push.merge_secs", "0")]).await;
    let began = office.app.app.clock.now_ms();
    submit(&office, 1).await;
    submit(&office, 2).await;
    assert_eq!(plan(&office, began), ["pending 0", "pending 0"]);
}

#[tokio::test]
async fn the_night_is_quiet_for_managers_and_the_morning_brings_one_notice_a_kind() {
    let office = with_one_manager(&[("push.quiet_hours", "20:00-08:00")]).await;
    // From ten in the morning to nine in the evening.
    office.app.advance_ms(11 * HOUR_MS);
    let began = office.app.app.clock.now_ms();
    for number in 1..=3 {
        submit(&office, number).await;
        office.app.advance_ms(HOUR_MS);
    }
    let reset = json!({ "application": "CZ-1", "account": "u3", "unit_code": "430100" });
    office.tell("r", "password_reset_requested", reset).await;
    let morning = 11 * 3600;
    assert_eq!(
        plan(&office, began),
        [
            format!("pending {morning}"),
            "merged -".to_owned(),
            "merged -".to_owned(),
            format!("pending {morning}")
        ]
    );
    assert_eq!(office.fields()[0]["count"], "3");
    // Results are not held: somebody waits for them.
    office
        .tell(
            "d",
            "binding_reviewed",
            json!({ "application": "SQ-1", "result": "approved" }),
        )
        .await;
    assert_eq!(plan(&office, began)[4], format!("pending {}", 3 * 3600));
}

#[tokio::test]
async fn what_nobody_touches_is_pushed_again_after_working_hours_and_once() {
    let office = with_one_manager(&[]).await;
    // Sunday, ten o'clock: four working hours later it is Monday, three o'clock.
    submit(&office, 1).await;
    submit(&office, 2).await;
    office.app.advance_ms(28 * HOUR_MS);
    assert_eq!(
        reminders::run(&office.app.app).await.unwrap(),
        0,
        "Monday, two o'clock"
    );
    office.app.advance_ms(HOUR_MS);
    let second = office.app.second_instance().await;
    let (one, two) = tokio::join!(reminders::run(&office.app.app), reminders::run(&second.app));
    assert_eq!(one.unwrap() + two.unwrap(), 2, "whoever comes first");
    assert_eq!(reminders::run(&office.app.app).await.unwrap(), 0);
    let tasks: Vec<Value> = office
        .fields()
        .into_iter()
        .skip(2)
        .map(|fields| fields["task"].clone())
        .collect();
    assert_eq!(
        tasks,
        ["案件绑定申请（再次提醒）", "案件绑定申请（再次提醒）"]
    );
    assert_eq!(
        office.rows("SELECT DISTINCT openid FROM pushes"),
        [openid("m1")]
    );
    // Decided: nothing more. The other one comes again.
    office
        .tell(
            "d",
            "binding_reviewed",
            json!({ "application": "SQ-1", "result": "approved" }),
        )
        .await;
    office.app.advance_ms(24 * HOUR_MS);
    assert_eq!(reminders::run(&office.app.app).await.unwrap(), 1);
    let never = with_one_manager(&[("push.remind_after_hours", "0")]).await;
    submit(&never, 1).await;
    assert_eq!(
        never.count("SELECT count(*) FROM applications WHERE remind_at IS NOT NULL"),
        0
    );
}

/// A linked manager of another unit.
async fn superior(office: &Office, who: &str, unit: &str) -> Manager {
    let account = office.linked(who, "manager").await;
    office.app.database.execute(&format!(
        "UPDATE accounts SET unit_id = '{unit}' WHERE id = {}",
        account.id
    ));
    Manager {
        account,
        duties: Duties::of(&[Duty::Reviewer]),
        factor_at: None,
    }
}

/// `who task` of what went to superiors, oldest first.
fn escalated(office: &Office) -> Vec<(String, Value)> {
    let told = "SELECT a.external_id FROM pushes p JOIN accounts a ON a.id = p.account_id WHERE p.dedupe_key LIKE 's%' ORDER BY p.id";
    let fields = "SELECT fields FROM pushes WHERE dedupe_key LIKE 's%' ORDER BY id";
    let fields = office.rows(fields);
    let fields = fields
        .iter()
        .map(|text| serde_json::from_str(text).unwrap());
    office.rows(told).into_iter().zip(fields).collect()
}

/// Working hours pass until every reminder is due.
async fn remind(office: &Office) -> usize {
    office.app.advance_ms(24 * HOUR_MS);
    reminders::run(&office.app.app).await.unwrap()
}

#[tokio::test]
async fn what_nobody_of_the_unit_can_be_told_of_is_told_to_the_next_superior_that_has_somebody() {
    let office = Office::open().await;
    office.linked("u3", "lawyer").await;
    let applicant = office.rows("SELECT login_name FROM accounts").remove(0);
    submit(&office, 1).await;
    // Nobody is linked the whole way up: every reminder looks again.
    office.app.advance_ms(24 * HOUR_MS);
    assert_eq!(remind(&office).await, 1);
    assert!(escalated(&office).is_empty());
    superior(&office, "m-country", "100000").await;
    superior(&office, "m-province", "430000").await;
    superior(&office, "m-elsewhere", "430200").await;
    let second = office.app.second_instance().await;
    office.app.advance_ms(24 * HOUR_MS);
    let (one, two) = tokio::join!(reminders::run(&office.app.app), reminders::run(&second.app));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    let told = escalated(&office);
    assert_eq!(told.len(), 1);
    let (who, fields) = &told[0];
    assert_eq!(who, "m-province");
    assert_eq!(fields["task"], "长沙市院尚未处理：案件绑定申请");
    assert_eq!(
        (&fields["applicant"], &fields["application"]),
        (&json!("SQ-1"), &json!("SQ-1"))
    );
    let text = fields.to_string();
    let masked = format!("{}****", &applicant[..4]);
    for personal in [applicant.as_str(), &masked, "subject", "欧阳植入", "张某某"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    // Once an application, however long it waits.
    for _ in 0..3 {
        assert_eq!(remind(&office).await, 1);
    }
    assert_eq!(escalated(&office).len(), 1);
}

#[tokio::test]
async fn what_three_reminders_did_not_move_is_told_to_the_superior_and_what_somebody_took_is_not() {
    let office = with_one_manager(&[("push.merge_secs", "0")]).await;
    let manager = superior(&office, "m-province", "430000").await;
    for number in 1..=3 {
        submit(&office, number).await;
    }
    // One is taken by somebody of the unit, one is handed in anew after two reminders.
    let taken = "SELECT public_id FROM applications WHERE external_id = 'SQ-2'";
    let taken = office.rows(taken).remove(0);
    let own = Manager {
        account: jianxin::store::accounts::Account {
            unit_id: "430100".to_owned(),
            ..manager.account
        },
        ..manager
    };
    claims::change(&office.app.app, &own, &taken, Claim::Take)
        .await
        .unwrap();
    office.app.advance_ms(24 * HOUR_MS);
    for _ in 0..2 {
        assert_eq!(remind(&office).await, 3);
    }
    let again = json!({ "id": "e3-2", "type": "binding_submitted", "data": binding(3) });
    assert_eq!(office.post(&again).await.status.as_u16(), 200);
    assert!(escalated(&office).is_empty());
    assert_eq!(remind(&office).await, 3);
    let tasks = || -> Vec<Value> {
        let told = escalated(&office).into_iter();
        told.map(|(_, fields)| fields["application"].clone())
            .collect()
    };
    assert_eq!(tasks(), ["SQ-1"]);
    // What waits anew is counted anew.
    assert_eq!(remind(&office).await, 3);
    assert_eq!(tasks(), ["SQ-1"]);
    assert_eq!(remind(&office).await, 3);
    assert_eq!(tasks(), ["SQ-1", "SQ-3"]);
}
