//! 公开统计: how many documents should be public and are, and the unit's own list of them.

use askama::Template;

use super::frame::ConsoleFrame;
use crate::domain::publishing::{DOCUMENTS, Fault, NotPublic, Status};
use crate::service::publication_register::Entry;

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The unit, or the sum.
    pub name: String,
    /// Where its own units stand.
    pub below: Option<String>,
    /// Where its documents stand.
    pub documents: Option<String>,
    /// 应公开, 已公开, 未公开, 待公开.
    pub numbers: [i64; 4],
    /// 公开率.
    pub rate: String,
}

/// The statistics.
#[derive(Template)]
#[template(path = "console/publicity.html")]
pub struct StatisticsPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// The unit at the top.
    pub unit: String,
    /// Its id.
    pub unit_id: String,
    /// The way up; none at the manager's own unit.
    pub up: Option<(String, String)>,
    /// `2026-01-01`.
    pub from: String,
    /// `2026-12-31`.
    pub to: String,
    /// By unit.
    pub lines: Vec<Line>,
    /// All together.
    pub sum: Line,
    /// Why documents are not public, all units together.
    pub reasons: Vec<(&'static str, i64)>,
    /// The address of the table as a file.
    pub export: String,
}

/// A document of the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// 文书号.
    pub number: String,
    /// 文书种类.
    pub kind: String,
    /// Its day, as the form takes it.
    pub day: String,
    /// State, and how it is coloured.
    pub status: (&'static str, &'static str),
    /// Why it is not public.
    pub reason: String,
    /// Opens it in the form.
    pub edit: String,
}

/// The unit's list.
#[derive(Template)]
#[template(path = "console/publicity_documents.html")]
pub struct DocumentsPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// `2026-01-01`.
    pub from: String,
    /// `2026-12-31`.
    pub to: String,
    /// A word of [`Status`], or empty.
    pub status: String,
    /// What is looked for.
    pub q: String,
    /// The documents.
    pub rows: Vec<Document>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page after.
    pub older: Option<String>,
    /// The address of the list as a file.
    pub export: String,
    /// Whether this manager keeps the list.
    pub may_enter: bool,
    /// What was typed.
    pub typed: Entry,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// A sentence on top, and how it is coloured.
    pub notice: Option<(String, &'static str)>,
    /// Rows of a file that were not taken: line, column, why.
    pub refused: Vec<(u64, String, String)>,
}

impl DocumentsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        let found = self.faults.iter().find(|fault| fault.field == field);
        found.map(|fault| fault.message.as_str())
    }

    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn types(&self) -> Vec<&'static str> {
        DOCUMENTS.iter().map(|(name, _)| *name).collect()
    }

    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn reasons(&self) -> [NotPublic; 8] {
        NotPublic::ALL
    }

    #[expect(clippy::unused_self, reason = "askama calls it on the page")]
    fn statuses(&self) -> [Status; 3] {
        Status::ALL
    }
}
