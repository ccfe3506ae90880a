//! Browser side: opening links, the authorisation page, policy of the page.

use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};

use super::account::{Bench, parameter, text_reply};
use serde_json::json;

const AUTHORIZE: &str = "/simulator/oauth/connect/oauth2/authorize?appid=wx1234567890abcdef";

fn location(response: &reqwest::Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

fn authorize(redirect: &str) -> String {
    let redirect: String = form_urlencoded::byte_serialize(redirect.as_bytes()).collect();
    format!("{AUTHORIZE}&redirect_uri={redirect}&response_type=code&scope=snsapi_base&state=abc123")
}

fn exchange(code: &str) -> String {
    format!(
        "/sns/oauth2/access_token?appid=wx1234567890abcdef&secret=secret-of-the-account\
         &code={code}&grant_type=authorization_code"
    )
}

#[tokio::test]
async fn a_code_is_good_once_for_the_follower_who_looked() {
    let bench = Bench::quiet().await;
    let target = format!("{}/h5/back?next=1", bench.origin);
    let response = bench
        .get(&authorize(&target), "a=b; jianxin_simulator_follower=f2")
        .await;
    let back = reqwest::Url::parse(&location(&response)).unwrap();
    assert!(back.as_str().starts_with(&target), "{back}");
    let pairs: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(pairs["state"], "abc123");
    let answer = bench.api(&exchange(&pairs["code"]), None).await;
    assert_eq!(answer["openid"].as_str(), Some(bench.openid("f2").as_str()));
    assert_eq!(
        bench.api(&exchange(&pairs["code"]), None).await["errcode"],
        40163
    );
    assert_eq!(
        bench.api(&exchange("never-issued"), None).await["errcode"],
        40029
    );
}

#[tokio::test]
async fn outside_the_phone_and_for_foreign_hosts_nobody_is_sent_anywhere() {
    let bench = Bench::quiet().await;
    let own = format!("{}/h5/", bench.origin);
    let outside = bench.get(&authorize(&own), "").await;
    assert!(outside.headers().get(LOCATION).is_none());
    assert!(outside.text().await.unwrap().contains("请在模拟微信中打开"));
    let foreign = bench
        .get(
            &authorize("https://evil.example/"),
            "jianxin_simulator_follower=f1",
        )
        .await;
    assert_eq!(foreign.status(), 400);
}

#[tokio::test]
async fn a_double_redirect_visits_first_with_another_code() {
    let bench = Bench::quiet().await;
    bench.act("faults", json!({"double_redirect": true})).await;
    let target = bench.simulator.settings.callback_url.clone();
    let response = bench
        .get(&authorize(&target), "jianxin_simulator_follower=f1")
        .await;
    let shown = reqwest::Url::parse(&location(&response)).unwrap();
    let shown = parameter(shown.query().unwrap(), "code");
    let visited: Vec<_> = bench
        .seen()
        .iter()
        .map(|seen| parameter(&seen.query, "code"))
        .filter(|code| !code.is_empty())
        .collect();
    assert_eq!(visited.len(), 1);
    assert_ne!(visited[0], shown);
    for code in [&visited[0], &shown] {
        assert!(bench.api(&exchange(code), None).await["openid"].is_string());
    }
}

#[tokio::test]
async fn only_addresses_that_were_shown_are_opened() {
    let link = "http://127.0.0.1:9/h5/p/1";
    let bench = Bench::new("plain", move |_, body| {
        (200, text_reply(body, &format!("<a href=\"{link}\">看</a>")))
    })
    .await;
    let path = format!("/simulator/open?follower=f1&url={link}");
    assert_eq!(bench.get(&path, "").await.status(), 403);
    bench.act("subscribe", json!({"follower": "f1"})).await;
    let opened = bench.get(&path, "").await;
    assert_eq!(location(&opened), link);
    assert_eq!(
        bench
            .get("/simulator/open?follower=f1&url=https://evil.example/", "")
            .await
            .status(),
        403
    );
    assert_eq!(bench.get(&path.replace("f1", "f2"), "").await.status(), 403);
}

#[tokio::test]
async fn a_phone_that_changed_hands_loses_the_pages_session() {
    let link = "http://127.0.0.1:9/h5/";
    let bench = Bench::new("plain", move |_, body| {
        (200, text_reply(body, &format!("<a href=\"{link}\">看</a>")))
    })
    .await;
    bench.act("subscribe", json!({"follower": "f1"})).await;
    let path = format!("/simulator/open?follower=f1&url={link}");
    let cleared = |response: &reqwest::Response| {
        let lines = response.headers().get_all(SET_COOKIE).iter();
        lines
            .filter(|line| line.to_str().unwrap().contains("Max-Age=0"))
            .count()
    };
    assert_eq!(
        cleared(&bench.get(&path, "jianxin_simulator_follower=f2").await),
        3
    );
    assert_eq!(
        cleared(&bench.get(&path, "jianxin_simulator_follower=f1").await),
        0
    );
}

#[tokio::test]
async fn the_page_allows_nothing_inline_and_is_not_framed() {
    let bench = Bench::quiet().await;
    let response = bench.get("/simulator", "").await;
    let policy = response.headers()[CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"));
    let page = response.text().await.unwrap();
    assert!(
        !page.contains(" style=") && !page.contains("onclick=") && !page.contains("<style"),
        "inline"
    );
    for path in ["/simulator/app.js", "/simulator/app.css"] {
        assert_eq!(bench.get(path, "").await.status(), 200);
    }
}
