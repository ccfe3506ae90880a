//! The page that sets a new password: from the upstream site's event to the hash, once, by nobody but the follower.

use std::sync::Arc;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use jianxin::push::{Rules, Worker, render};
use serde_json::json;

use crate::support::browser::{Browser, Page, Street};
use crate::support::database::TestDatabase;
use crate::support::office::{Office, UNIT};
use crate::support::process::Bench;

const GOOD: &str = "正义不会缺席 2026";
const OTHER: &str = "kzwq-mhtb-0417";
const TRIED: &str = "SELECT count(*) FROM audit WHERE action = 'password.set'";

/// A lawyer `u3` on the phone of the follower `f1`, who was sent the page.
struct Scene {
    street: Street,
    office: Office,
    phone: Browser,
    path: String,
}

impl Scene {
    async fn open() -> Self {
        let templates = [
            ("push.rate_per_second", "0"),
            (
                "push.templates.password_reset_done",
                "sim-password_reset_done",
            ),
        ];
        let street = Street::with(&templates).await;
        let office = Office::of(street.app.second_instance().await).await;
        street.act("subscribe", &json!({ "follower": "f1" })).await;
        let mut phone = street.phone("f1");
        phone.open("/h5/follows").await;
        let openid = office.rows("SELECT openid FROM sessions").remove(0);
        let account = office.account("u3", "lawyer").await;
        office.link(&account, &openid, false).await;
        let mut scene = Self {
            street,
            office,
            phone,
            path: String::new(),
        };
        scene.path = scene.reset("CZ-1").await;
        scene
    }

    /// A reset by the upstream site's event, and the page that the notice in the chat leads to.
    async fn reset(&self, application: &str) -> String {
        let said = json!({ "application": application, "account": "u3", "unit_code": UNIT, "result": "reset" });
        self.office
            .tell(application, "password_reset_done", said)
            .await;
        let app = Arc::clone(&self.street.app.app);
        let render = render::by_templates(&app);
        let worker = Worker::new(Arc::clone(&app), Rules::new(&app.settings), render);
        assert_eq!(worker.drain().await.unwrap(), 1);
        let card = self.street.inbox("f1").await.pop().unwrap();
        let url = card["content"]["url"].as_str().unwrap().to_owned();
        let path = url.strip_prefix(&self.street.origin).unwrap();
        assert!(
            path.strip_prefix("/h5/reset/").unwrap().len() == 64,
            "{path}"
        );
        path.to_owned()
    }

