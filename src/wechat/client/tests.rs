use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::wechat::menu::{Button, Menu};
use crate::wechat::oauth::Scope;
use crate::wechat::qrcode::QrRequest;
use crate::wechat::template::{TemplateMessage, TemplateValue};
use crate::wechat::token::Refresh;

/// A platform that gives every request the same answer and remembers the requests.
struct Platform {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Platform {
    async fn answering(answer: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), answer.into());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let request = serve(stream, &answer).await;
                kept.lock().unwrap().push(request);
            }
        });
        Self { address, requests }
    }

    async fn json(body: &str) -> Self {
        // The real one says text/plain, and HTTP 200 also for errors.
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}",
            body.len()
        );
        Self::answering(format!("{head}\r\nconnection: close\r\n\r\n{body}")).await
    }

    fn client(&self) -> Client {
        install_tls();
        Client::new(
            &self.address,
            "https://open.weixin.qq.com",
            "wxapp",
            "s3cret",
        )
        .unwrap()
    }

    /// The only request: its first line and its body.
    fn request(&self) -> (String, String) {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

async fn serve(mut stream: TcpStream, answer: &str) -> String {
    let mut request = Vec::new();
    while !is_complete(&request) {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await.unwrap() {
            0 => break,
            read => request.extend_from_slice(&chunk[..read]),
        }
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.ok();
    String::from_utf8(request).unwrap()
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    body.len() >= length.unwrap_or(0)
}

fn install_tls() {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[tokio::test]
async fn a_token_is_asked_for_by_post_so_that_the_secret_is_in_no_address() {
    let platform = Platform::json(r#"{"access_token":"T","expires_in":345}"#).await;
    let token = platform
        .client()
        .stable_token(Refresh::Normal)
        .await
        .unwrap();
    assert_eq!((token.value.as_str(), token.expires_in_secs), ("T", 345));
    assert_eq!(
        format!("{token:?}"),
        "AccessToken { expires_in_secs: 345, .. }"
    );
    let (line, body) = platform.request();
    assert_eq!(line, "POST /cgi-bin/stable_token HTTP/1.1");
    let body: Value = serde_json::from_str(&body).unwrap();
    let expected = json!({
        "grant_type": "client_credential", "appid": "wxapp", "secret": "s3cret", "force_refresh": false,
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn an_errcode_is_an_error_although_the_status_is_200() {
    let platform =
        Platform::json(r#"{"errcode":40001,"errmsg":"invalid credential rid: 1"}"#).await;
    let error = platform
        .client()
        .stable_token(Refresh::Forced)
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::RefreshToken);
    assert_eq!(
        error.to_string(),
        "the platform answered 40001: invalid credential rid: 1"
    );
    assert!(!error.was_never_sent());
    assert!(platform.request().1.contains("\"force_refresh\":true"));
}

#[tokio::test]
async fn what_is_not_the_platforms_json_is_unreadable() {
    let page = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<html>502</html";
    let redirect = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let json_500 = "HTTP/1.1 500 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    for (answer, expected) in [(page, 502), (redirect, 302), (json_500, 500)] {
        let error = Platform::answering(answer)
            .await
            .client()
            .menu_delete("T")
            .await
            .unwrap_err();
        assert!(
            matches!(error, ClientError::Unreadable { status } if status == expected),
            "{error:?}"
        );
        assert_eq!(error.class(), ErrorClass::Retry);
    }
    let lacking = Platform::json("{}")
        .await
        .client()
        .stable_token(Refresh::Normal)
        .await;
    assert!(matches!(
        lacking,
        Err(ClientError::Unreadable { status: 200 })
    ));
    let list = Platform::json("[]").await.client().menu_delete("T").await;
    assert!(matches!(list, Err(ClientError::Unreadable { status: 200 })));
}

#[tokio::test]
async fn an_answer_larger_than_any_of_the_platforms_is_unreadable() {
    let huge = Platform::json(&format!(
        "{{\"errmsg\":\"{}\"}}",
        "x".repeat(MAX_ANSWER_BYTES)
    ))
    .await;
    let error = huge.client().menu_delete("T").await.unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Unreadable { .. } | ClientError::Transport(_)
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_failed_connection_was_never_sent_and_shows_no_secret() {
    install_tls();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let client = Client::new(&address, "https://open.weixin.qq.com", "wxapp", "s3cret").unwrap();
    let error = client.exchange("c0de").await.unwrap_err();
    assert!(error.was_never_sent(), "{error:?}");
    let shown = format!("{error:?} {error} {client:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("c0de"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_may_have_been_sent() {
    let error = Platform::answering("")
        .await
        .client()
        .menu_delete("T0ken")
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");
    assert!(!error.was_never_sent());
    assert!(!format!("{error:?}").contains("T0ken"));
}

#[test]
fn base_addresses_are_checked_when_the_client_is_made() {
    install_tls();
    for address in [
        "",
        "api.weixin.qq.com",
        "ftp://x.example",
        "https://x.example/?a=b",
        "file:///x",
    ] {
        assert!(
            matches!(
                Client::new(address, "https://o.example", "a", "s"),
                Err(SetupError::BaseUrl(_))
            ),
            "{address}"
        );
        assert!(
            matches!(
                Client::new("https://o.example", address, "a", "s"),
                Err(SetupError::BaseUrl(_))
            ),
            "{address}"
        );
    }
}

#[test]
fn the_authorisation_address_has_the_demanded_order_and_fragment() {
    install_tls();
    let client = Client::new(
        "https://a.example",
        "https://open.weixin.qq.com/",
        "wxapp",
        "s3cret",
    )
    .unwrap();
    assert_eq!(
        client.authorize_url(
            "https://h5.example/h5/back?to=/h5/&x=1",
            Scope::Base,
            "abc123"
        ),
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wxapp\
         &redirect_uri=https%3A%2F%2Fh5.example%2Fh5%2Fback%3Fto%3D%2Fh5%2F%26x%3D1\
         &response_type=code&scope=snsapi_base&state=abc123#wechat_redirect"
    );
    assert!(
        client
            .authorize_url("https://h5.example", Scope::UserInfo, "s")
            .contains("scope=snsapi_userinfo&")
    );
}

#[tokio::test]
async fn exchanging_a_code_tells_a_snapshot_from_a_person() {
    let person = r#"{"access_token":"P","expires_in":7200,"refresh_token":"R","openid":"oFan","scope":"snsapi_base"}"#;
    let platform = Platform::json(person).await;
    let user = platform.client().exchange("c0de").await.unwrap();
    assert_eq!(
        (user.openid.as_str(), user.is_snapshotuser),
        ("oFan", false)
    );
    let expected = "GET /sns/oauth2/access_token?appid=wxapp&secret=s3cret&code=c0de&grant_type=authorization_code HTTP/1.1";
    assert_eq!(platform.request().0, expected);

    let snapshot = Platform::json(r#"{"openid":"oNobody","is_snapshotuser":1}"#).await;
    assert!(
        snapshot
            .client()
            .exchange("c")
            .await
            .unwrap()
            .is_snapshotuser
    );
}

#[tokio::test]
async fn a_template_message_is_sent_as_documented_and_its_id_is_text() {
    let platform = Platform::json(r#"{"errcode":0,"errmsg":"ok","msgid":9007199254740993}"#).await;
    let message = TemplateMessage {
        touser: "oFan".to_owned(),
        template_id: "TID".to_owned(),
        url: Some("https://h5.example/".to_owned()),
        client_msg_id: "m-1".to_owned(),
        data: [(
            "thing1".to_owned(),
            TemplateValue {
                value: "预约".to_owned(),
            },
        )]
        .into(),
    };
    assert_eq!(
        platform
            .client()
            .template_send("T", &message)
            .await
            .unwrap(),
        "9007199254740993"
    );
    let (line, body) = platform.request();
    assert_eq!(
        line,
        "POST /cgi-bin/message/template/send?access_token=T HTTP/1.1"
    );
    assert!(body.contains("预约"), "raw UTF-8, not escapes");
    let body: Value = serde_json::from_str(&body).unwrap();
    let expected = json!({
        "touser": "oFan", "template_id": "TID", "url": "https://h5.example/", "client_msg_id": "m-1",
        "data": {"thing1": {"value": "预约"}},
    });
    assert_eq!(body, expected);
    let as_text = Platform::json(r#"{"errcode":0,"msgid":"12"}"#).await;
    assert_eq!(
        as_text.client().template_send("T", &message).await.unwrap(),
        "12"
    );
}

#[tokio::test]
async fn a_customer_service_text_is_sent_as_documented() {
    let platform = Platform::json(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    platform
        .client()
        .custom_send_text("T", "oFan", "您好")
        .await
        .unwrap();
    let (line, body) = platform.request();
    assert_eq!(
        line,
        "POST /cgi-bin/message/custom/send?access_token=T HTTP/1.1"
    );
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body,
        json!({"touser": "oFan", "msgtype": "text", "text": {"content": "您好"}})
    );
}

#[tokio::test]
async fn a_user_is_asked_about_and_one_who_left_has_nothing_else() {
    let platform = Platform::json(r#"{"subscribe":0,"openid":"oFan"}"#).await;
    let user = platform.client().user_info("T", "oFan").await.unwrap();
    assert!(!user.subscribe);
    assert_eq!(user.subscribe_time, None);
    assert_eq!(
        platform.request().0,
        "GET /cgi-bin/user/info?access_token=T&openid=oFan&lang=zh_CN HTTP/1.1"
    );
}

#[tokio::test]
async fn each_kind_of_code_is_made_as_documented() {
    let answer = r#"{"ticket":"a+/=","expire_seconds":60,"url":"http://weixin.qq.com/q/k"}"#;
    for (request, expected) in [
        (
            QrRequest::TemporaryNumber {
                scene_id: 7,
                expire_secs: 60,
            },
            json!({"expire_seconds": 60, "action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 7}}}),
        ),
        (
            QrRequest::TemporaryText {
                scene: "a",
                expire_secs: 60,
            },
            json!({"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}),
        ),
        (
            QrRequest::PermanentNumber { scene_id: 7 },
            json!({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}}),
        ),
        (
            QrRequest::PermanentText { scene: "a" },
            json!({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}),
        ),
    ] {
        let platform = Platform::json(answer).await;
        let code = platform.client().qrcode_create("T", request).await.unwrap();
        let picture = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=a%2B%2F%3D";
        assert_eq!(code.picture_url(), picture);
        let body: Value = serde_json::from_str(&platform.request().1).unwrap();
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn a_menu_is_published_read_and_deleted_as_documented() {
    let ok = Platform::json(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    let click = Button {
        kind: Some("click".to_owned()),
        name: "查询".to_owned(),
        key: Some("Q".to_owned()),
        ..Button::default()
    };
    let menu = Menu {
        button: vec![click],
    };
    ok.client().menu_create("T", &menu).await.unwrap();
    let (line, body) = ok.request();
    assert_eq!(line, "POST /cgi-bin/menu/create?access_token=T HTTP/1.1");
    assert_eq!(
        body,
        r#"{"button":[{"type":"click","name":"查询","key":"Q"}]}"#
    );

    let stored = r#"{"menu":{"button":[{"type":"click","name":"查询","key":"Q","sub_button":[]}],"menuid":1}}"#;
    let stored = Platform::json(stored).await;
    assert_eq!(stored.client().menu_get("T").await.unwrap(), Some(menu));
    let none = Platform::json(r#"{"errcode":46003,"errmsg":"menu no exist"}"#).await;
    assert_eq!(none.client().menu_get("T").await.unwrap(), None);
    assert_eq!(
        none.request().0,
        "GET /cgi-bin/menu/get?access_token=T HTTP/1.1"
    );

    let console = Platform::json(r#"{"is_menu_open":0}"#).await;
    assert!(
        !console
            .client()
            .menu_current("T")
            .await
            .unwrap()
            .is_menu_open
    );
    assert_eq!(
        console.request().0,
        "GET /cgi-bin/get_current_selfmenu_info?access_token=T HTTP/1.1"
    );

    let gone = Platform::json(r#"{"errcode":0}"#).await;
    gone.client().menu_delete("T").await.unwrap();
    assert_eq!(
        gone.request().0,
        "GET /cgi-bin/menu/delete?access_token=T HTTP/1.1"
    );
}
