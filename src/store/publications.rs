//! The table of publications: what is listed, read, imported and followed by the index.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::publications::dsl;
use super::schema::{publication_drafts, publications};
use crate::domain::desk::UnitScope;

/// Which publications a list is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of the country.
    All,
    /// One unit's own.
    Own(String),
    /// A unit one step below the root with all below it.
    First(String),
    /// A unit two steps below the root with all below it.
    Second(String),
}

/// A row to be stored.
#[derive(Clone, Debug, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = publications, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Row {
    /// Internal key; never leaves the process.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// The publisher's id.
    pub external_id: String,
    /// `important_case` or `legal_document`.
    pub kind: String,
    /// The publishing unit.
    pub unit_id: String,
    /// Its ancestor (or itself) one step below the root.
    pub scope_1: Option<String>,
    /// Its ancestor (or itself) two steps below the root.
    pub scope_2: Option<String>,
    /// Title.
    pub title: String,
    /// May be empty.
    pub summary: String,
    /// Plain text.
    pub body: String,
    /// 起诉书 …
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// A JSON list of texts.
    pub charges: String,
    /// Milliseconds UTC.
    pub published_at: i64,
    /// Original.
    pub source_url: Option<String>,
    /// Milliseconds UTC; set when withdrawn.
    pub withdrawn_at: Option<i64>,
    /// The counter's value at the last change.
    pub revision: i64,
    /// Hash of the imported content.
    pub fingerprint: String,
    /// Milliseconds UTC of the last change.
    pub stored_at: i64,
}

/// What a list shows of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = publications)]
pub struct Listed {
    /// For the address.
    pub public_id: String,
    /// For ordering and search.
    pub external_id: String,
    /// Board.
    pub kind: String,
    /// Publishing unit.
    pub unit_id: String,
    /// Title.
    pub title: String,
    /// May be empty.
    pub summary: String,
    /// 起诉书 …
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// Milliseconds UTC.
    pub published_at: i64,
}

/// What an import must know of a stored publication.
#[derive(Clone, Debug, Queryable)]
pub struct Known {
    /// Internal key.
    pub id: i64,
    /// Address.
    pub public_id: String,
    /// The publisher's id.
    pub external_id: String,
    /// Hash of the content.
    pub fingerprint: String,
    /// Set when withdrawn.
    pub withdrawn_at: Option<i64>,
}

/// A place in the order of a list: `published_at`, then `external_id`, both descending.
pub type Place = (i64, String);

/// The newest visible items of a board, after `after` when given.
pub fn latest(
    conn: &mut Conn,
    kind: &str,
    scope: &Scope,
    now: i64,
    after: Option<&Place>,
    limit: i64,
) -> QueryResult<Vec<Listed>> {
    let mut query = dsl::publications
        .select(Listed::as_select())
        .filter(dsl::kind.eq(kind))
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.le(after.map_or(now, |(at, _)| now.min(*at))))
        .order((dsl::published_at.desc(), dsl::external_id.desc()))
        .limit(limit)
        .into_boxed();
    query = match scope {
        Scope::All => query,
        Scope::Own(unit) => query.filter(dsl::unit_id.eq(unit)),
        Scope::First(unit) => query.filter(dsl::scope_1.eq(unit)),
        Scope::Second(unit) => query.filter(dsl::scope_2.eq(unit)),
    };
    if let Some((at, id)) = after {
        query = query.filter(dsl::published_at.lt(*at).or(dsl::external_id.lt(id)));
    }
    query.load(conn)
}

/// The visible one at a public address.
pub fn visible_by_public_id(
    conn: &mut Conn,
    public_id: &str,
    now: i64,
) -> QueryResult<Option<Row>> {
    dsl::publications
        .select(Row::as_select())
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.le(now))
        .first(conn)
        .optional()
}

/// The board of a withdrawn item at a public address.
pub fn withdrawn_kind(conn: &mut Conn, public_id: &str) -> QueryResult<Option<String>> {
    let query = dsl::publications
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::withdrawn_at.is_not_null());
    query.select(dsl::kind).first(conn).optional()
}

/// The visible ones among the publishers' ids, in no order.
pub fn visible_by_external_ids(
    conn: &mut Conn,
    ids: &[String],
    now: i64,
) -> QueryResult<Vec<Listed>> {
    dsl::publications
        .select(Listed::as_select())
        .filter(dsl::external_id.eq_any(ids))
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.le(now))
        .load(conn)
}

/// A pattern for LIKE that finds the text anywhere; its own signs are escaped by a backslash.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What the desk of a unit asks for among its publications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// One board only.
    pub kind: Option<String>,
    /// A text in title or number.
    pub text: String,
    /// Those that were taken down instead of those that stand.
    pub withdrawn: bool,
}

/// A unit's publications, hidden and withdrawn ones too, newest first.
pub fn of_unit(
    conn: &mut Conn,
    scope: &UnitScope,
    wanted: &Wanted,
    (offset, limit): (i64, i64),
) -> QueryResult<Vec<(Listed, Option<i64>)>> {
    let mut query = dsl::publications
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select((Listed::as_select(), dsl::withdrawn_at))
        .order((dsl::published_at.desc(), dsl::external_id.desc()))
        .offset(offset)
        .limit(limit)
        .into_boxed();
    query = match wanted.withdrawn {
        true => query.filter(dsl::withdrawn_at.is_not_null()),
        false => query.filter(dsl::withdrawn_at.is_null()),
    };
    // Both boards by name: the indexes begin with the board.
    query = match &wanted.kind {
        Some(kind) => query.filter(dsl::kind.eq(kind.clone())),
        None => query.filter(dsl::kind.eq_any(["important_case", "legal_document"])),
    };
    if !wanted.text.is_empty() {
        let pattern = pattern(&wanted.text);
        query = query.filter(
            dsl::title
                .like(pattern.clone())
                .escape('\\')
                .or(dsl::document_number.like(pattern).escape('\\')),
        );
    }
    query.load(conn)
}

