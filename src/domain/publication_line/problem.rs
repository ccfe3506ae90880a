//! What is wrong with a record, in words for whoever sent it.

use std::borrow::Cow;
use std::fmt;

/// Longest part of a sender's own key that is repeated back.
const SHOWN_KEY: usize = 60;

/// One fault of a record: where, and what to do about it.
///
/// Its `Display` is the line for standard error (`title: must not be empty`); the caller adds the line number. An
/// answer of the API takes [`field`](Self::field) and [`reason`](Self::reason) apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordProblem {
    field: Option<String>,
    reason: Cow<'static, str>,
}

impl RecordProblem {
    /// The member that is at fault as a JSON pointer without its leading slash (`title`, `charges/3`); `None` when
    /// the text as a whole is not a JSON object.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong and what to do, in English, without the field's name and without the sender's text.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// A fault of one member.
    pub fn at(field: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field.to_owned()),
            reason: reason.into(),
        }
    }

    /// A fault in a key the sender made up: cut, and without anything that could steer a terminal.
    pub(crate) fn at_foreign_key(key: &str, reason: &'static str) -> Self {
        Self {
            field: Some(
                key.chars()
                    .filter(|c| !c.is_control())
                    .take(SHOWN_KEY)
                    .collect(),
            ),
            reason: reason.into(),
        }
    }

    pub(crate) fn whole(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: None,
            reason: reason.into(),
        }
    }

    /// `"withdrawn": false` alone looks like a wish to revive; say that it takes the whole record.
    pub(super) fn because_not_withdrawn(self) -> Self {
        let reason = format!(
            "{}; with withdrawn false the whole record must be there and valid",
            self.reason
        );
        Self {
            field: self.field,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for RecordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for RecordProblem {}
