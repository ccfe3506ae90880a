//! What the platform tells about a notice after it took it.

use std::sync::Arc;

use crate::support::MINUTE_MS;
use crate::support::platform::Act;
use crate::support::pushing::Office;

/// `TEMPLATESENDJOBFINISH`.
async fn receipt(office: &Office, openid: &str, msgid: &str, status: &str) {
    let rest = format!("<MsgID>{msgid}</MsgID><Status><![CDATA[{status}]]></Status>");
    let answer = office
        .app
        .event(openid, "TEMPLATESENDJOBFINISH", &rest)
        .await;
    assert!(answer.is_silent(), "{answer:?}");
}

fn receipts(office: &Office) -> Vec<String> {
    let sql = "SELECT status || ' ' || CASE WHEN push_id IS NULL THEN 'alone' ELSE 'joined' END FROM push_receipts ORDER BY received_at";
    office.app.database.connect().texts(sql)
}

async fn sent(office: &Office, openid: &str) -> (String, String) {
    let id = office.notice(openid).await;
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
    let msgid = office.column(&id, "msgid");
    (id, msgid)
}

#[tokio::test]
async fn a_receipt_joins_its_notice_and_a_second_one_changes_nothing() {
    let office = Office::open().await;
    let (id, msgid) = sent(&office, "o-1").await;
    receipt(&office, "o-1", &msgid, "success").await;
    assert_eq!(office.column(&id, "receipt"), "success");
    let at = office.column(&id, "receipt_at");
    office.app.advance_ms(3_000);
    receipt(&office, "o-1", &msgid, "success").await;
    receipt(&office, "o-1", &msgid, "failed: system failed").await;
    assert_eq!(office.column(&id, "receipt"), "success");
    assert_eq!(office.column(&id, "receipt_at"), at);
    assert_eq!(receipts(&office), ["success joined"]);
}

#[tokio::test]
async fn a_receipt_that_is_faster_than_the_answer_is_joined_when_the_answer_is_stored() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    receipt(&office, "o-1", "200228332", "success").await;
    assert_eq!(receipts(&office), ["success alone"]);
    office.drain().await;
    assert_eq!(office.column(&id, "receipt"), "success");
    assert_eq!(receipts(&office), ["success joined"]);
}

#[tokio::test]
async fn a_receipt_for_nothing_of_ours_is_kept_and_harms_nobody() {
    let office = Office::open().await;
    let (id, msgid) = sent(&office, "o-1").await;
    receipt(&office, "o-1", "77", "success").await;
    receipt(&office, "o-2", &msgid, "failed: system failed").await;
    assert_eq!(office.column(&id, "receipt"), "-");
    let kept = receipts(&office);
    assert!(
        kept.iter().all(|one| one.ends_with(" alone")) && kept.len() == 2,
        "{kept:?}"
    );
}

#[tokio::test]
async fn without_an_id_the_newest_notice_of_that_person_gets_it() {
    let office = Office::open().await;
    let (older, _) = sent(&office, "o-1").await;
    office.app.advance_ms(1_000);
    let (newer, _) = sent(&office, "o-1").await;
    let (other, _) = sent(&office, "o-2").await;
    receipt(&office, "o-1", "0", "success").await;
    assert_eq!(office.column(&newer, "receipt"), "success");
    assert_eq!(office.column(&older, "receipt"), "-");
    office.app.advance_ms(1_000);
    receipt(&office, "o-1", "0", "success").await;
    assert_eq!(office.column(&older, "receipt"), "success");
    office.app.advance_ms(11 * MINUTE_MS);
    receipt(&office, "o-2", "0", "success").await;
    assert_eq!(
        office.column(&other, "receipt"),
        "-",
        "that one is too old to be meant"
    );
}

