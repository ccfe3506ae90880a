//! The access token that all instances share (reliability F3): stampedes, revocations, processes that die, a platform
//! that is late or talks rubbish.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::post;
use jianxin::app::App;
use jianxin::service::access_token::{self, Token, TokenError};
use jianxin::wechat::errcode::ErrorClass;
use jianxin::wechat::template::TemplateMessage;
use serde_json::{Value, json};

use crate::support::TestApp;

/// WeChat with a token and one call that needs it.
#[derive(Default)]
struct Platform {
    current: u64,
    made: u64,
    token_calls: u64,
    forced: u64,
    sends: u64,
    /// Answers of the token endpoint before it is healthy again.
    answers: Vec<&'static str>,
    /// Gives its token and refuses it until it is forced.
    contradicts_itself: bool,
    delay: Duration,
    expires_in: u64,
}

type Shared = Arc<Mutex<Platform>>;

async fn stable_token(State(platform): State<Shared>, body: String) -> String {
    let asked: Value = serde_json::from_str(&body).unwrap();
    let (answer, delay) = {
        let mut platform = platform.lock().unwrap();
        platform.token_calls += 1;
        let forced = asked["force_refresh"] == true;
        platform.forced += u64::from(forced);
        let answer = if let Some(answer) = platform.answers.pop() {
            answer.to_owned()
        } else {
            if forced {
                platform.current = 0;
                platform.contradicts_itself = false;
            }
            if platform.current == 0 {
                platform.made += 1;
                platform.current = platform.made;
            }
            let token = format!("89_token{}", platform.current);
            json!({"access_token": token, "expires_in": platform.expires_in}).to_string()
        };
        (answer, platform.delay)
    };
    tokio::time::sleep(delay).await;
    answer
}

#[derive(serde::Deserialize)]
struct Shown {
    access_token: String,
}

async fn send(State(platform): State<Shared>, Query(shown): Query<Shown>) -> String {
    tokio::time::sleep(Duration::from_millis(3)).await;
    let mut platform = platform.lock().unwrap();
    let current = format!("89_token{}", platform.current);
    if shown.access_token != current || platform.contradicts_itself {
        return json!({"errcode": 40001, "errmsg": "invalid credential"}).to_string();
    }
    platform.sends += 1;
    json!({"errcode": 0, "errmsg": "ok", "msgid": 1}).to_string()
}

async fn platform() -> (String, Shared) {
    let platform = Shared::default();
    platform.lock().unwrap().expires_in = 7200;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/cgi-bin/stable_token", post(stable_token))
        .route("/cgi-bin/message/template/send", post(send))
        .with_state(Arc::clone(&platform));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, platform)
}

async fn started() -> (TestApp, Shared) {
    let (address, platform) = platform().await;
    let app = TestApp::with(&[("wechat.api_base_url", &address)]).await;
    (app, platform)
}

fn notice() -> TemplateMessage {
    TemplateMessage {
        touser: "oToken-00000000000000000001".to_owned(),
        template_id: "t".to_owned(),
        url: None,
        client_msg_id: "m".to_owned(),
        data: std::collections::BTreeMap::default(),
    }
}

