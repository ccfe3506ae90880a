//! The platform interface under `/simulator/api`: same paths, shapes and error codes as `api.weixin.qq.com`.
//!
//! [`ROUTES`] is the table of contents. Every call is recorded on the wire; injected errors, the method and the
//! access token are checked here, the rest by the function of the row. Errors are HTTP 200 with an `errcode`.

mod custom;
mod login;
mod menu;
mod menu_limits;
mod misc;
mod mishap;
mod template;
mod template_limits;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::crypto;
use super::delivery;
use super::faults::ReceiptTiming;
use super::random;
use super::stimulus::Stimulus;
use super::tokens::TokenRefusal;
use super::wire::{self, Direction, Exchange, Verdict};
use super::world::{Shared, World};

/// One call as the functions see it.
pub(crate) struct Call<'a> {
    pub(crate) simulator: &'a Shared,
    query: HashMap<String, String>,
    body: &'a [u8],
    /// What the platform delivers because of the call.
    receipts: Mutex<Vec<Stimulus>>,
}

/// An `errcode` with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) text: String,
}

/// What a call answers.
pub(crate) type Answer = Result<Value, Refusal>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// Needs an access token.
    Token,
    /// Brings its own secret.
    Open,
}

struct Route {
    method: Method,
    path: &'static str,
    guard: Guard,
    handle: fn(&Call<'_>) -> Answer,
}

const fn row(
    method: Method,
    path: &'static str,
    guard: Guard,
    handle: fn(&Call<'_>) -> Answer,
) -> Route {
    Route {
        method,
        path,
        guard,
        handle,
    }
}

const ROUTES: &[Route] = &[
    row(Method::GET, "/cgi-bin/token", Guard::Open, token::classic),
    row(
        Method::POST,
        "/cgi-bin/stable_token",
        Guard::Open,
        token::stable,
    ),
    row(
        Method::GET,
        "/sns/oauth2/access_token",
        Guard::Open,
        login::exchange,
    ),
    row(
        Method::POST,
        "/cgi-bin/menu/create",
        Guard::Token,
        menu::create,
    ),
    row(Method::GET, "/cgi-bin/menu/get", Guard::Token, menu::get),
    row(
        Method::GET,
        "/cgi-bin/menu/delete",
        Guard::Token,
        menu::delete,
    ),
    row(
        Method::GET,
        "/cgi-bin/get_current_selfmenu_info",
        Guard::Token,
        menu::current,
    ),
    row(
        Method::GET,
        "/cgi-bin/user/info",
        Guard::Token,
        misc::user_info,
    ),
    row(
        Method::POST,
        "/cgi-bin/qrcode/create",
        Guard::Token,
        misc::create_code,
    ),
    row(
        Method::POST,
        "/cgi-bin/message/custom/send",
        Guard::Token,
        custom::send,
    ),
    row(
        Method::POST,
        "/cgi-bin/message/template/send",
        Guard::Token,
        template::send,
    ),
    row(
        Method::GET,
        "/cgi-bin/template/get_all_private_template",
        Guard::Token,
        template::list,
    ),
    row(
        Method::GET,
        "/cgi-bin/getcallbackip",
        Guard::Token,
        misc::callback_addresses,
    ),
    row(
        Method::GET,
        "/cgi-bin/get_api_domain_ip",
        Guard::Token,
        misc::callback_addresses,
    ),
    row(
        Method::POST,
        "/cgi-bin/clear_quota",
        Guard::Token,
        misc::clear_quota,
    ),
];

impl Refusal {
    pub(crate) fn new(code: i64, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

impl Call<'_> {
    /// A query parameter, empty if absent.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The body as JSON of a known shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::new(44002, "empty post data"));
        }
        serde_json::from_slice(self.body)
            .map_err(|_not_this_shape| Refusal::new(47001, "data format error"))
    }

    /// Has something delivered to the callback beside the answer.
    pub(crate) fn announce(&self, receipt: Stimulus) {
        self.receipts().push(receipt);
    }

    fn receipts(&self) -> std::sync::MutexGuard<'_, Vec<Stimulus>> {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The body as sent, for checks that JSON would hide.
    pub(crate) fn raw(&self) -> &[u8] {
        self.body
    }
}

/// `{"errcode":0,"errmsg":"ok"}`.
pub(crate) fn ok() -> Value {
    json!({"errcode": 0, "errmsg": "ok"})
}

/// Answers any call of the platform interface.
pub(crate) async fn serve(
    State(simulator): State<Shared>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let path = format!("/{path}");
    let query = query.unwrap_or_default();
    let begun = Instant::now();
    let parameters = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let call = Call {
        simulator: &simulator,
        query: parameters,
        body: &body,
        receipts: Mutex::default(),
    };
    let mishap = simulator.change(|world| world.faults.calls.take(&path));
    let not_done = mishap.as_ref().is_some_and(|mishap| mishap.not_done);
    let (verdict, value) = if not_done {
        (Verdict::warn("没有受理"), Value::Null)
    } else {
        carry_out(&call, &method, &path)
    };
    let receipts = std::mem::take(&mut *call.receipts());
    let timing = simulator.look(|world| world.faults.notices.timing);
    if timing == ReceiptTiming::Early {
        for receipt in receipts {
            delivery::deliver(Arc::clone(&simulator), receipt).await;
        }
    } else {
        for receipt in receipts {
            tokio::spawn(send_receipt(Arc::clone(&simulator), receipt, timing));
        }
    }
    let mut exchange = Exchange::start(
        Direction::Api,
        path.clone(),
        method.as_str(),
        shortened(&path, &query),
    );
    exchange.request = hide_secret(&simulator, &wire::shown(&body));
    exchange.status = 200;
    exchange.reply = shorten_token(&value);
    exchange.verdict = verdict;
    if let Some(mishap) = &mishap {
        mishap::remark(&mut exchange, mishap);
    }
    exchange.ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    simulator.change(|world| {
        exchange.follower = concerned(world, &call).unwrap_or_default();
        world.record(exchange)
    });
    match mishap {
        Some(mishap) => mishap::answer(&mishap, &value).await,
        None => Json(value).into_response(),
    }
}

async fn send_receipt(simulator: Shared, receipt: Stimulus, timing: ReceiptTiming) {
    delivery::deliver(Arc::clone(&simulator), receipt.clone()).await;
    if timing == ReceiptTiming::Twice {
        delivery::deliver(simulator, receipt).await;
    }
}

fn carry_out(call: &Call<'_>, method: &Method, path: &str) -> (Verdict, Value) {
    match answer(call, method, path) {
        Ok(value) => (Verdict::ok("成功"), value),
        Err(refusal) => {
            let text = format!("{} rid: {}", refusal.text, rid());
            (
                Verdict::bad(format!("错误 {}", refusal.code)),
                json!({"errcode": refusal.code, "errmsg": text}),
            )
        }
    }
}

fn answer(call: &Call<'_>, method: &Method, path: &str) -> Answer {
    if let Some(code) = call.simulator.change(|world| world.faults.api.take(path)) {
        return Err(Refusal::new(code, "injected by a switch of the simulator"));
    }
    let route = ROUTES
        .iter()
        .find(|route| route.path == path)
        .ok_or_else(|| {
            Refusal::new(
                40066,
                format!("invalid url: the simulator does not know {path}"),
            )
        })?;
    if route.method != *method {
        let get = route.method == Method::GET;
        let (code, verb) = if get { (43001, "GET") } else { (43002, "POST") };
        return Err(Refusal::new(code, format!("require {verb} method")));
    }
    if route.guard == Guard::Token {
        let token = call.parameter("access_token");
        if token.is_empty() {
            return Err(Refusal::new(41001, "access_token missing"));
        }
        call.simulator
            .look(|world| world.tokens.check(token, Instant::now()))
            .map_err(|refusal| match refusal {
                TokenRefusal::Unknown => Refusal::new(
                    40001,
                    "invalid credential, access_token is invalid or not latest",
                ),
                TokenRefusal::Expired => Refusal::new(42001, "access_token expired"),
            })?;
    }
    (route.handle)(call)
}

/// Request id as the platform appends it to its error texts.
fn rid() -> String {
    let tail = random::bytes::<8>();
    let (first, second) = tail.split_at(4);
    format!(
        "{:08x}-{}-{}",
        super::clock::seconds(),
        crypto::hex(first),
        crypto::hex(second)
    )
}

/// The follower a call is about: `touser` in the body or `openid` in the query.
fn concerned(world: &World, call: &Call<'_>) -> Option<String> {
    let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let openid = body
        .get("touser")
        .and_then(Value::as_str)
        .unwrap_or_else(|| call.parameter("openid"));
    world.id_of(openid)
}

/// The address for the wire, without secrets in full.
fn shortened(path: &str, query: &str) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let pairs: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| match name.as_ref() {
            "access_token" | "secret" | "code" => format!("{name}={}", head(&value)),
            _ => format!("{name}={value}"),
        })
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

fn hide_secret(simulator: &Shared, body: &str) -> String {
    let secret = &simulator.settings.app_secret;
    if secret.is_empty() {
        body.to_owned()
    } else {
        body.replace(secret.as_str(), &head(secret))
    }
}

fn shorten_token(value: &Value) -> String {
    let mut shown = value.clone();
    for name in ["access_token", "refresh_token"] {
        if let Some(token) = shown.get_mut(name) {
            *token = Value::String(head(token.as_str().unwrap_or_default()));
        }
    }
    shown.to_string()
}

fn head(text: &str) -> String {
    let head: String = text.chars().take(6).collect();
    format!("{head}…")
}
