//! The pages under `/h5/`: their statuses, and the headers that every one of them carries.

use std::sync::mpsc;

use axum::body::Body;
use axum::http::Request;
use jianxin::store::StoreError;

use crate::support::{Answer, MINUTE_MS, NOW_MS, TestApp, case, record};

/// Takes every connection for reading until the sender is dropped.
fn take_all_connections(app: &TestApp) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let (taken, all_taken) = mpsc::channel();
    for _ in 0..app.app.settings.database.pool_size {
        let (db, held, taken) = (
            app.app.db.clone(),
            std::sync::Arc::clone(&held),
            taken.clone(),
        );
        std::thread::spawn(move || {
            db.read_blocking(|_| -> Result<(), StoreError> {
                taken.send(()).unwrap();
                let _ = held.lock().unwrap().recv();
                Ok(())
            })
        });
    }
    for _ in 0..app.app.settings.database.pool_size {
        all_taken.recv().unwrap();
    }
    release
}

fn address(app: &TestApp, external_id: &str) -> String {
    let sql = format!("SELECT public_id FROM publications WHERE external_id = '{external_id}'");
    format!(
        "/h5/publications/{}",
        app.database.connect().texts(&sql).remove(0)
    )
}

async fn all_kinds_of_pages(app: &TestApp) -> Vec<(u16, String, Answer)> {
    let future = case("future", "430100", "明天").published(NOW_MS + 10 * MINUTE_MS);
    let lines = record::lines(&[
        case("here", "430100", "可读的案件"),
        case("gone", "430100", "撤回"),
        future,
    ]);
    app.publish(lines).await;
    app.withdraw("gone").await;
    let expected = [
        (200, "/h5/".to_owned()),
        (200, "/h5/help".to_owned()),
        (200, "/h5/list".to_owned()),
        (
            200,
            "/h5/list?kind=legal_document&unit=430100&sub=1".to_owned(),
        ),
        (200, "/h5/list?kind=nonsense&sub=9&after=x.y&q=".to_owned()),
        (
            200,
            "/h5/list?kind=important_case&q=%E6%A1%88%E4%BB%B6".to_owned(),
        ),
        (200, address(app, "here")),
        (410, address(app, "gone")),
        (404, address(app, "future")),
        (404, "/h5/publications/none".to_owned()),
        (404, "/h5/publications/..%2F..%2Fetc%2Fpasswd".to_owned()),
        (404, "/h5/list?unit=999999".to_owned()),
        (400, "/h5/publications/%ff".to_owned()),
        (404, "/h5/nothing".to_owned()),
        (400, "/h5/oauth?code=x&state=y".to_owned()),
    ];
    let mut pages = Vec::new();
    for (status, path) in expected {
        let answer = app.get(&path).await;
        pages.push((status, path, answer));
    }
    pages
}

#[tokio::test]
async fn every_page_has_its_status_its_way_on_and_the_security_headers() {
    let app = TestApp::start().await;
    for (status, path, answer) in all_kinds_of_pages(&app).await {
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(
            ["no-store", "private, no-cache"].contains(&answer.header("cache-control")),
            "{path}"
        );
        assert!(answer.body.contains("href=\"/h5/"), "{path} leads nowhere");
        assert!(
            !answer.body.contains("<script>") && !answer.body.contains(" style="),
            "{path}: inline code"
        );
        for foreign in answer.between("src=\"", "\"") {
            assert!(foreign.starts_with('/'), "{path} loads {foreign}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_in_chinese_with_a_way_on() {
    let app = TestApp::start().await;
    for (status, body) in [(400, vec![0xff]), (413, vec![b'a'; 3 * 1024 * 1024])] {
        let request = Request::post("/h5/reading-mode")
            .body(Body::from(body))
            .unwrap();
        let page = app.send(request).await;
        assert_eq!(page.status.as_u16(), status);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        for shown in ["没有收到完整的内容", "href=\"/h5/"] {
            assert!(page.body.contains(shown), "{status} {shown}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn without_a_database_pages_say_so_with_503_and_the_callback_stays_polite() {
    let app = TestApp::start().await;
    app.publish([case("a", "430100", "甲").line()]).await;
    let path = address(&app, "a");
    let connections = take_all_connections(&app);
    let (list, page, text, click) = tokio::join!(
        app.get("/h5/list?kind=important_case"),
        app.get(&path),
        app.text("oPages", "zyaj_430100"),
        app.click("oPages", "latest_cases"),
    );
    for page in [list, page] {
        assert_eq!(page.status.as_u16(), 503);
        assert!(page.body.contains("服务正在恢复") && page.header("cache-control") == "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    for answer in [text, click] {
        assert!(
            answer.text().contains("没能及时查到结果"),
            "{}",
            answer.body
        );
    }
    drop(connections);
    assert_eq!(
        app.get(&path).await.status.as_u16(),
        200,
        "and it recovers by itself"
    );
    assert_eq!(app.text("oPages", "zyaj_430100").await.labels()[0], "甲");
}

#[tokio::test]
async fn the_old_address_without_a_slash_leads_home_and_forms_need_their_method() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/h5").await.header("location"), "/h5/");
    assert_eq!(app.get("/h5/follows/cancel").await.status.as_u16(), 405);
    let request = Request::post("/h5/reading-mode")
        .body(Body::from("mode=care"))
        .unwrap();
    let chosen = app.send(request).await;
    assert_eq!(chosen.status.as_u16(), 303);
    let cookie = chosen
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let normal = app.get("/h5/help").await.body;
    let request = Request::get("/h5/help")
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    assert_ne!(
        app.send(request).await.body,
        normal,
        "the chosen mode shows"
    );
}

#[tokio::test]
async fn what_a_page_loads_is_there_and_may_be_kept_for_ever() {
    let app = TestApp::start().await;
    let page = app.get("/h5/").await;
    let mut loaded: Vec<String> = page.between("/h5/assets/", "\"");
    loaded.sort();
    loaded.dedup();
    assert!(
        loaded.iter().any(|name| name.ends_with(".css"))
            && loaded.iter().any(|name| name.ends_with(".js")),
        "{loaded:?}"
    );
    for name in loaded {
        let answer = app.get(&format!("/h5/assets/{name}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{name}");
        assert!(answer.header("cache-control").contains("immutable"));
    }
}
