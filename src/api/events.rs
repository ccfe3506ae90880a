//! `POST /api/v1/events`: something happened at the upstream site.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::problem::Problem;
use crate::api::request;
use crate::app::App;
use crate::domain::event;
use crate::domain::shape::Chars;
use crate::service::events::{self, Answer};

/// Largest event: twenty changes with their texts and fifty accounts, with room for JSON.
const MAX_BYTES: usize = 256 * 1024;
const KEY_HEADER: &str = "idempotency-key";

pub(super) async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    match record(&app, &headers, body).await {
        Ok(answer) => {
            let mut response = (
                StatusCode::OK,
                [(header::CONTENT_TYPE, "application/json")],
                answer.body,
            )
                .into_response();
            if answer.repeated {
                let yes = header::HeaderValue::from_static("true");
                response.headers_mut().insert("idempotency-replayed", yes);
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

async fn record(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<Answer, Problem> {
    let source = request::holder(app, headers).await?;
    let header_key = header_key(headers)?;
    let text = request::text(body, MAX_BYTES).await?;
    let mut event =
        event::parse(&text).map_err(|fault| Problem::of_field(fault.field(), fault.reason()))?;
    let key = match (header_key, event.id.take()) {
        (Some(header), Some(id)) if header != id => {
            let detail = "differs from the header Idempotency-Key: send one of the two";
            return Err(Problem::of_field(Some("id"), detail));
        }
        (Some(key), _) | (None, Some(key)) => key,
        (None, None) => {
            let detail = "is missing; send it, or the header Idempotency-Key";
            return Err(Problem::of_field(Some("id"), detail));
        }
    };
    events::record(app, event, key, source)
        .await
        .map_err(|error| Problem::of_record(&error))
}

/// The header's value, with or without the quotes of a structured field.
fn header_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(KEY_HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let fits = (1..=128).contains(&key.len()) && key.chars().all(|c| Chars::Token.takes(c));
    if !fits || values.next().is_some() {
        let detail = "must be 1 to 128 letters, digits and -_.:/, once";
        return Err(Problem::of_field(Some("Idempotency-Key"), detail));
    }
    Ok(Some(key.to_owned()))
}
