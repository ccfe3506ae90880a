//! The page behind a notice: for the person it was sent to and nobody else, as long as the account is linked.

use crate::support::NOW_MS;
use crate::support::browser::{Browser, Street};

const PUSH: &str = "0123456789abcdef0123456789abcdef";
const CHANGE: &str = "00000000000000000000000000000002";

/// A follower with a session; the openid is the simulator's.
async fn logged_in(street: &Street, follower: &str) -> (Browser, String) {
    let mut phone = street.phone(follower);
    phone.open("/h5/follows").await;
    let found = street
        .app
        .database
        .connect()
        .texts("SELECT openid FROM sessions ORDER BY created_at DESC, expires_at DESC LIMIT 1");
    (phone, found[0].clone())
}

/// A lawyer's account that is linked to the follower, a refused application, and the notices that told of it.
fn told(street: &Street, openid: &str) {
    let hash = street.app.app.person_hash(openid);
    let push = |id: i64, public_id: &str, kind: &str, fields: &str| {
        format!(
            "INSERT INTO pushes (id, public_id, kind, lane, account_id, unit_id, openid, openid_hash, fields, path, state, attempts,
               token_swaps, crashes, expires_at, created_at, ended_at)
             VALUES ({id}, '{public_id}', '{kind}', 1, 1, '430100', '{openid}', '{hash}', '{fields}', '/h5/notices/{public_id}', 'sent', 1, 0, 0,
               {NOW_MS}, {NOW_MS}, {NOW_MS});"
        )
    };
    let refused = r#"{"application":"SQ20261122000117","result":"未通过","unit":"长沙市院","time":"2026年11月22日 10:00","hint":"请查看原因","subject":"application:p1"}"#;
    let progress = r#"{"case":"****0031","change":"程序信息更新","unit":"长沙市院","time":"2026年11月22日 10:00","subject":"case_change:c2"}"#;
    let changes = r#"{"case_name":"张某某故意伤害案","changes":[{"field":"stage","old":"审查起诉","new":"提起公诉"},{"field":"handler","old":"甲","new":"乙"}]}"#;
    street.app.database.execute(&format!(
        "INSERT INTO accounts (id, public_id, role, login_name, display_name, unit_id, must_reset, state, notices_off, version, created_at, updated_at)
         VALUES (1, 'a1', 'lawyer', '160712349811', '李律师', '430100', FALSE, 'active', FALSE, 1, 0, 0);
         INSERT INTO account_links (id, account_id, openid, openid_hash, linked_at) VALUES (1, 1, '{openid}', '{hash}', 0);
         INSERT INTO applications (id, public_id, external_id, kind, account_id, unit_id, state, is_change, reason, details, submitted_at, decided_at, version)
         VALUES (1, 'p1', 'SQ20261122000117', 'binding', 1, '430100', 'rejected', FALSE, '委托书没有盖章。
请补充后再次提交。', '{{}}', 0, {NOW_MS}, 1);
         INSERT INTO case_changes (id, public_id, account_id, unit_id, case_number, changes, changed_at, created_at)
         VALUES (1, 'c1', 1, '430100', '湘检上诉受[2016]43000000032号', '[]', 0, {NOW_MS}), (2, 'c2', 1, '430100', '湘检上诉受[2016]43000000031号', '{changes}', 0, {NOW_MS});
         {} {}",
        push(1, PUSH, "binding_reviewed", refused),
        push(2, CHANGE, "case_progress_changed", progress),
    ));
}

#[tokio::test]
async fn it_says_what_the_push_must_not_to_whom_it_was_sent() {
    let street = Street::open().await;
    let (mut phone, openid) = logged_in(&street, "f1").await;
    told(&street, &openid);
    let page = phone.open(&format!("/h5/notices/{PUSH}")).await;
    assert_eq!(page.status, 200);
    for text in [
        "<title>案件绑定结果通知</title>",
        "长沙市人民检察院",
        "SQ20261122000117",
        "未通过",
        "委托书没有盖章。",
        "请补充后再次提交。",
        "2026年11月22日 10:00",
        "接下来",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    let page = phone.open(&format!("/h5/notices/{CHANGE}")).await;
    for text in [
        "湘检上诉受[2016]43000000031号",
        "办案进程",
        "审查起诉",
        "提起公诉",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    // The unit's own business is not told.
    assert!(!page.body.contains("甲") && page.body.contains("张某某故意伤害案"));
}

#[tokio::test]
async fn what_belongs_to_another_account_stays_there_whatever_the_notice_names() {
    let street = Street::open().await;
    let (mut phone, openid) = logged_in(&street, "f1").await;
    told(&street, &openid);
    street.app.database.execute(
        "INSERT INTO accounts (id, public_id, role, login_name, display_name, unit_id, must_reset, state, notices_off, version, created_at, updated_at)
         VALUES (2, 'a2', 'lawyer', 'other', '王律师', '430100', FALSE, 'active', FALSE, 1, 0, 0);
         UPDATE applications SET account_id = 2; UPDATE case_changes SET account_id = 2",
    );
    for (address, hidden) in [(PUSH, "委托书"), (CHANGE, "提起公诉")] {
        let page = phone.open(&format!("/h5/notices/{address}")).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains(hidden), "{}", page.body);
    }
}

#[tokio::test]
async fn a_stranger_leads_through_wechat_and_back_to_the_page_or_to_nothing() {
    let street = Street::open().await;
    let (_, openid) = logged_in(&street, "f1").await;
    told(&street, &openid);
    // The same person in a browser without a session comes back to this page.
    let mut again = street.phone("f1");
    let address = format!("/h5/notices/{PUSH}");
    let begun = again.get(&address).await;
    assert_eq!(begun.status, 302);
    let page = again.open(&begun.location).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("委托书没有盖章。"));
    // Somebody else has the address.
    let mut other = street.phone("f2");
    let page = other.open(&address).await;
    assert_eq!(page.status, 404);
    assert!(!page.body.contains("委托书") && !page.body.contains("SQ2026"));
    for wrong in [
        "/h5/notices/ffffffffffffffffffffffffffffffff",
        "/h5/notices/1",
        "/h5/notices/0123456789ABCDEF0123456789ABCDEF",
        "/h5/notices/%27%20OR%201=1",
        "/h5/notices/",
    ] {
        assert_eq!(again.open(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn once_the_link_has_ended_it_is_gone() {
    let street = Street::open().await;
    let (mut phone, openid) = logged_in(&street, "f1").await;
    told(&street, &openid);
    let address = format!("/h5/notices/{PUSH}");
    assert_eq!(phone.open(&address).await.status, 200);
    street
        .app
        .database
        .execute("UPDATE account_links SET ended_at = 1, openid = NULL, end_reason = 'unlinked'");
    assert_eq!(phone.open(&address).await.status, 404);
    // Linked to somebody else now: still not this person's.
    street.app.database.execute(
        "INSERT INTO account_links (id, account_id, openid, openid_hash, linked_at) VALUES (2, 1, 'oOther', 'other', 0)",
    );
    assert_eq!(phone.open(&address).await.status, 404);
}
