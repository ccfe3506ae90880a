//! The pages that administer managers: who there is, one of them, the form that adds one, the address of a beginning.

use askama::Template;

use super::account_pages::{Said, Tag};
use super::frame::ConsoleFrame;

/// A duty as a box to tick.
#[derive(Clone, Copy, Debug)]
pub struct DutyBox {
    /// The word.
    pub word: &'static str,
    /// As people read it.
    pub title: &'static str,
    /// What it opens.
    pub help: &'static str,
    /// It is ticked.
    pub checked: bool,
    /// Only a system administrator may change it.
    pub locked: bool,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct ManagerRow {
    /// The page.
    pub href: String,
    /// The person's name.
    pub name: String,
    /// 登录名.
    pub login_name: String,
    /// 审核、单位管理.
    pub duties: String,
    /// The account's state.
    pub state: Tag,
    /// Whether password and second factor are set up.
    pub factor: Tag,
    /// Whether to-dos reach a phone.
    pub linked: &'static str,
}

/// The managers of a unit.
#[derive(Template)]
#[template(path = "console/managers.html")]
pub struct ManagersPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The unit's full name.
    pub unit: String,
    /// What the unit was looked for by; `None`: only the own one is within reach.
    pub code: Option<String>,
    /// Who there is.
    pub rows: Vec<ManagerRow>,
    /// The form that adds one.
    pub add: String,
    /// What became of the last press.
    pub said: Said,
}

/// One manager.
#[derive(Template)]
#[template(path = "console/manager.html")]
pub struct ManagerPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Its address.
    pub path: String,
    /// The list.
    pub back: String,
    /// The person's name.
    pub name: String,
    /// The account's state.
    pub state: Tag,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// What the manager may do.
    pub duties: Vec<DutyBox>,
    /// The version of the duties.
    pub duties_version: i64,
    /// The version of the account.
    pub version: i64,
    /// It can be changed by who looks.
    pub may_change: bool,
    /// It is the own account.
    pub is_own: bool,
    /// It is disabled.
    pub is_disabled: bool,
    /// There are duties, so that an address makes sense.
    pub may_enrol: bool,
    /// What became of the last press.
    pub said: Said,
}

/// The form that adds a manager.
#[derive(Template)]
#[template(path = "console/manager_new.html")]
pub struct NewManagerPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The unit's full name.
    pub unit: String,
    /// The unit's code.
    pub code: String,
    /// What was typed.
    pub login_name: String,
    /// What was typed.
    pub display_name: String,
    /// What was ticked.
    pub duties: Vec<DutyBox>,
    /// Beside the fields.
    pub login_error: Option<String>,
    /// Beside the field.
    pub name_error: Option<String>,
    /// Beside the boxes.
    pub duties_error: Option<String>,
}

/// The address at which a manager begins, once.
#[derive(Template)]
#[template(path = "console/manager_ticket.html")]
pub struct TicketPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The manager's page.
    pub back: String,
    /// The person's name.
    pub name: String,
    /// 登录名.
    pub login_name: String,
    /// The address, this one time.
    pub address: Option<String>,
}
