//! A row of the case import: one person in a case, as the office's own system exports it (requirements §4.4). What comes
//! out is checked and clean; every refusal names the column and says what to do, never with the value itself.

mod cell;
mod columns;
mod dates;
mod diff;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::registration::Identities;
use crate::domain::units::UnitTree;

pub use cell::Cell;
pub use columns::{Column, Columns, HeadProblem};
pub use diff::{Difference, View};
pub use read::check;

/// What all rows of a case say alike.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// 统一受案号.
    pub unified_number: String,
    /// 部门受案号.
    pub department_number: String,
    /// The unit of 单位编码.
    pub unit_id: String,
    /// 案件名称.
    pub name: String,
    /// 案件类别.
    pub category: String,
    /// 其他案由.
    pub other_charges: Option<String>,
    /// 受理日期, milliseconds UTC.
    pub accepted_at: i64,
    /// 移送单位.
    pub transferring_unit: Option<String>,
    /// 办案部门.
    pub department: Option<String>,
    /// 承办人.
    pub handler: Option<String>,
    /// 审结日期, milliseconds UTC.
    pub concluded_at: Option<i64>,
    /// 办结日期, milliseconds UTC.
    pub closed_at: Option<i64>,
}

/// What a row says of its person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// 当事人编号.
    pub person_number: String,
    /// 姓名.
    pub name: String,
    /// 性别.
    pub gender: Option<String>,
    /// 证件类型.
    pub id_type: Option<String>,
    /// 证件号码, folded.
    pub id_number: Option<String>,
    /// 强制措施.
    pub coercive_measure: Option<String>,
    /// 强制措施日期, `2026-11-01`.
    pub coercive_measure_date: Option<String>,
    /// 羁押场所.
    pub detention_place: Option<String>,
    /// 案由.
    pub charge: Option<String>,
    /// 当前阶段.
    pub stage: Option<String>,
    /// 审查情况.
    pub review_status: Option<String>,
    /// 审查意见.
    pub review_opinion: Option<String>,
    /// 办案期限.
    pub time_limit_text: Option<String>,
    /// 到期日, `2026-12-01`.
    pub due_date: Option<String>,
    /// 处理结果.
    pub outcome: Option<String>,
}

/// A row that was taken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// Of the case.
    pub case: CaseFacts,
    /// Of the person.
    pub person: PersonFacts,
    /// 更新时间, milliseconds UTC.
    pub updated_at: Option<i64>,
}

impl fmt::Debug for CaseRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseRow").finish_non_exhaustive()
    }
}

impl CaseRow {
    /// A hash of everything the row says but 更新时间: a row that says the same again changes nothing.
    pub fn fingerprint(&self) -> String {
        let said = serde_json::to_vec(&(&self.case, &self.person)).unwrap_or_default();
        let digest = Sha256::digest(&said);
        digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// What rows are checked against.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Which units there are.
    pub tree: &'a UnitTree,
    /// The one unit whose cases may be imported; `None`: those of all.
    pub unit_id: Option<&'a str>,
    /// Whether identity numbers that nobody can have are taken.
    pub identities: Identities,
    /// Milliseconds UTC.
    pub now: i64,
    /// The workbook counts its days from 1904.
    pub is_1904: bool,
}

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// The heading of the column; empty when it is the row as a whole.
    pub column: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

impl RowProblem {
    /// A fault of one column.
    pub fn at(column: Column, reason: impl Into<String>) -> Self {
        Self {
            column: column.heading(),
            reason: reason.into(),
        }
    }

    /// Whether the row was refused because nobody may look at the case, or may not be known to.
    pub fn is_protection(&self) -> bool {
        let columns = [Column::Classified, Column::Juvenile];
        columns.iter().any(|column| column.heading() == self.column)
    }

    /// A fault of the whole row.
    pub fn whole(reason: impl Into<String>) -> Self {
        Self {
            column: "",
            reason: reason.into(),
        }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            "" => f.write_str(&self.reason),
            column => write!(f, "{column}：{}", self.reason),
        }
    }
}
