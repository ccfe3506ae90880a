//! `[publishing]`: how long publications stand.

use super::reader::Reader;
use super::validate::Wrong;

/// A hundred years.
const MOST_MONTHS: u64 = 1200;

/// `[publishing]`
#[derive(Clone, Debug)]
pub struct Publishing {
    /// Months after which an important case is taken down; 0: never.
    pub important_case_months: u64,
    /// Months after which a legal document is taken down; 0: never.
    pub legal_document_months: u64,
}

impl Publishing {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            important_case_months: r.number("publishing.important_case_months").unwrap_or(0),
            legal_document_months: r.number("publishing.legal_document_months").unwrap_or(0),
        }
    }

    pub(super) fn check(&self, wrong: &mut Wrong<'_>) {
        for (key, months) in [
            (
                "publishing.important_case_months",
                self.important_case_months,
            ),
            (
                "publishing.legal_document_months",
                self.legal_document_months,
            ),
        ] {
            if months > MOST_MONTHS {
                wrong(key, &months.to_string(), "write 0 (never) to 1200 months");
            }
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[publishing]".to_owned(),
            format!("important_case_months = {}", self.important_case_months),
            format!("legal_document_months = {}", self.legal_document_months),
        ]
        .join("\n")
    }
}
