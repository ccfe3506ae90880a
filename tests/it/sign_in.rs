//! 登录 and 退出登录: a password brings a follower and an account together, and whoever only guesses learns nothing.

use jianxin::domain::ids::{OpenId, UnitId};
use jianxin::service::follows;

use crate::support::browser::{Browser, Page};
use crate::support::database::TestDatabase;
use crate::support::office::Office;
use crate::support::process::Bench;
use crate::support::signing::{self, PASSWORD, Signing, fault, session_hash};
use crate::support::{DATA_KEY, MINUTE_MS, PUBLIC_URL, TestApp};

const LINKS: &str = "SELECT count(*) FROM account_links WHERE ended_at IS NULL";
const FAILED: &str = "SELECT count(*) FROM audit WHERE action = 'sign_in.failed'";

/// The page without what differs each time.
fn blanked(page: &Page) -> String {
    let mut body = page.body.clone();
    for mark in ["name=\"captcha_token\" value=\"", "/h5/captcha/"] {
        let mut parts = body.split(mark);
        let first = parts.next().unwrap().to_owned();
        let rest: Vec<&str> = parts
            .map(|part| part.get(32..).unwrap_or_default())
            .collect();
        body = [vec![first.as_str()], rest].concat().join(mark);
    }
    body
}

#[tokio::test]
async fn a_lawyer_signs_in_gets_another_session_and_lands_on_the_own_page() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut phone = scene.phone("f1").await;
    let page = phone.get("/h5/login/lawyer").await;
    for text in [
        "<h1>登录</h1>",
        "我是律师",
        "微信公众平台",
        ">绑定</button>",
        "href=\"/h5/register\">注册",
        "href=\"/h5/password-request\">找回密码",
        "href=\"/h5/about-binding\">账号绑定说明",
        "tel:12309",
        "autocomplete=\"username\"",
        "autocomplete=\"current-password\"",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    assert!(!page.body.contains("法院"));
    assert_eq!(page.header("cache-control"), "no-store");
    let before = phone.clone();
    let entered = scene
        .sign_in(&mut phone, "lawyer", &account.login_name, PASSWORD)
        .await;
    assert_eq!((entered.status, entered.location.as_str()), (303, "/h5/"));
    assert_ne!(session_hash(&before), session_hash(&phone));
    assert_eq!(
        scene.rows("SELECT token_hash FROM sessions"),
        [session_hash(&phone)],
        "the session before is gone"
    );
    let mut thief = before;
    assert_eq!(thief.get("/h5/me").await.status, 302, "no session");
    let home = phone.get("/h5/").await;
    assert!(home.body.contains("欧阳植入，您好") && home.body.contains("您可以查看 0 个案件"));
    assert_eq!(home.header("cache-control"), "no-store");
    assert_eq!(
        scene.rows("SELECT action FROM audit WHERE action LIKE 'link.%' ORDER BY at, id"),
        ["link.made"]
    );
    let again = phone.get("/h5/login/lawyer").await;
    assert!(again.body.contains("已经绑定了账号") && again.body.contains("先在首页最下面退出登录"));
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_page() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "party").await;
    let mut phone = scene.phone("f1").await;
    let known = scene
        .sign_in(&mut phone, "lawyer", &account.login_name, "something else")
        .await;
    let unknown = scene
        .sign_in(&mut phone, "lawyer", "160700000000", "something else")
        .await;
    assert_eq!((known.status, unknown.status), (422, 422));
    let same = |page: &Page, name: &str| blanked(page).replace(name, "NAME");
    assert_eq!(
        same(&known, &account.login_name),
        same(&unknown, "160700000000")
    );
    assert!(fault(&known, "password").starts_with("请核对账号和密码"));
    assert!(
        known
            .body
            .contains(&format!("value=\"{}\"", account.login_name))
    );
    assert!(!known.body.contains("something else"));
    assert_eq!(scene.count(FAILED), 2, "both were checked");
    let told = scene.rows("SELECT actor || subject FROM audit").join(" ");
    assert!(!told.contains(&account.login_name) && !told.contains("160700000000"));
}

