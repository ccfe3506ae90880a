//! The picture code: one try, three minutes, one session; seen or heard.

use jianxin::service::captchas::{self, Tried};

use crate::support::MINUTE_MS;
use crate::support::browser::{Browser, Page};
use crate::support::signing::{PASSWORD, Signing, fault, session_hash};

const LEFT: &str = "SELECT count(*) FROM captchas";

async fn post(phone: &mut Browser, page: &Page, token: &str, digits: &str) -> Page {
    let fields = [
        ("csrf", &*page.csrf()),
        ("account", "160700000000"),
        ("password", PASSWORD),
        ("captcha_token", token),
        ("captcha", digits),
    ];
    phone.post("/h5/login/lawyer", &fields).await
}

fn evaluated(scene: &Signing) -> usize {
    scene.count("SELECT count(*) FROM audit WHERE action = 'sign_in.failed'")
}

/// Other digits.
fn wrong(digits: &str) -> String {
    digits
        .chars()
        .map(|digit| if digit == '0' { '1' } else { '0' })
        .collect()
}

#[tokio::test]
async fn a_code_is_good_for_one_try_whatever_its_result() {
    let scene = Signing::open().await;
    let mut phone = scene.phone("f1").await;
    let page = phone.get("/h5/login/lawyer").await;
    let (token, digits) = scene.digits(&phone, &page).await;
    let first = post(&mut phone, &page, &token, &digits).await;
    assert!(fault(&first, "captcha").is_empty() && evaluated(&scene) == 1);
    let replayed = post(&mut phone, &page, &token, &digits).await;
    assert_eq!(replayed.status, 422);
    assert!(fault(&replayed, "captcha").contains("已经过期"));
    assert_eq!(evaluated(&scene), 1, "no password was checked");
    // A wrong try uses a code up as well, and brings a new picture.
    let (token, digits) = scene.digits(&phone, &replayed).await;
    let failed = post(&mut phone, &page, &token, &wrong(&digits)).await;
    assert!(fault(&failed, "captcha").contains("刚才输入的验证码不对"));
    assert!(!failed.body.contains(&token));
    let late = post(&mut phone, &page, &token, &digits).await;
    assert!(fault(&late, "captcha").contains("已经过期"));
    assert_eq!(evaluated(&scene), 1);
}

#[tokio::test]
async fn a_code_belongs_to_its_session_and_lives_three_minutes() {
    let scene = Signing::open().await;
    let mut phone = scene.phone("f1").await;
    let mut other = scene.phone("f2").await;
    let page = phone.get("/h5/login/lawyer").await;
    let theirs = other.get("/h5/login/lawyer").await;
    let (token, digits) = scene.digits(&phone, &page).await;
    let stolen = post(&mut other, &theirs, &token, &digits).await;
    assert!(fault(&stolen, "captcha").contains("已经过期"));
    let picture = format!("/h5/captcha/{token}");
    for path in [picture.clone(), format!("{picture}/sound")] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        assert_eq!(phone.get(&path).await.status, 200, "{path}");
    }
    let mut nobody = scene.street.phone("f3");
    assert_eq!(nobody.get(&picture).await.status, 302);
    // Another instance knows it, too: it stands in the database.
    let second = scene.street.app.second_instance().await;
    let session = session_hash(&phone);
    let found = captchas::of(&second.app, &token, &session).await.unwrap();
    assert!(found.is_some());
    scene.street.app.advance_ms(3 * MINUTE_MS);
    let late = post(&mut phone, &page, &token, &digits).await;
    assert!(fault(&late, "captcha").contains("3分钟内有效"));
    assert_eq!(evaluated(&scene), 0);
    for invented in ["", "0", &"0".repeat(32)] {
        let tried = captchas::try_digits(&second.app, invented, &session, "0000").await;
        assert_eq!(tried.unwrap(), Tried::Gone);
    }
}

#[tokio::test]
async fn a_code_is_a_picture_and_a_voice_that_nobody_keeps() {
    let scene = Signing::open().await;
    let mut phone = scene.phone("f1").await;
    let page = phone.get("/h5/login/party").await;
    let (token, digits) = scene.digits(&phone, &page).await;
    assert!(
        !page.body.contains(&digits),
        "the digits are nowhere on the page"
    );
    let stored = scene.rows("SELECT answer || token_hash || session FROM captchas");
    assert!(!stored.join("").contains(&format!("{digits}:")));
    assert!(
        page.header("content-security-policy")
            .contains("media-src 'self'")
    );
    let picture = phone.get(&format!("/h5/captcha/{token}")).await;
    assert_eq!(picture.header("content-type"), "image/png");
    let sound = format!("/h5/captcha/{token}/sound");
    assert!(
        page.body
            .contains(&format!("<audio controls preload=\"none\" src=\"{sound}\""))
    );
    let voice = phone.get(&sound).await;
    assert_eq!(voice.header("content-type"), "audio/wav");
    assert_eq!(voice.header("accept-ranges"), "bytes");
    for media in [&picture, &voice] {
        assert_eq!(media.header("cache-control"), "no-store");
        assert_eq!(media.header("x-content-type-options"), "nosniff");
    }
    assert!(voice.body.starts_with("RIFF") && voice.body.len() > 10_000);
    assert_eq!(scene.count(LEFT), 1, "looking and listening use nothing up");
}

#[tokio::test]
async fn another_picture_comes_for_the_form_of_the_session_only_and_there_are_never_many() {
    let scene = Signing::open().await;
    let mut phone = scene.phone("f1").await;
    let page = phone.get("/h5/login/lawyer").await;
    assert_eq!(
        phone.post("/h5/captcha", &[("csrf", "x")]).await.status,
        403
    );
    let csrf = page.csrf();
    let fresh = phone.post("/h5/captcha", &[("csrf", &csrf)]).await;
    assert_eq!((fresh.status, fresh.body.len()), (200, 32));
    let looks = phone.get(&format!("/h5/captcha/{}", fresh.body)).await;
    assert_eq!(looks.status, 200);
    for _ in 0..20 {
        phone.post("/h5/captcha", &[("csrf", &csrf)]).await;
        scene.street.app.advance_ms(1);
    }
    assert!(scene.count(LEFT) <= 8, "{}", scene.count(LEFT));
    scene.street.app.advance_ms(3 * MINUTE_MS);
    phone.post("/h5/captcha", &[("csrf", &csrf)]).await;
    assert_eq!(scene.count(LEFT), 1, "what expired goes");
}

#[tokio::test]
async fn nothing_typed_is_said_beside_its_field() {
    let scene = Signing::open().await;
    let mut phone = scene.phone("f1").await;
    let csrf = phone.get("/h5/login/manager").await.csrf();
    let page = phone.post("/h5/login/manager", &[("csrf", &csrf)]).await;
    assert_eq!(page.status, 422);
    for (field, words) in [
        ("account", "请输入登录账号。"),
        ("password", "请输入密码。"),
        ("captcha", "请输入验证码。"),
    ] {
        assert_eq!(fault(&page, field), words);
    }
    assert!(page.body.contains("有3项需要修改") && page.body.contains("我是案管人员"));
    assert!(!page.body.contains(">注册<") && !page.body.contains(">找回密码<"));
    assert_eq!(phone.get("/h5/login/judge").await.status, 404);
}