/// Sends one notice as the worker does; tells how many tokens it took.
async fn deliver(app: &App, known_bad: &Mutex<i64>) -> Result<u32, String> {
    for tokens in 1..=60 {
        let bad = *known_bad.lock().unwrap();
        let token = access_token::current(app)
            .await
            .map_err(|e| e.to_string())?;
        if token.generation <= bad {
            return Err("a token known to be refused was served".to_owned());
        }
        match app
            .wechat
            .template_send(token.value.expose(), &notice())
            .await
        {
            Ok(_) => return Ok(tokens),
            Err(error) if error.class() == ErrorClass::RefreshToken => {
                access_token::rejected(app, &token)
                    .await
                    .map_err(|e| e.to_string())?;
                let mut bad = known_bad.lock().unwrap();
                *bad = token.generation.max(*bad);
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("sixty tokens were refused in a row".to_owned())
}

async fn token(app: &TestApp) -> Result<Token, TokenError> {
    access_token::current(&app.app).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_instances_of_64_tasks_survive_200_revocations_with_two_calls_each() {
    const REVOCATIONS: u64 = 200;
    let (first, platform) = started().await;
    let mut instances = vec![first];
    for _ in 1..4 {
        let next = instances[0].second_instance().await;
        instances.push(next);
    }
    let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut tasks = Vec::new();
    for instance in &instances {
        let known_bad = Arc::new(Mutex::new(0));
        for _ in 0..64 {
            let (app, known_bad) = (Arc::clone(&instance.app), Arc::clone(&known_bad));
            let ended = Arc::clone(&ended);
            tasks.push(tokio::spawn(async move {
                let mut sent = 0_u64;
                while !ended.load(std::sync::atomic::Ordering::Relaxed) {
                    deliver(&app, &known_bad).await?;
                    sent += 1;
                }
                Ok::<u64, String>(sent)
            }));
        }
    }
    // At moments that the traffic sets, not the machine's speed; a token that nobody has fetched cannot be revoked again.
    let revoking = async {
        for turn in 0..REVOCATIONS {
            let sent = |platform: &Shared| platform.lock().unwrap().sends;
            let until = sent(&platform) + 30 + (turn * 37) % 121;
            while sent(&platform) < until {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            platform.lock().unwrap().current = 0;
        }
    };
    tokio::time::timeout(Duration::from_secs(240), revoking)
        .await
        .expect("nothing gets through any more");
    tokio::time::sleep(Duration::from_millis(200)).await;
    ended.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut sent = 0;
    for task in tasks {
        sent += task.await.unwrap().unwrap();
    }
    let platform = platform.lock().unwrap();
    assert!(sent > 1_000, "{sent}");
    assert_eq!(platform.sends, sent);
    assert!(
        platform.token_calls <= 2 * REVOCATIONS + 1,
        "{} token calls",
        platform.token_calls
    );
    assert!(platform.forced <= 20, "{} forced", platform.forced);
    println!(
        "sent {sent}, token calls {}, forced {}",
        platform.token_calls, platform.forced
    );
}

#[tokio::test]
async fn a_stampede_of_instances_makes_one_call_and_a_late_refusal_does_no_harm() {
    let (app, platform) = started().await;
    let other = app.second_instance().await;
    platform.lock().unwrap().delay = Duration::from_millis(150);
    let mut tasks = Vec::new();
    for n in 0..100 {
        let app = Arc::clone(if n % 2 == 0 { &app.app } else { &other.app });
        tasks.push(tokio::spawn(async move {
            access_token::current(&app).await.unwrap()
        }));
    }
    let mut tokens = Vec::new();
    for task in tasks {
        tokens.push(task.await.unwrap());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(platform.lock().unwrap().token_calls, 1);
    let old = tokens.remove(0);
    platform.lock().unwrap().current = 0;
    access_token::rejected(&app.app, &old).await.unwrap();
    let new = token(&app).await.unwrap();
    assert_ne!(new.value, old.value);
    // The other instance learns of it late: it takes the newer one and asks nobody.
    access_token::rejected(&other.app, &old).await.unwrap();
    assert_eq!(token(&other).await.unwrap(), new);
    assert_eq!(platform.lock().unwrap().token_calls, 2);
    // At rest it is not to be read.
    let stored = app
        .database
        .connect()
        .texts("SELECT token FROM access_tokens");
    assert!(
        stored.len() == 1 && !stored[0].contains("token"),
        "{stored:?}"
    );
}

#[tokio::test]
async fn it_is_renewed_before_its_end_while_the_old_one_is_served() {
    let (app, platform) = started().await;
    let old = token(&app).await.unwrap();
    app.advance_ms(6_000_000);
    assert_eq!(token(&app).await.unwrap(), old);
    assert_eq!(platform.lock().unwrap().token_calls, 1);
    // 280 s before the platform's end it has a new one; ours is served until that has come.
    app.advance_ms(920_000);
    {
        let mut platform = platform.lock().unwrap();
        platform.current = 0;
        platform.delay = Duration::from_millis(100);
    }
    assert_eq!(token(&app).await.unwrap(), old);
    for _ in 0..500 {
        if platform.lock().unwrap().token_calls == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Its answer comes a tenth of a second later; the copy in the process is asked anew after three seconds.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let renewed = loop {
        let now = token(&app).await.unwrap();
        if now != old {
            break now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        app.advance_ms(50);
    };
    assert!(renewed.generation > old.generation);
    assert_eq!(platform.lock().unwrap().token_calls, 2);
    // Past its end nothing is served without asking.
    app.advance_ms(7_200_000);
    platform.lock().unwrap().current = 0;
    assert_ne!(token(&app).await.unwrap(), renewed);
}

#[tokio::test]
async fn a_process_that_dies_with_the_claim_delays_the_others_and_no_more() {
    let (app, platform) = started().await;
    let first = token(&app).await.unwrap();
    access_token::rejected(&app.app, &first).await.unwrap();
    platform.lock().unwrap().current = 0;
    let until = app.app.clock.now_ms() + 9_000;
    app.database
        .execute(&format!("UPDATE access_tokens SET claimed_until = {until}"));
    let waiting = {
        let app = Arc::clone(&app.app);
        tokio::spawn(async move { access_token::current(&app).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    assert_eq!(platform.lock().unwrap().token_calls, 1);
    app.advance_ms(9_000);
    assert_ne!(waiting.await.unwrap().unwrap().value, first.value);
    // Whoever is cancelled leaves no claim behind.
    app.advance_ms(7_200_000);
    {
        let mut platform = platform.lock().unwrap();
        platform.current = 0;
        platform.delay = Duration::from_millis(200);
    }
    let cancelled = tokio::time::timeout(Duration::from_millis(50), token(&app)).await;
    assert!(cancelled.is_err());
    assert!(token(&app).await.is_ok());
    assert_eq!(platform.lock().unwrap().token_calls, 3);
}

#[tokio::test]
async fn rubbish_and_errors_are_told_apart_and_the_platform_is_left_alone_for_a_while() {
    let (app, platform) = started().await;
    for (answer, class) in [
        ("<html>502</html>", ErrorClass::Retry),
        (
            "{\"access_token\":\"\",\"expires_in\":7200}",
            ErrorClass::Retry,
        ),
        (
            "{\"access_token\":\"89_a\",\"expires_in\":0}",
            ErrorClass::Retry,
        ),
        (
            "{\"errcode\":-1,\"errmsg\":\"system error\"}",
            ErrorClass::Retry,
        ),
        (
            "{\"errcode\":40164,\"errmsg\":\"invalid ip\"}",
            ErrorClass::Account,
        ),
        (
            "{\"errcode\":40243,\"errmsg\":\"frozen\"}",
            ErrorClass::Account,
        ),
        (
            "{\"errcode\":40125,\"errmsg\":\"invalid appsecret\"}",
            ErrorClass::Account,
        ),
    ] {
        let before = platform.lock().unwrap().token_calls;
        platform.lock().unwrap().answers.push(answer);
        let error = token(&app).await.unwrap_err();
        assert_eq!(error.class(), class, "{answer}: {error}");
        // A crowd that comes right after gets the same without another call.
        assert_eq!(token(&app).await.unwrap_err().class(), class);
        assert_eq!(platform.lock().unwrap().token_calls, before + 1, "{answer}");
        app.advance_ms(30_000);
    }
    assert!(token(&app).await.is_ok());
    // A token that still lives is served although its renewal fails.
    app.advance_ms(7_000_000);
    platform.lock().unwrap().answers = vec!["{", "{", "{"];
    assert!(token(&app).await.is_ok());
}

#[tokio::test]
async fn only_a_token_that_is_confirmed_and_refused_again_is_replaced_by_force() {
    let (app, platform) = started().await;
    let first = token(&app).await.unwrap();
    platform.lock().unwrap().contradicts_itself = true;
    access_token::rejected(&app.app, &first).await.unwrap();
    // A second refusal of the same generation is no second refusal.
    access_token::rejected(&app.app, &first).await.unwrap();
    let again = token(&app).await.unwrap();
    assert_eq!(again.value, first.value);
    assert!(again.generation > first.generation);
    assert_eq!(platform.lock().unwrap().forced, 0);
    access_token::rejected(&app.app, &again).await.unwrap();
    let new = token(&app).await.unwrap();
    assert_ne!(new.value, first.value);
    assert_eq!(platform.lock().unwrap().forced, 1);
    // Once more within half a minute: the refused one is not served, and nothing is forced.
    platform.lock().unwrap().contradicts_itself = true;
    access_token::rejected(&app.app, &new).await.unwrap();
    let confirmed = token(&app).await.unwrap();
    access_token::rejected(&app.app, &confirmed).await.unwrap();
    let held = token(&app).await.unwrap_err();
    assert_eq!(held.class(), ErrorClass::Retry, "{held}");
    assert_eq!(platform.lock().unwrap().forced, 1);
    app.advance_ms(30_000);
    assert!(token(&app).await.is_ok());
    assert_eq!(platform.lock().unwrap().forced, 2);
    let counted = app
        .database
        .connect()
        .texts("SELECT forced_today FROM access_tokens");
    assert_eq!(counted, ["2"]);
}

#[tokio::test]
async fn another_secret_or_a_database_put_back_from_a_copy_only_costs_a_call() {
    let (app, platform) = started().await;
    let first = token(&app).await.unwrap();
    app.database
        .execute("UPDATE access_tokens SET token = 'sealed with another secret'");
    app.advance_ms(4_000);
    assert_eq!(token(&app).await.unwrap().value, first.value);
    assert_eq!(platform.lock().unwrap().token_calls, 2);
    let second = token(&app).await.unwrap();
    platform.lock().unwrap().current = 0;
    access_token::rejected(&app.app, &second).await.unwrap();
    app.database.execute("DELETE FROM access_tokens");
    app.advance_ms(4_000);
    assert_ne!(token(&app).await.unwrap().value, first.value);
    assert_eq!(platform.lock().unwrap().token_calls, 3);
}
