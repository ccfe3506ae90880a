//! Lawyers, parties and case managers.

use diesel::prelude::*;

use super::Conn;
use super::schema::accounts;
use super::schema::accounts::dsl;

/// An account.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Account {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// The upstream site's id.
    pub external_id: Option<String>,
    /// `lawyer`, `party` or `manager`.
    pub role: String,
    /// What the person types to sign in.
    pub login_name: String,
    /// The person's name; on pages only, never in a push.
    pub display_name: String,
    /// The procuratorate that is responsible for the account, or that a manager works for.
    pub unit_id: String,
    /// Sealed (`accounts`, `phone`, `public_id`).
    pub phone: Option<String>,
    /// Argon2 in PHC form.
    pub password_hash: Option<String>,
    /// A new password must be chosen before anything else.
    pub must_reset: bool,
    /// `pending`, `active`, `rejected` or `disabled`.
    pub state: String,
    /// The person does not want to be told of case progress.
    pub notices_off: bool,
    /// Raised by every change.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("role", &self.role)
            .field("unit_id", &self.unit_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Adds an account. A `login_name` or `external_id` that is taken gives a unique violation.
pub fn insert(conn: &mut Conn, account: &Account) -> QueryResult<usize> {
    diesel::insert_into(dsl::accounts)
        .values(account)
        .execute(conn)
}

/// Stores an account as it is now, unless somebody else changed it meanwhile: `account.version` is the version that
/// was read, and is raised. False when it was not there any more.
pub fn update(conn: &mut Conn, account: &Account) -> QueryResult<bool> {
    let read = account.version;
    let raised = Account {
        version: read + 1,
        ..account.clone()
    };
    let row = dsl::accounts
        .filter(dsl::id.eq(account.id))
        .filter(dsl::version.eq(read));
    Ok(diesel::update(row).set(&raised).execute(conn)? == 1)
}

/// Sets the password that the person chose. Raises the version like any change.
pub fn set_password(conn: &mut Conn, id: i64, hash: &str, now: i64) -> QueryResult<bool> {
    let row = dsl::accounts.filter(dsl::id.eq(id));
    let values = (
        dsl::password_hash.eq(hash),
        dsl::must_reset.eq(false),
        dsl::version.eq(dsl::version + 1),
        dsl::updated_at.eq(now),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// The same password hashed anew: nothing that anybody said has changed, so the version stays. False when the password
/// is another one by now.
pub fn rehash(conn: &mut Conn, id: i64, old: &str, new: &str) -> QueryResult<bool> {
    let row = dsl::accounts
        .filter(dsl::id.eq(id))
        .filter(dsl::password_hash.eq(old));
    Ok(diesel::update(row)
        .set(dsl::password_hash.eq(new))
        .execute(conn)?
        == 1)
}

/// The password opens nothing until another one is set.
pub fn demand_password(conn: &mut Conn, id: i64, now: i64) -> QueryResult<usize> {
    let values = (
        dsl::must_reset.eq(true),
        dsl::version.eq(dsl::version + 1),
        dsl::updated_at.eq(now),
    );
    diesel::update(dsl::accounts.filter(dsl::id.eq(id)))
        .set(values)
        .execute(conn)
}

/// Takes the password of an account away.
pub fn forget_password(conn: &mut Conn, external_id: &str) -> QueryResult<usize> {
    let row = dsl::accounts.filter(dsl::external_id.eq(external_id));
    let values = (
        dsl::password_hash.eq(None::<String>),
        dsl::must_reset.eq(true),
    );
    diesel::update(row).set(values).execute(conn)
}

/// Whether the person wants to be told of case progress. False when it was so already.
pub fn set_notices_off(conn: &mut Conn, id: i64, off: bool, now: i64) -> QueryResult<bool> {
    let row = dsl::accounts
        .filter(dsl::id.eq(id))
        .filter(dsl::notices_off.ne(off));
    let values = (
        dsl::notices_off.eq(off),
        dsl::version.eq(dsl::version + 1),
        dsl::updated_at.eq(now),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Locks the row until the transaction ends, so that what is counted for the account stays counted. False when there is
/// none.
pub fn hold(conn: &mut Conn, id: i64) -> QueryResult<bool> {
    let held = diesel::update(dsl::accounts.filter(dsl::id.eq(id)))
        .set(dsl::version.eq(dsl::version))
        .execute(conn)?;
    Ok(held == 1)
}

/// By internal key.
pub fn by_id(conn: &mut Conn, id: i64) -> QueryResult<Option<Account>> {
    dsl::accounts
        .filter(dsl::id.eq(id))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// By the upstream site's id.
pub fn by_external_id(conn: &mut Conn, external_id: &str) -> QueryResult<Option<Account>> {
    dsl::accounts
        .filter(dsl::external_id.eq(external_id))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// By what the person types.
pub fn by_login_name(conn: &mut Conn, login_name: &str) -> QueryResult<Option<Account>> {
    dsl::accounts
        .filter(dsl::login_name.eq(login_name))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// Keys and names of these accounts.
pub fn names(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<(i64, String)>> {
    dsl::accounts
        .filter(dsl::id.eq_any(ids.to_vec()))
        .select((dsl::id, dsl::display_name))
        .load(conn)
}

/// Keys, names and states of these accounts.
pub fn brief(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<(i64, String, String)>> {
    dsl::accounts
        .filter(dsl::id.eq_any(ids.to_vec()))
        .select((dsl::id, dsl::display_name, dsl::state))
        .load(conn)
}

/// Whether there is none yet.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let any: Option<i64> = dsl::accounts.select(dsl::id).first(conn).optional()?;
    Ok(any.is_none())
}
