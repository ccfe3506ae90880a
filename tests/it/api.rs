//! `PUT /api/v1/publications`: what upstream systems get back.

use axum::body::Body;
use axum::http::Request;
use jianxin::service::api_keys;
use serde_json::Value;

use crate::support::{Answer, TestApp, case};

const OPENID: &str = "oApi-00000000000000000000001";

async fn put(app: &TestApp, key: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request =
        Request::put("/api/v1/publications").header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("authorization", key);
    }
    app.send(request.body(body.into()).unwrap()).await
}

async fn with_key() -> (TestApp, String) {
    let app = TestApp::start().await;
    let (db, now) = (app.app.db.clone(), app.app.clock.now_ms());
    let key = tokio::task::spawn_blocking(move || api_keys::add(&db, "upstream", now).unwrap())
        .await
        .unwrap();
    (app, format!("Bearer {key}"))
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

#[tokio::test]
async fn one_object_is_imported_then_unchanged_then_withdrawn() {
    let (app, key) = with_key().await;
    let line = case("a", "430100", "接口来的").line();
    for (body, result) in [
        (line.clone(), "imported"),
        (line, "unchanged"),
        (
            r#"{"external_id":"a","withdrawn":true}"#.to_owned(),
            "imported",
        ),
    ] {
        let answer = put(&app, Some(&key), body).await;
        assert_eq!(
            (answer.status.as_u16(), json(&answer)),
            (200, serde_json::json!({ "result": result }))
        );
    }
    put(&app, Some(&key), case("b", "430100", "接口来的二").line()).await;
    assert_eq!(
        app.text(OPENID, "zyaj_430100").await.labels(),
        ["接口来的二", "更多"]
    );
}

#[tokio::test]
async fn without_a_valid_key_nothing_is_stored() {
    let (app, key) = with_key().await;
    let line = case("a", "430100", "甲").line();
    let cut = &key[..key.len() - 1];
    for given in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer wrong"),
        Some(cut),
        Some("Basic abc"),
    ] {
        let answer = put(&app, given, line.clone()).await;
        assert_eq!(answer.status.as_u16(), 401, "{given:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    app.database.execute("UPDATE api_keys SET revoked_at = 1");
    assert_eq!(
        put(&app, Some(&key), line).await.status.as_u16(),
        401,
        "a revoked key"
    );
    assert_eq!(
        app.database
            .connect()
            .texts("SELECT count(*) FROM publications"),
        ["0"]
    );
}

#[tokio::test]
async fn a_bad_record_is_422_and_names_the_field() {
    let (app, key) = with_key().await;
    let good = case("a", "430100", "甲");
    for (body, field) in [
        (
            good.clone().with("unit_code", "000000").line(),
            Some("unit_code"),
        ),
        (good.clone().with("kind", "rumour").line(), Some("kind")),
        (good.clone().with("title", "").line(), Some("title")),
        (
            good.clone().with("published_at", "2026-11-20").line(),
            Some("published_at"),
        ),
        (
            good.clone().with("charges", "抢劫罪").line(),
            Some("charges"),
        ),
        (good.clone().with("colour", "red").line(), Some("colour")),
        (
            r#"{"external_id":"nowhere","withdrawn":true}"#.to_owned(),
            Some("external_id"),
        ),
        ("[1,2]".to_owned(), None),
        (String::new(), None),
    ] {
        let answer = put(&app, Some(&key), body.clone()).await;
        assert_eq!(answer.status.as_u16(), 422, "{body}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(json(&answer)["field"].as_str(), field, "{}", answer.body);
        assert!(!json(&answer)["detail"].as_str().unwrap().is_empty());
    }
    let answer = put(&app, Some(&key), vec![b'"', 0xff, b'"']).await;
    assert_eq!(answer.status.as_u16(), 422, "not UTF-8");
}

#[tokio::test]
async fn a_record_over_two_megabytes_is_413_and_other_methods_are_405() {
    let (app, key) = with_key().await;
    let answer = put(&app, Some(&key), vec![b' '; 2 * 1024 * 1024 + 1]).await;
    assert_eq!(answer.status.as_u16(), 413);
    assert_eq!(
        put(&app, None, vec![b' '; 3 << 20]).await.status.as_u16(),
        401,
        "the key comes first"
    );
    assert_eq!(app.get("/api/v1/publications").await.status.as_u16(), 405);
}
