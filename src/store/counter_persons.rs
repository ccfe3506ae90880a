//! What people showed and said at the counter when an account was issued to them.

use diesel::prelude::*;

use super::Conn;
use super::schema::counter_persons;
use super::schema::counter_persons::dsl;

/// A person.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = counter_persons)]
pub struct Row {
    /// The account.
    pub account_id: i64,
    /// A JSON object, sealed (`counter_persons`, `sealed`, the account's public id).
    pub sealed: String,
    /// Which text was agreed to.
    pub consent_version: String,
    /// Milliseconds UTC.
    pub consented_at: i64,
    /// The manager at the counter.
    pub issued_by: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// Adds one.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(dsl::counter_persons)
        .values(row)
        .execute(conn)
}

/// The person of an account; `None`: it came from elsewhere.
pub fn of_account(conn: &mut Conn, account_id: i64) -> QueryResult<Option<Row>> {
    dsl::counter_persons
        .filter(dsl::account_id.eq(account_id))
        .select(Row::as_select())
        .first(conn)
        .optional()
}
