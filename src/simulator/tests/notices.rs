//! Template messages: the card with the template's own words, its limits, and everything that can go wrong with the
//! answer or the receipt.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::account::Bench;

const SEND: &str = "/cgi-bin/message/template/send";

/// A bench with a token and a message for the first follower.
struct Sender {
    bench: Bench,
    path: String,
}

impl Sender {
    async fn new() -> Self {
        let bench = Bench::quiet().await;
        let path = format!("{SEND}?access_token={}", bench.token().await);
        Self { bench, path }
    }

    fn message(&self, id: &str) -> Value {
        json!({"touser": self.bench.openid("f1"), "template_id": "sim-case_progress_changed",
            "client_msg_id": id, "url": "http://127.0.0.1:9/h5/notices/1", "data": {
                "time4": {"value": "2026年11月22日 10:00"},
                "character_string1": {"value": "****0031"},
                "thing2": {"value": "程序信息更新"},
                "thing3": {"value": "长沙市院"},
                "thing5": {"value": "请点击查看详情"}}})
    }

    async fn send(&self, id: &str) -> Value {
        self.bench.api(&self.path, Some(self.message(id))).await
    }

    /// The same where the answer may not come: status and body, or that the connection ended.
    async fn try_send(&self, id: &str) -> Result<(u16, String), reqwest::Error> {
        let url = format!("{}/simulator/api{}", self.bench.origin, self.path);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.post(url).json(&self.message(id)).send().await?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    async fn faults(&self, faults: Value) {
        let set = self.bench.act("faults", faults).await;
        assert!(set["error"].is_null(), "{set}");
    }

    async fn inbox(&self) -> Vec<Value> {
        let answer = self.bench.get("/simulator/inbox?follower=f1", "").await;
        answer.json().await.unwrap()
    }

    fn receipts(&self) -> Vec<String> {
        let seen = self.bench.seen().into_iter().map(|seen| seen.body);
        seen.filter(|body| body.contains("TEMPLATESENDJOBFINISH"))
            .collect()
    }
}

#[tokio::test]
async fn a_card_has_the_templates_title_and_labels_in_its_order_and_opens_its_page() {
    let sender = Sender::new().await;
    assert_eq!(sender.send("m-1").await["errcode"], 0);
    let inbox = sender.inbox().await;
    let card = &inbox[0]["content"];
    assert_eq!(card["title"], "案件进展通知");
    let rows: Vec<(&str, &str)> = card["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["label"].as_str().unwrap(),
                row["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows[0], ("案件编号", "****0031"));
    assert_eq!(rows[3], ("更新时间", "2026年11月22日 10:00"));
    let open = "/simulator/open?follower=f1&url=http%3A%2F%2F127.0.0.1%3A9%2Fh5%2Fnotices%2F1";
    assert_eq!(sender.bench.get(open, "").await.status(), 302);
    let list = format!(
        "/cgi-bin/template/get_all_private_template?access_token={}",
        sender.bench.token().await
    );
    let listed = sender.bench.api(&list, None).await;
    assert_eq!(listed["template_list"].as_array().unwrap().len(), 9);
    let mut lacking = sender.message("m-2");
    lacking["data"].as_object_mut().unwrap().remove("thing3");
    let refused = sender.bench.api(&sender.path, Some(lacking)).await;
    assert_eq!(refused["errcode"], 47003);
    assert!(refused["errmsg"].as_str().unwrap().contains("thing3"));
}

#[tokio::test]
async fn an_answer_is_lost_in_every_way_and_the_message_arrives_once() {
    let sender = Sender::new().await;
    for kind in [
        "hold",
        "reset",
        "bad_gateway",
        "empty",
        "truncated",
        "garbage",
        "late",
    ] {
        let before = sender.inbox().await.len();
        sender
            .faults(json!({"calls": {"kind": kind, "remaining": 1, "delay_ms": 120}}))
            .await;
        let begun = Instant::now();
        let answer = sender.try_send(kind).await;
        match (kind, &answer) {
            ("hold" | "reset" | "truncated", Err(error)) => assert!(!error.is_connect(), "{error}"),
            ("bad_gateway", Ok((502, body))) => assert!(body.contains("Bad Gateway")),
            ("empty", Ok((500, body))) => assert_eq!(body, ""),
            ("garbage", Ok((200, body))) => assert!(body.starts_with("<html>")),
            ("late", Ok((200, body))) => assert!(body.contains("msgid")),
            _ => panic!("{kind}: {answer:?}"),
        }
        let held = begun.elapsed() >= Duration::from_millis(120);
        assert!(held || !matches!(kind, "hold" | "late"), "{kind}");
        // The same id again is answered and shows nothing more.
        assert_eq!(sender.send(kind).await["errcode"], 0);
        assert_eq!(sender.inbox().await.len(), before + 1, "{kind}");
    }
    sender
        .faults(json!({"calls": {"kind": "bad_gateway", "share": 100, "not_done": true}}))
        .await;
    let before = sender.inbox().await.len();
    assert_eq!(sender.try_send("never").await.unwrap().0, 502);
    assert_eq!(sender.inbox().await.len(), before);
    let other = sender.bench.token().await;
    assert!(!other.is_empty(), "the switch is for one path");
}

#[tokio::test]
async fn receipts_come_early_twice_without_an_id_or_never() {
    let sender = Sender::new().await;
    sender
        .faults(json!({"notices": {"timing": "early"}, "receipt": "user_block"}))
        .await;
    let msgid = sender.send("early").await["msgid"].as_i64().unwrap();
    let receipts = sender.receipts();
    assert_eq!(receipts.len(), 1, "it is there before the answer");
    assert!(receipts[0].contains(&format!("<MsgID>{msgid}</MsgID>")));
    assert!(receipts[0].contains("failed:user block"));
    sender
        .faults(json!({"notices": {"timing": "twice", "receipt_zero": true}, "receipt": "success"}))
        .await;
    sender.send("twice").await;
    for _ in 0..200 {
        if sender.receipts().len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let receipts = sender.receipts();
    assert_eq!(receipts.len(), 3);
    assert!(receipts[1].contains("<MsgID>0</MsgID>") && receipts[1] == receipts[2]);
    sender
        .faults(json!({"notices": {}, "receipt": "never"}))
        .await;
    sender.send("never").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(sender.receipts().len(), 3);
}

#[tokio::test]
async fn a_repeated_id_is_answered_as_the_switch_says_and_the_quota_ends() {
    let sender = Sender::new().await;
    let first = sender.send("m").await["msgid"].clone();
    assert_eq!(sender.send("m").await["msgid"], first);
    sender
        .faults(json!({"notices": {"repeated": "zero"}}))
        .await;
    assert_eq!(sender.send("m").await["msgid"], 0);
    sender
        .faults(json!({"notices": {"repeated": "error"}}))
        .await;
    assert_eq!(sender.send("m").await["errcode"], 45065);
    sender.faults(json!({"notices": {"quota": 2}})).await;
    for (id, code) in [("a", 0), ("b", 0), ("c", 45009), ("a", 0)] {
        assert_eq!(sender.send(id).await["errcode"], code, "{id}");
    }
    let reset = format!(
        "/cgi-bin/clear_quota?access_token={}",
        sender.bench.token().await
    );
    let asked = json!({"appid": "wx1234567890abcdef"});
    assert_eq!(sender.bench.api(&reset, Some(asked)).await["errcode"], 0);
    assert_eq!(sender.send("c").await["errcode"], 0);
    assert_eq!(sender.inbox().await.len(), 4);
}

#[tokio::test]
async fn a_revoked_token_is_40001_and_an_error_on_a_share_hits_some() {
    let sender = Sender::new().await;
    sender.bench.act("revoke-tokens", json!({})).await;
    assert_eq!(sender.send("m").await["errcode"], 40001);
    let path = format!("{SEND}?access_token={}", sender.bench.token().await);
    let sender = Sender { path, ..sender };
    assert_eq!(sender.send("m").await["errcode"], 0);
    for code in [-1, 43004, 40164, 45011, 40037] {
        sender
            .faults(json!({"api": {"code": code, "path": SEND, "share": 100}}))
            .await;
        assert_eq!(sender.send("other").await["errcode"], code);
    }
}
