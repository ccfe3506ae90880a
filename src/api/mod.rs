//! JSON for the upstream site: publications, accounts and events come in here one by one; batches by `jianxin import`.

mod events;
mod problem;
mod publications;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::routing::{post, put};

use crate::app::App;

/// Everything under `/api/v1/`.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/v1/publications", put(publications::put))
        .route("/api/v1/events", post(events::post))
        .with_state(app)
}
