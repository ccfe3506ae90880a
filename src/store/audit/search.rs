//! Looking entries up, newest first, a page at a time.

use diesel::prelude::*;

use super::chain::Row;
use crate::domain::desk::UnitScope;
use crate::store::Conn;
use crate::store::schema::account_links;
use crate::store::schema::accounts;
use crate::store::schema::audit::dsl;
use crate::store::schema::audit_words::dsl as words;

/// Whose entries may be seen.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Those of one unit.
    Unit(UnitScope),
    /// All, also those of no unit: system administrators.
    All,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose entries.
    pub reach: Reach,
    /// From this time on, milliseconds UTC.
    pub from: i64,
    /// Until before this time.
    pub until: i64,
    /// By one of these; `None`: by anybody.
    pub actors: Option<Vec<String>>,
    /// This was done.
    pub action: Option<String>,
    /// This id stands in the subject.
    pub subject: Option<String>,
    /// Older than this one: time and id.
    pub before: Option<(i64, String)>,
    /// At most so many.
    pub limit: i64,
}

/// The entries, newest first. Whoever asks for an id or an actor is served from the words, so that few rows of a long
/// trail are looked at; rows of the last second are not found by them yet.
pub fn page(conn: &mut Conn, wanted: &Wanted) -> QueryResult<Vec<Row>> {
    // One bound only: of two, SQLite would use the wider one.
    let until = match &wanted.before {
        Some((at, _)) => wanted.until.min(at.saturating_add(1)),
        None => wanted.until,
    };
    match (&wanted.subject, &wanted.actors) {
        (Some(subject), _) => by_words(conn, wanted, until, std::slice::from_ref(subject)),
        (None, Some(actors)) => by_words(conn, wanted, until, actors),
        (None, None) => by_time(conn, wanted, until),
    }
}

fn by_time(conn: &mut Conn, wanted: &Wanted, until: i64) -> QueryResult<Vec<Row>> {
    let mut query = dsl::audit
        .filter(dsl::at.ge(wanted.from))
        .filter(dsl::at.lt(until))
        .order((dsl::at.desc(), dsl::id.desc()))
        .limit(wanted.limit)
        .select(Row::as_select())
        .into_boxed();
    if let Reach::Unit(scope) = &wanted.reach {
        query = query.filter(dsl::unit_id.eq(scope.unit_id()));
    }
    if let Some(action) = &wanted.action {
        query = query.filter(dsl::action.eq(action));
    }
    if let Some((at, id)) = &wanted.before {
        query = query.filter(dsl::at.lt(at).or(dsl::id.lt(id)));
    }
    query.load(conn)
}

fn by_words(
    conn: &mut Conn,
    wanted: &Wanted,
    until: i64,
    found_by: &[String],
) -> QueryResult<Vec<Row>> {
    let mut query = words::audit_words
        .inner_join(dsl::audit.on(dsl::id.eq(words::audit_id)))
        .filter(words::word.eq_any(found_by))
        .filter(words::at.ge(wanted.from))
        .filter(words::at.lt(until))
        .order((words::at.desc(), words::audit_id.desc()))
        .limit(wanted.limit)
        .select(Row::as_select())
        .into_boxed();
    if let Reach::Unit(scope) = &wanted.reach {
        query = query.filter(dsl::unit_id.eq(scope.unit_id()));
    }
    if let Some(actors) = &wanted.actors {
        query = query.filter(dsl::actor.eq_any(actors));
    }
    if let Some(action) = &wanted.action {
        query = query.filter(dsl::action.eq(action));
    }
    if let Some((at, id)) = &wanted.before {
        query = query.filter(words::at.lt(at).or(words::audit_id.lt(id)));
    }
    query.load(conn)
}

/// How an account appears as actor: by its public id, and by the hashes of the followers it was linked to. `typed` is a
/// login name or a public id. Empty when there is no such account.
pub fn actors_of(conn: &mut Conn, typed: &str) -> QueryResult<Vec<String>> {
    let account: Option<(i64, String)> = accounts::table
        .filter(
            accounts::login_name
                .eq(typed)
                .or(accounts::public_id.eq(typed)),
        )
        .select((accounts::id, accounts::public_id))
        .first(conn)
        .optional()?;
    let Some((id, public_id)) = account else {
        return Ok(Vec::new());
    };
    let hashes: Vec<String> = account_links::table
        .filter(account_links::account_id.eq(id))
        .select(account_links::openid_hash)
        .distinct()
        .load(conn)?;
    let mut actors = vec![
        format!("manager:{public_id}"),
        format!("account:{public_id}"),
    ];
    actors.extend(hashes.iter().map(|hash| format!("follower:{hash}")));
    Ok(actors)
}

/// The names behind actors such as `manager:ID`, by that word: login name and name.
pub fn names_of(
    conn: &mut Conn,
    public_ids: &[&str],
) -> QueryResult<Vec<(String, String, String)>> {
    accounts::table
        .filter(accounts::public_id.eq_any(public_ids))
        .select((
            accounts::public_id,
            accounts::login_name,
            accounts::display_name,
        ))
        .load(conn)
}
