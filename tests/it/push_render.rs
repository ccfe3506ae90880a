//! From a row of the outbox to the platform's message, and why some rows cannot become one.

use std::sync::Arc;

use jianxin::push::render;
use jianxin::store::pushes::ClaimedPush;
use serde_json::json;

use crate::support::TestApp;
use crate::support::pushing::Office;

const TEMPLATES: [(&str, &str); 2] = [
    ("push.templates.password_reset_done", "TPL-reset"),
    ("push.rate_per_second", "0"),
];

fn claimed(kind: &str, fields: &serde_json::Value, path: &str) -> ClaimedPush {
    ClaimedPush {
        id: 1,
        public_id: "0123456789abcdef0123456789abcdef".to_owned(),
        kind: kind.to_owned(),
        unit_id: "430100".to_owned(),
        openid: "oRender".to_owned(),
        openid_hash: "h".to_owned(),
        fields: fields.to_string(),
        secret: None,
        path: path.to_owned(),
        order_key: None,
        attempt: 1,
        token_swaps: 0,
        first_attempt_at: 0,
        is_first_doubt: true,
        is_probe: false,
        created_at: 0,
    }
}

fn fields() -> serde_json::Value {
    json!({
        "applicant": "2607****0001",
        "result": "已重置",
        "unit": "长沙市院",
        "time": "2026年11月22日 09:58",
        "hint": "点击设置新密码，30分钟内有效，请勿转发给其他人",
    })
}

async fn rendered(
    push: &ClaimedPush,
) -> Result<jianxin::wechat::template::TemplateMessage, String> {
    let app = TestApp::with(&TEMPLATES).await;
    let render = render::by_templates(&Arc::clone(&app.app));
    render(push).map_err(|unsendable| unsendable.reason)
}

#[tokio::test]
async fn a_notice_becomes_the_message_of_its_template_with_our_address_and_its_own_id() {
    let push = claimed("password_reset_done", &fields(), "/h5/notices/x");
    let message = rendered(&push).await.unwrap();
    assert_eq!(message.touser, "oRender");
    assert_eq!(message.template_id, "TPL-reset");
    assert_eq!(message.client_msg_id, push.public_id);
    assert!(message.url.unwrap().ends_with("/h5/notices/x"));
    let longest = message
        .data
        .values()
        .map(|value| value.value.chars().count());
    assert!(
        longest.max().unwrap() <= 20,
        "free text is cut to what the platform shows"
    );
    assert!(
        message
            .data
            .values()
            .any(|value| value.value.ends_with('…'))
    );
}

#[tokio::test]
async fn what_cannot_become_a_message_says_why_and_never_what_it_holds() {
    let unknown = claimed("horoscope", &fields(), "/");
    assert!(
        rendered(&unknown)
            .await
            .unwrap_err()
            .contains("does not know its kind")
    );
    let unset = claimed("binding_reviewed", &fields(), "/");
    let reason = rendered(&unset).await.unwrap_err();
    assert!(
        reason.contains("push.templates.binding_reviewed"),
        "{reason}"
    );
    let mut broken = claimed("password_reset_done", &fields(), "/");
    broken.fields = "{".to_owned();
    assert!(
        rendered(&broken)
            .await
            .unwrap_err()
            .contains("cannot be read")
    );
    let mark = jianxin::domain::notice::SECRET_MARK;
    let gone = claimed(
        "password_reset_done",
        &fields(),
        &format!("/h5/reset/{mark}"),
    );
    assert!(
        rendered(&gone)
            .await
            .unwrap_err()
            .contains("its secret is gone")
    );
    let mut foreign = claimed("password_reset_done", &fields(), "/");
    foreign.secret = Some("1.00000000.AAAA".to_owned());
    let reason = rendered(&foreign).await.unwrap_err();
    assert!(
        reason.contains("cannot be opened") && !reason.contains("AAAA"),
        "{reason}"
    );
}

#[tokio::test]
async fn ended_notices_are_kept_for_their_time_and_then_go_with_their_tries() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table}");
        office.app.database.connect().texts(&sql)
    };
    assert_eq!(count("push_attempts"), ["1"]);
    let app = &office.app.app;
    assert_eq!(jianxin::service::pushes::forget_old(app).await.unwrap(), 0);
    office.app.advance_ms(199 * 24 * 3_600_000);
    assert_eq!(jianxin::service::pushes::forget_old(app).await.unwrap(), 0);
    let waiting = office.notice("o-2").await;
    office.app.advance_ms(2 * 24 * 3_600_000);
    assert_eq!(jianxin::service::pushes::forget_old(app).await.unwrap(), 1);
    assert_eq!(count("push_attempts"), ["0"]);
    assert_eq!(count("pushes"), ["1"], "what waits stays");
    assert_eq!(office.state(&waiting), "pending");
}
