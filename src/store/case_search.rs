//! Cases and persons in them as the managers of a unit look for them: their own unit's only.

use diesel::prelude::*;

use super::Conn;
use super::case_bindings::{self, Bound, CaseBinding};
use super::case_persons::CasePerson;
use super::cases::Case;
use super::schema::{case_bindings as bindings, case_persons as persons, cases};
use crate::domain::desk::UnitScope;

/// The persons of the case with this 统一受案号 or 部门受案号.
pub fn by_number(
    conn: &mut Conn,
    scope: &UnitScope,
    number: &str,
    limit: i64,
) -> QueryResult<Vec<(CasePerson, Case)>> {
    let named = cases::unified_number
        .eq(number)
        .or(cases::department_number.eq(number));
    persons::table
        .inner_join(cases::table)
        .filter(named)
        .filter(cases::unit_id.eq(scope.unit_id()))
        .order((cases::accepted_at.desc(), persons::person_number))
        .limit(limit)
        .select((CasePerson::as_select(), Case::as_select()))
        .load(conn)
}

/// The persons with this number, by its keyed hash, newest case first.
pub fn by_blind(
    conn: &mut Conn,
    scope: &UnitScope,
    blind: &str,
    limit: i64,
) -> QueryResult<Vec<(CasePerson, Case)>> {
    persons::table
        .inner_join(cases::table)
        .filter(persons::id_blind.eq(blind))
        .filter(cases::unit_id.eq(scope.unit_id()))
        .order((cases::accepted_at.desc(), persons::person_number))
        .limit(limit)
        .select((CasePerson::as_select(), Case::as_select()))
        .load(conn)
}

/// A person by the public id.
pub fn person(
    conn: &mut Conn,
    scope: &UnitScope,
    public_id: &str,
) -> QueryResult<Option<(CasePerson, Case)>> {
    persons::table
        .inner_join(cases::table)
        .filter(persons::public_id.eq(public_id))
        .filter(cases::unit_id.eq(scope.unit_id()))
        .select((CasePerson::as_select(), Case::as_select()))
        .first(conn)
        .optional()
}

/// The bindings of an account to cases of the unit, also those that were ended, newest first.
pub fn bindings_of(
    conn: &mut Conn,
    scope: &UnitScope,
    account_id: i64,
    limit: i64,
) -> QueryResult<Vec<Bound>> {
    bindings::table
        .inner_join(persons::table.inner_join(cases::table))
        .filter(bindings::account_id.eq(account_id))
        .filter(cases::unit_id.eq(scope.unit_id()))
        .order((bindings::created_at.desc(), bindings::id.desc()))
        .limit(limit)
        .select((
            CaseBinding::as_select(),
            CasePerson::as_select(),
            Case::as_select(),
        ))
        .load(conn)
}

/// An open binding of an account to a case of the unit.
pub fn open_binding(
    conn: &mut Conn,
    scope: &UnitScope,
    account_id: i64,
    public_id: &str,
) -> QueryResult<Option<CaseBinding>> {
    bindings::table
        .inner_join(persons::table.inner_join(cases::table))
        .filter(bindings::public_id.eq(public_id))
        .filter(bindings::account_id.eq(account_id))
        .filter(bindings::state.eq_any([case_bindings::ACTIVE, case_bindings::PAUSED]))
        .filter(cases::unit_id.eq(scope.unit_id()))
        .select(CaseBinding::as_select())
        .first(conn)
        .optional()
}