#[tokio::test]
async fn what_an_account_is_is_told_only_to_who_knows_its_password() {
    let scene = Signing::open().await;
    let party = scene.account("u1", "party").await;
    let mut gone = scene.account("u2", "lawyer").await;
    gone.state = "disabled".to_owned();
    scene.change(&mut gone).await;
    let mut phone = scene.phone("f1").await;
    for (account, words) in [
        (&party, "请返回首页，选择“当事人等”再登录。这不是律师账号。"),
        (&gone, "请拨打12309，或者联系案件管理部门。这个账号已经停用"),
    ] {
        let name = &account.login_name;
        let wrong = scene.sign_in(&mut phone, "lawyer", name, "guessed").await;
        assert!(fault(&wrong, "account").is_empty() && wrong.body.contains("账号或者密码不对"));
        let right = scene.sign_in(&mut phone, "lawyer", name, PASSWORD).await;
        assert_eq!(right.status, 422);
        let said = fault(&right, "account");
        assert!(said.starts_with(words), "{said}");
        assert!(!right.body.contains(PASSWORD));
    }
    assert_eq!(scene.count(LINKS), 0);
}

#[tokio::test]
async fn of_a_hundred_guesses_at_an_account_twenty_at_most_are_checked_also_after_a_restart() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut phones = Vec::new();
    for follower in ["f1", "f2", "f3"] {
        phones.push(scene.phone(follower).await);
    }
    let mut refused = 0;
    for (turn, guess) in (0..100).enumerate() {
        let phone = &mut phones[turn % 3];
        let guess = format!("guess {guess}");
        // Letter case does not make another account of it.
        let page = scene
            .sign_in(phone, "lawyer", &account.login_name, &guess)
            .await;
        if page.status == 429 {
            refused += 1;
            let said = fault(&page, "account");
            assert!(
                said.starts_with("请过一个小时再试，或者点下面的“找回密码”"),
                "{said}"
            );
        }
    }
    assert_eq!((refused, scene.count(FAILED)), (80, 20));
    let phone = &mut phones[0];
    let right = scene
        .sign_in(phone, "lawyer", &account.login_name, PASSWORD)
        .await;
    assert_eq!((right.status, scene.count(LINKS)), (429, 0));
    let fresh = scene.street.app.second_instance().await;
    assert!(!is_allowed(&fresh, &account.login_name).await, "restarted");
    scene.street.app.advance_ms(59 * MINUTE_MS);
    assert!(!is_allowed(&fresh, &account.login_name).await);
    scene.street.app.advance_ms(2 * MINUTE_MS);
    let right = scene
        .sign_in(phone, "lawyer", &account.login_name, PASSWORD)
        .await;
    assert_eq!((right.status, scene.count(LINKS)), (303, 1));
}

async fn is_allowed(app: &TestApp, name: &str) -> bool {
    use jianxin::service::guesses::{self, Act, Try};
    let tried = Try::new(&app.app, Act::Password, name, "somebody else");
    guesses::may_try(&app.app, &tried).await.unwrap()
}

#[tokio::test]
async fn guesses_that_come_together_are_counted_one_after_the_other() {
    let scene = Signing::open().await;
    let mut tries = tokio::task::JoinSet::new();
    let second = scene.street.app.second_instance().await;
    for turn in 0..60 {
        let app = match turn % 2 {
            0 => std::sync::Arc::clone(&scene.street.app.app),
            _ => std::sync::Arc::clone(&second.app),
        };
        tries.spawn(async move {
            use jianxin::service::guesses::{self, Act, Try};
            // Twenty names and one follower: the follower's limit.
            let name = format!("name {}", turn % 20);
            let tried = Try::new(&app, Act::Password, &name, "one follower");
            guesses::may_try(&app, &tried).await.unwrap()
        });
    }
    let allowed = tries.join_all().await.into_iter().filter(|it| *it).count();
    assert_eq!(allowed, 20);
    assert!(is_allowed(&scene.street.app, "name 1").await, "others may");
}

#[tokio::test]
async fn what_is_right_is_given_back_so_that_a_busy_hour_locks_nobody_out() {
    use jianxin::service::guesses::{self, Act, Try};
    let scene = Signing::open().await;
    let app = &scene.street.app;
    let tried = Try::new(&app.app, Act::Factor, "name", "one follower");
    for _ in 0..30 {
        assert!(guesses::may_try(&app.app, &tried).await.unwrap());
        guesses::was_right(&app.app, &tried).await.unwrap();
    }
    let mut allowed = 0;
    while guesses::may_try(&app.app, &tried).await.unwrap() {
        allowed += 1;
    }
    assert_eq!(allowed, 10, "the wrong ones still end");
    // What strangers try at the console is not counted where followers are known.
    let desk = Try::new(&app.app, Act::DeskPassword, "name", "a browser");
    while guesses::may_try(&app.app, &desk).await.unwrap() {}
    assert!(is_allowed(app, "name").await);
}

