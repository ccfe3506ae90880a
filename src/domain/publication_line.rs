//! The parser of publication records: one JSON object, from a line of `jianxin import publications` or from
//! `PUT /api/v1/publications` (contract, «Publication record»).
//!
//! What comes out is checked for shape and already clean: trimmed, free of characters that a store or the platform's
//! XML refuses. Whether the unit exists is for the caller. Every refusal names the field and says what to do.
//!
//! ```
//! use jianxin::domain::publication_line::{ImportLine, parse};
//! let line = parse(r#"{"external_id":"a-1","withdrawn":true}"#);
//! assert_eq!(line, Ok(ImportLine::Withdrawal { external_id: "a-1".to_owned() }));
//! ```

mod members;
mod problem;
#[cfg(test)]
mod tests;
mod text;

use chrono::DateTime;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use self::members::Members;
pub use self::problem::RecordProblem;
use crate::domain::publication::{PublicationKind, PublicationRecord};

/// 9999-12-31T23:59:59.999+08:00, the last moment that prints with a four-digit year in Shanghai time.
const LATEST_MILLIS: i64 = 253_402_271_999_999;

/// Most names in `charges`.
const MOST_CHARGES: usize = 50;

/// What one line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every line is a record; boxing would cost each of them"
)]
pub enum ImportLine {
    /// Insert or update this publication.
    Record(PublicationRecord),
    /// Take the publication with this id from lists, search and pages.
    Withdrawal {
        /// The publisher's id.
        external_id: String,
    },
}

impl Serialize for ImportLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Record(record) => record.serialize(serializer),
            Self::Withdrawal { external_id } => {
                let mut object = serializer.serialize_struct("Withdrawal", 2)?;
                object.serialize_field("external_id", external_id)?;
                object.serialize_field("withdrawn", &true)?;
                object.end()
            }
        }
    }
}

/// The problem of a line that is not text at all; the caller of [`parse`] finds it before there is a `str`.
pub fn not_utf8() -> RecordProblem {
    RecordProblem::whole("not UTF-8: save the file in UTF-8")
}

/// Reads one object.
///
/// Limits, in characters: `external_id` 1–128 (no white space, nothing invisible), `unit_code` 1–32 (the same),
/// `title` 1–200, `summary` 500, `body` 200,000, `document_type` 40, `document_number` 80, `charges` 50 names of
/// 1–60, `source_url` 1024 (http or https). `published_at` is RFC 3339 with an offset, from 1970 to 9999.
/// CRLF becomes LF and control characters are dropped before lengths are counted; a charge named twice counts once.
/// The size of the line itself is for the caller to limit.
///
/// # Errors
///
/// The first fault found, with the field it is in; no field when the text is not one JSON object.
pub fn parse(json: &str) -> Result<ImportLine, RecordProblem> {
    let mut members = Members::read(json)?;
    match members.take_flag("withdrawn")? {
        Some(true) => withdrawal(members),
        Some(false) => record(members)
            .map(ImportLine::Record)
            .map_err(RecordProblem::because_not_withdrawn),
        None => record(members).map(ImportLine::Record),
    }
}

fn withdrawal(mut members: Members) -> Result<ImportLine, RecordProblem> {
    let external_id = external_id(&mut members)?;
    match members.first_key() {
        None => Ok(ImportLine::Withdrawal { external_id }),
        Some(key) => Err(RecordProblem::at(
            key,
            "does not belong in a withdrawal; send external_id and withdrawn only",
        )),
    }
}

fn record(mut members: Members) -> Result<PublicationRecord, RecordProblem> {
    Ok(PublicationRecord {
        external_id: external_id(&mut members)?,
        kind: kind(&members.take_required("kind")?)?,
        unit_code: text::identifier("unit_code", &members.take_required("unit_code")?, 32)?,
        title: text::not_empty(
            "title",
            text::line("title", &members.take_required("title")?, 200)?,
        )?,
        published_at: moment(&members.take_required("published_at")?)?,
        summary: optional(&mut members, "summary", |key, raw| {
            text::paragraphs(key, raw, 500)
        })?
        .unwrap_or_default(),
        body: optional(&mut members, "body", |key, raw| {
            text::paragraphs(key, raw, 200_000)
        })?
        .unwrap_or_default(),
        document_type: nullable(&mut members, "document_type", |key, raw| {
            text::line(key, raw, 40)
        })?
        .filter(|word| !word.is_empty()),
        document_number: nullable(&mut members, "document_number", |key, raw| {
            text::line(key, raw, 80)
        })?
        .filter(|number| !number.is_empty()),
        charges: members.take("charges").map_or(Ok(Vec::new()), charges)?,
        source_url: nullable(&mut members, "source_url", text::address)?,
    })
}

fn external_id(members: &mut Members) -> Result<String, RecordProblem> {
    text::identifier("external_id", &members.take_required("external_id")?, 128)
}

fn kind(word: &str) -> Result<PublicationKind, RecordProblem> {
    PublicationKind::from_word(word)
        .ok_or_else(|| RecordProblem::at("kind", "must be important_case or legal_document"))
}

fn moment(text: &str) -> Result<i64, RecordProblem> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|error| {
        RecordProblem::at(
            "published_at",
            format!(
                "must be an RFC 3339 time with an offset, like 2026-11-20T09:00:00+08:00 ({error})"
            ),
        )
    })?;
    let millis = time.timestamp_millis();
    if (0..=LATEST_MILLIS).contains(&millis) {
        Ok(millis)
    } else {
        Err(RecordProblem::at(
            "published_at",
            "must lie in the years 1970 to 9999",
        ))
    }
}

fn charges(value: Value) -> Result<Vec<String>, RecordProblem> {
    let Value::Array(items) = value else {
        return Err(RecordProblem::at(
            "charges",
            "must be an array of strings; send [] if there is none",
        ));
    };
    if items.len() > MOST_CHARGES {
        let reason = format!(
            "has {} names; at most {MOST_CHARGES} are allowed",
            items.len()
        );
        return Err(RecordProblem::at("charges", reason));
    }
    let mut names = Vec::with_capacity(items.len());
    for (position, item) in items.into_iter().enumerate() {
        let field = format!("charges/{position}");
        let name = text::not_empty(
            &field,
            text::line(&field, &members::string(&field, item)?, 60)?,
        )?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// A text that may be absent but not null.
fn optional(
    members: &mut Members,
    key: &'static str,
    check: impl Fn(&str, &str) -> Result<String, RecordProblem>,
) -> Result<Option<String>, RecordProblem> {
    members
        .take(key)
        .map(|value| check(key, &members::string(key, value)?))
        .transpose()
}

/// A text that may be absent or null.
fn nullable(
    members: &mut Members,
    key: &'static str,
    check: impl Fn(&str, &str) -> Result<String, RecordProblem>,
) -> Result<Option<String>, RecordProblem> {
    match members.take(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => check(key, &members::string(key, value)?).map(Some),
    }
}