/// The one at a public address, of that unit, whatever its state.
pub fn one_of_unit(
    conn: &mut Conn,
    scope: &UnitScope,
    public_id: &str,
) -> QueryResult<Option<Row>> {
    dsl::publications
        .select(Row::as_select())
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .first(conn)
        .optional()
}

/// The one under a publisher's id, of that unit, whatever its state.
pub fn external_of_unit(
    conn: &mut Conn,
    scope: &UnitScope,
    external_id: &str,
) -> QueryResult<Option<Row>> {
    dsl::publications
        .select(Row::as_select())
        .filter(dsl::external_id.eq(external_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .first(conn)
        .optional()
}

/// Numbers of a unit's documents that can be read: number, publisher's id, since when.
pub fn numbers_of_unit(
    conn: &mut Conn,
    scope: &UnitScope,
) -> QueryResult<Vec<(Option<String>, String, i64)>> {
    dsl::publications
        .select((dsl::document_number, dsl::external_id, dsl::published_at))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::kind.eq("legal_document"))
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::document_number.is_not_null())
        .load(conn)
}

/// Visible ones of a board that were published before a moment and whose end no draft says; unit and publisher's id.
pub fn older_than(
    conn: &mut Conn,
    kind: &str,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<(String, String)>> {
    let written_here = publication_drafts::table
        .filter(publication_drafts::external_id.eq(dsl::external_id))
        .filter(publication_drafts::state.eq_any(["scheduled", "published"]));
    dsl::publications
        .select((dsl::unit_id, dsl::external_id))
        .filter(dsl::kind.eq(kind))
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.le(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(written_here)))
        .order((dsl::published_at.asc(), dsl::external_id.asc()))
        .limit(limit)
        .load(conn)
}

/// What is stored under the publishers' ids.
pub fn known(conn: &mut Conn, external_ids: &[&str]) -> QueryResult<Vec<Known>> {
    dsl::publications
        .select((
            dsl::id,
            dsl::public_id,
            dsl::external_id,
            dsl::fingerprint,
            dsl::withdrawn_at,
        ))
        .filter(dsl::external_id.eq_any(external_ids))
        .load(conn)
}

/// Stores new rows.
pub fn insert(conn: &mut Conn, rows: &[Row]) -> QueryResult<usize> {
    let mut count = 0;
    // 19 columns a row; SQLite allows 32,766 variables in a statement.
    for chunk in rows.chunks(200) {
        count += on_either!(conn, c => diesel::insert_into(publications::table).values(chunk).execute(c))?;
    }
    Ok(count)
}

/// Replaces a row by its key.
pub fn update(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::update(dsl::publications.filter(dsl::id.eq(row.id)))
        .set(row)
        .execute(conn)
}

/// Marks a row as withdrawn.
pub fn withdraw(conn: &mut Conn, id: i64, revision: i64, at: i64) -> QueryResult<usize> {
    diesel::update(dsl::publications.filter(dsl::id.eq(id)))
        .set((
            dsl::withdrawn_at.eq(Some(at)),
            dsl::revision.eq(revision),
            dsl::stored_at.eq(at),
        ))
        .execute(conn)
}

/// Rows changed after a revision, oldest change first.
pub fn changed_since(conn: &mut Conn, revision: i64, limit: i64) -> QueryResult<Vec<Row>> {
    dsl::publications
        .select(Row::as_select())
        .filter(dsl::revision.gt(revision))
        .order(dsl::revision.asc())
        .limit(limit)
        .load(conn)
}

/// Visible rows that became due in `(from, to]`, oldest first, not counting those changed after `revision`.
pub fn due_between(conn: &mut Conn, from: i64, to: i64, revision: i64) -> QueryResult<Vec<Row>> {
    dsl::publications
        .select(Row::as_select())
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.gt(from))
        .filter(dsl::published_at.le(to))
        .filter(dsl::revision.le(revision))
        .order(dsl::published_at.asc())
        .load(conn)
}

/// When the next hidden item becomes due.
pub fn next_due(conn: &mut Conn, now: i64) -> QueryResult<Option<i64>> {
    dsl::publications
        .select(dsl::published_at)
        .filter(dsl::withdrawn_at.is_null())
        .filter(dsl::published_at.gt(now))
        .order(dsl::published_at.asc())
        .first(conn)
        .optional()
}

/// Whether there is no row at all.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    dsl::publications
        .select(dsl::id)
        .first::<i64>(conn)
        .optional()
        .map(|row| row.is_none())
}

/// Gives all publications of a unit new places in the hierarchy.
pub fn move_unit(
    conn: &mut Conn,
    unit: &str,
    scope_1: Option<&str>,
    scope_2: Option<&str>,
) -> QueryResult<usize> {
    diesel::update(dsl::publications.filter(dsl::unit_id.eq(unit)))
        .set((dsl::scope_1.eq(scope_1), dsl::scope_2.eq(scope_2)))
        .execute(conn)
}
