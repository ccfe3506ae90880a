//! People of the office: accounts, their followers, and an upstream site that posts events.

use axum::body::Body;
use axum::http::Request;
use jianxin::app::Ids;
use jianxin::domain::ids::OpenId;
use jianxin::service::api_keys;
use jianxin::service::links::{self, Desk, Linked};
use jianxin::store::StoreError;
use jianxin::store::accounts::{self, Account};
use serde_json::{Value, json};

use super::{Answer, TestApp};

/// The unit of most stories.
pub(crate) const UNIT: &str = "430100";

/// The program, a key for the upstream site, and nobody yet.
pub(crate) struct Office {
    pub(crate) app: TestApp,
    key: String,
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::of(TestApp::with(settings).await).await
    }

    pub(crate) async fn of(app: TestApp) -> Self {
        let (db, now) = (app.app.db.clone(), app.app.clock.now_ms());
        let key = tokio::task::spawn_blocking(move || api_keys::add(&db, "site", now).unwrap())
            .await
            .unwrap();
        Self {
            app,
            key: format!("Bearer {key}"),
        }
    }

    /// An active account at the unit, without a follower.
    pub(crate) async fn account(&self, external_id: &str, role: &str) -> Account {
        let now = self.app.app.clock.now_ms();
        let number = external_id.bytes().fold(0_u64, |sum, byte| {
            (sum * 31 + u64::from(byte)) % 100_000_000
        });
        let account = Account {
            id: self.app.app.ids.next(now),
            public_id: format!("p-{external_id}"),
            external_id: Some(external_id.to_owned()),
            role: role.to_owned(),
            login_name: format!("1607{number:08}"),
            display_name: "欧阳植入".to_owned(),
            unit_id: UNIT.to_owned(),
            phone: None,
            password_hash: None,
            must_reset: false,
            state: "active".to_owned(),
            notices_off: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = account.clone();
        let done = self.app.app.db.write(move |c| -> Result<_, StoreError> {
            accounts::insert(c, &row)?;
            Ok(())
        });
        done.await.unwrap();
        account
    }

    /// The same, linked to a follower whose openid is `o-` and the account's id.
    pub(crate) async fn linked(&self, external_id: &str, role: &str) -> Account {
        let account = self.account(external_id, role).await;
        assert_eq!(
            self.link(&account, &openid(external_id), false).await,
            Linked::Yes
        );
        account
    }

    pub(crate) async fn link(&self, account: &Account, openid: &str, replace: bool) -> Linked {
        let (account, openid) = (account.clone(), OpenId::new(openid));
        let (person, now) = (self.app.app.person.clone(), self.app.app.clock.now_ms());
        let done = self.app.app.db.write(move |c| {
            let ids = Ids::default();
            let desk = Desk {
                ids: &ids,
                person: &person,
                now,
                actor: "story",
            };
            links::link(c, desk, &account, &openid, replace)
        });
        done.await.unwrap()
    }

    /// Posts an event.
    pub(crate) async fn post(&self, event: &Value) -> Answer {
        self.send("POST", "/api/v1/events", event.to_string(), None)
            .await
    }

    /// Any request of the upstream site.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Body>,
        idempotency_key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", &self.key)
            .header("content-type", "application/json");
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        self.app.send(request.body(body.into()).unwrap()).await
    }

    /// Posts an event that is taken, and returns the answer.
    pub(crate) async fn tell(&self, id: &str, kind: &str, data: Value) -> Value {
        let answer = self
            .post(&json!({ "id": id, "type": kind, "data": data }))
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{kind}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Rows of a query, as texts.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        self.app.database.connect().texts(sql)
    }

    /// The one number that a query gives.
    pub(crate) fn count(&self, sql: &str) -> usize {
        self.rows(sql)[0].parse().unwrap()
    }

    /// How many rows every table that an event may touch has.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        [
            "events",
            "pushes",
            "phone_tasks",
            "applications",
            "case_changes",
            "reset_tickets",
            "accounts",
            "account_links",
        ]
        .map(|table| self.count(&format!("SELECT count(*) FROM {table}")))
        .to_vec()
    }

    /// Fields of the outbox, oldest first.
    pub(crate) fn fields(&self) -> Vec<Value> {
        self.rows("SELECT fields FROM pushes ORDER BY id")
            .iter()
            .map(|fields| serde_json::from_str(fields).unwrap())
            .collect()
    }
}

/// The follower of [`Office::linked`].
pub(crate) fn openid(external_id: &str) -> String {
    format!("o-{external_id:0>26}")
}
