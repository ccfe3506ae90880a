//! What stands while a file is looked through, and rows of a batch before anything is written on them.

use std::collections::HashMap;

use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_rows::{ImportRow, STAGED};

/// Cases and their persons as they stand.
pub(super) struct There {
    pub(super) cases: HashMap<String, Case>,
    pub(super) persons: HashMap<(i64, String), CasePerson>,
}

impl There {
    pub(super) fn read(c: &mut Conn, numbers: &[&str]) -> Result<Self, RecordError> {
        let mut there = Self {
            cases: HashMap::new(),
            persons: HashMap::new(),
        };
        for case in cases::with_numbers(c, numbers)? {
            there.cases.insert(case.unified_number.clone(), case);
        }
        let ids: Vec<i64> = there.cases.values().map(|case| case.id).collect();
        for person in case_persons::of_cases(c, &ids)? {
            let key = (person.case_id, person.person_number.clone());
            there.persons.insert(key, person);
        }
        Ok(there)
    }

    /// Everybody in a case.
    pub(super) fn persons_of(&self, case: Option<&Case>) -> Vec<&CasePerson> {
        let Some(case) = case else {
            return Vec::new();
        };
        let own = self.persons.values().filter(|one| one.case_id == case.id);
        own.collect()
    }
}

/// A row of a batch that says nothing yet.
pub(super) fn blank(id: i64, batch_id: i64, line: u64, verdict: &str) -> ImportRow {
    ImportRow {
        id,
        batch_id,
        line: i64::try_from(line).unwrap_or(i64::MAX),
        verdict: verdict.to_owned(),
        state: STAGED.to_owned(),
        unified_number: String::new(),
        person_number: String::new(),
        said: None,
        changes: None,
        is_watched: false,
        person_version: 0,
        case_mark: None,
        before: None,
        case_before: None,
        after_version: 0,
        field: String::new(),
        reason: String::new(),
    }
}
