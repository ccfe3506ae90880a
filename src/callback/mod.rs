//! WeChat calls us: the callback endpoint and the handlers behind it.
//!
//! A delivery comes in at `endpoint`: size, signature, decryption, parsing; the inbox sees whether it was answered
//! before; `routes` sends it to one handler, which asks services and builds a reply. Handlers never fail towards the
//! follower: what cannot be answered becomes a polite text.

mod answers;
mod body;
mod door;
mod endpoint;
mod lists;
mod menu;
mod meters;
mod quick;
mod routes;
mod text;

/// The picture of articles; `web` serves it.
pub const COVER: &str = "/h5/assets/cover.png";

pub use door::Door;
pub use endpoint::{PATH, respond, router};
