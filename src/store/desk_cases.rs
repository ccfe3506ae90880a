//! Cases of a unit as its managers look for them.

use diesel::prelude::*;

use super::Conn;
use super::case_persons::CasePerson;
use super::cases::Case;
use super::schema::case_persons;
use super::schema::cases::dsl;
use crate::domain::desk::UnitScope;

/// Persons of the unit's cases with this keyed hash of an identity number, newest case first.
pub fn by_blind(
    conn: &mut Conn,
    scope: &UnitScope,
    blind: &str,
    limit: i64,
) -> QueryResult<Vec<(Case, CasePerson)>> {
    dsl::cases
        .inner_join(case_persons::table)
        .filter(case_persons::id_blind.eq(blind))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .order((dsl::accepted_at.desc(), dsl::id.desc()))
        .limit(limit)
        .select((Case::as_select(), CasePerson::as_select()))
        .load(conn)
}

/// Cases of the unit with this 统一受案号 or 部门受案号.
pub fn by_number(conn: &mut Conn, scope: &UnitScope, number: &str) -> QueryResult<Vec<Case>> {
    let of_unit = || dsl::cases.filter(dsl::unit_id.eq(scope.unit_id()));
    let mut found: Vec<Case> = of_unit()
        .filter(dsl::unified_number.eq(number))
        .select(Case::as_select())
        .load(conn)?;
    if found.is_empty() {
        found = of_unit()
            .filter(dsl::department_number.eq(number))
            .limit(10)
            .select(Case::as_select())
            .load(conn)?;
    }
    Ok(found)
}

/// Cases of the unit whose names begin so, newest first.
pub fn by_name(
    conn: &mut Conn,
    scope: &UnitScope,
    beginning: &str,
    limit: i64,
) -> QueryResult<Vec<Case>> {
    dsl::cases
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::name.like(format!("{beginning}%")))
        .order((dsl::accepted_at.desc(), dsl::id.desc()))
        .limit(limit)
        .select(Case::as_select())
        .load(conn)
}

/// A case of the unit, by its public id.
pub fn one(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Case>> {
    dsl::cases
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Case::as_select())
        .first(conn)
        .optional()
}

/// The persons of a case.
pub fn persons(conn: &mut Conn, case_id: i64, limit: i64) -> QueryResult<Vec<CasePerson>> {
    case_persons::table
        .filter(case_persons::case_id.eq(case_id))
        .order(case_persons::person_number)
        .limit(limit)
        .select(CasePerson::as_select())
        .load(conn)
}

/// A person of a case of the unit, by its public id.
pub fn person(
    conn: &mut Conn,
    scope: &UnitScope,
    public_id: &str,
) -> QueryResult<Option<(Case, CasePerson)>> {
    dsl::cases
        .inner_join(case_persons::table)
        .filter(case_persons::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select((Case::as_select(), CasePerson::as_select()))
        .first(conn)
        .optional()
}

/// The same by its internal key.
pub fn by_person(
    conn: &mut Conn,
    scope: &UnitScope,
    person: i64,
) -> QueryResult<Option<(Case, CasePerson)>> {
    dsl::cases
        .inner_join(case_persons::table)
        .filter(case_persons::id.eq(person))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select((Case::as_select(), CasePerson::as_select()))
        .first(conn)
        .optional()
}
