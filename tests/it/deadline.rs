//! What is slow or away behind us: an answer in time, the same again, and effects that stay.

use std::time::{Duration, Instant};

use crate::support::database::TestDatabase;
use crate::support::{PUBLIC_URL, TestApp, case, message};

const OPENID: &str = "oSlow-0000000000000000000001";

/// Polls a statement's only value until it is as expected.
async fn becomes(app: &TestApp, sql: &str, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(9);
    loop {
        let found = app.database.connect().texts(sql);
        if found == [expected] {
            return;
        }
        assert!(Instant::now() < deadline, "{sql} gives {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_handler_over_its_budget_yields_the_polite_text_in_time_for_good_and_its_effect_stays() {
    let app = TestApp::with(&[("callback.handler_budget_ms", "250")]).await;
    let mut outside = app.database.connect();
    outside.lock_writers("followers");
    let xml = message::event(OPENID, "subscribe", "", app.now_secs());
    let began = Instant::now();
    let first = app.say(&xml).await;
    let again = app.say(&xml).await;
    assert!(
        began.elapsed() < Duration::from_millis(2000),
        "{:?}",
        began.elapsed()
    );
    assert!(first.text().contains("没能及时查到结果"), "{}", first.body);
    assert_eq!(again.body, first.body);
    outside.release();
    becomes(
        &app,
        "SELECT count(*) FROM followers WHERE openid IS NOT NULL",
        "1",
    )
    .await;
    assert_eq!(
        app.say(&xml).await.body,
        first.body,
        "the stored answer stays what it was"
    );
}

#[tokio::test]
async fn a_slow_event_without_a_reply_is_acknowledged_in_silence() {
    let app = TestApp::with(&[("callback.handler_budget_ms", "250")]).await;
    app.event(OPENID, "subscribe", "").await;
    app.advance_ms(2000);
    let mut outside = app.database.connect();
    outside.lock_writers("followers");
    assert!(app.event(OPENID, "unsubscribe", "").await.is_silent());
    outside.release();
    becomes(
        &app,
        "SELECT count(*) FROM followers WHERE openid IS NULL",
        "1",
    )
    .await;
}

#[tokio::test]
async fn a_broken_database_never_shows_as_a_failure_to_the_follower() {
    let app = TestApp::start().await;
    app.publish([case("a", "430100", "抢劫案").line()]).await;
    app.database.execute(
        "ALTER TABLE publications RENAME TO lost; ALTER TABLE counters RENAME TO lost_counters",
    );
    for answer in [
        app.text(OPENID, "zyaj_430100").await,
        app.text(OPENID, "抢劫").await,
        app.click(OPENID, "latest_cases").await,
    ] {
        assert!(
            answer.text().contains("没能及时查到结果"),
            "{}",
            answer.body
        );
    }
    assert!(
        app.click(OPENID, "self_query")
            .await
            .text()
            .starts_with("您可以这样查询"),
        "what needs no database goes on"
    );
    app.database
        .execute("ALTER TABLE followers RENAME TO lost_followers");
    assert!(
        app.event(OPENID, "subscribe", "")
            .await
            .text()
            .starts_with("您好，欢迎关注")
    );
    assert!(app.event(OPENID, "unsubscribe", "").await.is_silent());
}

#[tokio::test]
async fn a_database_server_that_went_away_or_fell_silent_gets_polite_texts_and_is_found_again() {
    let database = tokio::task::spawn_blocking(TestDatabase::create)
        .await
        .unwrap();
    if !database.is_postgres() {
        return;
    }
    let proxy = proxy::Proxy::before(&database.url()).await;
    let settings = [
        ("database.url", proxy.url.as_str()),
        ("callback.handler_budget_ms", "2500"),
    ];
    let app = TestApp::on(database, PUBLIC_URL, &settings).await;
    app.publish([case("a", "430100", "抢劫案").line()]).await;
    assert_eq!(app.text(OPENID, "zyaj_430100").await.labels()[0], "抢劫案");
    for state in [proxy::State::Refuses, proxy::State::Silent] {
        proxy.become_(state);
        let began = Instant::now();
        for answer in [
            app.text(OPENID, "抢劫").await,
            app.event(OPENID, "subscribe", "").await,
        ] {
            assert_eq!(answer.field("MsgType"), "text");
            assert!(
                began.elapsed() < Duration::from_millis(7000),
                "{state:?}: {:?}",
                began.elapsed()
            );
        }
        assert!(
            app.text(OPENID, "zyaj_430100")
                .await
                .text()
                .contains("没能及时查到结果"),
            "{state:?}"
        );
        proxy.become_(proxy::State::Passes);
        let deadline = Instant::now() + Duration::from_secs(15);
        while app
            .text(OPENID, "zyaj_430100")
            .await
            .text()
            .contains("没能及时查到结果")
        {
            assert!(Instant::now() < deadline, "{state:?}: not found again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Stands between the program and PostgreSQL and can cut or freeze the connections.
mod proxy {
    use tokio::io::copy_bidirectional;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::watch;

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(super) enum State {
        Passes,
        Refuses,
        Silent,
    }

    pub(super) struct Proxy {
        pub(super) url: String,
        state: watch::Sender<State>,
    }

    impl Proxy {
        pub(super) async fn before(url: &str) -> Self {
            let (scheme, rest) = url.split_once("://").unwrap();
            let (place, path) = rest.split_once('/').unwrap();
            let (user, target) = place.rsplit_once('@').unwrap_or(("", place));
            let target = if target.contains(':') {
                target.to_owned()
            } else {
                format!("{target}:5432")
            };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let user = if user.is_empty() {
                String::new()
            } else {
                format!("{user}@")
            };
            let url = format!("{scheme}://{user}{}/{path}", listener.local_addr().unwrap());
            let (state, seen) = watch::channel(State::Passes);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(pass(stream, target.clone(), seen.clone()));
                }
            });
            Self { url, state }
        }

        pub(super) fn become_(&self, state: State) {
            self.state.send_replace(state);
        }
    }

    async fn pass(mut ours: TcpStream, target: String, mut state: watch::Receiver<State>) {
        let now = *state.borrow_and_update();
        match now {
            State::Refuses => return,
            State::Silent => {
                let _ = state.wait_for(|state| *state != State::Silent).await;
                return;
            }
            State::Passes => {}
        }
        let mut theirs = TcpStream::connect(target).await.unwrap();
        tokio::select! {
            _ = copy_bidirectional(&mut ours, &mut theirs) => return,
            _ = state.changed() => {}
        }
        // Frozen: neither closed nor answered until the state changes again.
        if *state.borrow() == State::Silent {
            let _ = state.wait_for(|state| *state != State::Silent).await;
        }
    }
}
