//! 案件导入: the list of batches and one of them.

use askama::Template;

use super::frame::ConsoleFrame;

/// The list, with the form that hands a file in.
#[derive(Template)]
#[template(path = "console/imports.html")]
pub struct ImportsPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// Newest first.
    pub batches: Vec<BatchLine>,
    /// What was wrong with the file that was just handed in.
    pub error: Option<String>,
    /// Number of this page, from 1.
    pub page: i64,
    /// Whether there is another one.
    pub has_more: bool,
}

/// A batch in the list.
pub struct BatchLine {
    /// For its address.
    pub public_id: String,
    /// Of the file.
    pub file_name: String,
    /// When it was handed in.
    pub at: String,
    /// Its state.
    pub state: State,
    /// Rows of the file.
    pub rows: i64,
    /// New persons.
    pub new: i64,
    /// Changed persons.
    pub changed: i64,
    /// Unchanged ones.
    pub unchanged: i64,
    /// Refused rows.
    pub refused: i64,
    /// Notices.
    pub notices: i64,
}

/// A state as people read it, and its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// As people read it.
    pub label: &'static str,
    /// `ok`, `warn`, `bad` or `wait`.
    pub tone: &'static str,
}

impl State {
    /// Of the word in the database.
    pub fn of(word: &str) -> Self {
        let (label, tone) = match word {
            "uploaded" => ("正在校验", "wait"),
            "valid" => ("待确认", "warn"),
            "invalid" => ("未通过", "bad"),
            "discarded" => ("已放弃", "wait"),
            "applying" => ("正在导入", "wait"),
            "applied" => ("已导入，通知待发", "warn"),
            "notifying" => ("正在通知", "wait"),
            "notified" => ("已完成", "ok"),
            "rolling_back" => ("正在撤回", "wait"),
            "rolled_back" => ("已撤回", "wait"),
            _ => ("未知", "wait"),
        };
        Self { label, tone }
    }
}

/// One batch.
#[derive(Template)]
#[template(path = "console/import.html")]
pub struct ImportPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The batch.
    pub line: BatchLine,
    /// The word of its state.
    pub word: String,
    /// Size and kind of the file.
    pub file: String,
    /// Why the file will not do.
    pub problem: Option<String>,
    /// What its importer should know.
    pub warnings: Vec<String>,
    /// How far the present step is; `None` while nothing moves.
    pub progress: Option<Progress>,
    /// Persons whose bound people are told.
    pub watched: i64,
    /// Rows that another batch came before.
    pub overtaken: i64,
    /// Rows that could not be taken back.
    pub kept: i64,
    /// Calls to be made.
    pub phone_tasks: i64,
    /// When the notices go.
    pub notify_at: Option<String>,
    /// What it does or did.
    pub rows: Vec<RowLine>,
    /// Number of this page of rows, from 1.
    pub page: i64,
    /// Whether there is another one.
    pub has_more: bool,
    /// Refused rows, the first ones.
    pub refused: Vec<RefusedLine>,
    /// Rows that were set aside later.
    pub set_aside: Vec<RefusedLine>,
}

/// How far a step is.
pub struct Progress {
    /// What is done.
    pub label: &'static str,
    /// Rows done.
    pub done: i64,
    /// Of so many; 0 while nobody knows.
    pub total: i64,
}

/// A row that does something.
pub struct RowLine {
    /// The line of the file.
    pub line: i64,
    /// 新增, 变更 or 随案变更.
    pub verdict: &'static str,
    /// 统一受案号 and 当事人编号.
    pub key: String,
    /// Of a new person: 案件名称 and 姓名.
    pub adds: Option<(String, String)>,
    /// Whether people are told.
    pub is_watched: bool,
    /// What became of it, where that is worth a word.
    pub outcome: Option<&'static str>,
    /// What changes.
    pub changes: Vec<ChangeLine>,
}

/// A field before and after.
pub struct ChangeLine {
    /// The heading of its column.
    pub title: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// A row that was not taken.
pub struct RefusedLine {
    /// The line of the file.
    pub line: i64,
    /// The column; empty for the whole row.
    pub field: String,
    /// What to do.
    pub reason: String,
}
