//! From the numbers that people know to the ids that rows carry. Of units beyond the reach nothing is found, so that a
//! number of theirs looks like one that nobody has.

use diesel::prelude::*;

use super::search::Reach;
use crate::store::Conn;
use crate::store::schema::{
    account_units, accounts, applications, attachments, case_bindings, case_persons, cases,
    phone_tasks,
};

/// Ids of one kind that a number leads to; a case with more people is looked for by their ids.
const MOST: i64 = 200;

/// What a number leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Ids as they stand in subjects.
    pub ids: Vec<String>,
    /// It is the login name of an account.
    pub is_login_name: bool,
}

/// What `typed` leads to: an application's number, 统一受案号 or 部门受案号 of a case, a login name.
pub fn of(conn: &mut Conn, reach: &Reach, typed: &str) -> QueryResult<Known> {
    let unit = match reach {
        Reach::Unit(scope) => Some(scope.unit_id()),
        Reach::All => None,
    };
    let mut ids = of_application(conn, unit, typed)?;
    ids.extend(of_case(conn, unit, typed)?);
    let of_account = of_account(conn, unit, typed)?;
    let is_login_name = !of_account.is_empty();
    ids.extend(of_account);
    Ok(Known { ids, is_login_name })
}

/// The application, what was handed in with it, the binding that it led to. Our own numbers have capital letters.
fn of_application(conn: &mut Conn, unit: Option<&str>, typed: &str) -> QueryResult<Vec<String>> {
    let mut query = applications::table
        .filter(applications::external_id.eq_any([typed.to_owned(), typed.to_uppercase()]))
        .select((applications::id, applications::public_id))
        .into_boxed();
    if let Some(unit) = unit {
        query = query.filter(applications::unit_id.eq(unit));
    }
    let found: Vec<(i64, String)> = query.load(conn)?;
    let (keys, mut ids): (Vec<i64>, Vec<String>) = found.into_iter().unzip();
    if keys.is_empty() {
        return Ok(ids);
    }
    let papers: Vec<String> = attachments::table
        .filter(attachments::application_id.eq_any(&keys))
        .select(attachments::public_id)
        .limit(MOST)
        .load(conn)?;
    let bindings: Vec<String> = case_bindings::table
        .filter(case_bindings::application_id.eq_any(&keys))
        .select(case_bindings::public_id)
        .limit(MOST)
        .load(conn)?;
    ids.extend(papers);
    ids.extend(bindings);
    Ok(ids)
}

/// The case, the persons in it, and who was bound to them.
fn of_case(conn: &mut Conn, unit: Option<&str>, typed: &str) -> QueryResult<Vec<String>> {
    let numbered = cases::unified_number
        .eq(typed)
        .or(cases::department_number.eq(typed));
    let mut query = cases::table
        .filter(numbered)
        .select((cases::id, cases::public_id))
        .limit(MOST)
        .into_boxed();
    if let Some(unit) = unit {
        query = query.filter(cases::unit_id.eq(unit));
    }
    let found: Vec<(i64, String)> = query.load(conn)?;
    let (keys, mut ids): (Vec<i64>, Vec<String>) = found.into_iter().unzip();
    if keys.is_empty() {
        return Ok(ids);
    }
    let persons: Vec<(i64, String)> = case_persons::table
        .filter(case_persons::case_id.eq_any(&keys))
        .select((case_persons::id, case_persons::public_id))
        .limit(MOST)
        .load(conn)?;
    let (keys, persons): (Vec<i64>, Vec<String>) = persons.into_iter().unzip();
    ids.extend(persons);
    let bindings: Vec<String> = case_bindings::table
        .filter(case_bindings::case_person_id.eq_any(&keys))
        .select(case_bindings::public_id)
        .order(case_bindings::id.desc())
        .limit(MOST)
        .load(conn)?;
    ids.extend(bindings);
    Ok(ids)
}

/// The account and what it has in the reach: applications, bindings, calls. A unit reaches accounts of its own and of whom
/// it identified at its counter.
fn of_account(conn: &mut Conn, unit: Option<&str>, typed: &str) -> QueryResult<Vec<String>> {
    let mut query = accounts::table
        .filter(accounts::login_name.eq(typed))
        .select((accounts::id, accounts::public_id))
        .into_boxed();
    if let Some(unit) = unit {
        let known = account_units::table
            .filter(account_units::unit_id.eq(unit))
            .filter(account_units::account_id.eq(accounts::id));
        query = query.filter(accounts::unit_id.eq(unit).or(diesel::dsl::exists(known)));
    }
    let found: Option<(i64, String)> = query.first(conn).optional()?;
    let Some((account, public_id)) = found else {
        return Ok(Vec::new());
    };
    let mut asked = applications::table
        .filter(applications::account_id.eq(account))
        .select(applications::public_id)
        .order(applications::submitted_at.desc())
        .limit(MOST)
        .into_boxed();
    let mut bound = case_bindings::table
        .inner_join(case_persons::table.inner_join(cases::table))
        .filter(case_bindings::account_id.eq(account))
        .select(case_bindings::public_id)
        .order(case_bindings::id.desc())
        .limit(MOST)
        .into_boxed();
    let mut called = phone_tasks::table
        .filter(phone_tasks::account_id.eq(account))
        .select(phone_tasks::public_id)
        .order(phone_tasks::id.desc())
        .limit(MOST)
        .into_boxed();
    if let Some(unit) = unit {
        asked = asked.filter(applications::unit_id.eq(unit));
        bound = bound.filter(cases::unit_id.eq(unit));
        called = called.filter(phone_tasks::unit_id.eq(unit));
    }
    let mut ids = vec![public_id];
    ids.extend(asked.load::<String>(conn)?);
    ids.extend(bound.load::<String>(conn)?);
    ids.extend(called.load::<String>(conn)?);
    Ok(ids)
}
