//! 自助查询说明: how to ask in the chat. The same words as the reply to the menu key `self_query`, with room.

use askama::Template;

use crate::web::h5::layout::{Frame, HELP_PHONE, Layout};
use crate::web::h5::paths;

/// `GET /h5/help`.
#[derive(Debug, Template)]
#[template(path = "h5/help.html")]
pub struct HelpPage {
    /// The frame.
    pub layout: Layout,
}

impl HelpPage {
    /// The page with its title.
    pub fn new(frame: Frame<'_>) -> Self {
        Self {
            layout: frame.titled("自助查询说明"),
        }
    }
}
