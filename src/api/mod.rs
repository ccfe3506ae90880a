//! JSON for the upstream site: publications, accounts and events come in here one by one; batches by `jianxin import`.

mod accounts;
mod applications;
mod events;
mod openapi;
mod problem;
mod publications;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::{MethodRouter, get, post, put};

use crate::app::App;

/// Every path and its operation; a story holds it against the description.
fn routes(app: &App) -> [(&'static str, MethodRouter<Arc<App>>); 5] {
    let description = openapi::document(&app.public_url).to_string();
    [
        ("/api/v1/publications", put(publications::put)),
        ("/api/v1/accounts", put(accounts::put)),
        ("/api/v1/applications", get(applications::get)),
        ("/api/v1/events", post(events::post)),
        (
            "/api/openapi.json",
            get(move || {
                let description = description.clone();
                async move { ([(header::CONTENT_TYPE, "application/json")], description) }
            }),
        ),
    ]
}

/// The paths under `/api/`.
pub fn paths(app: &App) -> Vec<&'static str> {
    routes(app).map(|(path, _)| path).to_vec()
}

/// Everything under `/api/`.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for (path, operation) in routes(&app) {
        router = router.route(path, operation);
    }
    router.with_state(app)
}
