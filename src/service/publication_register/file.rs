//! Entries from a file: CSV in UTF-8 or what the office's spreadsheet writes for it. Every bad row is named, the good
//! ones are kept.

use std::sync::Arc;

use super::RegisterError;
use super::enter::{Entry, Put, Read, audited, entered, public_numbers, read};
use crate::app::App;
use crate::service::desk::Manager;

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
    /// The line of the file, from 1.
    pub line: usize,
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

/// Reads a file: the good rows, and what is wrong with the others.
///
/// # Errors
/// A sentence when the file as a whole cannot be read.
pub fn parse(bytes: &[u8]) -> Result<(Vec<Read>, Vec<Refused>), String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_utf8| "请把文件另存为“CSV UTF-8（逗号分隔）”再上传。".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|error| format!("第一行无法读取：{error}"))?
        .clone();
    let column = |names: &[&str]| head.iter().position(|cell| names.contains(&cell));
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|(_, names)| column(names)).collect();
    for ((_, names), place) in COLUMNS.iter().zip(&places).take(3) {
        if place.is_none() {
            let name = names.first().unwrap_or(&"");
            return Err(format!("第一行缺少“{name}”这一列。"));
        }
    }
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for (number, row) in reader.records().enumerate() {
        let line = number + 2;
        if number >= MOST {
            return Err(format!("一次最多{MOST}行，请分成几个文件。"));
        }
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                refused.push(Refused {
                    line,
                    column: String::new(),
                    message: format!("这一行无法读取：{error}"),
                });
                continue;
            }
        };
        let cell = |at: usize| {
            let place = places.get(at).copied().flatten();
            place
                .and_then(|place| row.get(place))
                .unwrap_or_default()
                .to_owned()
        };
        if row.iter().all(str::is_empty) {
            continue;
        }
        let entry = Entry {
            document_number: cell(0),
            document_type: cell(1),
            decided_on: cell(2),
            reason: cell(3),
            note: cell(4),
        };
        match read(&entry) {
            Ok(read) => good.push(read),
            Err(faults) => refused.extend(faults.into_iter().map(|fault| Refused {
                line,
                column: title(fault.field).to_owned(),
                message: fault.message,
            })),
        }
    }
    Ok((good, refused))
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
    bytes: &[u8],
) -> Result<Outcome, RegisterError> {
    let (good, refused) = parse(bytes).map_err(|message| {
        RegisterError::Invalid(vec![crate::domain::publishing::Fault {
            field: "file",
            message,
        }])
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
