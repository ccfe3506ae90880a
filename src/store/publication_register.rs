//! Documents that should be public, whether they are, and why not.

use diesel::prelude::*;

use super::Conn;
use super::schema::publication_register;
use super::schema::publication_register::dsl;
use crate::domain::desk::{TreeScope, UnitScope};
use crate::domain::publishing::Status;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = publication_register, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Row {
    /// Internal key.
    pub id: i64,
    /// Random, for addresses.
    pub public_id: String,
    /// Whose it is.
    pub unit_id: String,
    /// As it is printed.
    pub document_number: String,
    /// As it is compared.
    pub number_key: String,
    /// 起诉书 …
    pub document_type: String,
    /// Milliseconds UTC.
    pub decided_at: i64,
    /// A word of [`Status`].
    pub status: String,
    /// Why it is not public.
    pub reason: Option<String>,
    /// The same in words.
    pub note: Option<String>,
    /// The publication.
    pub external_id: Option<String>,
    /// Since when it can be read.
    pub public_at: Option<i64>,
    /// Who changed it last.
    pub updated_by: Option<i64>,
    /// Raised by every change.
    pub version: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// Days of decision, milliseconds UTC: from, and before.
pub type Period = (i64, i64);

/// Adds one; a number that the unit has already gives a unique violation.
pub fn insert(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    diesel::insert_into(publication_register::table)
        .values(row)
        .execute(conn)
}

/// Stores one that had this version until now; `false` when somebody was quicker.
pub fn update(conn: &mut Conn, row: &Row, version: i64) -> QueryResult<bool> {
    let same = dsl::publication_register
        .filter(dsl::id.eq(row.id))
        .filter(dsl::version.eq(version));
    Ok(diesel::update(same).set(row).execute(conn)? == 1)
}

/// The one at an address, of that unit.
pub fn of_unit(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Row>> {
    dsl::publication_register
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The one with that number, of that unit.
pub fn by_number(conn: &mut Conn, scope: &UnitScope, key: &str) -> QueryResult<Option<Row>> {
    dsl::publication_register
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::number_key.eq(key))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// Which of a unit's documents are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only with this status.
    pub status: Option<Status>,
    /// Only with this text in the number; folded.
    pub text: String,
}

/// Those of a unit that were decided in a period, newest first.
pub fn list(
    conn: &mut Conn,
    scope: &UnitScope,
    period: Period,
    wanted: &Wanted,
    (offset, limit): (i64, i64),
) -> QueryResult<Vec<Row>> {
    let mut query = dsl::publication_register
        .filter(dsl::unit_id.eq(scope.unit_id()))
        .filter(dsl::decided_at.ge(period.0))
        .filter(dsl::decided_at.lt(period.1))
        .select(Row::as_select())
        .order((dsl::decided_at.desc(), dsl::id.desc()))
        .offset(offset)
        .limit(limit)
        .into_boxed();
    if let Some(status) = wanted.status {
        query = query.filter(dsl::status.eq(status.as_str()));
    }
    if !wanted.text.is_empty() {
        let pattern = super::publications::pattern(&wanted.text);
        query = query.filter(dsl::number_key.like(pattern).escape('\\'));
    }
    query.load(conn)
}

/// Unit, status, reason, number.
pub type Counted = (String, String, Option<String>, i64);

/// How many documents each unit of a tree has.
pub fn counts(conn: &mut Conn, tree: &TreeScope, period: Period) -> QueryResult<Vec<Counted>> {
    dsl::publication_register
        .filter(dsl::unit_id.eq_any(tree.unit_ids()))
        .filter(dsl::decided_at.ge(period.0))
        .filter(dsl::decided_at.lt(period.1))
        .group_by((dsl::unit_id, dsl::status, dsl::reason))
        .select((
            dsl::unit_id,
            dsl::status,
            dsl::reason,
            diesel::dsl::count_star(),
        ))
        .load(conn)
}

/// Those with one of these numbers, of whichever unit: an import asks for many units at a time.
pub fn by_keys(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<Row>> {
    dsl::publication_register
        .filter(dsl::number_key.eq_any(keys))
        .select(Row::as_select())
        .load(conn)
}

/// Those that are public through one of these publications.
pub fn by_publications(conn: &mut Conn, external_ids: &[&str]) -> QueryResult<Vec<Row>> {
    dsl::publication_register
        .filter(dsl::external_id.eq_any(external_ids))
        .select(Row::as_select())
        .load(conn)
}

/// Whether there is none at all.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let any: Option<i64> = dsl::publication_register
        .select(dsl::id)
        .first(conn)
        .optional()?;
    Ok(any.is_none())
}
