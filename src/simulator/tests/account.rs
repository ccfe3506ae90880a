//! The test bench: an account server that answers as told, and the simulator in front of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use crate::simulator::clock::Pace;
use crate::simulator::world::{Shared, Simulator};
use crate::simulator::{SimulatorSettings, routes};

pub(super) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// What the account server does with a delivery: query and body in, status and body out.
type Behaviour = Box<dyn Fn(&str, &str) -> (u16, String) + Send>;

/// A delivery as the account server saw it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) query: String,
    pub(super) body: String,
}

#[derive(Clone)]
struct Account {
    behaviour: Arc<Mutex<Behaviour>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// Simulator and account server, running.
pub(super) struct Bench {
    /// Origin of the simulator.
    pub(super) origin: String,
    pub(super) simulator: Shared,
    client: reqwest::Client,
    account: Account,
}

async fn receive(
    State(account): State<Account>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let seen = Seen {
        query: query.unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (status, answer) = {
        let behaviour = account
            .behaviour
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        behaviour(&seen.query, &seen.body)
    };
    account.seen.lock().unwrap().push(seen);
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    std::future::ready((status, answer).into_response()).await
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

impl Bench {
    pub(super) async fn new(
        mode: &str,
        behaviour: impl Fn(&str, &str) -> (u16, String) + Send + 'static,
    ) -> Self {
        let account = Account {
            behaviour: Arc::new(Mutex::new(Box::new(behaviour))),
            seen: Arc::default(),
        };
        let callback = serve(
            Router::new()
                .route("/callback", post(receive).get(receive))
                .with_state(account.clone()),
        )
        .await;
        let settings = SimulatorSettings {
            callback_url: format!("{callback}/callback"),
            app_id: "wx1234567890abcdef".to_owned(),
            app_secret: "secret-of-the-account".to_owned(),
            token: "tokentokentokentoken".to_owned(),
            encoding_aes_key: KEY.to_owned(),
            original_id: "gh_0123456789ab".to_owned(),
            mode: mode.to_owned(),
        };
        let pace = Pace {
            limit: Duration::from_millis(400),
            interval: Duration::from_millis(20),
            deliveries: 3,
        };
        let simulator = Simulator::new(settings, pace);
        let origin = serve(routes(simulator.clone())).await;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            origin,
            simulator,
            client: client.unwrap(),
            account,
        }
    }

    /// A bench whose account answers `success`, with the first follower subscribed.
    pub(super) async fn quiet() -> Self {
        let bench = Self::new("plain", |_, _| (200, "success".to_owned())).await;
        bench.act("subscribe", json!({"follower": "f1"})).await;
        bench
    }

    /// An act of a follower, waited for.
    pub(super) async fn act(&self, name: &str, body: Value) -> Value {
        let url = format!("{}/simulator/act/{name}?wait=true", self.origin);
        let response = self.client.post(url).json(&body).send().await.unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default()
    }

    pub(super) async fn get(&self, path: &str, cookie: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{path}", self.origin));
        request.header("cookie", cookie).send().await.unwrap()
    }

    /// A platform call; `body` makes it a POST.
    pub(super) async fn api(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/simulator/api{path}", self.origin);
        let request = match body {
            Some(body) => self.client.post(url).json(&body),
            None => self.client.get(url),
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    pub(super) async fn token(&self) -> String {
        let asked = json!({"grant_type": "client_credential", "appid": "wx1234567890abcdef",
            "secret": "secret-of-the-account"});
        let answer = self.api("/cgi-bin/stable_token", Some(asked)).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(super) fn openid(&self, follower: &str) -> String {
        self.simulator
            .look(|world| world.follower(follower).unwrap().openid.clone())
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.account.seen.lock().unwrap().clone()
    }

    /// Waits until the account saw a delivery that contains `text`.
    pub(super) async fn saw(&self, text: &str) -> Seen {
        for _ in 0..200 {
            if let Some(seen) = self
                .seen()
                .into_iter()
                .find(|seen| seen.body.contains(text))
            {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no delivery contains {text}");
    }
}

/// A text reply to whoever wrote, in clear.
pub(super) fn text_reply(request: &str, content: &str) -> String {
    let from = request
        .split("<FromUserName><![CDATA[")
        .nth(1)
        .unwrap()
        .split("]]>")
        .next()
        .unwrap();
    let to = request
        .split("<ToUserName><![CDATA[")
        .nth(1)
        .unwrap()
        .split("]]>")
        .next()
        .unwrap();
    format!(
        "<xml><ToUserName><![CDATA[{from}]]></ToUserName><FromUserName><![CDATA[{to}]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[{content}]]></Content></xml>"
    )
}

/// A parameter of a query string.
pub(super) fn parameter(query: &str, name: &str) -> String {
    form_urlencoded::parse(query.as_bytes())
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
