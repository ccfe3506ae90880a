//! `PUT /api/v1/publications`: one record, or one withdrawal.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::publication_line;
use crate::service::error::ServiceError;
use crate::service::{api_keys, imports};

/// Largest record: the longest body in three-byte characters with room for JSON.
const MAX_BYTES: usize = 2 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(20);

pub(super) async fn put(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    match store(&app, &headers, body).await {
        Ok(result) => axum::Json(serde_json::json!({ "result": result })).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn store(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<&'static str, Problem> {
    let name = holder(app, headers).await?;
    let bytes = read(body).await?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Problem::of_field(None, format!("not UTF-8: {error}")))?;
    let line = publication_line::parse(text);
    let tree = Arc::clone(&app.units().tree);
    let now = app.clock.now_ms();
    let outcome = app
        .db
        .write(move |c| imports::import(c, &tree, vec![(1, line)], now))
        .await
        .map_err(|error| Problem::of_service(&ServiceError::from(error)))?;
    if let Some((_, problem)) = outcome.rejected.first() {
        return Err(Problem::of_field(problem.field(), problem.reason()));
    }
    let result = if outcome.imported > 0 {
        "imported"
    } else {
        "unchanged"
    };
    metrics::counter!("jianxin_publications_put_total", "result" => result).increment(1);
    tracing::debug!(api_key = name, result, "a publication was put");
    Ok(result)
}

async fn holder(app: &App, headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = given
        .and_then(|value| value.split_once(' '))
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let Some((_, key)) = key else {
        return Err(Problem::unauthorized());
    };
    let holder = api_keys::holder(app, key.trim())
        .await
        .map_err(|error| Problem::of_service(&error))?;
    holder.ok_or_else(Problem::unauthorized)
}

async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    match tokio::time::timeout(DEADLINE, Limited::new(body, MAX_BYTES).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The record is too large",
            format!("send at most {MAX_BYTES} bytes"),
        )),
        Ok(Err(_)) | Err(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "The request broke off",
            "send the whole body within 20 s",
        )),
    }
}