#[tokio::test]
async fn taking_an_account_over_asks_first_and_tells_who_had_it() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut old = scene.signed_in("f1", &account).await;
    let mut new = scene.phone("f2").await;
    let asked = scene
        .sign_in(&mut new, "lawyer", &account.login_name, PASSWORD)
        .await;
    assert_eq!(asked.location, "/h5/login/lawyer/replace");
    let question = new.get(&asked.location).await;
    assert!(question.body.contains("已绑定其他微信") && question.body.contains("确认更换"));
    assert!(!question.body.contains("type=\"password\""));
    assert_eq!(old.get("/h5/me").await.status, 200, "nothing happened yet");
    // Neither another role's page, nor another session, nor a form without its token.
    for path in ["/h5/login/party/replace", "/h5/login/manager/replace"] {
        assert!(new.get(path).await.body.contains("请您重新登录"), "{path}");
    }
    let mut stranger = scene.phone("f3").await;
    let page = stranger.get(&asked.location).await;
    assert!(page.body.contains("请您重新登录"));
    let csrf = stranger.get("/h5/follows").await.csrf();
    let forged = stranger.post(&asked.location, &[("csrf", &csrf)]).await;
    assert!(forged.body.contains("请您重新登录"));
    assert_eq!(
        new.post(&asked.location, &[("csrf", &csrf)]).await.status,
        403
    );
    assert_eq!(old.get("/h5/me").await.status, 200);
    let done = new
        .post(&asked.location, &[("csrf", &question.csrf())])
        .await;
    assert_eq!((done.status, done.location.as_str()), (303, "/h5/"));
    assert_eq!(new.get("/h5/me").await.status, 200);
    assert_eq!(old.get("/h5/me").await.status, 403, "not linked any more");
    let told = old.get("/h5/").await;
    assert!(told.body.contains("绑定到另一个微信") && !told.body.contains(&account.login_name));
    assert_eq!(old.post("/h5/messages", &[("csrf", "")]).await.status, 403);
    let read = old.submit("/h5/messages", &[("csrf", &told.csrf())]).await;
    assert!(!read.body.contains("绑定到另一个微信"));
    assert_eq!(
        scene.rows("SELECT action FROM audit WHERE action LIKE 'link.%' ORDER BY at, action"),
        ["link.ended", "link.made", "link.made"]
    );
}

#[tokio::test]
async fn the_question_is_open_for_five_minutes_and_only_while_the_account_stays_as_it_is() {
    let scene = Signing::open().await;
    let mut account = scene.account("u1", "lawyer").await;
    scene.signed_in("f1", &account).await;
    let mut new = scene.phone("f2").await;
    let path = "/h5/login/lawyer/replace";
    for late in [true, false] {
        scene
            .sign_in(&mut new, "lawyer", &account.login_name, PASSWORD)
            .await;
        let csrf = new.get(path).await.csrf();
        if late {
            scene.street.app.advance_ms(5 * MINUTE_MS);
        } else {
            let weak = scene.rows("SELECT password_hash FROM accounts").remove(0);
            account.password_hash = Some(weak);
            scene.change(&mut account).await;
        }
        let page = new.post(path, &[("csrf", &csrf)]).await;
        assert!(page.body.contains("请您重新登录"), "{}", page.body);
    }
    assert_eq!(new.get("/h5/me").await.status, 403);
}

