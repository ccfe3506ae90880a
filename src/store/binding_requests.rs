//! What lawyers say of the cases they ask for. Names and numbers of parties are sealed by the caller.

use diesel::prelude::*;

use super::Conn;
use super::applications::Application;
use super::schema::binding_requests::dsl;
use super::schema::{applications, binding_requests};

/// What one application says.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = binding_requests, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct BindingRequest {
    /// The application.
    pub application_id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// 案件名称.
    pub case_name: String,
    /// 当事人, sealed (`binding_requests`, `party_name`, public id of the application).
    pub party_name: String,
    /// 当事人证件号, sealed (`binding_requests`, `party_id`, public id of the application).
    pub party_id: String,
    /// Blind index of the folded number (`id_number`).
    pub party_blind: String,
    /// 异地.
    pub is_remote: bool,
    /// 申请人类型.
    pub applicant_role: String,
    /// The person it was granted for.
    pub case_person_id: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, request: &BindingRequest) -> QueryResult<usize> {
    diesel::insert_into(dsl::binding_requests)
        .values(request)
        .execute(conn)
}

/// Stores one as it is now; the application's version tells whether it may be.
pub fn update(conn: &mut Conn, request: &BindingRequest) -> QueryResult<usize> {
    diesel::update(dsl::binding_requests.filter(dsl::application_id.eq(request.application_id)))
        .set(request)
        .execute(conn)
}

/// What an application says; `None` for one that came through the interface of the upstream site.
pub fn of(conn: &mut Conn, application_id: i64) -> QueryResult<Option<BindingRequest>> {
    dsl::binding_requests
        .filter(dsl::application_id.eq(application_id))
        .select(BindingRequest::as_select())
        .first(conn)
        .optional()
}

/// An account's requests for one party that are undecided or granted, with their applications.
pub fn open_for_party(
    conn: &mut Conn,
    account_id: i64,
    party_blind: &str,
) -> QueryResult<Vec<(BindingRequest, Application)>> {
    dsl::binding_requests
        .inner_join(applications::table)
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::party_blind.eq(party_blind))
        .filter(applications::state.eq_any(["pending", "approved"]))
        .select((BindingRequest::as_select(), Application::as_select()))
        .load(conn)
}

/// Says whom an application was granted for.
pub fn set_person(conn: &mut Conn, application_id: i64, person: i64) -> QueryResult<usize> {
    diesel::update(dsl::binding_requests.filter(dsl::application_id.eq(application_id)))
        .set(dsl::case_person_id.eq(person))
        .execute(conn)
}
