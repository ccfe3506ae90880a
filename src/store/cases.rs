//! Cases, as the daily import brings them.

use diesel::prelude::*;

use serde::{Deserialize, Serialize};

use super::Conn;
use super::conn::on_either;
use super::schema::cases;
use super::schema::cases::dsl;

/// A case.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, Deserialize)]
#[diesel(table_name = cases, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Case {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random.
    pub public_id: String,
    /// 统一受案号: one per case through all departments.
    pub unified_number: String,
    /// 部门受案号, which screens show as 案件号码.
    pub department_number: String,
    /// The unit that handles it.
    pub unit_id: String,
    /// 案件名称.
    pub name: String,
    /// 案件类别, such as 一审公诉案件.
    pub category: String,
    /// 案由.
    pub charge: Option<String>,
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
    /// 当前阶段.
    pub stage: Option<String>,
    /// 审查情况.
    pub review_status: Option<String>,
    /// 审查意见.
    pub review_opinion: Option<String>,
    /// 办案期限 as the office writes it, a citation.
    pub time_limit_text: Option<String>,
    /// 到期日, `2026-12-01`.
    pub due_date: Option<String>,
    /// 审结日期, milliseconds UTC.
    pub concluded_at: Option<i64>,
    /// 处理结果.
    pub outcome: Option<String>,
    /// 办结日期, milliseconds UTC.
    pub closed_at: Option<i64>,
    /// Raised by every change.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// 数据更新时间, milliseconds UTC.
    pub updated_at: i64,
}

/// Adds one. A `unified_number` that is taken gives a unique violation.
pub fn insert(conn: &mut Conn, case: &Case) -> QueryResult<usize> {
    diesel::insert_into(dsl::cases).values(case).execute(conn)
}

/// By internal key.
pub fn by_id(conn: &mut Conn, id: i64) -> QueryResult<Option<Case>> {
    dsl::cases
        .filter(dsl::id.eq(id))
        .select(Case::as_select())
        .first(conn)
        .optional()
}

/// By 统一受案号.
pub fn by_unified_number(conn: &mut Conn, number: &str) -> QueryResult<Option<Case>> {
    dsl::cases
        .filter(dsl::unified_number.eq(number))
        .select(Case::as_select())
        .first(conn)
        .optional()
}

/// Locks a case until the transaction ends, so that its bindings are granted one after the other.
pub fn hold(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    let held = diesel::update(dsl::cases.filter(dsl::id.eq(id)))
        .set(dsl::version.eq(dsl::version))
        .execute(conn)?;
    Ok(held == 1)
}

/// Whether there is none yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let any: Option<i64> = dsl::cases.select(dsl::id).first(conn).optional()?;
    Ok(any.is_none())
}

/// Adds many.
pub fn insert_all(conn: &mut Conn, all: &[Case]) -> QueryResult<usize> {
    let mut inserted = 0;
    for chunk in all.chunks(500) {
        inserted +=
            on_either!(conn, c => diesel::insert_into(dsl::cases).values(chunk).execute(c))?;
    }
    Ok(inserted)
}

/// Stores a case as it is now, by its key.
pub fn replace(conn: &mut Conn, case: &Case) -> QueryResult<usize> {
    diesel::update(dsl::cases.filter(dsl::id.eq(case.id)))
        .set(case)
        .execute(conn)
}

/// Those with one of these 统一受案号.
pub fn with_numbers(conn: &mut Conn, numbers: &[&str]) -> QueryResult<Vec<Case>> {
    dsl::cases
        .filter(dsl::unified_number.eq_any(numbers))
        .select(Case::as_select())
        .load(conn)
}

/// Removes a case that has nobody any more.
pub fn remove(conn: &mut Conn, id: i64) -> QueryResult<usize> {
    diesel::delete(dsl::cases.filter(dsl::id.eq(id))).execute(conn)
}
