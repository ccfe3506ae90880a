//! What waits for a case manager, or did.

use diesel::prelude::*;

use crate::domain::desk::UnitScope;

use super::Conn;
use super::accounts::Account;
use super::schema::accounts;
use super::schema::applications;
use super::schema::applications::dsl;

/// An application.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = applications, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Application {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// The upstream site's number, which notices show.
    pub external_id: Option<String>,
    /// `registration`, `binding`, `appointment` or `password_reset`.
    pub kind: String,
    /// Whose it is.
    pub account_id: i64,
    /// Who decides.
    pub unit_id: String,
    /// `pending`, or the word of its outcome.
    pub state: String,
    /// It changes an earlier one.
    pub is_change: bool,
    /// Why it was not granted; on pages only.
    pub reason: Option<String>,
    /// A JSON object: what the page shows.
    pub details: String,
    /// Milliseconds UTC.
    pub submitted_at: i64,
    /// Milliseconds UTC; set once nothing more is to be done.
    pub decided_at: Option<i64>,
    /// Milliseconds UTC at which the managers are told again.
    pub remind_at: Option<i64>,
    /// Raised by every change.
    pub version: i64,
}

/// Adds one. An `external_id` that is taken gives a unique violation.
pub fn insert(conn: &mut Conn, application: &Application) -> QueryResult<usize> {
    diesel::insert_into(dsl::applications)
        .values(application)
        .execute(conn)
}

/// Stores one as it is now; `version` is the version that was read. False when somebody else changed it meanwhile.
pub fn update(conn: &mut Conn, application: &Application) -> QueryResult<bool> {
    let read = application.version;
    let raised = Application {
        version: read + 1,
        ..application.clone()
    };
    let row = dsl::applications
        .filter(dsl::id.eq(application.id))
        .filter(dsl::version.eq(read));
    Ok(diesel::update(row).set(&raised).execute(conn)? == 1)
}

/// By internal key.
pub fn by_id(conn: &mut Conn, id: i64) -> QueryResult<Option<Application>> {
    dsl::applications
        .filter(dsl::id.eq(id))
        .select(Application::as_select())
        .first(conn)
        .optional()
}

/// Keys and public ids of these applications.
pub fn public_ids(
    conn: &mut Conn,
    scope: &UnitScope,
    ids: &[i64],
) -> QueryResult<Vec<(i64, String)>> {
    dsl::applications
        .filter(dsl::id.eq_any(ids.to_vec()))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select((dsl::id, dsl::public_id))
        .load(conn)
}

/// Whether one of these is the unit's.
pub fn is_any_of(conn: &mut Conn, scope: &UnitScope, ids: &[i64]) -> QueryResult<bool> {
    Ok(!public_ids(conn, scope, ids)?.is_empty())
}

/// By the upstream site's number.
pub fn by_external_id(conn: &mut Conn, number: &str) -> QueryResult<Option<Application>> {
    dsl::applications
        .filter(dsl::external_id.eq(number))
        .select(Application::as_select())
        .first(conn)
        .optional()
}

/// By its public id, for its account only.
pub fn of_account(
    conn: &mut Conn,
    account_id: i64,
    kind: &str,
    public_id: &str,
) -> QueryResult<Option<Application>> {
    dsl::applications
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .select(Application::as_select())
        .first(conn)
        .optional()
}

/// Those of an account, of one kind and in one of these states (none: any), newest first.
pub fn list_of_account(
    conn: &mut Conn,
    account_id: i64,
    kind: &str,
    states: &[&str],
    (offset, limit): (i64, i64),
) -> QueryResult<Vec<Application>> {
    let mut query = dsl::applications
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .order((dsl::submitted_at.desc(), dsl::id.desc()))
        .offset(offset)
        .limit(limit)
        .select(Application::as_select())
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(dsl::state.eq_any(states.to_vec()));
    }
    query.load(conn)
}

