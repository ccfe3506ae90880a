//! How the service is: what `/readyz` says.

use crate::app::App;
use crate::service::indexer::Status;
use crate::service::pushes;

/// What is not as it should be; empty when all is well. `index`: of a process that has one. The service goes on working with what is left.
pub async fn degradations(app: &App, index: Option<&Status>) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    if app.freshness.current().await.is_err() {
        reasons.push("database");
    }
    if !app.cache.is_alive().await {
        reasons.push("redis");
    }
    if index.is_some_and(|index| !index.is_ready() || index.is_failing()) {
        reasons.push("index");
    }
    // When the database does not answer, that is the reason.
    reasons.extend(pushes::degradations(app).await.unwrap_or_default());
    reasons
}
