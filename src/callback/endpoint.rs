//! `GET|POST /wechat/callback`: limits → signature → decryption → parsing → inbox → answer in time → encryption.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use sha2::{Digest, Sha256};

use crate::app::hex;
use crate::callback::body::{self, BodyProblem};
use crate::callback::door::Door;
use crate::callback::{quick, routes};
use crate::service::blocks;
use crate::service::inbox::{Answer, MessageKey, Origin};
use crate::wechat::gate::Refusal;
use crate::wechat::inbound::Inbound;
use crate::wechat::reply::{self, SUCCESS};

/// Where the platform delivers.
pub const PATH: &str = "/wechat/callback";

/// The callback for a router that other doors share. A server that looks at [`PATH`] itself and calls [`respond`] spares
/// every message the way through the routes.
pub fn router(door: Arc<Door>) -> Router {
    let any = |State(door): State<Arc<Door>>, request: Request<axum::body::Body>| async move {
        respond(&door, request).await.map(axum::body::Body::new)
    };
    Router::new()
        .route(PATH, axum::routing::any(any))
        .with_state(door)
}

/// Answers any request to [`PATH`].
pub async fn respond<B>(door: &Arc<Door>, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if *request.method() == Method::POST {
        return deliver(door, request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = empty(StatusCode::METHOD_NOT_ALLOWED);
        let allowed = HeaderValue::from_static("GET,HEAD,POST");
        refusal.headers_mut().insert(header::ALLOW, allowed);
        return refusal;
    }
    verify(door, request.uri())
}

/// The platform checks the address when its configuration is saved.
fn verify(door: &Door, uri: &Uri) -> Response<Full<Bytes>> {
    let now = door.app.clock.now_secs();
    match door
        .app
        .gate
        .verify_url(uri.query().unwrap_or_default(), now)
    {
        Ok(echo) => text("text/plain; charset=utf-8", echo),
        Err(refusal) => refuse(&refusal),
    }
}

async fn deliver<B>(door: &Arc<Door>, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let response = match body::read(&head.headers, body).await {
        Ok(bytes) => answer(door, head.uri.query().unwrap_or_default(), &bytes).await,
        Err(problem) => refuse_body(problem),
    };
    door.meters.took(began.elapsed());
    response
}

async fn answer(door: &Arc<Door>, query: &str, bytes: &[u8]) -> Response<Full<Bytes>> {
    let app = &door.app;
    let now = app.clock.now_secs();
    let opened = match app.gate.open(query, bytes, now) {
        Ok(opened) => opened,
        Err(refusal) => return refuse(&refusal),
    };
    let inbound = match Inbound::parse(&opened.plaintext) {
        Ok(inbound) => inbound,
        Err(error) => {
            // Signed, so it is the platform's: anything but `success` would only bring it again.
            metrics::counter!("jianxin_callback_unparsable_total").increment(1);
            tracing::warn!(reason = %error, bytes = opened.plaintext.len(), "a signed message could not be understood");
            return xml(SUCCESS);
        }
    };
    if !app.gate.accepts_receiver(&inbound.to_user) {
        return refuse(&Refusal::Receiver);
    }
    let key: MessageKey = Sha256::digest(&opened.plaintext).into();
    let at_hand = door.inbox.answer_at_once(&key, || {
        // Somebody who comes back has something to be noted.
        if blocks::is_blocked(app, &inbound.from_user) {
            return None;
        }
        let body = quick::answer(door, &inbound.message)?;
        Some(Answer::new(now, body))
    });
    let (reply, origin) = match at_hand {
        Some((answer, origin)) => (written(&inbound, &answer), origin),
        None => by_handler(door, key, inbound, now).await,
    };
    door.meters.answered(origin);
    if !app.gate.encrypts() {
        return xml(reply);
    }
    let fresh = door.random.take::<24>();
    let (nonce, block) = fresh.split_first_chunk::<8>().unwrap_or((&[0; 8], &fresh));
    let block = block.first_chunk().copied().unwrap_or_default();
    let sealed = app.gate.seal(opened.pair, &reply, now, &hex(nonce), block);
    xml(sealed.into_owned())
}

/// Boxed, so that messages whose answer is at hand do not carry the weight of those whose is not.
fn by_handler(
    door: &Arc<Door>,
    key: MessageKey,
    inbound: Inbound,
    now: i64,
) -> Pin<Box<dyn Future<Output = (String, Origin)> + Send>> {
    let polite = inbound.is_answerable().then(|| door.busy());
    let late = move || Answer::new(now, polite.clone().unwrap_or_default());
    let (handler, question) = (Arc::clone(door), inbound.clone());
    let run = async move { Answer::new(now, routes::handle(&handler, question).await) };
    let answered = door.inbox.answer(key, late, run);
    Box::pin(async move {
        let (answer, origin) = answered.await;
        (written(&inbound, &answer), origin)
    })
}

/// The XML for the message's sender, or the word that there is nothing to say.
fn written(inbound: &Inbound, answer: &Answer) -> String {
    match answer.body.text() {
        "" => SUCCESS.to_owned(),
        body => reply::addressed(&inbound.from_user, &inbound.to_user, answer.stamp, body),
    }
}

fn xml(body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    text("text/xml; charset=utf-8", body)
}

fn text(kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// All refusals look alike from outside; the reason is for the log and the metric.
fn refuse(refusal: &Refusal) -> Response<Full<Bytes>> {
    let reason = refusal.reason();
    metrics::counter!("jianxin_callback_refused_total", "reason" => reason).increment(1);
    tracing::warn!(reason, "a callback request was refused");
    empty(StatusCode::FORBIDDEN)
}

fn refuse_body(problem: BodyProblem) -> Response<Full<Bytes>> {
    let (status, reason) = match problem {
        BodyProblem::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body too large"),
        BodyProblem::TooSlow => (StatusCode::REQUEST_TIMEOUT, "body too slow"),
        BodyProblem::Broken => (StatusCode::BAD_REQUEST, "body broken off"),
    };
    metrics::counter!("jianxin_callback_refused_total", "reason" => reason).increment(1);
    tracing::warn!(reason, "a callback request was refused");
    // What is left of the body is not read: the connection ends here.
    let mut response = empty(status);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}
