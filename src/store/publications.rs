//! The table of publications: what is listed, read, imported and followed by the index.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::publications;
use super::schema::publications::dsl;

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
