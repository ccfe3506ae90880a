//! What managers have to do: bursts, quiet hours, reminders.

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
