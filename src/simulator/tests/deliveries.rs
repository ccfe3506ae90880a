//! Deliveries: both modes, retries, switches.

use serde_json::{Value, json};

use super::account::{Bench, KEY, parameter, text_reply};
use crate::simulator::crypto::{self, EnvelopeKey};

fn content_of(outcome: &Value) -> String {
    outcome["content"]["segments"][0]["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Opens a sealed delivery, answers it and seals the answer, as a correct server in safe mode does.
fn safe_server(query: &str, body: &str) -> (u16, String) {
    let sealed = body
        .split("<Encrypt><![CDATA[")
        .nth(1)
        .unwrap()
        .split("]]>")
        .next()
        .unwrap();
    let (timestamp, nonce) = (parameter(query, "timestamp"), parameter(query, "nonce"));
    let signature = crypto::sign(&["tokentokentokentoken", &timestamp, &nonce, sealed]);
    if signature != parameter(query, "msg_signature") {
        return (403, String::new());
    }
    let key = EnvelopeKey::parse(KEY).unwrap();
    let Ok(clear) = key.open(sealed, "wx1234567890abcdef") else {
        return (403, String::new());
    };
    let reply = key.seal([9; 16], &text_reply(&clear, "收到"), "wx1234567890abcdef");
    let signature = crypto::sign(&["tokentokentokentoken", "1700000000", "77", &reply]);
    let answer = format!(
        "<xml><Encrypt><![CDATA[{reply}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>\
         <TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[77]]></Nonce></xml>"
    );
    (200, answer)
}

#[tokio::test]
async fn a_text_goes_round_in_plain_mode_and_is_signed() {
    let bench = Bench::new("plain", |_, body| (200, text_reply(body, "你好"))).await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "抢劫]]>"}))
        .await;
    assert_eq!(content_of(&outcome), "你好");
    let seen = bench.saw("抢劫").await;
    let (timestamp, nonce) = (
        parameter(&seen.query, "timestamp"),
        parameter(&seen.query, "nonce"),
    );
    let expected = crypto::sign(&["tokentokentokentoken", &timestamp, &nonce]);
    assert_eq!(parameter(&seen.query, "signature"), expected);
    assert_eq!(parameter(&seen.query, "openid"), bench.openid("f1"));
    assert_eq!(parameter(&seen.query, "encrypt_type"), "");
    assert!(
        seen.body.contains("<![CDATA[抢劫]]]]><![CDATA[>]]>"),
        "{}",
        seen.body
    );
}

#[tokio::test]
async fn a_text_goes_round_in_safe_mode_without_a_clear_word_on_the_wire() {
    let bench = Bench::new("safe", safe_server).await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "zyaj_长沙"}))
        .await;
    assert_eq!(content_of(&outcome), "收到");
    assert!(
        bench
            .seen()
            .iter()
            .all(|seen| !seen.body.contains("zyaj_") && !seen.body.contains("FromUserName"))
    );
}

#[tokio::test]
async fn a_wrong_signature_and_an_old_key_are_refused_three_times_and_the_chat_says_so() {
    let bench = Bench::new("safe", safe_server).await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    for switch in [
        json!({"wrong_signature": true}),
        json!({"wrong_signature": false, "old_key": true}),
    ] {
        bench.act("faults", switch).await;
        let outcome = bench
            .act("text", json!({"follower": "f1", "content": "x"}))
            .await;
        assert_eq!(
            (&outcome["received"], &outcome["deliveries"]),
            (&json!(false), &json!(3))
        );
    }
    let state: Value = bench
        .get("/simulator/state", "")
        .await
        .json()
        .await
        .unwrap();
    let last = state["followers"][0]["entries"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        last["content"]["text"],
        "该公众号提供的服务出现故障，请稍后再试"
    );
}

#[tokio::test]
async fn a_dropped_answer_is_delivered_again_with_the_same_message_and_a_new_nonce() {
    let bench = Bench::new("plain", |_, body| (200, text_reply(body, "好"))).await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    bench.act("faults", json!({"drop_answers": 1})).await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "again"}))
        .await;
    assert_eq!(
        (&outcome["received"], &outcome["deliveries"]),
        (&json!(true), &json!(2))
    );
    let seen: Vec<_> = bench
        .seen()
        .into_iter()
        .filter(|seen| seen.body.contains("again"))
        .collect();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].body, seen[1].body);
    assert_ne!(
        parameter(&seen[0].query, "nonce"),
        parameter(&seen[1].query, "nonce")
    );
}

#[tokio::test]
async fn copies_arrive_beside_the_original_and_their_answers_are_compared() {
    let bench = Bench::new("plain", |query, body| {
        (200, text_reply(body, &parameter(query, "nonce")))
    })
    .await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    bench.act("faults", json!({"copies": 2})).await;
    bench
        .act("text", json!({"follower": "f1", "content": "three of me"}))
        .await;
    assert_eq!(
        bench
            .seen()
            .iter()
            .filter(|seen| seen.body.contains("three of me"))
            .count(),
        3
    );
    let differing = bench.simulator.look(|world| {
        world
            .wire
            .iter()
            .filter(|exchange| exchange.verdict.text == "与第一份的答复不同")
            .count()
    });
    assert_eq!(differing, 2);
}

#[tokio::test]
async fn an_answer_that_is_read_too_late_was_never_received() {
    let bench = Bench::quiet().await;
    bench.act("faults", json!({"read_delay_ms": 1000})).await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "late"}))
        .await;
    assert_eq!(
        (&outcome["received"], &outcome["deliveries"]),
        (&json!(false), &json!(3))
    );
}

#[tokio::test]
async fn a_trickling_body_arrives_whole() {
    let bench = Bench::quiet().await;
    bench.act("faults", json!({"slow_body_ms": 100})).await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "slowly"}))
        .await;
    assert_eq!(outcome["received"], true);
    assert!(bench.saw("slowly").await.body.ends_with("</xml>"));
}

#[tokio::test]
async fn unsubscribing_empties_the_chat_and_silences_the_phone() {
    let bench = Bench::quiet().await;
    bench.act("unsubscribe", json!({"follower": "f1"})).await;
    bench.saw("unsubscribe").await;
    let outcome = bench
        .act("text", json!({"follower": "f1", "content": "x"}))
        .await;
    assert_eq!(outcome["error"], "关注后才能发送消息");
}

#[tokio::test]
async fn the_first_opening_of_the_page_follows_once() {
    let bench = Bench::new("plain", |_, body| (200, text_reply(body, "欢迎"))).await;
    assert_eq!(content_of(&bench.act("arrive", json!({})).await), "欢迎");
    assert_eq!(bench.act("arrive", json!({})).await["arrived"], true);
    assert_eq!(bench.seen().len(), 1);
}
