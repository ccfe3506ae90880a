//! Web authorisation: the way to a session and back, and everything that must not lead to one.

use crate::support::browser::{Browser, Page, Street};

fn has_session(browser: &Browser) -> bool {
    browser
        .cookies
        .get("jianxin_session")
        .is_some_and(|token| !token.is_empty())
}

fn sessions(street: &Street) -> String {
    street
        .app
        .database
        .connect()
        .texts("SELECT count(*) FROM sessions")
        .remove(0)
}

/// Goes as far as the address that carries the code.
async fn to_the_return(browser: &mut Browser) -> String {
    let begun = browser.get("/h5/follows").await;
    assert_eq!(begun.status, 302);
    let authorised = browser.get(&begun.location).await;
    assert_eq!(authorised.status, 302, "{}", authorised.body);
    assert!(
        authorised.location.contains("/h5/oauth?code="),
        "{}",
        authorised.location
    );
    authorised.location
}

#[tokio::test]
async fn opening_my_follows_leads_through_wechat_and_back_to_the_page() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    let page = phone.open("/h5/follows").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("我关注的检察院") && has_session(&phone));
    let again = phone.get("/h5/follows").await;
    assert_eq!(
        again.status, 200,
        "the session is known without another round"
    );
    let stored = street
        .app
        .database
        .connect()
        .texts("SELECT token_hash FROM sessions");
    assert_ne!(
        stored,
        [phone.cookies["jianxin_session"].clone()],
        "only a hash is stored"
    );
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    let back = to_the_return(&mut phone).await;
    let page: Page = phone.get(&back).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, "/h5/follows"),
        "a key leads back, never an address"
    );
    for cookie in page.set_cookies {
        assert!(
            cookie.contains("; HttpOnly")
                && cookie.contains("; SameSite=Lax")
                && cookie.contains("; Path=/"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn a_redirect_followed_twice_with_two_codes_ends_logged_in_both_times() {
    let street = Street::open().await;
    street.switch("double_redirect", true).await;
    let mut phone = street.phone("f1");
    let page = phone.open("/h5/follows").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(has_session(&phone));
}

#[tokio::test]
async fn the_same_return_twice_at_the_same_moment_ends_logged_in_both_times() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    let back = to_the_return(&mut phone).await;
    let (mut one, mut two) = (phone.clone(), phone);
    let (first, second) = tokio::join!(one.get(&back), two.get(&back));
    assert_eq!((first.status, second.status), (303, 303));
    assert!(has_session(&one) && has_session(&two));
}

#[tokio::test]
async fn a_missing_foreign_invented_or_old_state_gives_no_session() {
    let street = Street::open().await;
    let mut victim = street.phone("f1");
    let back = to_the_return(&mut victim).await;
    let (without_state, _) = back.split_once("&state=").unwrap();
    let mut stranger = street.phone("f2");
    for (what, address) in [
        ("foreign", back.clone()),
        ("missing", without_state.to_owned()),
        (
            "invented",
            format!("{without_state}&state=00000000000000000000000000000000"),
        ),
        ("empty", format!("{without_state}&state=")),
    ] {
        let page = stranger.get(&address).await;
        assert_eq!(page.status, 400, "{what}");
        assert!(!has_session(&stranger), "{what}");
    }
    let mut other_browser = street.phone("f2");
    other_browser.get("/h5/follows").await;
    assert_eq!(
        other_browser.get(&back).await.status,
        400,
        "bound to the browser that began"
    );
    street.app.advance_ms(11 * crate::support::MINUTE_MS);
    assert_eq!(victim.get(&back).await.status, 400, "ten minutes are over");
    assert_eq!(sessions(&street), "0");
}

#[tokio::test]
async fn an_invented_code_gives_no_session_and_the_state_may_still_be_used() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    let back = to_the_return(&mut phone).await;
    let (before, after) = back.split_once("code=").unwrap();
    let (_, state) = after.split_once('&').unwrap();
    assert_eq!(
        phone
            .get(&format!("{before}code=invented&{state}"))
            .await
            .status,
        400
    );
    assert_eq!(
        phone.get(&format!("{before}{state}")).await.status,
        400,
        "the follower refused"
    );
    assert!(!has_session(&phone));
    assert_eq!(phone.get(&back).await.status, 303);
    assert!(has_session(&phone));
}

#[tokio::test]
async fn a_snapshot_page_gives_no_session() {
    let street = Street::open().await;
    street.switch("snapshot_user", true).await;
    let mut phone = street.phone("f1");
    let page = phone.open("/h5/follows").await;
    assert_eq!(page.status, 403);
    assert!(!has_session(&phone));
    assert_eq!(sessions(&street), "0");
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_and_with_an_unknown_token() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    phone.open("/h5/follows").await;
    let mut forged = phone.clone();
    forged
        .cookies
        .insert("jianxin_session".to_owned(), "0".repeat(32));
    assert_eq!(forged.get("/h5/follows").await.status, 302);
    street.app.advance_ms(30 * 24 * 3600 * 1000 + 1);
    assert_eq!(phone.get("/h5/follows").await.status, 302);
}

#[tokio::test]
async fn outside_wechat_the_real_platform_asks_to_be_opened_there() {
    let app =
        crate::support::TestApp::with(&[("wechat.oauth_base_url", "https://open.weixin.qq.com")])
            .await;
    let page = app.get("/h5/follows").await;
    assert_eq!(page.status.as_u16(), 403);
    assert!(page.body.contains("微信"), "{}", page.body);
    let inside = axum::http::Request::get("/h5/follows")
        .header("user-agent", "Mozilla/5.0 MicroMessenger/8.0");
    let answer = app
        .send(inside.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status.as_u16(), 302);
    let target = answer.header("location");
    assert!(
        target.starts_with("https://open.weixin.qq.com/connect/oauth2/authorize?appid="),
        "{target}"
    );
    assert!(
        target.ends_with("#wechat_redirect") && target.contains("scope=snsapi_base"),
        "{target}"
    );
}
