//! Notices and workers for stories.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jianxin::push::{Render, Rules, Unsendable, Worker};
use jianxin::service::pushes;
use jianxin::store::StoreError;
use jianxin::store::outbox::{self, NewPush};
use jianxin::store::row_id::row_id;
use jianxin::wechat::template::{TemplateMessage, TemplateValue};

use super::TestApp;
use super::platform::Platform;

/// An instance with a platform, a worker and the rules that it goes by.
pub(crate) struct Office {
    pub(crate) app: TestApp,
    pub(crate) platform: Platform,
    pub(crate) worker: Arc<Worker>,
}

/// The program's own rules, without a limit of the rate, and with a send that gives up soon.
pub(crate) fn rules(app: &TestApp) -> Rules {
    let mut rules = Rules::new(&app.app.settings);
    rules.timing.send = Duration::from_millis(400);
    rules
}

/// Renders every kind; `unconfigured` has no template.
pub(crate) fn render() -> Render {
    Arc::new(|push| {
        if push.kind == "unconfigured" {
            let reason = "no template is configured".to_owned();
            return Err(Unsendable { reason });
        }
        Ok(TemplateMessage {
            touser: push.openid.clone(),
            template_id: format!("t-{}", push.kind),
            url: Some(format!("https://wx.example.cn{}", push.path)),
            client_msg_id: push.public_id.clone(),
            data: BTreeMap::from([(
                "thing1".to_owned(),
                TemplateValue {
                    value: push.fields.clone(),
                },
            )]),
        })
    })
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::with(&[], |_| {}).await
    }

    /// With other settings and other rules.
    pub(crate) async fn with(settings: &[(&str, &str)], change: impl FnOnce(&mut Rules)) -> Self {
        let platform = Platform::start().await;
        let mut all = vec![
            ("wechat.api_base_url", platform.origin.as_str()),
            ("push.rate_per_second", "0"),
        ];
        all.extend_from_slice(settings);
        let app = TestApp::with(&all).await;
        platform.follow(&app.app.clock);
        let mut rules = rules(&app);
        change(&mut rules);
        let worker = Worker::new(Arc::clone(&app.app), rules, render());
        Self {
            app,
            platform,
            worker,
        }
    }

    /// Promises a notice; returns its id.
    pub(crate) async fn promise(&self, push: NewPush) -> String {
        let id = push.public_id.clone();
        let taken = self
            .app
            .app
            .db
            .write(move |c| outbox::enqueue(c, &push).map_err(StoreError::from))
            .await
            .unwrap();
        assert!(taken);
        pushes::bell(&self.app.app).await;
        id
    }

    /// A notice to somebody, of the lane that may wait.
    pub(crate) async fn notice(&self, openid: &str) -> String {
        self.promise(new(&self.app, openid)).await
    }

    /// Many.
    pub(crate) async fn notices(&self, number: usize) -> Vec<String> {
        let all: Vec<NewPush> = (0..number)
            .map(|n| new(&self.app, &format!("o-{n}")))
            .collect();
        let ids = all.iter().map(|push| push.public_id.clone()).collect();
        for some in all.chunks(100) {
            let some = some.to_vec();
            let done = self.app.app.db.write(move |c| -> Result<(), StoreError> {
                for push in &some {
                    outbox::enqueue(c, push)?;
                }
                Ok(())
            });
            done.await.unwrap();
        }
        ids
    }

    pub(crate) async fn drain(&self) -> usize {
        self.worker.drain().await.unwrap()
    }

    /// Lets time pass in steps, sending what is due.
    pub(crate) async fn pass(&self, millis: i64) {
        // A worker polls every two seconds; for stories that last, every fifth tells the same.
        let step = if millis > 60_000 { 5_000 } else { 2_000 };
        for _ in 0..millis / step {
            self.app.advance_ms(step);
            self.drain().await;
        }
    }

    /// One column of a notice.
    pub(crate) fn column(&self, id: &str, column: &str) -> String {
        let sql = format!(
            "SELECT COALESCE(CAST({column} AS TEXT), '-') FROM pushes WHERE public_id = '{id}'"
        );
        self.app.database.connect().texts(&sql).concat()
    }

    pub(crate) fn state(&self, id: &str) -> String {
        self.column(id, "state")
    }

    /// `state=number`, sorted.
    pub(crate) fn states(&self) -> Vec<String> {
        let sql = "SELECT state || '=' || count(*) FROM pushes GROUP BY state ORDER BY state";
        self.app.database.connect().texts(sql)
    }
}

/// A notice of the lane that may wait, due now.
pub(crate) fn new(app: &TestApp, openid: &str) -> NewPush {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = app.app.clock.now_ms();
    NewPush {
        id: row_id(now, n),
        public_id: format!("{:016x}{n:016x}", 0x00c0_ffee),
        kind: "case_progress_changed".to_owned(),
        lane: 2,
        account_id: None,
        unit_id: "100000".to_owned(),
        openid: Some(openid.to_owned()),
        openid_hash: app.app.person_hash(openid),
        fields: "{}".to_owned(),
        secret: None,
        path: format!("/h5/notices/{n}"),
        order_key: None,
        dedupe_key: None,
        merge_key: None,
        state: "pending".to_owned(),
        due_at: Some(now),
        merged_into: None,
        attempts: 0,
        token_swaps: 0,
        crashes: 0,
        expires_at: now + 24 * 3_600_000,
        created_at: now,
        ended_at: None,
    }
}