#[tokio::test]
async fn signing_out_ends_the_link_and_the_sessions_and_keeps_the_follows() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "party").await;
    let mut phone = scene.signed_in("f1", &account).await;
    let mut tablet = scene.phone("f1").await;
    assert_eq!(tablet.get("/h5/me").await.status, 200);
    let openid = scene.rows("SELECT openid FROM account_links").remove(0);
    let unit = UnitId::new("430100");
    follows::add(&scene.street.app.app, &OpenId::new(openid.as_str()), &unit)
        .await
        .unwrap();
    let home = phone.get("/h5/").await;
    assert!(home.body.contains("退出登录") && home.body.contains("data-confirm=\"退出登录后"));
    let forged = phone.post("/h5/logout", &[("csrf", "x")]).await;
    assert_eq!((forged.status, scene.count(LINKS)), (403, 1));
    let gone = phone.post("/h5/logout", &[("csrf", &home.csrf())]).await;
    assert_eq!(
        (gone.status, gone.location.as_str()),
        (303, "/h5/?outcome=signed_out")
    );
    assert_eq!(gone.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(
        gone.set_cookies
            .iter()
            .any(|cookie| cookie.starts_with("jianxin_session=;") && cookie.contains("Max-Age=0"))
    );
    let after = phone.get(&gone.location).await;
    assert_eq!(after.status, 200, "and no round through the platform");
    assert!(after.body.contains("您已退出登录") && after.body.contains("请选择您的身份"));
    assert_eq!(tablet.get("/h5/me").await.status, 302, "on every device");
    assert_eq!(
        (
            scene.count(LINKS),
            scene.count("SELECT count(*) FROM sessions")
        ),
        (0, 0)
    );
    assert_eq!(scene.count("SELECT count(*) FROM follows"), 1);
    assert_eq!(
        scene.rows("SELECT end_reason FROM account_links"),
        ["signed_out"]
    );
    assert_eq!(
        scene.count("SELECT count(*) FROM audit WHERE action = 'link.ended'"),
        1
    );
}

#[tokio::test]
async fn another_sessions_form_is_refused_and_what_was_typed_is_still_there() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut phone = scene.phone("f1").await;
    let mut other = scene.phone("f2").await;
    let foreign = other.get("/h5/login/lawyer").await;
    let page = phone.get("/h5/login/lawyer").await;
    let (token, digits) = scene.digits(&phone, &page).await;
    let fields = [
        ("csrf", foreign.csrf()),
        ("account", account.login_name.clone()),
        ("password", PASSWORD.to_owned()),
        ("captcha_token", token),
        ("captcha", digits),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let refused = phone.post("/h5/login/lawyer", &fields).await;
    assert_eq!(refused.status, 403);
    assert!(refused.notice().starts_with("请再点一次按钮"));
    assert!(refused.body.contains(&account.login_name) && !refused.body.contains(PASSWORD));
    assert_eq!(scene.count(LINKS), 0);
    // The same form again, as it should be, signs in; and once more, after that, leads to the page of who is in.
    let mut fields = fields;
    let csrf = page.csrf();
    fields[0].1 = &csrf;
    assert_eq!(phone.post("/h5/login/lawyer", &fields).await.status, 303);
    let twice = phone.post("/h5/login/lawyer", &fields).await;
    assert_eq!(twice.status, 403, "the form of the session before");
    assert_eq!(scene.count(LINKS), 1);
}

#[tokio::test]
async fn who_has_to_set_a_password_can_do_nothing_else_before() {
    let scene = Signing::open().await;
    let mut account = scene.account("u1", "party").await;
    account.must_reset = true;
    scene.change(&mut account).await;
    let mut phone = scene.signed_in("f1", &account).await;
    let mut tablet = scene.phone("f1").await;
    let home = phone.get("/h5/").await;
    assert!(home.body.contains("请先设置自己的密码") && !home.body.contains("您可以查看"));
    for path in ["/h5/me"] {
        let page = phone.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("设置自己的密码") && page.body.contains("/h5/password"));
    }
    let csrf = home.csrf();
    let fields = [("csrf", csrf.as_str()), ("notices", "off")];
    let switch = phone.post("/h5/me/notices", &fields).await;
    assert_eq!(switch.status, 403);
    let new = "kzwq-mhtb-0417";
    for (old, first, again, field, words) in [
        ("wrong one", new, new, "old", "请再输入一遍：原密码不对"),
        ("", new, new, "old", "请输入原密码"),
        (PASSWORD, "short", "short", "password", "请再长一些"),
        (PASSWORD, "password1", "password1", "password", "请换一个"),
        (PASSWORD, new, "other-one-17", "again", "请再输入一遍"),
        (
            PASSWORD,
            PASSWORD,
            PASSWORD,
            "password",
            "请换一个：新密码不能和原密码一样",
        ),
    ] {
        let page = change(&mut phone, old, first, again).await;
        assert_eq!(page.status, 422, "{old} {first} {again}");
        let said = fault(&page, field);
        assert!(said.starts_with(words), "{said}");
        assert!(!page.body.contains(new));
    }
    let before = session_hash(&phone);
    let done = change(&mut phone, PASSWORD, new, new).await;
    assert_eq!(
        (done.status, done.location.as_str()),
        (303, "/h5/password/done")
    );
    assert!(
        phone
            .get(&done.location)
            .await
            .body
            .contains("新密码已经生效")
    );
    assert_ne!(session_hash(&phone), before);
    assert_eq!(phone.get("/h5/me").await.status, 200);
    assert_eq!(
        tablet.get("/h5/me").await.status,
        302,
        "other sessions ended"
    );
    assert_eq!(scene.count(LINKS), 1, "the link stays");
    let hash = scene.rows("SELECT password_hash FROM accounts").remove(0);
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(
        scene.rows("SELECT action FROM audit WHERE action LIKE 'password%' ORDER BY action"),
        ["password.changed", "password.failed"]
    );
}

