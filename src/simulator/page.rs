//! The page, its style and script, and what it asks for: the state since a version, and a follower's inbox.
//!
//! Nothing is inline and nothing comes from elsewhere, so the content policy can be strict.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::chat::{Content, Entry};
use super::world::{Shared, Simulator, World};

const PAGE: &str = include_str!("../../assets/simulator/simulator.html");
const STYLE: &str = include_str!("../../assets/simulator/simulator.css");
const SCRIPT: &str = include_str!("../../assets/simulator/simulator.js");

/// Pictures and framed pages are whatever the account sends, as in WeChat; everything else is ours.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data: http: https:; frame-src http: https:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// A question for changes waits this long for one; short, so that a draining server is not held up.
const WAIT: Duration = Duration::from_millis(900);

/// The version the page has seen.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    #[serde(default)]
    since: u64,
    /// Start the page belongs to; another one begins from nothing.
    #[serde(default)]
    epoch: String,
}

/// Whose template messages.
#[derive(Debug, Deserialize)]
pub(crate) struct Whose {
    follower: String,
}

/// The page itself. Under another loopback name it moves to the callback's, where the pages' cookies live.
pub(crate) async fn index(State(simulator): State<Shared>, headers: HeaderMap) -> Response {
    let response = match home(&simulator, &headers) {
        Some(home) => (StatusCode::FOUND, [(LOCATION, home)]).into_response(),
        None => html(StatusCode::OK, PAGE.to_owned()),
    };
    std::future::ready(response).await
}

/// The style sheet.
pub(crate) async fn style() -> Response {
    std::future::ready(asset("text/css; charset=utf-8", STYLE)).await
}

/// The script.
pub(crate) async fn script() -> Response {
    std::future::ready(asset("text/javascript; charset=utf-8", SCRIPT)).await
}

/// Everything that changed since a version; waits a moment if nothing did.
pub(crate) async fn state(State(simulator): State<Shared>, Query(asked): Query<Since>) -> Response {
    let since = if asked.epoch == simulator.epoch {
        asked.since
    } else {
        0
    };
    let mut versions = simulator.subscribe();
    let _nothing_new = timeout(WAIT, versions.wait_for(|version| *version > since))
        .await
        .is_err();
    let body = simulator.look(|world| changes(&simulator, world, since));
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// The template messages a follower received, oldest first.
pub(crate) async fn inbox(State(simulator): State<Shared>, Query(asked): Query<Whose>) -> Response {
    let messages = simulator.look(|world| {
        let follower = world.follower(&asked.follower)?;
        let is_template = |entry: &&Entry| matches!(entry.content, Content::Template { .. });
        Some(
            follower
                .entries
                .iter()
                .filter(is_template)
                .cloned()
                .collect::<Vec<Entry>>(),
        )
    });
    let response = match messages {
        Some(messages) => Json(messages).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    std::future::ready(response).await
}

/// A small page of two sentences of ours.
pub(crate) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"stylesheet\" href=\"/simulator/app.css\">\
         <body class=\"message\"><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    let mut response = html(status, body);
    // It is shown inside the phone, unlike the page itself.
    let policy = "default-src 'none'; style-src 'self'; frame-ancestors 'self'";
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn changes(simulator: &Simulator, world: &World, since: u64) -> Value {
    if world.version <= since {
        return json!({"epoch": simulator.epoch, "version": world.version, "unchanged": true});
    }
    let followers: Vec<Value> = world
        .followers
        .iter()
        .map(|follower| {
            let fresh: Vec<&Entry> = follower
                .entries
                .iter()
                .filter(|entry| entry.version > since)
                .collect();
            json!({
                "id": follower.id, "name": follower.name, "openid": follower.openid,
                "subscribed": follower.subscribed, "scene": follower.scene,
                "floor": follower.entries.front().map_or(0, |entry| entry.id),
                "entries": fresh,
            })
        })
        .collect();
    let codes: Vec<Value> = world
        .qr_codes
        .iter()
        .map(|code| json!({"ticket": code.ticket, "scene": code.scene, "until": code.until}))
        .collect();
    let exchanges: Vec<_> = world
        .wire
        .iter()
        .filter(|exchange| exchange.version > since)
        .collect();
    json!({
        "epoch": simulator.epoch,
        "version": world.version,
        "arrived": world.arrived,
        "account": {
            "original_id": simulator.settings.original_id,
            "app_id": simulator.settings.app_id,
            "callback_url": simulator.settings.callback_url,
            "can_seal": simulator.key.is_some(),
        },
        "menu": world.menu,
        "faults": world.faults,
        "codes": codes,
        "followers": followers,
        "wire": exchanges,
        "wire_floor": world.wire_floor,
    })
}

/// Where the page should be if it was asked for under another name of the same machine.
fn home(simulator: &Simulator, headers: &HeaderMap) -> Option<String> {
    let callback = reqwest::Url::parse(&simulator.settings.callback_url).ok()?;
    let asked = headers.get(HOST)?.to_str().ok()?;
    let asked = reqwest::Url::parse(&format!("http://{asked}/")).ok()?;
    let is_loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let (there, here) = (callback.host_str()?, asked.host_str()?);
    let same_port = callback.port_or_known_default() == asked.port_or_known_default();
    (there != here && is_loopback(there) && is_loopback(here) && same_port)
        .then(|| format!("{}/simulator", callback.origin().ascii_serialization()))
}

fn html(status: StatusCode, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, body).into_response()
}

fn asset(kind: &'static str, body: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], body).into_response()
}
