//! The platform interface: tokens, error codes, messages that arrive in the phone.

use serde_json::{Value, json};

use super::account::Bench;

fn menu() -> Value {
    json!({"button": [
        {"type": "view", "name": "业务办理", "url": "http://127.0.0.1:9/h5/"},
        {"name": "最新信息", "sub_button": [{"type": "click", "name": "法律文书", "key": "latest_documents"}]}
    ]})
}

#[tokio::test]
async fn a_token_is_needed_and_must_be_current() {
    let bench = Bench::quiet().await;
    assert_eq!(bench.api("/cgi-bin/menu/get", None).await["errcode"], 41001);
    assert_eq!(
        bench.api("/cgi-bin/menu/get?access_token=x", None).await["errcode"],
        40001
    );
    let token = bench.token().await;
    assert_eq!(token, bench.token().await);
    let path = format!("/cgi-bin/menu/get?access_token={token}");
    assert_eq!(bench.api(&path, None).await["errcode"], 46003);
    bench.act("expire-tokens", json!({})).await;
    assert_eq!(bench.api(&path, None).await["errcode"], 42001);
}

#[tokio::test]
async fn a_wrong_account_secret_grant_or_verb_has_its_code() {
    let bench = Bench::quiet().await;
    let classic = |query: &str| format!("/cgi-bin/token?{query}");
    for (query, code) in [
        ("grant_type=x&appid=wx1234567890abcdef&secret=s", 40002),
        ("grant_type=client_credential&appid=wx0&secret=s", 40013),
        (
            "grant_type=client_credential&appid=wx1234567890abcdef&secret=s",
            40125,
        ),
        ("grant_type=client_credential&secret=s", 41002),
    ] {
        assert_eq!(
            bench.api(&classic(query), None).await["errcode"],
            code,
            "{query}"
        );
    }
    assert_eq!(
        bench.api("/cgi-bin/stable_token", None).await["errcode"],
        43002
    );
}

#[tokio::test]
async fn an_injected_error_is_answered_as_often_as_asked() {
    let bench = Bench::quiet().await;
    bench
        .act(
            "faults",
            json!({"api": {"code": 45009, "path": "/cgi-bin/getcallbackip", "remaining": 1}}),
        )
        .await;
    let path = format!(
        "/cgi-bin/getcallbackip?access_token={}",
        bench.token().await
    );
    assert_eq!(bench.api(&path, None).await["errcode"], 45009);
    assert!(bench.api(&path, None).await["ip_list"].is_array());
}

#[tokio::test]
async fn a_menu_is_published_tapped_and_deleted() {
    let bench = Bench::quiet().await;
    let token = bench.token().await;
    let path = |name: &str| format!("/cgi-bin/{name}?access_token={token}");
    assert_eq!(
        bench.api(&path("menu/create"), Some(menu())).await["errcode"],
        0
    );
    let shown = bench.api(&path("menu/get"), None).await;
    assert_eq!(shown["menu"]["button"][0]["sub_button"], json!([]));
    let current = bench.api(&path("get_current_selfmenu_info"), None).await;
    assert_eq!(
        current["selfmenu_info"]["button"][1]["sub_button"]["list"][0]["key"],
        "latest_documents"
    );
    bench
        .act("menu", json!({"follower": "f1", "button": 1, "sub": 0}))
        .await;
    assert!(
        bench
            .saw("latest_documents")
            .await
            .body
            .contains("<Event><![CDATA[CLICK]]></Event>")
    );
    let tapped = bench
        .act("menu", json!({"follower": "f1", "button": 0}))
        .await;
    assert_eq!(tapped["open"], "http://127.0.0.1:9/h5/");
    bench.saw("<![CDATA[VIEW]]>").await;
    assert_eq!(bench.api(&path("menu/delete"), None).await["errcode"], 0);
    assert_eq!(bench.api(&path("menu/get"), None).await["errcode"], 46003);
}

#[tokio::test]
async fn a_template_message_is_shown_once_and_its_receipt_carries_the_same_id() {
    let bench = Bench::quiet().await;
    let path = format!(
        "/cgi-bin/message/template/send?access_token={}",
        bench.token().await
    );
    let message = |follower: &str, value: &str| {
        json!({"touser": bench.openid(follower), "template_id": "T-1", "client_msg_id": "m-1",
            "url": "http://127.0.0.1:9/n/1", "data": {"thing1": {"value": value}}})
    };
    let sent = bench.api(&path, Some(message("f1", "有新进展"))).await;
    let msgid = sent["msgid"].as_i64().unwrap();
    assert!(msgid > 1 << 53);
    let again = bench.api(&path, Some(message("f1", "有新进展"))).await;
    assert_eq!(again["msgid"].as_i64(), Some(msgid));
    let receipt = bench.saw("TEMPLATESENDJOBFINISH").await;
    assert!(
        receipt.body.contains(&format!("<MsgID>{msgid}</MsgID>")),
        "{}",
        receipt.body
    );
    let inbox: Value = bench
        .get("/simulator/inbox?follower=f1", "")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(inbox.as_array().unwrap().len(), 1);
    assert_eq!(
        bench.api(&path, Some(message("f1", ""))).await["errcode"],
        47003
    );
    assert_eq!(
        bench.api(&path, Some(message("f2", "x"))).await["errcode"],
        43004
    );
}

#[tokio::test]
async fn customer_service_needs_an_open_window() {
    let bench = Bench::quiet().await;
    let path = format!(
        "/cgi-bin/message/custom/send?access_token={}",
        bench.token().await
    );
    let to = |follower: &str| json!({"touser": bench.openid(follower), "msgtype": "text", "text": {"content": "您好"}});
    for expected in [0, 0, 0, 45047] {
        assert_eq!(bench.api(&path, Some(to("f1"))).await["errcode"], expected);
    }
    assert_eq!(bench.api(&path, Some(to("f2"))).await["errcode"], 45015);
    let stranger = json!({"touser": "o", "msgtype": "text", "text": {"content": "x"}});
    assert_eq!(bench.api(&path, Some(stranger)).await["errcode"], 40003);
}

#[tokio::test]
async fn a_code_with_a_scene_brings_a_follower_and_user_info_knows_it() {
    let bench = Bench::quiet().await;
    let token = bench.token().await;
    let asked = json!({"expire_seconds": 600, "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "bind-42"}}});
    let code = bench
        .api(
            &format!("/cgi-bin/qrcode/create?access_token={token}"),
            Some(asked),
        )
        .await;
    let ticket = code["ticket"].as_str().unwrap();
    bench
        .act("scan", json!({"follower": "f1", "ticket": ticket}))
        .await;
    assert!(
        bench
            .saw("<![CDATA[SCAN]]>")
            .await
            .body
            .contains("<EventKey><![CDATA[bind-42]]>")
    );
    bench
        .act("scan", json!({"follower": "f2", "ticket": ticket}))
        .await;
    bench.saw("<EventKey><![CDATA[qrscene_bind-42]]>").await;
    let path = format!(
        "/cgi-bin/user/info?access_token={token}&openid={}",
        bench.openid("f2")
    );
    let info = bench.api(&path, None).await;
    assert_eq!(
        (&info["subscribe"], &info["qr_scene_str"]),
        (&json!(1), &json!("bind-42"))
    );
}
