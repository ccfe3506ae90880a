//! Calls that a unit's managers have to make.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::application_hands::holder;
use super::beginning::{Beginning, few};
use super::schema::phone_tasks::dsl;
use super::schema::{accounts, phone_tasks};
use crate::domain::desk::UnitScope;

/// A call.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = phone_tasks)]
pub struct Task {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Which notice could not be sent.
    pub kind: String,
    /// Whom to call.
    pub account_id: i64,
    /// Why: `not_linked` or `undelivered`.
    pub reason: String,
    /// A JSON object: the notice's fields.
    pub details: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// When somebody had called, milliseconds UTC.
    pub done_at: Option<i64>,
    /// Who had, by the internal key of the account.
    pub done_by: Option<i64>,
    /// Who made a password for it last, by the internal key of the account.
    pub password_by: Option<i64>,
    /// When, milliseconds UTC.
    pub password_at: Option<i64>,
    /// Who took it, by the internal key of the account.
    pub claimed_by: Option<i64>,
    /// When, milliseconds UTC.
    pub claimed_at: Option<i64>,
}

impl Task {
    /// Who has it now and since when, when claims from before `since` (milliseconds UTC) are over.
    pub fn holder(&self, since: i64) -> Option<(i64, i64)> {
        holder((self.claimed_by, self.claimed_at), since)
    }
}

/// So many calls of a name are looked up; where there are more, the queue is walked, and the page is soon full.
const FOUND: i64 = 1000;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Calls that were made, instead of those to be made.
    pub done: bool,
    /// Only about notices of this kind.
    pub kind: Option<&'static str>,
    /// Only those from before this moment, milliseconds UTC.
    pub before: Option<i64>,
    /// Only to persons whose name or login name begins so.
    pub person: Option<Beginning>,
    /// Only those that this account took after this moment, milliseconds UTC.
    pub claimed: Option<(i64, i64)>,
}

/// A page: those to be made oldest first, those made newest first; behind `after` (its time and key).
pub fn page(
    conn: &mut Conn,
    scope: &UnitScope,
    filter: &Filter,
    after: Option<(i64, i64)>,
    limit: i64,
) -> QueryResult<Vec<(Task, Account)>> {
    let among = match &filter.person {
        Some(person) => named(conn, scope, filter.done, person)?,
        None => None,
    };
    let mut query = dsl::phone_tasks
        .inner_join(accounts::table.on(accounts::id.eq(dsl::account_id)))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .limit(limit)
        .select((Task::as_select(), Account::as_select()))
        .into_boxed();
    if filter.done {
        query = query
            .filter(dsl::done_at.is_not_null())
            .order((dsl::done_at.desc(), dsl::id.desc()));
        if let Some((at, id)) = after {
            let done_at = dsl::done_at.assume_not_null();
            query = query
                .filter(done_at.le(at))
                .filter(done_at.lt(at).or(dsl::id.lt(id)));
        }
    } else {
        query = query
            .filter(dsl::done_at.is_null())
            .order((dsl::created_at, dsl::id));
        if let Some((at, id)) = after {
            query = query
                .filter(dsl::created_at.ge(at))
                .filter(dsl::created_at.gt(at).or(dsl::id.gt(id)));
        }
    }
    if let Some(kind) = filter.kind {
        query = query.filter(dsl::kind.eq(kind));
    }
    if let Some(before) = filter.before {
        query = query.filter(dsl::created_at.lt(before));
    }
    if let Some((who, since)) = filter.claimed {
        query = query
            .filter(dsl::claimed_by.eq(who))
            .filter(dsl::claimed_at.gt(since));
    }
    if let Some(Beginning { from, to }) = &filter.person {
        // Not the columns themselves: an index of names would bring all that have the name, to be put in order, where the
        // first ones of the queue are wanted.
        let (name, login) = (dsl::account_name.concat(""), dsl::account_login.concat(""));
        let named = name.between(from.clone(), to.clone());
        query = query.filter(named.or(login.between(from.clone(), to.clone())));
    }
    if let Some(among) = among {
        query = query.filter(dsl::id.eq_any(among));
    }
    query.load(conn)
}