    fn token(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    fn account(&self) -> String {
        self.office
            .rows("SELECT must_reset || ' ' || version || ' ' || COALESCE(password_hash, '-') FROM accounts")
            .remove(0)
    }

    fn accepts(&self, password: &str) -> bool {
        let row = self.account();
        let hash = row.rsplit(' ').next().unwrap();
        let hash = PasswordHash::new(hash).unwrap();
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    }

    /// All texts of all tables that such a story writes.
    fn stored(&self) -> String {
        let columns = [
            "audit|action || actor || subject",
            "pushes|fields || path || COALESCE(secret, '') || COALESCE(reason, '')",
            "push_attempts|outcome || COALESCE(detail, '')",
            "reset_tickets|token_hash || COALESCE(openid, '') || COALESCE(used_by, '')",
            "oauth_states|return_to || state_hash || browser_hash",
            "applications|details",
            "events|answer || fingerprint",
            "sessions|token_hash",
        ];
        let rows = columns.iter().flat_map(|column| {
            let (table, texts) = column.split_once('|').unwrap();
            self.office.rows(&format!("SELECT {texts} FROM {table}"))
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

/// Sends the form of the page as it is now.
async fn submit(phone: &mut Browser, path: &str, password: &str, again: &str) -> Page {
    let csrf = phone.get(path).await.csrf();
    post(phone, path, &csrf, password, again).await
}

async fn post(phone: &mut Browser, path: &str, csrf: &str, password: &str, again: &str) -> Page {
    let fields = [("csrf", csrf), ("password", password), ("again", again)];
    phone.post(path, &fields).await
}

#[tokio::test]
async fn the_notice_leads_to_the_page_and_the_page_to_the_new_password_once() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    assert_eq!(scene.account().split(' ').next(), Some(truth(&scene, true)));
    // Previews, and WeChat's browser that loads twice.
    for _ in 0..3 {
        let page = phone.get(&path).await;
        assert_eq!(page.status, 200);
        for text in [
            "<title>设置新密码</title>",
            "1607****",
            "autocomplete=\"new-password\"",
            "8至64个字符",
        ] {
            assert!(page.body.contains(text), "{text} in {}", page.body);
        }
        assert!(!page.body.contains(scene.token()));
    }
    let set = submit(&mut phone, &path, GOOD, GOOD).await;
    assert_eq!((set.status, set.location.as_str()), (303, path.as_str()));
    for _ in 0..2 {
        let page = phone.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("新密码已设置")
                && page.body.contains("2026年11月22日 10:00")
                && !page.body.contains("<form method=\"post\" novalidate"),
            "{}",
            page.body
        );
    }
    assert!(scene.accepts(GOOD) && scene.account().contains("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(
        scene.account().split(' ').next(),
        Some(truth(&scene, false))
    );
    let audit = scene
        .office
        .rows("SELECT actor || ' ' || subject FROM audit WHERE action = 'password.set'");
    let openid = scene.office.rows("SELECT openid FROM sessions").remove(0);
    let person = scene.office.app.app.person_hash(&openid);
    assert_eq!(audit, [format!("follower:{person} account:p-u3")]);
    let stored = scene.stored();
    assert!(!stored.contains(scene.token()) && !stored.contains(GOOD));
}

/// How this database writes a truth value.
fn truth(scene: &Scene, value: bool) -> &'static str {
    match (scene.office.app.database.is_postgres(), value) {
        (true, true) => "true",
        (true, false) => "false",
        (false, true) => "1",
        (false, false) => "0",
    }
}

#[tokio::test]
async fn who_has_no_session_comes_back_to_the_page_and_the_token_waits_nowhere_in_clear() {
    let scene = Scene::open().await;
    let mut fresh = scene.street.phone("f1");
    let begun = fresh.get(&scene.path).await;
    assert_eq!(begun.status, 302);
    assert!(!begun.location.contains(scene.token()));
    assert!(!scene.stored().contains(scene.token()));
    let page = fresh.open(&scene.path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("再输入一遍"), "{}", page.body);
    let mut nobody = scene.street.phone("f1");
    let sent = post(&mut nobody, &scene.path, "", GOOD, GOOD).await;
    assert_eq!(sent.status, 302, "no session");
    assert!(!scene.stored().contains(GOOD));
    assert_eq!(scene.office.count(TRIED), 0);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_link_its_page_is_the_same() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    let csrf = phone.get(&path).await.csrf();
    let mut stranger = scene.street.phone("f2");
    let foreign = stranger.open(&path).await;
    assert_eq!(foreign.status, 404);
    assert!(
        foreign.body.contains("链接已失效")
            && foreign.body.contains("重新申请找回密码")
            && foreign.body.contains("tel:12309"),
        "{}",
        foreign.body
    );
    let same = |page: Page, what: &str| {
        assert_eq!((page.status, &page.body), (404, &foreign.body), "{what}");
    };
    let strangers = stranger.open("/h5/follows").await.csrf();
    let sent = post(&mut stranger, &path, &strangers, GOOD, GOOD).await;
    assert_eq!(sent.status, 303);
    same(stranger.get(&sent.location).await, "foreign, sent");
    same(
        post(&mut stranger, &path, &csrf, GOOD, GOOD).await,
        "foreign, with the holder's form",
    );
    for invented in [
        format!("/h5/reset/{}", "0".repeat(64)),
        "/h5/reset/1".to_owned(),
        path.to_uppercase().replace("/H5/RESET/", "/h5/reset/"),
        "/h5/reset/%27%20OR%201=1".to_owned(),
    ] {
        same(phone.get(&invented).await, &invented);
    }
    // A newer ticket voids the older one.
    let newer = scene.reset("CZ-2").await;
    same(phone.get(&path).await, "voided");
    assert_eq!(phone.get(&newer).await.status, 200);
    // Linked to nobody, then to somebody else.
    let links = "UPDATE account_links SET ended_at = 1, openid = NULL, end_reason = 'unlinked'";
    scene.office.app.database.execute(links);
    same(phone.get(&newer).await, "unlinked");
    let sent = post(&mut phone, &newer, &csrf, GOOD, GOOD).await;
    same(phone.get(&sent.location).await, "unlinked, sent");
    let account = scene.office.account("u5", "lawyer").await;
    let openid = scene
        .office
        .rows("SELECT openid FROM reset_tickets WHERE openid IS NOT NULL")
        .remove(0);
    scene.office.link(&account, &openid, false).await;
    same(phone.get(&newer).await, "linked to another account");
    assert_eq!(scene.office.count(TRIED), 0);
    assert!(!scene.account().contains("argon2"));
}

#[tokio::test]
async fn an_expired_link_is_void_also_for_a_form_that_was_opened_in_time() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    let csrf = phone.get(&path).await.csrf();
    scene.office.app.advance_ms(30 * 60_000 - 1);
    assert_eq!(phone.get(&path).await.status, 200);
    scene.office.app.advance_ms(1);
    let sent = post(&mut phone, &path, &csrf, GOOD, GOOD).await;
    let page = phone.get(&sent.location).await;
    assert!(page.status == 404 && page.body.contains("链接已失效"));
    assert!(!scene.account().contains("argon2"));
}

#[tokio::test]
async fn unlinking_while_the_form_is_open_leaves_the_password_alone() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    let csrf = phone.get(&path).await.csrf();
    let openid = scene.office.rows("SELECT openid FROM sessions").remove(0);
    scene.office.app.event(&openid, "unsubscribe", "").await;
    // The session ended as well; with a new one the link is void.
    assert_eq!(post(&mut phone, &path, &csrf, GOOD, GOOD).await.status, 302);
    assert_eq!(phone.open(&path).await.status, 404);
    assert!(!scene.account().contains("argon2"));
}

#[tokio::test]
async fn of_two_tabs_one_wins_and_both_see_that_it_is_done() {
    let scene = Scene::open().await;
    let (mut one, mut two) = (scene.phone.clone(), scene.phone.clone());
    let csrf = one.get(&scene.path).await.csrf();
    let (first, second) = tokio::join!(
        post(&mut one, &scene.path, &csrf, GOOD, GOOD),
        post(&mut two, &scene.path, &csrf, OTHER, OTHER),
    );
    assert_eq!((first.status, second.status), (303, 303));
    for phone in [&mut one, &mut two] {
        let page = phone.get(&scene.path).await;
        assert!(page.body.contains("新密码已设置") && page.body.contains("以第一次的密码为准"));
    }
    assert_eq!(scene.office.count(TRIED), 1);
    assert_ne!(scene.accepts(GOOD), scene.accepts(OTHER));
    // The form that is still open somewhere changes nothing any more.
    let before = scene.account();
    let late = post(
        &mut one,
        &scene.path,
        &csrf,
        "another-one-17",
        "another-one-17",
    )
    .await;
    assert_eq!(late.status, 303);
    assert!(one.get(&late.location).await.body.contains("新密码已设置"));
    assert_eq!(scene.account(), before);
}

#[tokio::test]
async fn another_session_of_the_same_follower_finds_a_used_link_void() {
    let scene = Scene::open().await;
    let mut tablet = scene.street.phone("f1");
    assert_eq!(tablet.open(&scene.path).await.status, 200);
    let csrf = tablet.get(&scene.path).await.csrf();
    let mut phone = scene.phone.clone();
    let (first, second) = tokio::join!(
        submit(&mut phone, &scene.path, GOOD, GOOD),
        post(&mut tablet, &scene.path, &csrf, OTHER, OTHER),
    );
    assert_eq!((first.status, second.status), (303, 303));
    let mut seen = [
        phone.get(&scene.path).await.status,
        tablet.get(&scene.path).await.status,
    ];
    seen.sort_unstable();
    assert_eq!(seen, [200, 404]);
    assert_eq!(scene.office.count(TRIED), 1);
}

#[tokio::test]
async fn a_password_that_does_not_do_is_refused_beside_its_field_and_uses_nothing_up() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    let name = scene
        .office
        .rows("SELECT login_name FROM accounts")
        .remove(0);
    let long = "x1".repeat(33);
    for (password, again, fault) in [
        ("", "", "password-fault\" class=\"problem\">请输入新密码"),
        (
            "kzwqmht",
            "kzwqmht",
            "password-fault\" class=\"problem\">请再长一些",
        ),
        (&long, &long, "password-fault\" class=\"problem\">请短一些"),
        (
            "Passw0rd",
            "Passw0rd",
            "password-fault\" class=\"problem\">请换一个：这个密码很多人在用",
        ),
        (
            &name,
            &name,
            "password-fault\" class=\"problem\">请换一个：密码不能包含您的账号名",
        ),
        (
            GOOD,
            OTHER,
            "again-fault\" class=\"problem\">请再输入一遍：两次输入的密码不一样",
        ),
        (GOOD, "", "again-fault"),
    ] {
        let page = submit(&mut phone, &path, password, again).await;
        assert_eq!(page.status, 422, "{password}");
        assert!(page.body.contains(fault), "{fault} in {}", page.body);
        assert!(page.body.contains("aria-invalid=\"true\" autofocus"));
        for typed in [password, again] {
            assert!(typed.is_empty() || !page.body.contains(typed), "{typed}");
        }
    }
    let csrf = phone.get(&path).await.csrf();
    for forged in ["", &csrf[1..]] {
        let page = post(&mut phone, &path, forged, GOOD, GOOD).await;
        assert_eq!(page.status, 403);
        assert!(page.notice().contains("请您再填一次"), "{}", page.body);
        assert_eq!(page.csrf(), csrf);
    }
    assert!(!scene.account().contains("argon2"));
    assert_eq!(submit(&mut phone, &path, GOOD, GOOD).await.status, 303);
    assert!(scene.accepts(GOOD));
}

