//! Looking entries up, newest first, a page at a time.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::chain::Row;
use super::staff;
use crate::domain::desk::UnitScope;
use crate::store::Conn;
use crate::store::schema::account_links;
use crate::store::schema::accounts;
use crate::store::schema::audit::dsl;
use crate::store::schema::audit_words;
use crate::store::schema::audit_words::dsl as words;

/// Whose entries may be seen.
#[derive(Clone, Debug)]
pub enum Reach {
    /// What is the business of one unit, and what its managers did about another's.
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
    /// One of these ids stands in the subject.
    pub subjects: Option<Vec<String>>,
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
    match (&wanted.subjects, &wanted.actors, &wanted.reach) {
        (Some(subjects), _, _) => by_words(conn, wanted, until, subjects),
        (None, Some(actors), _) => by_words(conn, wanted, until, actors),
        (None, None, Reach::All) => by_time(conn, wanted, until, None),
        (None, None, Reach::Unit(scope)) => {
            // Two walks, each along an index: no index serves both at once. Nothing is found by both.
            let mut rows = by_time(conn, wanted, until, Some(scope))?;
            let elsewhere = [staff::word(scope.unit_id())];
            rows.extend(by_words(conn, wanted, until, &elsewhere)?);
            rows.sort_unstable_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
            rows.truncate(usize::try_from(wanted.limit).unwrap_or(0));
            Ok(rows)
        }
    }
}

fn by_time(
    conn: &mut Conn,
    wanted: &Wanted,
    until: i64,
    scope: Option<&UnitScope>,
) -> QueryResult<Vec<Row>> {
    let mut query = dsl::audit
        .filter(dsl::at.ge(wanted.from))
        .filter(dsl::at.lt(until))
        .order((dsl::at.desc(), dsl::id.desc()))
        .limit(wanted.limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(scope) = scope {
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
        .select((Row::as_select(), words::at, words::audit_id))
        .into_boxed();
    // A row that names several of them is one row.
    if found_by.len() > 1 {
        query = query.distinct();
    }
    if let Reach::Unit(scope) = &wanted.reach {
        let acted = diesel::alias!(audit_words as acted);
        let by_staff = acted
            .filter(acted.field(words::word).eq(staff::word(scope.unit_id())))
            .filter(acted.field(words::at).eq(dsl::at))
            .filter(acted.field(words::audit_id).eq(dsl::id));
        let own = dsl::unit_id.eq(scope.unit_id());
        query = query.filter(own.or(exists(by_staff).nullable()));
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
    let found: Vec<(Row, i64, String)> = query.load(conn)?;
    Ok(found.into_iter().map(|(row, _, _)| row).collect())
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
