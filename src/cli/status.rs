//! What operators and orchestrators ask: alive, ready, metrics, and the platform's domain verification.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::app::App;
use crate::service::health;
use crate::service::indexer::Status as IndexStatus;

/// What the answers are made from.
pub(super) struct Status {
    pub(super) app: Arc<App>,
    pub(super) index: Option<Arc<IndexStatus>>,
    pub(super) metrics: PrometheusHandle,
    pub(super) draining: AtomicBool,
}

pub(super) fn router(status: Arc<Status>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/{file}", get(verification))
        .with_state(status)
}

/// What answers while there is no database to begin with: alive, not ready.
pub(super) fn not_ready(word: &'static str) -> Router {
    let not_ready = move || async move {
        let body = Json(json!({ "status": word }));
        (StatusCode::SERVICE_UNAVAILABLE, body)
    };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(not_ready)
}

/// 503 only while this process should get no requests; what is down behind us is 200 and named.
async fn ready(State(status): State<Arc<Status>>) -> Response {
    if status.draining.load(Ordering::Acquire) {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "draining" })),
        )
            .into_response();
    }
    let reasons = health::degradations(&status.app, status.index.as_deref()).await;
    let word = if reasons.is_empty() {
        "ready"
    } else {
        "degraded"
    };
    Json(json!({ "status": word, "reasons": reasons })).into_response()
}

async fn metrics(State(status): State<Arc<Status>>) -> Response {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        status.metrics.render(),
    )
        .into_response()
}

/// `/MP_verify_ID.txt`, for configured ids only; the path itself is never reflected.
async fn verification(State(status): State<Arc<Status>>, Path(file): Path<String>) -> Response {
    let wanted = file
        .strip_prefix("MP_verify_")
        .and_then(|rest| rest.strip_suffix(".txt"));
    let known = &status.app.settings.wechat.domain_verification;
    match known.iter().find(|id| Some(id.as_str()) == wanted) {
        Some(id) => (
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            id.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
