//! JSON for the upstream site: publications come in here one by one; batches by `jianxin import`.

mod problem;
mod publications;

use std::sync::Arc;

use axum::Router;
use axum::routing::put;

use crate::app::App;

/// Everything under `/api/v1/`.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/v1/publications", put(publications::put))
        .with_state(app)
}
