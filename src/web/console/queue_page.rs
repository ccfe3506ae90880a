//! The page of a queue: the list at the left, what is read at the right, what can be decided below it.

use askama::Template;

use super::frame::ConsoleFrame;

/// A word on a tint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pill {
    /// `ok`, `warn`, `bad`, `brand` or `wait`.
    pub tone: &'static str,
    /// The word.
    pub word: String,
}

/// A part of the queue, or a choice of a filter.
#[derive(Clone, Debug)]
pub struct Tab {
    /// As people read it.
    pub label: String,
    /// Its address, or the value of the choice.
    pub href: String,
    /// It is this one.
    pub is_current: bool,
    /// How much is there.
    pub count: Option<i64>,
    /// It is bad that there is anything.
    pub is_late: bool,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct RowView {
    /// Opens it.
    pub href: String,
    /// It is open.
    pub is_current: bool,
    /// Whose.
    pub title: String,
    /// What about.
    pub about: String,
    /// What stands below: number, times, names.
    pub meta: Vec<String>,
    /// State and due date.
    pub pills: Vec<Pill>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/queue.html")]
pub struct QueuePage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The word of the queue.
    pub queue: &'static str,
    /// 待处理, 已超期 …
    pub tabs: Vec<Tab>,
    /// Narrows what was decided; empty: there is nothing to choose.
    pub states: Vec<Tab>,
    /// First registrations or changes; empty: there is nothing to choose.
    pub changes: Vec<Tab>,
    /// The word of the part.
    pub view: &'static str,
    /// What is looked for.
    pub text: String,
    /// The address of the list without what is looked for.
    pub action: String,
    /// Saves the list.
    pub file: String,
    /// The list.
    pub rows: Vec<RowView>,
    /// The page before this one is the first one.
    pub start: Option<String>,
    /// The page behind this one.
    pub next: Option<String>,
    /// What stands in the place of an empty list.
    pub empty: &'static str,
    /// What was just done.
    pub done: Option<String>,
    /// What went wrong.
    pub problem: Option<String>,
    /// What is read.
    pub pane: Option<super::queue_pane::PaneView>,
}
