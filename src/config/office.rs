//! `[replies]`, `[imports]`: what the office says, and when it tells what a file brought.

use super::reader::Reader;

/// `[replies]`
#[derive(Clone, Debug)]
pub struct Replies {
    /// Empty: the built-in wordings.
    pub file: String,
}

impl Replies {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            file: r.text("replies.file"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        format!("[replies]\nfile = {:?}", self.file)
    }
}

/// `[imports]`
#[derive(Clone, Debug)]
pub struct Imports {
    /// How long the notices of an import are held.
    pub notice_delay_minutes: u64,
}

impl Imports {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            notice_delay_minutes: r.number("imports.notice_delay_minutes").unwrap_or(10),
        }
    }

    /// The same in milliseconds.
    pub fn notice_delay_ms(&self) -> i64 {
        i64::try_from(self.notice_delay_minutes.saturating_mul(60_000)).unwrap_or(i64::MAX / 2)
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        let minutes = self.notice_delay_minutes;
        format!("[imports]\nnotice_delay_minutes = {minutes}")
    }
}
