//! The outcomes of the callback that the contract names, one by one.

use axum::body::Body;
use axum::http::Request;

use crate::support::delivery::{self, Delivery};
use crate::support::{ACCOUNT, AES_KEY, TOKEN, TestApp, message};

const OPENID: &str = "oOutcome-0000000000000000001";

#[tokio::test]
async fn the_address_is_verified_by_echo_only_when_signed() {
    let app = TestApp::start().await;
    let signed = delivery::signed(TOKEN, app.now_secs());
    let answer = app
        .get(&format!(
            "/wechat/callback?{signed}&echostr=5837397520665436"
        ))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_str()),
        (200, "5837397520665436")
    );
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    for query in [
        "echostr=1".to_owned(),
        format!(
            "{}&echostr=1",
            delivery::signed("wrongTokenWrong", app.now_secs())
        ),
        signed,
    ] {
        assert!(
            app.get(&format!("/wechat/callback?{query}"))
                .await
                .is_refused(),
            "{query}"
        );
    }
}

#[tokio::test]
async fn more_than_sixty_four_kibibytes_is_413_announced_or_not() {
    let app = TestApp::start().await;
    for size in [64 * 1024 + 1, 6 << 20] {
        let big = delivery::plain(vec![b' '; size], app.now_secs());
        assert_eq!(app.deliver(big).await.status.as_u16(), 413);
    }
    let announced = Request::post("/wechat/callback")
        .header("content-length", "70000")
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(announced).await.status.as_u16(), 413);
    let largest = message::text(OPENID, &"长".repeat(20_000), app.now_secs());
    assert!(largest.len() < 64 * 1024);
    assert_eq!(app.say(&largest).await.field("MsgType"), "text");
}

/// Ways to spoil a signed query.
fn spoiled(good: &Delivery, now: i64) -> Vec<(&'static str, Delivery)> {
    let with = |query: String| Delivery {
        query,
        body: good.body.clone(),
    };
    let swap = |from: &str, to: &str| with(good.query.replacen(from, to, 1));
    vec![
        ("unsigned", with(String::new())),
        ("no signature", swap("signature=", "sig=")),
        ("wrong signature", swap("signature=", "signature=0")),
        ("other nonce", swap("nonce=1", "nonce=2")),
        ("no timestamp", swap("timestamp=", "time=")),
        (
            "other token",
            with(good.query.replace(
                &delivery::signed(TOKEN, now),
                &delivery::signed("otherTokenOther", now),
            )),
        ),
        (
            "doubled signature",
            with(format!("{}&signature=0", good.query)),
        ),
        (
            "doubled nonce",
            with(format!("{}&nonce=1320562132", good.query)),
        ),
        (
            "doubled timestamp",
            with(format!("{}&timestamp={now}", good.query)),
        ),
    ]
}

#[tokio::test]
async fn unsigned_wrong_and_doubled_parameters_are_403_and_empty_in_every_mode() {
    for mode in ["plain", "compatible", "safe"] {
        let app = TestApp::with(&[("wechat.mode", mode)]).await;
        let xml = message::text(OPENID, "帮助", app.now_secs());
        let now = app.now_secs();
        let good = if mode == "plain" {
            delivery::plain(&xml, now)
        } else {
            delivery::sealed(&xml, now)
        };
        for (what, bad) in spoiled(&good, now) {
            assert!(app.deliver(bad).await.is_refused(), "{mode}: {what}");
        }
        assert_eq!(app.deliver(good).await.status.as_u16(), 200, "{mode}");
    }
}

#[tokio::test]
async fn requests_outside_ten_minutes_either_way_are_403() {
    let app = TestApp::start().await;
    let now = app.now_secs();
    for (offset, accepted) in [
        (-601, false),
        (-599, true),
        (599, true),
        (601, false),
        (-86_400, false),
    ] {
        let answer = app
            .deliver(delivery::plain(
                message::text(OPENID, "帮助", now),
                now + offset,
            ))
            .await;
        assert_eq!(!answer.is_refused(), accepted, "{offset}");
    }
    let off = TestApp::with(&[("wechat.max_clock_skew_secs", "0")]).await;
    let old = delivery::plain(message::text(OPENID, "帮助", now), now - 86_400);
    assert_eq!(off.deliver(old).await.status.as_u16(), 200);
}

