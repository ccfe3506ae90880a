//! Publication records as JSON lines.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{MINUTE_MS, NOW_MS};

/// One record on its way to being a line.
#[derive(Clone)]
pub(crate) struct Record(Value);

/// An important case, published a minute before the story begins.
pub(crate) fn case(external_id: &str, unit: &str, title: &str) -> Record {
    record("important_case", external_id, unit, title)
}

/// A legal document, likewise.
pub(crate) fn document(external_id: &str, unit: &str, title: &str) -> Record {
    record("legal_document", external_id, unit, title)
}

fn record(kind: &str, external_id: &str, unit: &str, title: &str) -> Record {
    let value =
        json!({ "external_id": external_id, "kind": kind, "unit_code": unit, "title": title });
    Record(value).published(NOW_MS - MINUTE_MS)
}

impl Record {
    /// Published at this many milliseconds.
    pub(crate) fn published(self, millis: i64) -> Self {
        let offset = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        let at = chrono::DateTime::from_timestamp_millis(millis)
            .unwrap()
            .with_timezone(&offset);
        self.with("published_at", at.to_rfc3339())
    }

    /// Published this many minutes before the story begins.
    pub(crate) fn minutes_ago(self, minutes: i64) -> Self {
        self.published(NOW_MS - minutes * MINUTE_MS)
    }

    /// Any member.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0[key] = value.into();
        self
    }

    /// The line.
    pub(crate) fn line(&self) -> String {
        self.0.to_string()
    }
}

/// All lines.
pub(crate) fn lines<'r>(records: impl IntoIterator<Item = &'r Record>) -> Vec<String> {
    records.into_iter().map(Record::line).collect()
}

/// Every file below a directory, in order.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
