//! One message, one answer: repetitions, overlaps, two instances, and twins that are none.

use crate::support::{TestApp, case, delivery, message, record};

const OPENID: &str = "oTwice-000000000000000000001";

#[tokio::test]
async fn three_deliveries_get_byte_identical_answers_although_the_world_changed_in_between() {
    let app = TestApp::start().await;
    app.publish([case("a", "430100", "第一条").line()]).await;
    let xml = message::text(OPENID, "zyaj_430100", app.now_secs());
    let first = app.say(&xml).await;
    app.publish([case("b", "430100", "第二条").minutes_ago(0).line()])
        .await;
    for _ in 0..2 {
        app.advance_ms(5000);
        assert_eq!(app.say(&xml).await.body, first.body);
    }
    assert_eq!(
        app.text(OPENID, "zyaj_430100").await.labels()[0],
        "第二条",
        "a new message sees the new world"
    );
}

#[tokio::test]
async fn interleaved_messages_keep_their_own_answers() {
    let app = TestApp::start().await;
    let (a, b) = (
        message::text(OPENID, "zyaj_430100", app.now_secs()),
        message::text(OPENID, "zyaj_430104", app.now_secs()),
    );
    let (first_a, first_b) = (app.say(&a).await.body, app.say(&b).await.body);
    assert_ne!(first_a, first_b);
    for (xml, expected) in [(&a, &first_a), (&b, &first_b), (&a, &first_a)] {
        assert_eq!(app.say(xml).await.body, *expected);
    }
}

#[tokio::test]
async fn overlapping_deliveries_of_an_event_take_effect_once_also_across_two_instances() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    app.event(OPENID, "subscribe", "").await;
    app.advance_ms(2000);
    let leave = message::event(OPENID, "unsubscribe", "", app.now_secs());
    let answers = tokio::join!(
        app.say(&leave),
        other.say(&leave),
        app.say(&leave),
        other.say(&leave)
    );
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert!(answer.is_silent());
    }
    let erased = app
        .database
        .connect()
        .texts("SELECT count(*) FROM followers WHERE openid IS NULL");
    assert_eq!(erased, ["1"]);
    if app.app.cache.is_shared() {
        assert_eq!(
            app.database.connect().texts("SELECT count(*) FROM audit"),
            ["1"],
            "the handler ran once"
        );
    }
}

#[tokio::test]
async fn the_other_instance_gives_the_stored_answer_when_they_share_redis() {
    let app = TestApp::start().await;
    if !app.app.cache.is_shared() {
        return;
    }
    let other = app.second_instance().await;
    app.publish([case("a", "430100", "第一条").line()]).await;
    let xml = message::text(OPENID, "zyaj_430100", app.now_secs());
    let first = app.say(&xml).await.body;
    app.publish([case("b", "430100", "第二条").minutes_ago(0).line()])
        .await;
    assert_eq!(other.say(&xml).await.body, first);
    assert_eq!(app.say(&xml).await.body, first);
}

#[tokio::test]
async fn fifteen_followers_with_equal_message_id_and_time_are_fifteen_messages() {
    let app = TestApp::start().await;
    app.publish(record::lines(&[case("a", "430100", "甲")]))
        .await;
    for n in 0..15 {
        let openid = format!("oTwin-{n}");
        let xml = message::text_with_id(&openid, "zyaj_430100", app.now_secs(), "77");
        assert_eq!(app.say(&xml).await.field("ToUserName"), openid);
    }
    let mut events = app.database.connect();
    for n in 0..15 {
        app.say(&message::event(
            &format!("oTwin-{n}"),
            "subscribe",
            "",
            app.now_secs(),
        ))
        .await;
    }
    assert_eq!(
        events.texts("SELECT count(*) FROM followers WHERE openid IS NOT NULL"),
        ["15"]
    );
}

#[tokio::test]
async fn a_repetition_sealed_anew_is_the_same_message_and_sealed_anew_again() {
    let app = TestApp::with(&[("wechat.mode", "safe")]).await;
    let xml = message::text(OPENID, "zyaj_430100", app.now_secs());
    let first = app.deliver(delivery::sealed(&xml, app.now_secs())).await;
    app.advance_ms(5000);
    let second = app.deliver(delivery::sealed(&xml, app.now_secs())).await;
    let key = crate::support::AES_KEY;
    assert_eq!(first.unsealed(key).body, second.unsealed(key).body);
    assert_ne!(first.body, second.body, "never the same random bytes twice");
}
