//! The queues of a unit. Every query here takes the scope by type: what belongs to another unit is not there.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::applications::Application;
use super::beginning::{Beginning, few};
use super::schema::applications::dsl;
use super::schema::{accounts, applications};
use crate::domain::desk::UnitScope;

/// What is looked for in a queue.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The kind's word.
    pub kind: &'static str,
    /// What was decided, instead of what waits.
    pub decided: bool,
    /// Only this outcome, or this state of what waits.
    pub state: Option<&'static str>,
    /// Only changes, or only first ones.
    pub is_change: Option<bool>,
    /// Only what came in before this moment, milliseconds UTC.
    pub before: Option<i64>,
    /// Only these applications, some hundred at most.
    pub among: Option<Vec<i64>>,
    /// Only this number.
    pub number: Option<String>,
    /// Only of applicants whose name or login name begins so.
    pub applicant: Option<Beginning>,
}

/// Where a page of a queue ends: the time it is ordered by, and the key.
pub type Place = (i64, i64);

/// A page of a queue: what waits oldest first, what was decided newest first; those behind `after`.
pub fn page(
    conn: &mut Conn,
    scope: &UnitScope,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<(Application, Account)>> {
    if let Some(among) = &filter.among {
        return page_among(conn, scope, (filter, among), after, limit);
    }
    let mut query = dsl::applications
        .inner_join(accounts::table.on(accounts::id.eq(dsl::account_id)))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::kind.eq(filter.kind))
        .limit(limit)
        .select((Application::as_select(), Account::as_select()))
        .into_boxed();
    if filter.decided {
        query = query
            .filter(dsl::decided_at.is_not_null())
            .order((dsl::decided_at.desc(), dsl::id.desc()));
        if let Some((at, id)) = after {
            let decided_at = dsl::decided_at.assume_not_null();
            query = query
                .filter(decided_at.le(at))
                .filter(decided_at.lt(at).or(dsl::id.lt(id)));
        }
    } else {
        query = query
            .filter(dsl::decided_at.is_null())
            .order((dsl::submitted_at, dsl::id));
        if let Some((at, id)) = after {
            query = query
                .filter(dsl::submitted_at.ge(at))
                .filter(dsl::submitted_at.gt(at).or(dsl::id.gt(id)));
        }
    }
    if let Some(state) = filter.state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some(is_change) = filter.is_change {
        query = query.filter(dsl::is_change.eq(is_change));
    }
    if let Some(before) = filter.before {
        query = query.filter(dsl::submitted_at.lt(before));
    }
    if let Some(number) = &filter.number {
        query = query.filter(dsl::external_id.eq(number.clone()));
    }
    if let Some(Beginning { from, to }) = &filter.applicant {
        // Not the columns themselves: an index of names would bring all that have the name, to be put in order, where the
        // first ones of the queue are wanted.
        let (name, login) = (dsl::account_name.concat(""), dsl::account_login.concat(""));
        let named = name.between(from.clone(), to.clone());
        query = query.filter(named.or(login.between(from.clone(), to.clone())));
    }
    query.load(conn)
}

/// Few applications are read as a whole and put in order here. The condition on `decided_at` is left out on purpose:
/// with it SQLite would walk through the whole queue of the unit instead of looking these up.
fn page_among(
    conn: &mut Conn,
    scope: &UnitScope,
    (filter, among): (&Filter, &[i64]),
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<(Application, Account)>> {
    let mut found: Vec<(Application, Account)> = dsl::applications
        .inner_join(accounts::table.on(accounts::id.eq(dsl::account_id)))
        .filter(dsl::id.eq_any(among.to_vec()))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::kind.eq(filter.kind))
        .select((Application::as_select(), Account::as_select()))
        .load(conn)?;
    let place = |one: &Application| match filter.decided {
        true => (one.decided_at.unwrap_or_default(), one.id),
        false => (one.submitted_at, one.id),
    };
    found.retain(|(one, account)| {
        let is_named = |beginning: &Beginning| {
            beginning.fits(&account.display_name) || beginning.fits(&account.login_name)
        };
        filter.applicant.as_ref().is_none_or(is_named)
            && one.decided_at.is_some() == filter.decided
            && filter.state.is_none_or(|state| one.state == state)
            && filter.is_change.is_none_or(|is| one.is_change == is)
            && filter.before.is_none_or(|before| one.submitted_at < before)
            && after.is_none_or(|after| match filter.decided {
                true => place(one) < after,
                false => place(one) > after,
            })
    });
    found.sort_by_key(|(one, _)| place(one));
    if filter.decided {
        found.reverse();
    }
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

/// The keys of those that wait, or were decided, of applicants whose name or login name begins so, in no order; `None`
/// when there are `limit` or more by one of the names.
pub fn named(
    conn: &mut Conn,
    scope: &UnitScope,
    (kind, decided): (&str, bool),
    Beginning { from, to }: &Beginning,
    limit: i64,
) -> QueryResult<Option<Vec<i64>>> {
    let in_view = || {
        let of_unit = dsl::applications
            .filter(dsl::unit_id.eq(scope.unit_id()))
            .filter(dsl::kind.eq(kind))
            .limit(limit)
            .select(dsl::id)
            .into_boxed();
        match decided {
            true => of_unit.filter(dsl::decided_at.is_not_null()),
            false => of_unit.filter(dsl::decided_at.is_null()),
        }
    };
    let by_login = in_view().filter(dsl::account_login.between(from, to));
    let by_name = in_view().filter(dsl::account_name.between(from, to));
    Ok(few(by_login.load(conn)?, by_name.load(conn)?, limit))
}

/// An application of the unit, by its public id.
pub fn one(
    conn: &mut Conn,
    scope: &UnitScope,
    public_id: &str,
) -> QueryResult<Option<Application>> {
    dsl::applications
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Application::as_select())
        .first(conn)
        .optional()
}

/// The same, locked until the transaction ends, so that of two managers the second one reads what the first one did.
pub fn hold(
    conn: &mut Conn,
    scope: &UnitScope,
    public_id: &str,
) -> QueryResult<Option<Application>> {
    let row = dsl::applications
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()));
    diesel::update(row)
        .set(dsl::version.eq(dsl::version))
        .execute(conn)?;
    one(conn, scope, public_id)
}

/// How many wait, by kind.
pub fn count_waiting(conn: &mut Conn, scope: &UnitScope) -> QueryResult<Vec<(String, i64)>> {
    applications::table
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::decided_at.is_null())
        .group_by(dsl::kind)
        .select((dsl::kind, diesel::dsl::count_star()))
        .load(conn)
}

/// How many of a kind wait since before a moment (milliseconds UTC).
pub fn count_before(
    conn: &mut Conn,
    scope: &UnitScope,
    kind: &str,
    before: i64,
) -> QueryResult<i64> {
    dsl::applications
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::decided_at.is_null())
        .filter(dsl::submitted_at.lt(before))
        .count()
        .get_result(conn)
}