#[tokio::test]
async fn the_configured_mode_decides_and_a_downgrade_is_403() {
    let now = crate::support::NOW_MS / 1000;
    let xml = message::text(OPENID, "帮助", now);
    let (clear, sealed) = (delivery::plain(&xml, now), delivery::sealed(&xml, now));
    let both = {
        let inner = xml
            .trim_start_matches("<xml>")
            .trim_end_matches("</xml>")
            .to_owned();
        let envelope = String::from_utf8(sealed.body.clone())
            .unwrap()
            .replace("<xml>", &format!("<xml>{inner}"));
        let envelope = envelope.replacen(
            &format!("<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"),
            "",
            1,
        );
        Delivery {
            query: sealed.query.clone(),
            body: envelope.into_bytes(),
        }
    };
    let encrypt_in_clear = Delivery {
        query: clear.query.clone(),
        body: sealed.body.clone(),
    };
    let aes_without_envelope = Delivery {
        query: format!("{}&encrypt_type=aes", clear.query),
        body: clear.body.clone(),
    };
    let no_type = Delivery {
        query: sealed.query.replace("&encrypt_type=aes", ""),
        body: sealed.body.clone(),
    };
    let table = [
        ("plain", [true, false, false, false, false, false]),
        ("compatible", [false, true, true, false, false, false]),
        ("safe", [false, true, true, false, false, false]),
    ];
    for (mode, expected) in table {
        let app = TestApp::with(&[("wechat.mode", mode)]).await;
        let requests = [
            &clear,
            &sealed,
            &both,
            &encrypt_in_clear,
            &aes_without_envelope,
            &no_type,
        ];
        for (index, (request, accepted)) in requests.into_iter().zip(expected).enumerate() {
            let answer = app.deliver(request.clone()).await;
            assert_eq!(
                !answer.is_refused(),
                accepted,
                "{mode}, request {index}: {} {}",
                answer.status,
                answer.body
            );
            if accepted {
                let clear = if mode == "plain" {
                    answer
                } else {
                    answer.unsealed(AES_KEY)
                };
                assert_eq!(clear.field("ToUserName"), OPENID);
            }
        }
    }
}

#[tokio::test]
async fn an_envelope_that_is_not_ours_is_403() {
    let app = TestApp::with(&[("wechat.mode", "safe")]).await;
    let now = app.now_secs();
    let xml = message::text(OPENID, "帮助", now);
    let foreign_key = delivery::sealed_with((TOKEN, &AES_KEY.replace('a', "Z")), &xml, now);
    assert!(app.deliver(foreign_key).await.is_refused());
    let mut garbage = delivery::sealed(&xml, now);
    garbage.body = b"<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>".to_vec();
    assert!(app.deliver(garbage).await.is_refused());
    let elsewhere = xml.replace(ACCOUNT, "gh_somebody_else");
    assert!(
        app.deliver(delivery::sealed(&elsewhere, now))
            .await
            .is_refused(),
        "another account's message"
    );
}

#[tokio::test]
async fn signed_but_unparsable_is_success_and_nothing_else() {
    let app = TestApp::start().await;
    let whole = message::text(OPENID, "帮助", app.now_secs());
    let truncated = &whole[..whole.len() / 2];
    let dtd = format!(
        "<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
        whole.replace("帮助", "&x;")
    );
    let mut invalid = whole.clone().into_bytes();
    let at = whole.find("帮助").unwrap();
    invalid[at] = 0xff;
    let bodies: [&[u8]; 7] = [
        b"",
        truncated.as_bytes(),
        dtd.as_bytes(),
        b"{\"ToUserName\":\"x\"}",
        b"<xml></xml>",
        b"<html></html>",
        b"\xff\xfe\x00",
    ];
    for body in bodies {
        let answer = app.deliver(delivery::plain(body, app.now_secs())).await;
        assert!(
            answer.is_silent(),
            "{}: {} {}",
            String::from_utf8_lossy(body),
            answer.status,
            answer.body
        );
    }
    let answer = app.deliver(delivery::plain(&invalid, app.now_secs())).await;
    assert_eq!(answer.status.as_u16(), 200, "invalid UTF-8");
}

#[tokio::test]
async fn a_message_id_of_twenty_digits_is_text_like_any_other() {
    let app = TestApp::start().await;
    let (a, b) = ("18446744073709551616", "18446744073709551617");
    let now = app.now_secs();
    let first = app
        .say(&message::text_with_id(OPENID, "zyaj_430100", now, a))
        .await;
    let second = app
        .say(&message::text_with_id(OPENID, "zyaj_430104", now, b))
        .await;
    assert!(first.text().contains("长沙市人民检察院") && second.text().contains("岳麓"));
}

#[tokio::test]
async fn a_message_for_another_account_is_403_in_clear_too() {
    let app = TestApp::start().await;
    let xml = message::text(OPENID, "帮助", app.now_secs()).replace(ACCOUNT, "gh_somebody_else");
    assert!(app.say(&xml).await.is_refused());
}

#[tokio::test]
async fn during_a_rotation_every_pair_is_accepted_and_answered_with_the_pair_that_worked() {
    let (old_token, old_key) = (
        "previousTokenOfTheAccount",
        "ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkj",
    );
    let app = TestApp::with(&[
        ("wechat.mode", "safe"),
        ("wechat.previous_token", old_token),
        ("wechat.previous_encoding_aes_key", old_key),
    ])
    .await;
    let now = app.now_secs();
    for token in [TOKEN, old_token] {
        for key in [AES_KEY, old_key] {
            let xml = message::text(OPENID, "帮助", now);
            let answer = app
                .deliver(delivery::sealed_with((token, key), &xml, now))
                .await;
            assert_eq!(answer.unsealed(key).field("ToUserName"), OPENID, "{token}");
            let parts = [
                token,
                &answer.field("TimeStamp"),
                &answer.field("Nonce"),
                &answer.field("Encrypt"),
            ];
            assert_eq!(
                answer.field("MsgSignature"),
                jianxin::wechat::signature::sign(&parts)
            );
        }
    }
    let never = delivery::sealed_with(
        ("neverSeenToken123", AES_KEY),
        &message::text(OPENID, "帮助", now),
        now,
    );
    assert!(app.deliver(never).await.is_refused());
}
