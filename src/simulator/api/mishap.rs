//! What can happen to an answer on its way to the account's server.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::sleep;

use crate::simulator::broken::BrokenBody;
use crate::simulator::faults::{CallFault, Mishap};
use crate::simulator::wire::{Exchange, Verdict};

const GATEWAY_PAGE: &str =
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/// Notes on the wire what the account's server will not see.
pub(super) fn remark(exchange: &mut Exchange, fault: &CallFault) {
    let done = if fault.not_done {
        "没有受理"
    } else {
        "已受理"
    };
    let (status, what) = match fault.kind {
        Mishap::None => (200, "答复正常"),
        Mishap::Hold => (0, "连接挂起后断开"),
        Mishap::Reset => (0, "连接被断开"),
        Mishap::BadGateway => (502, "网关答复 502"),
        Mishap::Empty => (500, "HTTP 500，没有内容"),
        Mishap::Truncated => (200, "答复只送出一半"),
        Mishap::Garbage => (200, "答复是一个网页"),
        Mishap::Late => (200, "答复迟到"),
    };
    exchange.status = status;
    exchange.verdict = Verdict::warn(format!("按开关：{done}，{what}"));
}

/// The answer as it arrives, or the end of the connection.
pub(super) async fn answer(fault: &CallFault, value: &Value) -> Response {
    if matches!(fault.kind, Mishap::Hold | Mishap::Late) {
        sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    match fault.kind {
        Mishap::None | Mishap::Late => Json(value).into_response(),
        Mishap::Hold | Mishap::Reset => Response::new(Body::new(BrokenBody::new(Bytes::new(), 0))),
        Mishap::BadGateway => (StatusCode::BAD_GATEWAY, Html(GATEWAY_PAGE)).into_response(),
        Mishap::Empty => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mishap::Garbage => Html(GATEWAY_PAGE).into_response(),
        Mishap::Truncated => {
            let whole = value.to_string();
            let length = whole.len() as u64;
            let mut part = Bytes::from(whole);
            part.truncate(part.len() / 2);
            let body = Body::new(BrokenBody::new(part, length));
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}
