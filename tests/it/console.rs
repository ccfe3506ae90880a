//! Signing in at the case managers' desk: the one-time address, password and second factor, how a session ends.

use jianxin::domain::totp;
use jianxin::service::captchas;
use jianxin::service::desk;
use jianxin::service::desk::enrol;

use crate::support::MINUTE_MS;
use crate::support::browser::{Browser, Page};
use crate::support::casework::Casework;
use crate::support::clerk::{PASSWORD, code, ticket};
use crate::support::office::UNIT;
use crate::support::process::Bench;

/// Types account and password with the right picture code.
async fn sign_in(work: &Casework, browser: &mut Browser, account: &str, password: &str) -> Page {
    let page = browser.get("/console/sign-in").await;
    let token = page
        .between("name=\"captcha_token\" value=\"", "\"")
        .unwrap();
    let before = browser.cookies.get("jianxin_console_pre").unwrap();
    let session = desk::hash(before);
    let found = captchas::of(&work.office.app.app, &token, &session).await;
    let digits = found.unwrap().unwrap().digits;
    let digits: String = digits.iter().map(ToString::to_string).collect();
    let csrf = page.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("captcha_token", &token),
        ("captcha", &digits),
        ("account", account),
        ("password", password),
    ];
    browser.post("/console/sign-in", &fields).await
}

async fn type_code(browser: &mut Browser, code: &str) -> Page {
    let page = browser.get("/console/code").await;
    assert_eq!(page.status, 200, "{}", page.location);
    let csrf = page.csrf();
    let fields = [("csrf", csrf.as_str()), ("code", code)];
    browser.post("/console/code", &fields).await
}

fn browser(work: &Casework) -> Browser {
    Browser::of(&work.origin, "nobody")
}

#[tokio::test]
async fn the_first_manager_sets_password_and_phone_at_an_address_that_works_once() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let token = ticket(app, UNIT, "wang", "reviewer,unit_admin").await;
    let path = format!("/console/enrol/{}", token.expose());
    let mut browser = browser(&work);
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("案管wang") && page.body.contains("<svg class=\"qr"));
    assert_eq!(page.header("cache-control"), "no-store");
    let key = page.between("<span class=\"secret\">", "</span>").unwrap();
    let key = totp::from_base32(&key).unwrap();
    let csrf = page.csrf();
    let right = code(app, &key);
    let mut tries = Vec::new();
    for (password, again, code, said) in [
        ("short", "short", right.as_str(), "密码至少要"),
        (PASSWORD, "another one 1", &right, "两次输入的新密码不一样"),
        (PASSWORD, PASSWORD, "000000", "六位数字"),
    ] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("password", password),
            ("again", again),
            ("code", code),
        ];
        let page = browser.post(&path, &fields).await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains(said), "{said}");
        tries.push(page);
    }
    let fields = [
        ("csrf", csrf.as_str()),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("code", &right),
    ];
    let home = browser.submit(&path, &fields).await;
    assert_eq!(home.status, 200, "{}", home.body);
    assert!(home.body.contains("案管wang") && home.body.contains("律师注册"));
    assert!(!home.body.contains("案件导入"), "no such duty");
    let gone = browser.post(&path, &fields).await;
    assert_eq!(gone.status, 404);
    assert!(gone.body.contains("地址已经失效"));
    let rows = work
        .office
        .rows("SELECT action FROM audit WHERE action LIKE 'manager.%' ORDER BY action");
    assert_eq!(
        rows,
        ["manager.added", "manager.enrolled", "manager.ticket"]
    );
}

#[tokio::test]
async fn a_ticket_ends_after_a_day_and_with_the_next_one() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let old = ticket(app, UNIT, "wang", "reviewer").await;
    app.advance_ms(enrol::TICKET_MS);
    let looked = enrol::look(&app.app, old.expose()).await.unwrap();
    assert!(looked.is_none());
}

#[tokio::test]
async fn a_manager_signs_in_with_password_and_code_and_each_code_works_once() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let clerk = work.clerk("wang", "reviewer").await;
    let mut browser = browser(&work);
    let page = sign_in(&work, &mut browser, "wang", PASSWORD).await;
    assert_eq!(page.location, "/console/code", "{}", page.body);
    let half = browser.cookies.get("jianxin_console").unwrap().clone();
    let page = browser.get("/console/").await;
    assert_eq!(page.location, "/console/sign-in", "half way in is not in");
    // The code that enrolled the phone is used up.
    let used = code(app, &clerk.key);
    let page = type_code(&mut browser, &used).await;
    assert_eq!(page.status, 422);
    app.advance_ms(totp::STEP_MS);
    let fresh = code(app, &clerk.key);
    let page = type_code(&mut browser, &fresh).await;
    assert_eq!(page.location, "/console/", "{}", page.body);
    let token = browser.cookies.get("jianxin_console").unwrap().clone();
    assert_ne!(token, half, "another session than before");
    assert_eq!(browser.get("/console/").await.status, 200);
    let csrf = desk::csrf(&token);
    let out = browser.post("/console/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!(out.location, "/console/sign-in");
    let page = browser.get("/console/").await;
    assert_eq!(page.location, "/console/sign-in");
}

