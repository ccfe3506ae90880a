//! The first page after signing in.

use askama::Template;

use super::frame::ConsoleFrame;

/// The page.
#[derive(Template)]
#[template(path = "console/home.html")]
pub struct HomePage {
    /// The frame.
    pub frame: ConsoleFrame,
}
