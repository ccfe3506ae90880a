//! Entries from a file of the office's spreadsheet: whatever the case import reads, too. Every bad row is named, the good
//! ones are kept.

use std::io::Cursor;
use std::sync::Arc;

use super::RegisterError;
use super::enter::{Entry, Put, Read, audited, entered, public_numbers, read};
use crate::app::App;
use crate::domain::case_row::Cell;
use crate::domain::publishing::Fault;
use crate::files::sheet::{self, FileProblem, Head, SheetRow, Sink};
use crate::service::desk::Manager;
use crate::store::StoreError;

/// Rows in one file.
const MOST: usize = 5_000;
/// Columns by the words of the first line.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("document_number", &["文书号", "文书编号"]),
    ("document_type", &["文书种类", "文书类型", "文书名称"]),
    ("decided_on", &["文书日期", "作出日期", "日期"]),
    ("reason", &["不公开原因", "未公开原因"]),
    ("note", &["说明", "备注"]),
];

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line of the file, or the number that the spreadsheet shows.
    pub line: u64,
    /// The column.
    pub column: String,
    /// What is wrong.
    pub message: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// New.
    pub added: usize,
    /// Changed.
    pub changed: usize,
    /// Already so.
    pub unchanged: usize,
    /// Not taken.
    pub refused: Vec<Refused>,
}

/// The rows of a file: the good ones, and what is wrong with the others.
#[derive(Default)]
struct Rows {
    places: Vec<Option<usize>>,
    good: Vec<Read>,
    refused: Vec<Refused>,
}

/// Why a file as a whole is not taken, in a sentence.
struct Stop(String);

impl From<FileProblem> for Stop {
    fn from(problem: FileProblem) -> Self {
        Self(problem.to_string())
    }
}

impl Sink for Rows {
    type Error = Stop;

    fn head(&mut self, head: Head) -> Result<(), Stop> {
        let of = |names: &[&str]| {
            let is_it = |heading: &String| names.contains(&heading.trim());
            head.headings.iter().position(is_it)
        };
        self.places = COLUMNS.iter().map(|(_, names)| of(names)).collect();
        for ((_, names), place) in COLUMNS.iter().zip(&self.places).take(3) {
            if place.is_none() {
                let name = names.first().unwrap_or(&"");
                return Err(Stop(format!("第一行缺少“{name}”这一列。")));
            }
        }
        Ok(())
    }

    fn row(&mut self, row: SheetRow) -> Result<(), Stop> {
        if self.good.len() + self.refused.len() >= MOST {
            return Err(Stop(format!("一次最多{MOST}行，请分成几个文件。")));
        }
        match row
            .cells
            .map_err(|whole| vec![("", whole)])
            .and_then(|cells| self.entry(&cells))
        {
            Ok(read) => self.good.push(read),
            Err(faults) => self
                .refused
                .extend(faults.into_iter().map(|(column, message)| Refused {
                    line: row.line,
                    column: column.to_owned(),
                    message,
                })),
        }
        Ok(())
    }
}

impl Rows {
    fn entry(&self, cells: &[Cell]) -> Result<Read, Vec<(&'static str, String)>> {
        let mut faults = Vec::new();
        let mut texts = COLUMNS.iter().zip(&self.places).map(|((field, _), place)| {
            let cell = place.and_then(|place| cells.get(place));
            let text = cell.map_or(Ok(String::new()), Cell::text);
            text.unwrap_or_else(|why| {
                faults.push((title(field), why.to_owned()));
                String::new()
            })
        });
        let mut next = || texts.next().unwrap_or_default();
        let entry = Entry {
            document_number: next(),
            document_type: next(),
            decided_on: next(),
            reason: next(),
            note: next(),
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let named = |fault: Fault| (title(fault.field), fault.message);
        read(&entry).map_err(|faults| faults.into_iter().map(named).collect())
    }
}

fn parse(bytes: &[u8]) -> Result<Rows, String> {
    let mut rows = Rows::default();
    match sheet::read(Cursor::new(bytes), &mut rows) {
        Ok(_count) => Ok(rows),
        Err(Stop(sentence)) => Err(sentence),
    }
}

fn title(field: &str) -> &'static str {
    COLUMNS
        .iter()
        .find(|(name, _)| *name == field)
        .and_then(|(_, names)| names.first().copied())
        .unwrap_or_default()
}

/// Takes a file's rows into the unit's list, all of the good ones in one transaction.
///
/// # Errors
/// [`RegisterError::Invalid`] when the file cannot be read.
pub async fn import(
    app: &Arc<App>,
    manager: &Manager,
    bytes: Vec<u8>,
) -> Result<Outcome, RegisterError> {
    // A workbook is unpacked; that is no work for a task that others wait behind.
    let parsed = tokio::task::spawn_blocking(move || parse(&bytes)).await;
    let parsed = parsed.map_err(|_stopping| RegisterError::from(StoreError::Stopped))?;
    let Rows { good, refused, .. } = parsed.map_err(|message| {
        let field = "file";
        RegisterError::Invalid(vec![Fault { field, message }])
    })?;
    let (app_, scope, actor) = (Arc::clone(app), manager.scope(), manager.actor());
    let account_id = manager.account.id;
    app.db
        .write(move |c| {
            let public = public_numbers(c, &scope)?;
            let mut outcome = Outcome {
                refused,
                ..Outcome::default()
            };
            for read in &good {
                match entered(c, &app_, &scope, account_id, read, &public)? {
                    Put::Added => outcome.added += 1,
                    Put::Changed => outcome.changed += 1,
                    Put::Unchanged => outcome.unchanged += 1,
                }
            }
            let rows = outcome.added + outcome.changed;
            if rows > 0 {
                audited(c, &app_, &actor, &format!("file of {rows} rows"))?;
            }
            Ok(outcome)
        })
        .await
}
