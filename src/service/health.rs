//! How the service is: what `/readyz` says.

use crate::app::App;
use crate::service::indexer::Status;

/// What is not as it should be; empty when all is well. The service goes on working with what is left.
pub async fn degradations(app: &App, index: &Status) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    if app.freshness.current().await.is_err() {
        reasons.push("database");
    }
    if !app.cache.is_alive().await {
        reasons.push("redis");
    }
    if !index.is_ready() || index.is_failing() {
        reasons.push("index");
    }
    reasons
}
