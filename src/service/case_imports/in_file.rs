//! What the rows of one file say of each other: a person twice, or a case in two ways.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use crate::domain::case_row::{CaseRow, Column, RowProblem};

/// More persons than any case has.
const MOST_PERSONS: usize = 2_000;

/// What was seen so far.
#[derive(Default)]
pub(super) struct InFile {
    cases: HashMap<String, SeenCase>,
    hasher: RandomState,
    /// Rows whose case says other things than its first row, in columns where that one counts.
    pub(super) adjusted: u64,
}

struct SeenCase {
    line: u64,
    hard: [u64; 6],
    soft: Soft,
    persons: Vec<(Box<str>, u64)>,
}

#[derive(Clone, PartialEq, Eq)]
struct Soft {
    other_charges: Option<String>,
    transferring_unit: Option<String>,
    handler: Option<String>,
    concluded_at: Option<i64>,
    closed_at: Option<i64>,
}

/// Columns in which all rows of a case must say the same.
const HARD: [Column; 6] = [
    Column::UnitCode,
    Column::DepartmentNumber,
    Column::CaseName,
    Column::Category,
    Column::AcceptedAt,
    Column::Department,
];

impl InFile {
    /// Compares a row with those before it. What the case's first row says of 其他案由, 移送单位, 承办人, 审结日期 and 办结日期 holds for
    /// the case: offices write them a person.
    pub(super) fn take(&mut self, line: u64, row: &mut CaseRow) -> Result<(), RowProblem> {
        let facts = &row.case;
        let hard = [
            self.hasher.hash_one(&facts.unit_id),
            self.hasher.hash_one(&facts.department_number),
            self.hasher.hash_one(&facts.name),
            self.hasher.hash_one(&facts.category),
            self.hasher.hash_one(facts.accepted_at),
            self.hasher.hash_one(&facts.department),
        ];
        let soft = Soft {
            other_charges: facts.other_charges.clone(),
            transferring_unit: facts.transferring_unit.clone(),
            handler: facts.handler.clone(),
            concluded_at: facts.concluded_at,
            closed_at: facts.closed_at,
        };
        let person = row.person.person_number.as_str();
        let seen = match self.cases.entry(facts.unified_number.clone()) {
            Entry::Vacant(place) => {
                place.insert(SeenCase {
                    line,
                    hard,
                    soft,
                    persons: vec![(person.into(), line)],
                });
                return Ok(());
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        if let Some((_, before)) = seen.persons.iter().find(|(known, _)| **known == *person) {
            let reason = format!("与第{before}行是同一案件的同一当事人。请只保留一行。");
            return Err(RowProblem::at(Column::PersonNumber, reason));
        }
        if seen.persons.len() >= MOST_PERSONS {
            let reason = "这一案件的当事人超过2000名。请核对统一受案号。";
            return Err(RowProblem::at(Column::UnifiedNumber, reason));
        }
        let differs = seen
            .hard
            .iter()
            .zip(&hard)
            .position(|(one, two)| one != two);
        if let Some(column) = differs.and_then(|at| HARD.get(at)) {
            let reason = format!(
                "与第{}行（同一案件）不一致。同一案件的各行这一列应当相同，请核对。",
                seen.line
            );
            return Err(RowProblem::at(*column, reason));
        }
        seen.persons.push((person.into(), line));
        if seen.soft != soft {
            self.adjusted += 1;
            let first = seen.soft.clone();
            row.case.other_charges = first.other_charges;
            row.case.transferring_unit = first.transferring_unit;
            row.case.handler = first.handler;
            row.case.concluded_at = first.concluded_at;
            row.case.closed_at = first.closed_at;
        }
        Ok(())
    }

    /// Whether the file has a row of this person that was taken, and the line of the case's first row.
    pub(super) fn find(&self, unified_number: &str, person_number: &str) -> (bool, u64) {
        match self.cases.get(unified_number) {
            None => (false, 0),
            Some(seen) => {
                let is_there = seen
                    .persons
                    .iter()
                    .any(|(known, _)| **known == *person_number);
                (is_there, seen.line)
            }
        }
    }
}
