//! What each area sends, and what it makes of the answer.

use serde_json::json;

use super::*;
use crate::wechat::menu::{Button, Menu};
use crate::wechat::oauth::Scope;
use crate::wechat::qrcode::QrRequest;
use crate::wechat::template::{TemplateMessage, TemplateValue};

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
