//! `GET|POST /wechat/callback`: limits → signature → decryption → parsing → inbox → answer in time → encryption.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::app::{hex, random_bytes};
use crate::callback::body::{self, BodyProblem};
use crate::callback::door::Door;
use crate::callback::routes;
use crate::service::inbox::{Answer, MessageKey, Origin};
use crate::wechat::gate::Refusal;
use crate::wechat::inbound::Inbound;
use crate::wechat::reply::{Reply, SUCCESS};

/// The two routes of the callback.
pub fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/wechat/callback", get(verify).post(deliver))
        .with_state(door)
}

/// The platform checks the address when its configuration is saved.
async fn verify(State(door): State<Arc<Door>>, uri: Uri) -> Response {
    match door
        .app
        .gate
        .verify_url(uri.query().unwrap_or_default(), door.app.clock.now_secs())
    {
        Ok(echo) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], echo).into_response(),
        Err(refusal) => refuse(&refusal),
    }
}

async fn deliver(
    State(door): State<Arc<Door>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let began = Instant::now();
    let response = match body::read(&headers, body).await {
        Ok(bytes) => answer(&door, uri.query().unwrap_or_default(), &bytes).await,
        Err(problem) => refuse_body(problem),
    };
    door.meters.took(began.elapsed());
    response
}

async fn answer(door: &Arc<Door>, query: &str, bytes: &[u8]) -> Response {
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
    let pair = opened.pair;
    let (stored, origin) = answer_once(door, key, inbound).await;
    door.meters.answered(origin);
    let text = stored.text();
    if !app.gate.encrypts() {
        return xml(text);
    }
    let (nonce, block) = (random_bytes::<8>(), random_bytes::<16>());
    let sealed = app.gate.seal(pair, &text, now, &hex(&nonce), block);
    xml(sealed.into_owned())
}

async fn answer_once(door: &Arc<Door>, key: MessageKey, inbound: Inbound) -> (Answer, Origin) {
    let time = door.app.clock.now_secs();
    let (to, from) = (inbound.from_user.clone(), inbound.to_user.clone());
    let is_answerable = inbound.is_answerable();
    let polite = Arc::clone(door);
    let late = move || match is_answerable {
        true => body_of(&Reply::Text(polite.wording.busy.clone()), &to, &from, time),
        false => SUCCESS.into(),
    };
    let handler = Arc::clone(door);
    let run = async move {
        let (to, from) = (inbound.from_user.clone(), inbound.to_user.clone());
        let reply = routes::handle(&handler, inbound).await;
        body_of(&reply, &to, &from, time)
    };
    door.inbox.answer(key, late, run).await
}

fn body_of(reply: &Reply, to: &str, from: &str, time: i64) -> Answer {
    reply
        .to_pieces(to, from, time)
        .map_or_else(|| SUCCESS.into(), |(own, shared)| Answer::new(own, shared))
}

fn xml(body: impl Into<Bytes>) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body.into()).into_response()
}

/// All refusals look alike from outside; the reason is for the log and the metric.
fn refuse(refusal: &Refusal) -> Response {
    let reason = refusal.reason();
    metrics::counter!("jianxin_callback_refused_total", "reason" => reason).increment(1);
    tracing::warn!(reason, "a callback request was refused");
    StatusCode::FORBIDDEN.into_response()
}

fn refuse_body(problem: BodyProblem) -> Response {
    let (status, reason) = match problem {
        BodyProblem::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body too large"),
        BodyProblem::TooSlow => (StatusCode::REQUEST_TIMEOUT, "body too slow"),
        BodyProblem::Broken => (StatusCode::BAD_REQUEST, "body broken off"),
    };
    metrics::counter!("jianxin_callback_refused_total", "reason" => reason).increment(1);
    tracing::warn!(reason, "a callback request was refused");
    // What is left of the body is not read: the connection ends here.
    (status, [(header::CONNECTION, "close")]).into_response()
}