#[tokio::test]
async fn after_twenty_tries_in_an_hour_not_even_a_good_one_is_taken_and_a_new_link_does_not_help() {
    let scene = Scene::open().await;
    let (mut phone, path) = (scene.phone.clone(), scene.path.clone());
    for _ in 0..10 {
        assert_eq!(submit(&mut phone, &path, GOOD, OTHER).await.status, 422);
    }
    scene.office.app.advance_ms(60_000);
    let newer = scene.reset("CZ-2").await;
    let csrf = phone.get(&newer).await.csrf();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..14 {
        let (mut phone, newer, csrf) = (phone.clone(), newer.clone(), csrf.clone());
        tries.spawn(async move { post(&mut phone, &newer, &csrf, GOOD, OTHER).await.status });
    }
    let mut seen = tries.join_all().await;
    seen.sort_unstable();
    assert_eq!((seen[9], seen[10]), (422, 429), "{seen:?}");
    let page = post(&mut phone, &newer, &csrf, GOOD, GOOD).await;
    assert_eq!(page.status, 429);
    assert!(
        page.body.contains("尝试的次数太多") && page.body.contains("tel:12309"),
        "{}",
        page.body
    );
    assert_eq!(scene.office.count(TRIED), 0);
    scene.office.app.advance_ms(90 * 60_000);
    let last = scene.reset("CZ-3").await;
    assert_eq!(submit(&mut phone, &last, GOOD, GOOD).await.status, 303);
    assert!(scene.accepts(GOOD));
}

