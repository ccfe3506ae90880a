//! From an event of the upstream site to what a follower sees, and to the platform's receipt.

use std::sync::Arc;

use jianxin::domain::event::shapes;
use jianxin::domain::notice::Kind;
use jianxin::push::{Rules, Worker, render};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::office::{Office, UNIT, openid};
use crate::support::platform::Platform;

/// An office whose templates are configured, with a worker that goes by them.
async fn staffed(platform: &Platform, settings: &[(&str, &str)]) -> (Office, Arc<Worker>) {
    let mut all = vec![
        ("wechat.api_base_url", platform.origin.as_str()),
        ("push.rate_per_second", "0"),
        ("push.templates.registration_submitted", "TPL-todo"),
        ("push.templates.case_progress_changed", "TPL-progress"),
        ("push.templates.password_reset_done", "TPL-reset"),
    ];
    all.extend_from_slice(settings);
    let office = Office::of(TestApp::with(&all).await).await;
    platform.follow(&office.app.app.clock);
    for (external_id, role) in [("m1", "manager"), ("m2", "manager"), ("u3", "lawyer")] {
        office.linked(external_id, role).await;
    }
    let app = Arc::clone(&office.app.app);
    let worker = Worker::new(
        Arc::clone(&app),
        Rules::new(&app.settings),
        render::by_templates(&app),
    );
    (office, worker)
}

/// Data of an event as the API describes it.
fn data(kind: Kind) -> Value {
    let mut data = serde_json::Map::new();
    for field in shapes::of(kind) {
        let example: Value = serde_json::from_str(field.example).unwrap();
        data.insert(field.name.to_owned(), example);
    }
    data.remove("lawyer");
    for (name, value) in [
        ("application", "SQ-1"),
        ("account", "u3"),
        ("unit_code", UNIT),
    ] {
        data.insert(name.to_owned(), json!(value));
    }
    Value::Object(data)
}

fn values(body: &Value) -> Vec<String> {
    let data = body["data"].as_object().unwrap();
    data.values()
        .map(|item| item["value"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_registration_reaches_every_manager_of_the_unit_and_its_receipt_comes_back() {
    let platform = Platform::start().await;
    let (office, worker) = staffed(&platform, &[]).await;
    let data = data(Kind::RegistrationSubmitted);
    let told = office.tell("e-1", "registration_submitted", data).await;
    assert_eq!(told["notices"], 2, "{told}");
    assert_eq!(worker.drain().await.unwrap(), 2);
    let mut receivers = Vec::new();
    for seen in platform.ledger() {
        assert_eq!(seen.body["template_id"], "TPL-todo");
        let url = seen.body["url"].as_str().unwrap();
        assert_eq!(
            url,
            format!("https://wx.example.cn/h5/notices/{}", seen.client_msg_id)
        );
        assert!(
            values(&seen.body)
                .iter()
                .all(|value| !value.is_empty() && !value.contains("欧阳植入"))
        );
        receivers.push(seen.openid);
    }
    receivers.sort();
    assert_eq!(receivers, [openid("m1"), openid("m2")]);
    let msgid = office.rows("SELECT msgid FROM pushes ORDER BY id")[0].clone();
    let owner = office.rows("SELECT openid FROM pushes ORDER BY id")[0].clone();
    let rest = format!("<MsgID>{msgid}</MsgID><Status><![CDATA[success]]></Status>");
    office
        .app
        .event(&owner, "TEMPLATESENDJOBFINISH", &rest)
        .await;
    assert_eq!(
        office.rows("SELECT state || ' ' || COALESCE(receipt, '-') FROM pushes ORDER BY id"),
        ["sent success", "sent -"]
    );
}

#[tokio::test]
async fn a_notice_whose_template_is_not_configured_is_parked_and_says_which_key_is_missing() {
    let platform = Platform::start().await;
    let (office, worker) =
        staffed(&platform, &[("push.templates.registration_submitted", "")]).await;
    let data = data(Kind::RegistrationSubmitted);
    office.tell("e-1", "registration_submitted", data).await;
    worker.drain().await.unwrap();
    assert_eq!(platform.requests(), 0);
    let parked = "SELECT DISTINCT state || ': ' || reason FROM pushes";
    assert_eq!(
        office.rows(parked),
        ["parked: no template is configured: set push.templates.registration_submitted"]
    );
}

#[tokio::test]
async fn who_leaves_is_not_written_to_and_coming_back_resumes_nothing() {
    let platform = Platform::start().await;
    let (office, worker) = staffed(&platform, &[]).await;
    let data = data(Kind::RegistrationSubmitted);
    office.tell("e-1", "registration_submitted", data).await;
    office.app.event(&openid("m1"), "unsubscribe", "").await;
    office.app.advance_ms(1_000);
    office.app.event(&openid("m1"), "subscribe", "").await;
    worker.drain().await.unwrap();
    let receivers: Vec<String> = platform
        .ledger()
        .into_iter()
        .map(|seen| seen.openid)
        .collect();
    assert_eq!(receivers, [openid("m2")]);
    assert_eq!(
        office.count("SELECT count(*) FROM pushes WHERE state = 'cancelled' AND openid IS NULL"),
        1
    );
}

#[tokio::test]
async fn a_secret_is_filled_in_for_the_moment_of_sending_and_stands_nowhere_else() {
    let platform = Platform::start().await;
    let (office, worker) = staffed(&platform, &[]).await;
    let reset =
        json!({ "application": "CZ-1", "account": "u3", "unit_code": UNIT, "result": "reset" });
    office.tell("a", "password_reset_done", reset).await;
    worker.drain().await.unwrap();
    let url = platform.ledger()[0].body["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = url.strip_prefix("https://wx.example.cn/h5/reset/").unwrap();
    assert!(
        token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{url}"
    );
    assert_eq!(
        office.rows("SELECT state || ' ' || path || ' ' || COALESCE(secret, '-') FROM pushes"),
        ["sent /h5/reset/{secret} -"]
    );
    assert_eq!(
        office.count("SELECT count(*) FROM reset_tickets WHERE used_at IS NULL"),
        1
    );
}