/// The keys of calls to persons whose name or login name begins so, when they are not too many to be looked up.
fn named(
    conn: &mut Conn,
    scope: &UnitScope,
    done: bool,
    Beginning { from, to }: &Beginning,
) -> QueryResult<Option<Vec<i64>>> {
    let in_view = || {
        let of_unit = dsl::phone_tasks
            .filter(dsl::unit_id.eq(scope.unit_id()))
            .limit(FOUND)
            .select(dsl::id)
            .into_boxed();
        match done {
            true => of_unit.filter(dsl::done_at.is_not_null()),
            false => of_unit.filter(dsl::done_at.is_null()),
        }
    };
    let by_login = in_view().filter(dsl::account_login.between(from, to));
    let by_name = in_view().filter(dsl::account_name.between(from, to));
    Ok(few(by_login.load(conn)?, by_name.load(conn)?, FOUND))
}

/// A call of the unit, by its public id.
pub fn one(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Task>> {
    dsl::phone_tasks
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Task::as_select())
        .first(conn)
        .optional()
}

/// The same, locked until the transaction ends, so that of two managers the second one reads what the first one did.
pub fn hold(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Task>> {
    let row = dsl::phone_tasks
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()));
    diesel::update(row)
        .set(dsl::done_at.eq(dsl::done_at))
        .execute(conn)?;
    one(conn, scope, public_id)
}

/// Somebody takes a call, or lets go of it. The caller holds its row.
pub fn claim(conn: &mut Conn, task: i64, claim: Option<(i64, i64)>) -> QueryResult<usize> {
    let values = (
        dsl::claimed_by.eq(claim.map(|(who, _)| who)),
        dsl::claimed_at.eq(claim.map(|(_, at)| at)),
    );
    diesel::update(dsl::phone_tasks.filter(dsl::id.eq(task)))
        .set(values)
        .execute(conn)
}

/// Somebody made a password for a call.
pub fn note_password(conn: &mut Conn, task: i64, by: i64, now: i64) -> QueryResult<usize> {
    let values = (dsl::password_by.eq(by), dsl::password_at.eq(now));
    diesel::update(dsl::phone_tasks.filter(dsl::id.eq(task)))
        .set(values)
        .execute(conn)
}

/// The open calls of a kind to a person, whatever unit has to make them: what they are about is settled elsewhere.
pub fn all_open(conn: &mut Conn, account_id: i64, kind: &str) -> QueryResult<Vec<Task>> {
    dsl::phone_tasks
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::done_at.is_null())
        .order(dsl::id)
        .select(Task::as_select())
        .load(conn)
}

/// The newest open call of a kind to a person.
pub fn open_of_account(
    conn: &mut Conn,
    scope: &UnitScope,
    account_id: i64,
    kind: &str,
) -> QueryResult<Option<Task>> {
    dsl::phone_tasks
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::done_at.is_null())
        .order(dsl::id.desc())
        .select(Task::as_select())
        .first(conn)
        .optional()
}

/// Notes that somebody has called; false when somebody else had.
pub fn done(conn: &mut Conn, task: i64, by: i64, now: i64) -> QueryResult<bool> {
    let open = dsl::phone_tasks
        .filter(dsl::id.eq(task))
        .filter(dsl::done_at.is_null());
    let values = (dsl::done_at.eq(now), dsl::done_by.eq(by));
    Ok(diesel::update(open).set(values).execute(conn)? == 1)
}

/// How many calls are to be made; with `before`, of those from before that moment (milliseconds UTC).
pub fn count_open(conn: &mut Conn, scope: &UnitScope, before: Option<i64>) -> QueryResult<i64> {
    let mut query = dsl::phone_tasks
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::done_at.is_null())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(dsl::created_at.lt(before));
    }
    query.count().get_result(conn)
}