/// The whole program, talkative: neither token nor password in anything it says.
#[tokio::test]
async fn neither_token_nor_password_is_ever_logged() {
    let database = TestDatabase::create();
    let bench = Bench::bare()
        .set("database.url", &database.url())
        .set("database.pool_size", "3")
        .set("server.listen", "127.0.0.1:0")
        .set("simulator.enabled", "true")
        .set("demo.publications", "0")
        .set("log.filter", "trace");
    let running = bench.serve();
    let key = bench.run(&["api-key", "add", "story"]).out;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |path: &str, body: serde_json::Value| {
        let request = http.post(format!("{}{path}", running.origin));
        let request = request.header("authorization", format!("Bearer {}", key.trim()));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", running.log());
    };
    send(
        "/simulator/act/subscribe?wait=true",
        json!({ "follower": "f1" }),
    )
    .await;
    let data = json!({ "application": "CZ-1", "account": "demo-lawyer", "unit_code": UNIT, "result": "reset" });
    let event = json!({ "id": "e1", "type": "password_reset_done", "data": data });
    send("/api/v1/events", event).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    let inbox = format!("{}/simulator/inbox?follower=f1", running.origin);
    let card: serde_json::Value = loop {
        let text = http.get(&inbox).send().await.unwrap().text().await.unwrap();
        let mut cards: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        if let Some(card) = cards.pop() {
            break card;
        }
        assert!(Instant::now() < deadline, "{}", running.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let url = card["content"]["url"].as_str().unwrap();
    let path = url.strip_prefix(&running.origin).unwrap();
    let mut phone = Browser::of(&running.origin, "f1");
    assert_eq!(phone.open(path).await.status, 200);
    assert_eq!(submit(&mut phone, path, GOOD, OTHER).await.status, 422);
    assert_eq!(submit(&mut phone, path, GOOD, GOOD).await.status, 303);
    assert!(phone.get(path).await.body.contains("新密码已设置"));
    let log = running.log();
    let token = path.rsplit('/').next().unwrap();
    assert!(token.len() == 64 && log.contains("TRACE"), "{log}");
    for secret in [token, GOOD, OTHER] {
        assert!(!log.contains(secret), "{log}");
    }
}
