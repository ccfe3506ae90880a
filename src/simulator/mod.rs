//! A WeChat of one's own: chat page and platform API, for trying out and for tests.
//!
//! Plays the other side over real HTTP: followers act on the page `/simulator`, each act becomes a signed (and, if
//! asked, sealed) delivery to the callback address, and the platform interface under `/simulator/api` and the
//! authorisation page under `/simulator/oauth` answer as the real ones do. It keeps everything in memory, bounded,
//! and knows nothing of the service behind the callback. Protocol: the pages named in each file.

mod act;
mod api;
mod authorize;
mod body;
mod broken;
mod chat;
mod clock;
mod crypto;
mod delivery;
mod envelope;
mod faults;
mod followers;
mod open;
mod page;
mod random;
mod reply;
mod stimulus;
mod templates;
mod tokens;
mod wire;
mod world;
mod xml;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{any, get, post};

use self::clock::Pace;
use self::world::{Shared, Simulator};

/// What the simulated WeChat knows about the one account it serves.
#[derive(Debug, Clone)]
pub struct SimulatorSettings {
    /// Address of the callback, such as `http://127.0.0.1:8080/wechat/callback`; any process may be behind it.
    pub callback_url: String,
    /// The account's `appid`.
    pub app_id: String,
    /// The account's `AppSecret`, checked by the token and code exchanges.
    pub app_secret: String,
    /// Token that signs deliveries, 3–32 characters.
    pub token: String,
    /// The 43-character key of the envelopes; may be empty as long as the mode is `plain`.
    pub encoding_aes_key: String,
    /// The account's `gh_…` id.
    pub original_id: String,
    /// Mode of the deliveries at the start: `plain`, `compatible` or `safe`; a switch on the page changes it.
    pub mode: String,
}

/// The whole simulator, to be merged at the root of a server; every path is under `/simulator`.
///
/// The platform interface is `{origin}/simulator/api`, the authorisation page `{origin}/simulator/oauth`. Clones of
/// the router share one state: at most 50 followers, 200 chat entries each, 500 exchanges, oldest dropped first.
pub fn router(settings: SimulatorSettings) -> Router {
    routes(Simulator::new(settings, Pace::real()))
}

/// The openids of the first `count` phones, the same at every start: for accounts that are to be linked to them.
pub fn openids(count: u64) -> Vec<String> {
    (1..=count)
        .map(|number| followers::Follower::new(number, String::new()).openid)
        .collect()
}

fn routes(simulator: Shared) -> Router {
    Router::new()
        .route("/simulator", get(page::index))
        .route("/simulator/", get(page::index))
        .route("/simulator/app.css", get(page::style))
        .route("/simulator/app.js", get(page::script))
        .route("/simulator/state", get(page::state))
        .route("/simulator/inbox", get(page::inbox))
        .route("/simulator/open", get(open::open))
        .route("/simulator/act/arrive", post(act::arrive))
        .route("/simulator/act/follower", post(act::create_follower))
        .route("/simulator/act/subscribe", post(act::subscribe))
        .route("/simulator/act/unsubscribe", post(act::unsubscribe))
        .route("/simulator/act/menu", post(act::tap_menu))
        .route("/simulator/act/text", post(act::send_text))
        .route("/simulator/act/media", post(act::send_media))
        .route("/simulator/act/scan", post(act::scan))
        .route("/simulator/act/faults", post(act::set_faults))
        .route("/simulator/act/expire-tokens", post(act::expire_tokens))
        .route("/simulator/act/revoke-tokens", post(act::revoke_tokens))
        .route("/simulator/act/clear-wire", post(act::clear_wire))
        .route(
            "/simulator/oauth/connect/oauth2/authorize",
            get(authorize::authorize),
        )
        .route("/simulator/api/{*path}", any(api::serve))
        .with_state(simulator)
}
