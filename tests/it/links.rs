//! Which follower an account belongs to, and what ends it.

use jianxin::domain::ids::OpenId;
use jianxin::service::links::{self, Linked};
use serde_json::json;

use crate::support::office::{Office, openid};

#[tokio::test]
async fn one_follower_has_one_account_and_one_account_one_follower() {
    let office = Office::open().await;
    let (one, two) = (
        office.account("u1", "lawyer").await,
        office.account("u2", "party").await,
    );
    assert_eq!(
        office.link(&one, "o-first-follower", false).await,
        Linked::Yes
    );
    assert_eq!(
        office.link(&one, "o-first-follower", false).await,
        Linked::Already
    );
    let refused = office.link(&two, "o-first-follower", true).await;
    assert_eq!(refused, Linked::FollowerTaken);
    assert!(refused.refusal().unwrap().contains("退出登录"));
    let refused = office.link(&one, "o-second-follower", false).await;
    assert_eq!(refused, Linked::AccountTaken);
    assert!(refused.refusal().unwrap().contains("确认更换"));
    assert_eq!(
        office.link(&one, "o-second-follower", true).await,
        Linked::Replaced(OpenId::new("o-first-follower"))
    );
    let linked = links::of_account(&office.app.app, one.id).await.unwrap();
    assert_eq!(linked, Some(OpenId::new("o-second-follower")));
    assert_eq!(
        office.rows("SELECT end_reason || ' ' || coalesce(openid, 'gone') || ' ' || openid_hash FROM account_links WHERE ended_at IS NOT NULL"),
        [format!("replaced gone {}", office.app.app.person_hash("o-first-follower"))]
    );
    office
        .app
        .database
        .execute("UPDATE accounts SET state = 'disabled' WHERE external_id = 'u2'");
    let mut disabled = two.clone();
    disabled.state = "disabled".to_owned();
    assert_eq!(
        office.link(&disabled, "o-third-follower", false).await,
        Linked::Disabled
    );
    assert_eq!(
        office.count("SELECT count(*) FROM audit WHERE action LIKE 'link.%'"),
        3
    );
    let audit = office.rows("SELECT subject FROM audit");
    assert!(
        audit.iter().all(|entry| !entry.contains("o-first")),
        "{audit:?}"
    );
}

#[tokio::test]
async fn unsubscribing_ends_the_link_and_cancels_what_waits_and_coming_back_resumes_nothing() {
    let office = Office::open().await;
    office.linked("u1", "lawyer").await;
    office.linked("m1", "manager").await;
    office.app.event(&openid("u1"), "subscribe", "").await;
    let reset =
        json!({ "application": "CZ-1", "account": "u1", "unit_code": "430100", "result": "reset" });
    office.tell("a", "password_reset_done", reset).await;
    let submitted = json!({ "application": "SQ-1", "account": "u1", "unit_code": "430100", "case_name": "某案" });
    office.tell("b", "binding_submitted", submitted).await;
    office
        .tell(
            "c",
            "binding_reviewed",
            json!({ "application": "SQ-1", "result": "approved" }),
        )
        .await;
    office
        .app
        .database
        .execute("UPDATE pushes SET state = 'sending' WHERE kind = 'binding_reviewed'");
    office.app.advance_ms(5000);
    assert!(
        office
            .app
            .event(&openid("u1"), "unsubscribe", "")
            .await
            .is_silent()
    );
    assert_eq!(
        office.rows(
            "SELECT kind || ' ' || state || ' ' || coalesce(reason, '-') FROM pushes ORDER BY id"
        ),
        [
            "password_reset_done cancelled unsubscribed",
            "binding_submitted pending -",
            "binding_reviewed sending -"
        ],
        "what is being sent settles by itself, the manager's is another's"
    );
    assert_eq!(
        office.count(
            "SELECT count(*) FROM reset_tickets WHERE used_at IS NULL OR openid IS NOT NULL"
        ),
        0
    );
    assert_eq!(
        office.count("SELECT count(*) FROM account_links WHERE openid IS NOT NULL"),
        1
    );
    office.app.advance_ms(5000);
    office.app.event(&openid("u1"), "subscribe", "").await;
    let next = json!({ "application": "SQ-2", "account": "u1", "unit_code": "430100", "result": "approved" });
    assert_eq!(
        office.tell("d", "binding_reviewed", next).await["phone_tasks"],
        1
    );
    assert_eq!(
        office.rows("SELECT state FROM accounts WHERE external_id = 'u1'"),
        ["active"]
    );
}