async fn change(phone: &mut Browser, old: &str, new: &str, again: &str) -> Page {
    let csrf = phone.get("/h5/password").await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("old", old),
        ("password", new),
        ("again", again),
    ];
    phone.post("/h5/password", &fields).await
}

#[tokio::test]
async fn a_weak_hash_is_replaced_when_its_password_comes_by() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let read = || {
        scene
            .rows("SELECT password_hash || ' ' || version FROM accounts")
            .remove(0)
    };
    assert!(read().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    scene.signed_in("f1", &account).await;
    let after = read();
    assert!(
        after.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{after}"
    );
    assert!(after.ends_with(&format!(" {}", account.version)));
}

/// The whole program, talkative: neither password, nor openid, nor account name, nor digits in anything it says.
#[tokio::test]
async fn nothing_of_a_sign_in_is_ever_logged() {
    let database = TestDatabase::create();
    let bench = Bench::bare()
        .set("database.url", &database.url())
        .set("database.pool_size", "3")
        .set("server.listen", "127.0.0.1:0")
        .set("security.data_keys", DATA_KEY)
        .set("simulator.enabled", "true")
        .set("demo.publications", "0")
        .set("log.filter", "trace");
    let running = bench.serve();
    let office = Office::of(TestApp::on(database, PUBLIC_URL, &[]).await).await;
    let mut account = office.account("u1", "lawyer").await;
    account.password_hash = Some(signing::quick_hash(PASSWORD));
    let row = account.clone();
    let stored = office.app.app.db.write(move |c| {
        use jianxin::store::{StoreError, accounts};
        accounts::update(c, &row).map_err(StoreError::from)
    });
    assert!(stored.await.unwrap());
    // Its own people are linked to the simulator's first four followers; this one is the fifth.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut follower = String::new();
    for _ in 0..2 {
        let request = http.post(format!(
            "{}/simulator/act/follower?wait=true",
            running.origin
        ));
        let request = request.header("content-type", "application/json");
        let made = request.body(r#"{"name":"新人"}"#).send().await.unwrap();
        let made: serde_json::Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
        follower = made["id"].as_str().unwrap().to_owned();
    }
    let mut phone = Browser::of(&running.origin, &follower);
    assert_eq!(phone.open("/h5/follows").await.status, 200);
    let app = &office.app.app;
    let typed = "a wrong password 4711";
    let name = account.login_name.as_str();
    let wrong = signing::sign_in(app, &mut phone, "lawyer", (name, typed)).await;
    assert_eq!(wrong.status, 422);
    let right = signing::sign_in(app, &mut phone, "lawyer", (name, PASSWORD)).await;
    assert_eq!(right.status, 303, "{}", right.body);
    let home = phone.get("/h5/").await;
    let out = phone.post("/h5/logout", &[("csrf", &home.csrf())]).await;
    assert_eq!(out.status, 303);
    let openid = office.rows("SELECT openid FROM oauth_states WHERE openid IS NOT NULL");
    let log = running.log();
    assert!(log.contains("TRACE") && !openid.is_empty());
    for secret in [typed, PASSWORD, name, &phone.cookies["jianxin_asked"]] {
        assert!(
            secret.len() < 4 || !log.contains(secret),
            "{secret} in {log}"
        );
    }
    // The simulator plays the platform in this process and may name its followers; our half may not.
    for line in log.lines().filter(|line| !line.contains("simulator")) {
        assert!(!line.contains(&openid[0]), "{line}");
    }
}