#[tokio::test]
async fn nobody_learns_which_accounts_there_are_and_guessing_ends() {
    let work = Casework::open().await;
    let _clerk = work.clerk("wang", "reviewer").await;
    let (_phone, _lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let mut browser = browser(&work);
    let blank = |page: &Page| {
        let body = page
            .body
            .replace("value=\"wang\"", "")
            .replace("value=\"nobody\"", "");
        let token = page
            .between("name=\"captcha_token\" value=\"", "\"")
            .unwrap();
        body.replace(&token, "")
    };
    let known = sign_in(&work, &mut browser, "wang", "wrong").await;
    let unknown = sign_in(&work, &mut browser, "nobody", "wrong").await;
    assert_eq!((known.status, unknown.status), (422, 422));
    assert_eq!(blank(&known), blank(&unknown));
    let mut last = 0;
    for _ in 0..25 {
        let mut other = self::browser(&work);
        last = sign_in(&work, &mut other, "wang", "wrong").await.status;
    }
    assert_eq!(last, 429);
    let mut other = self::browser(&work);
    let page = sign_in(&work, &mut other, "wang", PASSWORD).await;
    assert_eq!(page.status, 429, "also with the right one");
}

#[tokio::test]
async fn ten_codes_an_hour_are_looked_at() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let clerk = work.clerk("wang", "reviewer").await;
    let mut browser = browser(&work);
    sign_in(&work, &mut browser, "wang", PASSWORD).await;
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(type_code(&mut browser, "000000").await.status);
    }
    assert_eq!(statuses[9..], [422, 429]);
    app.advance_ms(totp::STEP_MS);
    let right = code(app, &clerk.key);
    assert_eq!(type_code(&mut browser, &right).await.status, 429);
}

#[tokio::test]
async fn a_session_ends_when_idle_after_its_hours_with_the_password_and_with_the_account() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let mut clerk = work.clerk("wang", "reviewer").await;
    for _ in 0..3 {
        app.advance_ms(29 * MINUTE_MS);
        assert_eq!(clerk.browser.get("/console/").await.status, 200);
    }
    app.advance_ms(31 * MINUTE_MS);
    let page = clerk.browser.get("/console/").await;
    assert_eq!(page.location, "/console/sign-in", "idle");

    let mut long = work.clerk("liwei", "reviewer").await;
    for _ in 0..25 {
        app.advance_ms(28 * MINUTE_MS);
        assert_eq!(long.browser.get("/console/").await.status, 200);
    }
    app.advance_ms(28 * MINUTE_MS);
    let page = long.browser.get("/console/").await;
    assert_eq!(page.location, "/console/sign-in", "twelve hours");

    for (login, change) in [
        (
            "zhao",
            "UPDATE accounts SET password_hash = 'x' WHERE login_name = 'zhao'",
        ),
        (
            "qian",
            "UPDATE accounts SET state = 'disabled' WHERE login_name = 'qian'",
        ),
        (
            "sun",
            "UPDATE accounts SET must_reset = TRUE WHERE login_name = 'sun'",
        ),
        (
            "zhou",
            "DELETE FROM managers WHERE account_id = (SELECT id FROM accounts WHERE login_name = 'zhou')",
        ),
    ] {
        let mut clerk = work.clerk(login, "reviewer").await;
        assert_eq!(clerk.browser.get("/console/").await.status, 200);
        app.database.execute(change);
        let page = clerk.browser.get("/console/").await;
        assert_eq!(page.location, "/console/sign-in", "{login}");
    }
}

#[tokio::test]
async fn a_duty_that_is_taken_away_is_gone_with_the_next_request() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer,importer").await;
    let page = clerk.browser.get("/console/").await;
    assert!(page.body.contains("案件导入"));
    let change = "UPDATE managers SET duties = 'reviewer'";
    work.office.app.database.execute(change);
    let page = clerk.browser.get("/console/").await;
    assert!(!page.body.contains("案件导入"));
}

#[tokio::test]
async fn without_a_second_factor_nobody_enters_unless_the_setting_says_so() {
    for (setting, location) in [("true", ""), ("false", "/console/")] {
        let settings = [("console.require_second_factor", setting)];
        let work = Casework::with(&settings).await;
        let _clerk = work.clerk("wang", "reviewer").await;
        let change = "UPDATE managers SET totp_secret = NULL";
        work.office.app.database.execute(change);
        let mut browser = browser(&work);
        let page = sign_in(&work, &mut browser, "wang", PASSWORD).await;
        assert_eq!(page.location, location, "{}", page.body);
    }
}

