//! Drafts of publications. Each is found by its public id and the unit of whoever looks.

use diesel::prelude::*;

use super::Conn;
use super::schema::publication_drafts;
use super::schema::publication_drafts::dsl;
use crate::domain::desk::UnitScope;
use crate::domain::publishing::State;

/// A draft.
#[derive(Clone, Debug, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = publication_drafts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Row {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// The unit that publishes.
    pub unit_id: String,
    /// The board.
    pub kind: String,
    /// A word of [`State`].
    pub state: String,
    /// The publication's id.
    pub external_id: String,
    /// Whether it takes the place of what stands there.
    pub is_correction: bool,
    /// Category of an important case.
    pub category: Option<String>,
    /// Finer type of a document.
    pub sub_type: Option<String>,
    /// Title.
    pub title: String,
    /// Summary and body, sealed (`publication_drafts`, `sealed`, `public_id`).
    pub sealed: String,
    /// Type of the document.
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// A JSON list of texts.
    pub charges: String,
    /// Milliseconds UTC.
    pub decided_at: Option<i64>,
    /// Milliseconds UTC.
    pub effective_at: Option<i64>,
    /// Original.
    pub source_url: Option<String>,
    /// When it shall be shown, milliseconds UTC.
    pub publish_at: Option<i64>,
    /// When it is taken down, milliseconds UTC.
    pub expires_at: Option<i64>,
    /// Keyed hash of everything that people will read.
    pub text_hash: String,
    /// Who began it.
    pub author_id: i64,
    /// Who changed it last.
    pub edited_by: i64,
    /// Who submitted it.
    pub submitted_by: Option<i64>,
    /// Who approved it.
    pub approved_by: Option<i64>,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// Raised by every change.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// What a list shows of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = publication_drafts)]
pub struct Listed {
    /// For the address.
    pub public_id: String,
    /// Board.
    pub kind: String,
    /// State.
    pub state: String,
    /// Whether it corrects something.
    pub is_correction: bool,
    /// Title.
    pub title: String,
    /// 文书号.
    pub document_number: Option<String>,
    /// When it is shown.
    pub publish_at: Option<i64>,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// Adds one; a second open version of the same publication gives a unique violation.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(publication_drafts::table)
        .values(row)
        .execute(conn)
}

/// Stores a draft that had this version until now; `false` when somebody was quicker.
pub fn update(conn: &mut Conn, row: &Row, version: i64) -> QueryResult<bool> {
    let same = dsl::publication_drafts
        .filter(dsl::id.eq(row.id))
        .filter(dsl::version.eq(version));
    Ok(diesel::update(same).set(row).execute(conn)? == 1)
}

/// The one at an address, of that unit.
pub fn of_unit(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Row>> {
    dsl::publication_drafts
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// Those of a unit in a state, with a text in title or number, last changed first.
pub fn list(
    conn: &mut Conn,
    scope: &UnitScope,
    state: State,
    text: &str,
    (offset, limit): (i64, i64),
) -> QueryResult<Vec<Listed>> {
    let mut query = dsl::publication_drafts
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::state.eq(state.as_str()))
        .select(Listed::as_select())
        .order((dsl::updated_at.desc(), dsl::id.desc()))
        .offset(offset)
        .limit(limit)
        .into_boxed();
    if !text.is_empty() {
        let pattern = super::publications::pattern(text);
        query = query.filter(
            dsl::title
                .like(pattern.clone())
                .escape('\\')
                .or(dsl::document_number.like(pattern).escape('\\')),
        );
    }
    query.load(conn)
}

/// How many a unit has in each state.
pub fn counts(conn: &mut Conn, scope: &UnitScope) -> QueryResult<Vec<(String, i64)>> {
    dsl::publication_drafts
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .group_by(dsl::state)
        .select((dsl::state, diesel::dsl::count_star()))
        .load(conn)
}

/// Those of a publication that stand among the publications.
pub fn public_of(conn: &mut Conn, external_id: &str) -> QueryResult<Vec<Row>> {
    dsl::publication_drafts
        .filter(dsl::external_id.eq(external_id))
        .filter(dsl::state.eq_any(PUBLIC))
        .select(Row::as_select())
        .load(conn)
}

/// The newest that was ever approved for a publication of a unit.
pub fn newest_of(
    conn: &mut Conn,
    scope: &UnitScope,
    external_id: &str,
) -> QueryResult<Option<Row>> {
    dsl::publication_drafts
        .filter(dsl::external_id.eq(external_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::approved_by.is_not_null())
        .order(dsl::id.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The open version of a publication of a unit.
pub fn open_of(conn: &mut Conn, scope: &UnitScope, external_id: &str) -> QueryResult<Option<Row>> {
    let open: Vec<&str> = State::ALL
        .into_iter()
        .filter(|state| state.is_open() || *state == State::Submitted)
        .map(State::as_str)
        .collect();
    dsl::publication_drafts
        .filter(dsl::external_id.eq(external_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::state.eq_any(open))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// Scheduled ones that are shown by now.
pub fn due(conn: &mut Conn, now: i64, limit: i64) -> QueryResult<Vec<Row>> {
    dsl::publication_drafts
        .filter(dsl::state.eq(State::Scheduled.as_str()))
        .filter(dsl::publish_at.le(now))
        .select(Row::as_select())
        .order(dsl::id.asc())
        .limit(limit)
        .load(conn)
}

/// Public ones whose time is over.
pub fn expired(conn: &mut Conn, now: i64, limit: i64) -> QueryResult<Vec<Row>> {
    dsl::publication_drafts
        .filter(dsl::state.eq_any(PUBLIC))
        .filter(dsl::expires_at.le(now))
        .select(Row::as_select())
        .order(dsl::id.asc())
        .limit(limit)
        .load(conn)
}

const PUBLIC: [&str; 2] = ["scheduled", "published"];
