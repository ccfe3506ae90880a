//! The program in this process, with the time in the test's hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use jianxin::app::App;
use jianxin::callback::{self, Door};
use jianxin::config::{self, Need, Settings};
use jianxin::domain::clock::Clock;
use jianxin::service::imports::{self, Outcome};
use jianxin::service::indexer::{self, Status};
use jianxin::store::StoreError;
use jianxin::web::pages::{self, Pages};
use jianxin::{api, domain::publication_line};
use tempfile::TempDir;
use tower::ServiceExt;

use super::database::{self, TestDatabase};
use super::{
    ACCOUNT, AES_KEY, APP_ID, APP_SECRET, Answer, DATA_KEY, NOW_MS, PUBLIC_URL, TOKEN, delivery,
    message,
};

/// One running instance.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    pub(crate) database: Arc<TestDatabase>,
    clock: Arc<AtomicI64>,
    settings: Vec<(String, String)>,
    origin: String,
    _dir: TempDir,
}

impl TestApp {
    /// With the settings that every story has.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With other settings, `("wechat.menu_reply", "text")`.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::at(PUBLIC_URL, settings).await
    }

    /// On an address that really listens.
    pub(crate) async fn at(origin: &str, settings: &[(&str, &str)]) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::create)
            .await
            .unwrap();
        Self::on(database, origin, settings).await
    }

    /// On a certain database.
    pub(crate) async fn on(
        database: TestDatabase,
        origin: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let mut all: Vec<(String, String)> = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        if let Some(redis) = database::redis_url() {
            all.push(("redis.url".to_owned(), redis));
            all.push(("redis.prefix".to_owned(), database::unique()));
        }
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        Self::build(Arc::new(database), clock, all, origin.to_owned()).await
    }

    /// Another instance on the same database (and the same Redis, when there is one), with an index of its own.
    pub(crate) async fn second_instance(&self) -> Self {
        Self::build(
            Arc::clone(&self.database),
            Arc::clone(&self.clock),
            self.settings.clone(),
            self.origin.clone(),
        )
        .await
    }

    /// Another instance on the same database with these settings and no others.
    pub(crate) async fn with_other_settings(&self, settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let (database, clock) = (Arc::clone(&self.database), Arc::clone(&self.clock));
        Self::build(database, clock, settings, self.origin.clone()).await
    }

    async fn build(
        database: Arc<TestDatabase>,
        clock: Arc<AtomicI64>,
        settings: Vec<(String, String)>,
        origin: String,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = TempDir::new().unwrap();
        let loaded = load(&database, &dir, &settings);
        let (given, at) = (Clock::Set(Arc::clone(&clock)), origin.clone());
        let app = tokio::task::spawn_blocking(move || App::build(loaded, &at, given))
            .await
            .unwrap()
            .unwrap();
        let index = caught_up_once(&app).await;
        let door = Door::new(Arc::clone(&app), index);
        let router = Router::new()
            .merge(callback::router(door))
            .merge(pages::router(Pages::new(Arc::clone(&app))))
            .merge(api::router(Arc::clone(&app)));
        Self {
            app,
            router,
            database,
            clock,
            settings,
            origin,
            _dir: dir,
        }
    }

    /// Brings the index up to the database, as the indexing thread does every 400 ms.
    pub(crate) async fn index(&self) {
        let app = Arc::clone(&self.app);
        tokio::task::spawn_blocking(move || indexer::catch_up(&app, &Status::default()))
            .await
            .unwrap()
            .unwrap();
    }

    /// Imports lines as `jianxin import publications` does; does not touch the index.
    pub(crate) async fn import<L: AsRef<str>>(
        &self,
        lines: impl IntoIterator<Item = L>,
    ) -> Outcome {
        let lines: Vec<imports::Numbered> = lines
            .into_iter()
            .enumerate()
            .map(|(number, line)| (number + 1, publication_line::parse(line.as_ref())))
            .collect();
        let (tree, now) = (Arc::clone(&self.app.units().tree), self.app.clock.now_ms());
        let done = self.app.db.write(move |c| -> Result<Outcome, StoreError> {
            imports::import(c, &tree, lines, now)
        });
        done.await.unwrap()
    }

    /// Imports and indexes; nothing may be rejected.
    pub(crate) async fn publish<L: AsRef<str>>(&self, lines: impl IntoIterator<Item = L>) {
        let outcome = self.import(lines).await;
        assert!(outcome.rejected.is_empty(), "{:?}", outcome.rejected);
        self.index().await;
    }

    /// Takes one publication back; does not touch the index.
    pub(crate) async fn withdraw(&self, external_id: &str) {
        let outcome = self
            .import([format!(
                r#"{{"external_id":"{external_id}","withdrawn":true}}"#
            )])
            .await;
        assert_eq!(outcome.imported, 1);
    }

    /// The time of the story in seconds.
    pub(crate) fn now_secs(&self) -> i64 {
        self.app.clock.now_secs()
    }

    /// Lets time pass.
    pub(crate) fn advance_ms(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// The files below the directory of attachments.
    pub(crate) fn stored_files(&self) -> Vec<std::path::PathBuf> {
        let root = self.app.settings.files.url.strip_prefix("file:").unwrap();
        super::record::files_below(std::path::Path::new(root))
    }

    /// A follower sends a text.
    pub(crate) async fn text(&self, openid: &str, content: &str) -> Answer {
        self.say(&message::text(openid, content, self.now_secs()))
            .await
    }

    /// A follower taps a menu button.
    pub(crate) async fn click(&self, openid: &str, key: &str) -> Answer {
        self.say(&message::click(openid, key, self.now_secs()))
            .await
    }

    /// An event with further elements, such as `<EventKey>…`.
    pub(crate) async fn event(&self, openid: &str, event: &str, rest: &str) -> Answer {
        self.say(&message::event(openid, event, rest, self.now_secs()))
            .await
    }

    /// Delivers a message in clear, signed now.
    pub(crate) async fn say(&self, xml: &str) -> Answer {
        self.deliver(delivery::plain(xml, self.now_secs())).await
    }

    /// Delivers anything.
    pub(crate) async fn deliver(&self, delivery: delivery::Delivery) -> Answer {
        self.send(delivery.request()).await
    }

    /// Opens a page without cookies.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }
}

