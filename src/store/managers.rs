//! Who may use the console, and the second factor.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::schema::managers::dsl;
use super::schema::{accounts, managers};

/// What a manager's account has besides an account.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = managers)]
pub struct Row {
    /// The account.
    pub account_id: i64,
    /// `reviewer,importer` …
    pub duties: String,
    /// Sealed (`managers`, `totp_secret`, the account's public id); none until it is set up.
    pub totp_secret: Option<String>,
    /// The last step whose code was used.
    pub totp_step: i64,
    /// Raised by every change of the duties.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// Adds one; a second one for an account gives a unique violation.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(managers::table)
        .values(row)
        .execute(conn)
}

/// By account.
pub fn of_account(conn: &mut Conn, account_id: i64) -> QueryResult<Option<Row>> {
    dsl::managers
        .filter(dsl::account_id.eq(account_id))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The managers of a unit with their accounts, by login name.
pub fn of_unit(conn: &mut Conn, unit_id: &str) -> QueryResult<Vec<(Account, Row)>> {
    dsl::managers
        .inner_join(accounts::table)
        .filter(accounts::unit_id.eq(unit_id))
        .filter(accounts::role.eq("manager"))
        .order(accounts::login_name)
        .select((Account::as_select(), Row::as_select()))
        .load(conn)
}

/// Sets the duties; false when somebody else changed them meanwhile.
pub fn set_duties(
    conn: &mut Conn,
    (account_id, version): (i64, i64),
    duties: &str,
    now: i64,
) -> QueryResult<bool> {
    let row = dsl::managers
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::version.eq(version));
    let values = (
        dsl::duties.eq(duties),
        dsl::version.eq(dsl::version + 1),
        dsl::updated_at.eq(now),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Sets the key of the second factor, and the step that was used to show that the phone has it.
pub fn set_totp(
    conn: &mut Conn,
    account_id: i64,
    (sealed, step): (&str, i64),
    now: i64,
) -> QueryResult<bool> {
    let row = dsl::managers.filter(dsl::account_id.eq(account_id));
    let values = (
        dsl::totp_secret.eq(sealed),
        dsl::totp_step.eq(step),
        dsl::updated_at.eq(now),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Takes the key of the second factor away: another one is on its way. The steps that were used stay used.
pub fn void_totp(conn: &mut Conn, account_id: i64, now: i64) -> QueryResult<bool> {
    let row = dsl::managers.filter(dsl::account_id.eq(account_id));
    let values = (dsl::totp_secret.eq(None::<String>), dsl::updated_at.eq(now));
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Uses a step's code up; false when it or a later one was used before, also at the same moment.
pub fn use_step(conn: &mut Conn, account_id: i64, step: i64) -> QueryResult<bool> {
    let row = dsl::managers
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::totp_step.lt(step));
    Ok(diesel::update(row)
        .set(dsl::totp_step.eq(step))
        .execute(conn)?
        == 1)
}
