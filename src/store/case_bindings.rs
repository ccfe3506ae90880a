//! Who may see which person of which case. Every look-up is by the account that asks.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::case_persons::CasePerson;
use super::cases::Case;
use super::schema::case_bindings::dsl;
use super::schema::{accounts, case_bindings, case_persons, cases};

/// The word of a binding that is good.
pub const ACTIVE: &str = "active";
/// The word of one that is good, but shows nothing while its case is stopped.
pub const PAUSED: &str = "paused";
/// The word of one that was ended.
pub const REVOKED: &str = "revoked";

/// A binding.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_bindings)]
pub struct CaseBinding {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Who may look.
    pub account_id: i64,
    /// At whom.
    pub case_person_id: i64,
    /// 申请人类型 (`domain::binding::ApplicantRole`).
    pub applicant_role: String,
    /// What it was granted for; `None`: a manager made it at the counter.
    pub application_id: Option<i64>,
    /// [`ACTIVE`], [`PAUSED`] or [`REVOKED`].
    pub state: String,
    /// Why it was ended.
    pub reason: Option<String>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub revoked_at: Option<i64>,
}

/// A binding, its person and its case.
pub type Bound = (CaseBinding, CasePerson, Case);

/// What the limits count.
#[derive(Clone, Queryable)]
pub struct Held {
    /// Whose it is.
    pub account_id: i64,
    /// The person.
    pub case_person_id: i64,
    /// As what.
    pub applicant_role: String,
    /// `lawyer` or `party`.
    pub account_role: String,
}

/// Adds one. A unique violation means that the account has an open binding to this person.
pub fn insert(conn: &mut Conn, binding: &CaseBinding) -> QueryResult<usize> {
    diesel::insert_into(dsl::case_bindings)
        .values(binding)
        .execute(conn)
}

/// The open bindings of an account, newest first.
pub fn of_account(conn: &mut Conn, account_id: i64, limit: i64) -> QueryResult<Vec<Bound>> {
    dsl::case_bindings
        .inner_join(case_persons::table.inner_join(cases::table))
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::state.eq(ACTIVE))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(limit)
        .select((
            CaseBinding::as_select(),
            CasePerson::as_select(),
            Case::as_select(),
        ))
        .load(conn)
}

/// An open binding by its public id, for its account only.
pub fn one_of_account(
    conn: &mut Conn,
    account_id: i64,
    public_id: &str,
) -> QueryResult<Option<Bound>> {
    dsl::case_bindings
        .inner_join(case_persons::table.inner_join(cases::table))
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::state.eq(ACTIVE))
        .select((
            CaseBinding::as_select(),
            CasePerson::as_select(),
            Case::as_select(),
        ))
        .first(conn)
        .optional()
}

/// Whether an account may look at a case; `None`: the case is not here, the upstream site alone knows it.
pub fn may_see(
    conn: &mut Conn,
    account_id: i64,
    (unit_id, case_number): (&str, &str),
) -> QueryResult<Option<bool>> {
    let here: Vec<i64> = cases::table
        .filter(cases::unit_id.eq(unit_id))
        .filter(cases::department_number.eq(case_number))
        .select(cases::id)
        .load(conn)?;
    if here.is_empty() {
        return Ok(None);
    }
    let open = dsl::case_bindings
        .inner_join(case_persons::table)
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::state.eq(ACTIVE))
        .filter(case_persons::case_id.eq_any(here));
    let bound: bool = diesel::select(diesel::dsl::exists(open)).get_result(conn)?;
    Ok(Some(bound))
}

/// How many cases an account may look at.
pub fn count_of_account(conn: &mut Conn, account_id: i64) -> QueryResult<i64> {
    dsl::case_bindings
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::state.eq(ACTIVE))
        .count()
        .get_result(conn)
}

/// The bindings to all persons of a case that are open, also those that show nothing now.
pub fn held_in_case(conn: &mut Conn, case_id: i64) -> QueryResult<Vec<Held>> {
    dsl::case_bindings
        .inner_join(case_persons::table)
        .inner_join(accounts::table)
        .filter(case_persons::case_id.eq(case_id))
        .filter(dsl::state.eq_any([ACTIVE, PAUSED]))
        .select((
            dsl::account_id,
            dsl::case_person_id,
            dsl::applicant_role,
            accounts::role,
        ))
        .load(conn)
}

/// The open binding that an application was granted.
pub fn of_application(conn: &mut Conn, application_id: i64) -> QueryResult<Option<CaseBinding>> {
    dsl::case_bindings
        .filter(dsl::application_id.eq(application_id))
        .filter(dsl::state.eq(ACTIVE))
        .select(CaseBinding::as_select())
        .first(conn)
        .optional()
}

/// The same, also one that shows nothing now: it can be ended, too.
pub fn held_for_application(
    conn: &mut Conn,
    application_id: i64,
) -> QueryResult<Option<CaseBinding>> {
    dsl::case_bindings
        .filter(dsl::application_id.eq(application_id))
        .filter(dsl::state.eq_any([ACTIVE, PAUSED]))
        .select(CaseBinding::as_select())
        .first(conn)
        .optional()
}

/// Bindings to the persons of a case go from one state to another; how many.
pub fn turn_in_case(conn: &mut Conn, case_id: i64, from: &str, to: &str) -> QueryResult<usize> {
    let of_case = case_persons::table
        .filter(case_persons::case_id.eq(case_id))
        .select(case_persons::id);
    let those = dsl::case_bindings
        .filter(dsl::case_person_id.eq_any(of_case))
        .filter(dsl::state.eq(from));
    diesel::update(those).set(dsl::state.eq(to)).execute(conn)
}

/// The binding that an application was granted and that was ended, the last one.
pub fn ended_of_application(
    conn: &mut Conn,
    application_id: i64,
) -> QueryResult<Option<CaseBinding>> {
    dsl::case_bindings
        .filter(dsl::application_id.eq(application_id))
        .filter(dsl::state.eq(REVOKED))
        .order((dsl::revoked_at.desc(), dsl::id.desc()))
        .select(CaseBinding::as_select())
        .first(conn)
        .optional()
}

/// Ends a binding; false when it had ended before.
pub fn revoke(conn: &mut Conn, id: i64, reason: &str, now: i64) -> QueryResult<bool> {
    let open = dsl::case_bindings
        .filter(dsl::id.eq(id))
        .filter(dsl::state.eq_any([ACTIVE, PAUSED]));
    let ended = diesel::update(open)
        .set((
            dsl::state.eq(REVOKED),
            dsl::reason.eq(reason),
            dsl::revoked_at.eq(now),
        ))
        .execute(conn)?;
    Ok(ended == 1)
}

/// The open bindings to these persons that were made not later than `until`, in the order of accounts.
pub fn of_persons(
    conn: &mut Conn,
    person_ids: &[i64],
    until: i64,
) -> QueryResult<Vec<(i64, Account)>> {
    dsl::case_bindings
        .inner_join(accounts::table)
        .filter(dsl::case_person_id.eq_any(person_ids))
        .filter(dsl::state.eq(ACTIVE))
        .filter(dsl::created_at.le(until))
        .order((dsl::account_id, dsl::case_person_id))
        .select((dsl::case_person_id, Account::as_select()))
        .load(conn)
}
