//! Notices in the outbox, for whoever puts them there and whoever looks after them.

use crate::app::App;

/// The bell that wakes the workers.
pub const BELL: &str = "push-bell";

/// Tells the workers of all processes that something is due. Call it after the commit; a ring that is lost costs a
/// poll's patience and nothing else.
pub async fn bell(app: &App) {
    let rings = [&app.local, &app.cache];
    let count = if app.cache.is_shared() { 2 } else { 1 };
    for cache in rings.into_iter().take(count) {
        if cache.ring(BELL).await.is_err() {
            metrics::counter!("jianxin_cache_errors_total", "use" => "bell").increment(1);
        }
    }
}
