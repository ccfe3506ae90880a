//! Persons in cases: one row of the import each. Names and numbers are sealed by the caller.

use diesel::prelude::*;

use serde::{Deserialize, Serialize};

use super::Conn;
use super::conn::on_either;
use super::schema::case_persons::dsl;
use super::schema::{case_persons, cases};

/// A person in a case. What is `None` here and has a twin in [`super::cases::Case`] is as it stands there.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, Deserialize)]
#[diesel(table_name = case_persons, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct CasePerson {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random.
    pub public_id: String,
    /// The case.
    pub case_id: i64,
    /// 当事人编号, unique in the case.
    pub person_number: String,
    /// 姓名, sealed (`case_persons`, `name`, `public_id`).
    pub name: String,
    /// 性别.
    pub gender: Option<String>,
    /// 证件类型.
    pub id_type: Option<String>,
    /// 证件号码, sealed (`case_persons`, `id_number`, `public_id`).
    pub id_number: Option<String>,
    /// Blind index of the folded number (`id_number`).
    pub id_blind: Option<String>,
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
    /// 办案期限 as the office writes it.
    pub time_limit_text: Option<String>,
    /// 到期日, `2026-12-01`.
    pub due_date: Option<String>,
    /// 处理结果.
    pub outcome: Option<String>,
    /// Hash of what the import said last.
    pub fingerprint: String,
    /// Raised by every change.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// 数据更新时间, milliseconds UTC.
    pub updated_at: i64,
}

/// Adds one. A number that the case has already gives a unique violation.
pub fn insert(conn: &mut Conn, person: &CasePerson) -> QueryResult<usize> {
    diesel::insert_into(dsl::case_persons)
        .values(person)
        .execute(conn)
}

/// By 统一受案号 and 当事人编号, the key of the import.
pub fn by_numbers(
    conn: &mut Conn,
    unified_number: &str,
    person_number: &str,
) -> QueryResult<Option<CasePerson>> {
    dsl::case_persons
        .inner_join(cases::table)
        .filter(cases::unified_number.eq(unified_number))
        .filter(dsl::person_number.eq(person_number))
        .select(CasePerson::as_select())
        .first(conn)
        .optional()
}

/// Locks a person until the transaction ends: bindings are granted one after the other.
pub fn hold(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    let held = diesel::update(dsl::case_persons.filter(dsl::id.eq(id)))
        .set(dsl::version.eq(dsl::version))
        .execute(conn)?;
    Ok(held == 1)
}

/// What the import knows of a person before it looks closer.
#[derive(Clone, Debug, Queryable)]
pub struct Known {
    /// 当事人编号.
    pub person_number: String,
    /// Hash of what the import said last.
    pub fingerprint: String,
    /// The case, as it stands: it may have changed since.
    pub case: KnownCase,
}

/// What a case says.
#[derive(Clone, Debug, Queryable)]
pub struct KnownCase {
    /// 统一受案号.
    pub unified_number: String,
    /// 部门受案号.
    pub department_number: String,
    /// The unit that has the case.
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

/// All persons of the cases with one of these 统一受案号.
pub fn known(conn: &mut Conn, numbers: &[&str]) -> QueryResult<Vec<Known>> {
    dsl::case_persons
        .inner_join(cases::table)
        .filter(cases::unified_number.eq_any(numbers))
        .select((
            dsl::person_number,
            dsl::fingerprint,
            (
                cases::unified_number,
                cases::department_number,
                cases::unit_id,
                cases::name,
                cases::category,
                cases::other_charges,
                cases::accepted_at,
                cases::transferring_unit,
                cases::department,
                cases::handler,
                cases::concluded_at,
                cases::closed_at,
            ),
        ))
        .load(conn)
}

/// All persons of these cases.
pub fn of_cases(conn: &mut Conn, case_ids: &[i64]) -> QueryResult<Vec<CasePerson>> {
    dsl::case_persons
        .filter(dsl::case_id.eq_any(case_ids))
        .select(CasePerson::as_select())
        .load(conn)
}

/// Adds many.
pub fn insert_all(conn: &mut Conn, all: &[CasePerson]) -> QueryResult<usize> {
    let mut inserted = 0;
    for chunk in all.chunks(500) {
        inserted +=
            on_either!(conn, c => diesel::insert_into(dsl::case_persons).values(chunk).execute(c))?;
    }
    Ok(inserted)
}

/// Stores a person as it is now, by its key.
pub fn replace(conn: &mut Conn, person: &CasePerson) -> QueryResult<usize> {
    diesel::update(dsl::case_persons.filter(dsl::id.eq(person.id)))
        .set(person)
        .execute(conn)
}

/// Removes a person, when nothing hangs on it: false when something does, and nothing is changed then.
pub fn remove(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    use diesel::result::{DatabaseErrorKind, Error};
    let removed = conn
        .transaction(|conn| diesel::delete(dsl::case_persons.filter(dsl::id.eq(id))).execute(conn));
    match removed {
        Ok(count) => Ok(count == 1),
        Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a case has nobody.
pub fn is_deserted(conn: &mut Conn, case_id: i64) -> QueryResult<bool> {
    let any: Option<i64> = dsl::case_persons
        .filter(dsl::case_id.eq(case_id))
        .select(dsl::id)
        .first(conn)
        .optional()?;
    Ok(any.is_none())
}
