//! 账号绑定说明: for lawyers and parties, and for managers.

use askama::Template;

use crate::domain::role::Role;
use crate::web::h5::layout::{Frame, HELP_PHONE, Layout};
use crate::web::h5::paths;

/// `GET /h5/about-binding`.
#[derive(Debug, Template)]
#[template(path = "h5/about_binding.html")]
pub struct AboutBindingPage {
    /// The frame.
    pub layout: Layout,
}

impl AboutBindingPage {
    /// The page with its title.
    pub fn new(frame: Frame<'_>) -> Self {
        Self {
            layout: frame.titled("账号绑定说明"),
        }
    }
}