#[tokio::test]
async fn who_refuses_messages_gets_none_until_they_come_back() {
    let office = Office::open().await;
    let (_, msgid) = sent(&office, "o-1").await;
    let waiting = office.notice("o-1").await;
    receipt(&office, "o-1", &msgid, "failed:user block").await;
    assert_eq!(office.state(&waiting), "cancelled");
    assert_eq!(office.column(&waiting, "reason"), "blocked");
    let later = office.notice("o-1").await;
    office.drain().await;
    assert_eq!(office.state(&later), "cancelled");
    assert_eq!(office.platform.requests(), 1);
    office.app.text("o-2", "帮助").await;
    let still = office.notice("o-1").await;
    office.drain().await;
    assert_eq!(office.state(&still), "cancelled", "somebody else wrote");
    office.app.text("o-1", "帮助").await;
    let again = office.notice("o-1").await;
    office.drain().await;
    assert_eq!(office.state(&again), "sent");
    assert_eq!(
        office.state(&later),
        "cancelled",
        "what was cancelled stays so"
    );
}

#[tokio::test]
async fn a_tap_or_a_subscription_lifts_a_block_and_a_receipt_does_not() {
    let office = Office::open().await;
    for (n, event, rest) in [
        (1, "CLICK", "<EventKey>latest_cases</EventKey>"),
        (2, "subscribe", "<EventKey></EventKey>"),
        (3, "VIEW", "<EventKey>https://wx.example.cn/h5/</EventKey>"),
    ] {
        let openid = format!("o-{n}");
        // The same click is at hand for everybody by now.
        office.app.click("o-warm", "latest_cases").await;
        let (_, msgid) = sent(&office, &openid).await;
        receipt(&office, &openid, &msgid, "failed:user block").await;
        receipt(&office, &openid, "1", "success").await;
        let blocked = office.notice(&openid).await;
        office.drain().await;
        assert_eq!(office.state(&blocked), "cancelled", "{event}");
        office.app.event(&openid, event, rest).await;
        let free = office.notice(&openid).await;
        office.drain().await;
        assert_eq!(office.state(&free), "sent", "{event}");
    }
}

#[tokio::test]
async fn a_block_made_by_one_instance_is_lifted_by_another() {
    let office = Office::open().await;
    let second = office.app.second_instance().await;
    office.notice("o-1").await;
    office.platform.always(Act::Code(43004));
    office.drain().await;
    office.platform.always(Act::Take);
    second.index().await;
    second.text("o-1", "帮助").await;
    let free = office.notice("o-1").await;
    office.drain().await;
    assert_eq!(office.state(&free), "sent");
    office.app.index().await;
    assert!(!jianxin::service::blocks::is_blocked(
        &office.app.app,
        "o-1"
    ));
}

#[tokio::test]
async fn what_the_platform_failed_to_deliver_goes_out_once_more_after_a_quarter_of_an_hour() {
    let office = Office::open().await;
    let (id, msgid) = sent(&office, "o-1").await;
    receipt(&office, "o-1", &msgid, "failed: system failed").await;
    assert_eq!(office.state(&id), "pending");
    office.app.advance_ms(14 * MINUTE_MS);
    assert_eq!(office.drain().await, 0);
    office.app.advance_ms(2 * MINUTE_MS);
    assert_eq!(office.drain().await, 1);
    assert_eq!(office.state(&id), "sent");
    assert_eq!(
        office.platform.shown().len(),
        2,
        "beyond the time in which it would have been dropped"
    );
    let second = office.column(&id, "msgid");
    assert_ne!(second, msgid);
    receipt(&office, "o-1", &second, "failed: system failed").await;
    assert_eq!(
        office.state(&id),
        "sent",
        "a third time is for a person to decide"
    );
    assert_eq!(office.column(&id, "receipt"), "system_failed");
}

#[tokio::test]
async fn missing_receipts_are_counted_after_a_day() {
    let office = Office::open().await;
    let (_, msgid) = sent(&office, "o-1").await;
    sent(&office, "o-2").await;
    receipt(&office, "o-1", &msgid, "success").await;
    let unconfirmed = || async {
        let app = Arc::clone(&office.app.app);
        jianxin::service::pushes::outlook(&app)
            .await
            .unwrap()
            .unconfirmed
    };
    assert_eq!(unconfirmed().await, 0);
    office.app.advance_ms(25 * 60 * MINUTE_MS);
    assert_eq!(unconfirmed().await, 1);
}
