//! 修改密码 at the console.

use askama::Template;

use super::frame::ConsoleFrame;

/// What to do about it, beside each field.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Above the form.
    pub notice: Option<String>,
    /// 原密码.
    pub old: Option<String>,
    /// The phone's code.
    pub code: Option<String>,
    /// 新密码.
    pub new: Option<String>,
    /// 重复新密码.
    pub again: Option<String>,
}

/// The form.
#[derive(Template)]
#[template(path = "console/own_password.html")]
pub struct OwnPasswordPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The phone's code is asked for.
    pub asks_code: bool,
    /// It is changed.
    pub is_done: bool,
    /// What was wrong.
    pub faults: Faults,
}