#[tokio::test]
async fn forms_from_elsewhere_and_of_other_sessions_are_refused() {
    let work = Casework::open().await;
    let mut one = work.clerk("wang", "reviewer").await;
    let mut other = work.clerk("liwei", "reviewer").await;
    let csrf = one.csrf("/console/").await;
    let fields = [("csrf", csrf.as_str())];
    let page = other.browser.post("/console/sign-out", &fields).await;
    assert_eq!(page.status, 403);
    assert_eq!(other.browser.get("/console/").await.status, 200);
}

#[tokio::test]
async fn a_manager_changes_the_password_and_every_other_session_ends() {
    const NEW: &str = "窗外的雨停了 8";
    let work = Casework::open().await;
    let app = &work.office.app;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let mut elsewhere = browser(&work);
    sign_in(&work, &mut elsewhere, "wang", PASSWORD).await;
    app.advance_ms(totp::STEP_MS);
    let page = type_code(&mut elsewhere, &code(app, &clerk.key)).await;
    assert_eq!(page.location, "/console/", "{}", page.body);
    let page = clerk.browser.get("/console/").await;
    assert!(page.body.contains("href=\"/console/password\""));
    let page = clerk.browser.get("/console/password").await;
    assert!(page.status == 200 && page.body.contains("原密码"));
    app.advance_ms(totp::STEP_MS);
    let right = code(app, &clerk.key);
    for (old, new, again, typed, said) in [
        (PASSWORD, "short", "short", right.as_str(), "密码至少要"),
        (
            PASSWORD,
            NEW,
            "another one 1",
            &right,
            "两次输入的新密码不一样",
        ),
        ("wrong", NEW, NEW, &right, "请重新输入原密码"),
        (PASSWORD, PASSWORD, PASSWORD, &right, "新密码和原密码一样"),
        (PASSWORD, NEW, NEW, "000000", "六位数字"),
    ] {
        let fields = [
            ("old", old),
            ("new", new),
            ("again", again),
            ("code", typed),
        ];
        let page = clerk.send("/console/password", &fields).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.body.contains(said), "{said}: {}", page.body);
        assert!(!page.body.contains(NEW), "what was typed is not sent back");
    }
    assert_eq!(elsewhere.get("/console/").await.status, 200, "nothing yet");
    let fields = [
        ("old", PASSWORD),
        ("new", NEW),
        ("again", NEW),
        ("code", &right),
    ];
    let page = clerk.send("/console/password", &fields).await;
    assert_eq!(
        page.location, "/console/password?said=done",
        "{}",
        page.body
    );
    let page = clerk.browser.get(&page.location).await;
    assert!(page.status == 200 && page.body.contains("密码已修改"));
    let page = elsewhere.get("/console/").await;
    assert_eq!(page.location, "/console/sign-in", "the other one is out");
    let changed = "SELECT actor FROM audit WHERE action = 'password.changed'";
    assert_eq!(work.office.rows(changed).len(), 1);
    let page = sign_in(&work, &mut elsewhere, "wang", PASSWORD).await;
    assert_eq!(page.status, 422, "the old one opens nothing");
    let page = sign_in(&work, &mut elsewhere, "wang", NEW).await;
    assert_eq!(page.location, "/console/code", "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_administrator_who_lost_the_phone_begins_anew_from_the_command_line() {
    let work = Casework::open().await;
    let database = &work.office.app.database;
    let mut clerk = work.clerk("wang", "system_admin,reviewer").await;
    let bench = Bench::on(database);
    let ended = bench.run(&["account", "renew-manager", "--login", "nobody"]);
    assert!(
        ended.code == Some(2) && ended.err.contains("nobody"),
        "{ended:?}"
    );
    assert_eq!(clerk.browser.get("/console/").await.status, 200);

    let ended = bench.run(&["account", "renew-manager", "--login", "wang"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let page = clerk.browser.get("/console/").await;
    assert_eq!(
        page.location, "/console/sign-in",
        "whoever has the phone is out"
    );
    let mut thief = browser(&work);
    let page = sign_in(&work, &mut thief, "wang", PASSWORD).await;
    assert_eq!(page.status, 422, "{}", page.body);
    let (_, path) = ended.out.trim().split_once("/console/").unwrap();
    let page = thief.get(&format!("/console/{path}")).await;
    assert!(page.status == 200 && page.body.contains("设置密码和手机验证"));

    // A new one comes the same way, and the address leads to its own page.
    let words = ["account", "add-manager", "--unit", "430100", "--login"];
    let ended = bench.run(&[&words[..], &["liming", "--name", "李明"]].concat());
    assert!(ended.out.contains("/console/enrol/"), "{ended:?}");
    let ended = bench.run(&[&words[..], &["liming", "--name", "李明"]].concat());
    assert_eq!(ended.code, Some(2), "the name is taken: {ended:?}");
}