/// Runs the indexing thread until the index is ready, then ends it: from there on the story says when to index.
async fn caught_up_once(app: &Arc<App>) -> Arc<Status> {
    let index = Arc::new(Status::default());
    let (app, status) = (Arc::clone(app), Arc::clone(&index));
    let following = std::thread::spawn(move || indexer::run(&app, &status));
    while !index.is_ready() {
        assert!(!index.is_failing(), "the index cannot follow the database");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    index.stop();
    following.thread().unpark();
    tokio::task::spawn_blocking(move || following.join())
        .await
        .unwrap()
        .unwrap();
    index
}

fn load(database: &TestDatabase, dir: &TempDir, changed: &[(String, String)]) -> Settings {
    let index = dir.path().join("index").display().to_string();
    let url = database.url();
    let files = format!("file:{}", dir.path().join("files").display());
    let base = [
        ("simulator.enabled", "false"),
        ("server.listen", "127.0.0.1:0"),
        ("wechat.app_id", APP_ID),
        ("wechat.app_secret", APP_SECRET),
        ("wechat.token", TOKEN),
        ("wechat.encoding_aes_key", AES_KEY),
        ("wechat.original_id", ACCOUNT),
        ("wechat.mode", "plain"),
        ("wechat.api_base_url", "http://127.0.0.1:9"),
        ("database.url", &url),
        ("database.pool_size", "3"),
        ("search.dir", &index),
        ("files.url", &files),
        ("files.pdf_program", env!("CARGO_BIN_EXE_jianxin")),
        ("security.data_keys", DATA_KEY),
    ];
    let variables = base
        .iter()
        .map(|(key, value)| (*key, *value))
        .chain(
            changed
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        )
        .map(|(key, value)| {
            (
                format!("JIANXIN__{}", key.replace('.', "__").to_uppercase()),
                value.to_owned(),
            )
        });
    config::load(None, variables, Need::Account).unwrap()
}