/// The undecided ones of an account, of one kind, oldest first.
pub fn open_of_account(
    conn: &mut Conn,
    account_id: i64,
    kind: &str,
) -> QueryResult<Vec<Application>> {
    dsl::applications
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::decided_at.is_null())
        .order((dsl::submitted_at, dsl::id))
        .select(Application::as_select())
        .load(conn)
}

/// How many of an account, of one kind, are undecided.
pub fn count_open_of_account(conn: &mut Conn, account_id: i64, kind: &str) -> QueryResult<i64> {
    dsl::applications
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::decided_at.is_null())
        .count()
        .get_result(conn)
}

/// The newest one of an account, of one kind.
pub fn newest_of_account(
    conn: &mut Conn,
    account_id: i64,
    kind: &str,
) -> QueryResult<Option<Application>> {
    dsl::applications
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .order((dsl::submitted_at.desc(), dsl::id.desc()))
        .select(Application::as_select())
        .first(conn)
        .optional()
}

/// How many of a kind wait in a unit.
pub fn count_open(conn: &mut Conn, unit_id: &str, kind: &str) -> QueryResult<i64> {
    dsl::applications
        .filter(dsl::unit_id.eq(unit_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::decided_at.is_null())
        .count()
        .get_result(conn)
}

/// The undecided ones with whose they are, of one kind and one unit where wanted, in the order they came; those behind
/// the key `after`.
pub fn waiting(
    conn: &mut Conn,
    (kind, unit_id): (Option<&str>, Option<&str>),
    after: i64,
    limit: i64,
) -> QueryResult<Vec<(Application, Account)>> {
    let mut query = dsl::applications
        .inner_join(accounts::table.on(accounts::id.eq(dsl::account_id)))
        .filter(dsl::decided_at.is_null())
        .filter(dsl::id.gt(after))
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(dsl::kind.eq(kind.to_owned()));
    }
    if let Some(unit_id) = unit_id {
        query = query.filter(dsl::unit_id.eq(unit_id.to_owned()));
    }
    query
        .order(dsl::id)
        .limit(limit)
        .select((Application::as_select(), Account::as_select()))
        .load(conn)
}

/// The undecided ones whose managers are to be told again by now.
pub fn due_for_reminder(conn: &mut Conn, now: i64, limit: i64) -> QueryResult<Vec<Application>> {
    dsl::applications
        .filter(dsl::remind_at.le(now))
        .filter(dsl::decided_at.is_null())
        .order((dsl::remind_at, dsl::id))
        .limit(limit)
        .select(Application::as_select())
        .load(conn)
}

/// Counts a reminder: how many there were since it came in, and when the superior unit was told of it, milliseconds UTC.
pub fn count_reminder(conn: &mut Conn, id: i64) -> QueryResult<(i32, Option<i64>)> {
    let row = dsl::applications.filter(dsl::id.eq(id));
    diesel::update(row)
        .set(dsl::reminders.eq(dsl::reminders + 1))
        .execute(conn)?;
    row.select((dsl::reminders, dsl::escalated_at)).first(conn)
}

/// It waits anew.
pub fn forget_reminders(conn: &mut Conn, id: i64) -> QueryResult<usize> {
    diesel::update(dsl::applications.filter(dsl::id.eq(id)))
        .set(dsl::reminders.eq(0))
        .execute(conn)
}

/// Notes that the superior unit was told of it.
pub fn note_escalated(conn: &mut Conn, id: i64, now: i64) -> QueryResult<usize> {
    diesel::update(dsl::applications.filter(dsl::id.eq(id)))
        .set(dsl::escalated_at.eq(now))
        .execute(conn)
}

/// Moves a reminder on; false when another process did so, or the application was decided.
pub fn postpone_reminder(
    conn: &mut Conn,
    application: &Application,
    next: Option<i64>,
) -> QueryResult<bool> {
    let row = dsl::applications
        .filter(dsl::id.eq(application.id))
        .filter(dsl::decided_at.is_null())
        .filter(dsl::remind_at.eq(application.remind_at));
    let moved = diesel::update(row)
        .set(dsl::remind_at.eq(next))
        .execute(conn)?;
    Ok(moved == 1)
}
