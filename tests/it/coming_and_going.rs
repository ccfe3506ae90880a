//! Subscribe and unsubscribe: the welcome, what is erased, and events that come late or twice.

use jianxin::domain::ids::{OpenId, UnitId};
use jianxin::service::follows;

use crate::support::{TestApp, message};

const OPENID: &str = "oComing-00000000000000000001";

async fn follow(app: &TestApp, unit: &str) {
    let added = follows::add(&app.app, &OpenId::new(OPENID), &UnitId::new(unit))
        .await
        .unwrap();
    assert_eq!(added, follows::Outcome::Yes);
}

fn column(app: &TestApp, sql: &str) -> Vec<String> {
    app.database.connect().texts(sql)
}

#[tokio::test]
async fn a_new_follower_is_welcomed_also_by_a_code_and_the_scene_is_kept() {
    let app = TestApp::start().await;
    let plain = app.event(OPENID, "subscribe", "").await;
    assert!(plain.text().starts_with("您好，欢迎关注"), "{}", plain.body);
    assert_eq!(plain.labels(), ["抢劫", "选择我关注的检察院"]);
    let scene = "<EventKey><![CDATA[qrscene_hall-7]]></EventKey><Ticket><![CDATA[T]]></Ticket>";
    let by_code = app.event("oComing-2", "subscribe", scene).await;
    assert_eq!(by_code.text(), plain.text());
    assert_eq!(
        column(
            &app,
            "SELECT scene FROM followers WHERE openid = 'oComing-2'"
        ),
        ["hall-7"]
    );
    let scanned = app
        .event(
            "oComing-2",
            "SCAN",
            "<EventKey><![CDATA[hall-7]]></EventKey><Ticket><![CDATA[T]]></Ticket>",
        )
        .await;
    assert!(
        scanned.text().contains("zyaj_"),
        "a follower who scans gets the help"
    );
}

#[tokio::test]
async fn unsubscribing_erases_follows_sessions_and_the_openid_and_keeps_an_audit_entry() {
    let app = TestApp::start().await;
    app.event(OPENID, "subscribe", "").await;
    follow(&app, "430100").await;
    app.database.execute(&format!(
        "INSERT INTO sessions (token_hash, openid, created_at, expires_at) VALUES ('t', '{OPENID}', 0, 9999999999999)"
    ));
    app.advance_ms(5000);
    assert!(app.event(OPENID, "unsubscribe", "").await.is_silent());
    for table in ["follows", "sessions", "oauth_states"] {
        assert_eq!(
            column(
                &app,
                &format!("SELECT count(*) FROM {table} WHERE openid = '{OPENID}'")
            ),
            ["0"],
            "{table}"
        );
    }
    assert_eq!(
        column(&app, "SELECT count(*) FROM followers WHERE openid IS NULL"),
        ["1"]
    );
    let audit = column(&app, "SELECT action || ' ' || subject FROM audit");
    assert_eq!(
        audit,
        [format!(
            "follower.erased follower:{}",
            app.app.person_hash(OPENID)
        )]
    );
    assert!(!audit[0].contains(OPENID));
}

#[tokio::test]
async fn a_late_repetition_of_an_older_event_changes_nothing() {
    let app = TestApp::start().await;
    let (subscribed_at, left_at) = (app.now_secs(), app.now_secs() + 60);
    app.say(&message::event(OPENID, "subscribe", "", subscribed_at))
        .await;
    app.say(&message::event(OPENID, "unsubscribe", "", left_at))
        .await;
    // Another instance knows nothing of the stored answers when there is no Redis; the extra element makes it a new
    // message even where there is one.
    let late = message::event(OPENID, "subscribe", "<EventKey></EventKey>", subscribed_at);
    app.second_instance().await.say(&late).await;
    assert_eq!(
        column(&app, "SELECT event_time FROM followers"),
        [left_at.to_string()]
    );
    assert_eq!(
        column(
            &app,
            "SELECT count(*) FROM followers WHERE openid IS NOT NULL"
        ),
        ["0"]
    );

    app.say(&message::event(OPENID, "subscribe", "", left_at + 60))
        .await;
    follow(&app, "430100").await;
    app.say(&message::event(
        OPENID,
        "unsubscribe",
        "<EventKey></EventKey>",
        left_at,
    ))
    .await;
    assert_eq!(column(&app, "SELECT openid FROM followers"), [OPENID]);
    assert_eq!(
        follows::of(&app.app, &OpenId::new(OPENID))
            .await
            .unwrap()
            .len(),
        1,
        "an older event took nothing"
    );
}

#[tokio::test]
async fn coming_back_starts_fresh() {
    let app = TestApp::start().await;
    app.event(OPENID, "subscribe", "").await;
    follow(&app, "430100").await;
    app.advance_ms(2000);
    app.event(OPENID, "unsubscribe", "").await;
    app.advance_ms(2000);
    app.event(OPENID, "subscribe", "").await;
    assert!(
        follows::of(&app.app, &OpenId::new(OPENID))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        app.click(OPENID, "followed_cases")
            .await
            .text()
            .contains("您还没有关注检察院")
    );
}

#[tokio::test]
async fn events_without_a_handler_and_unknown_ones_are_acknowledged_in_silence() {
    let app = TestApp::start().await;
    for event in [
        "LOCATION",
        "VIEW",
        "TEMPLATESENDJOBFINISH",
        "scancode_push",
        "something_new",
    ] {
        let rest = "<EventKey><![CDATA[x]]></EventKey><MsgID>7</MsgID><Status><![CDATA[success]]></Status>";
        assert!(app.event(OPENID, event, rest).await.is_silent(), "{event}");
    }
}

#[tokio::test]
async fn messages_that_are_not_text_get_the_help() {
    let app = TestApp::start().await;
    for (kind, rest) in [
        (
            "image",
            "<PicUrl><![CDATA[http://x/y]]></PicUrl><MediaId><![CDATA[m]]></MediaId>",
        ),
        (
            "voice",
            "<MediaId><![CDATA[m]]></MediaId><Format><![CDATA[amr]]></Format>",
        ),
        (
            "location",
            "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Scale>20</Scale><Label><![CDATA[x]]></Label>",
        ),
        ("something_new", ""),
    ] {
        let rest = format!("{rest}<MsgId>{}</MsgId>", message::fresh_id());
        let answer = app
            .say(&message::of_kind(OPENID, kind, &rest, app.now_secs()))
            .await;
        assert!(
            answer.text().contains("只能看懂文字"),
            "{kind}: {}",
            answer.body
        );
    }
}
