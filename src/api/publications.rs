//! `PUT /api/v1/publications`: one record, or one withdrawal.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::api::problem::Problem;
use crate::api::request;
use crate::app::App;
use crate::domain::publication_line;
use crate::service::error::ServiceError;
use crate::service::imports;

/// Largest record: the longest body in three-byte characters with room for JSON.
const MAX_BYTES: usize = 2 * 1024 * 1024;

pub(super) async fn put(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    match store(&app, &headers, body).await {
        Ok(result) => axum::Json(serde_json::json!({ "result": result })).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn store(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<&'static str, Problem> {
    let name = request::holder(app, headers).await?;
    let text = request::text(body, MAX_BYTES).await?;
    let line = publication_line::parse(&text);
    let tree = Arc::clone(&app.units().tree);
    let now = app.clock.now_ms();
    let actor = format!("api-key:{name}");
    let outcome = app
        .db
        .write(move |c| imports::import_by(c, &tree, &actor, vec![(1, line)], now))
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
