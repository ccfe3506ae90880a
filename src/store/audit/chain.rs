//! The chain over committed rows: what is not sealed yet, the end of it, and rows in their order.

use diesel::prelude::*;

use crate::store::Conn;
use crate::store::conn::on_either;
use crate::store::schema::audit::dsl;
use crate::store::schema::audit_heads::dsl as heads;
use crate::store::schema::audit_words::dsl as words;

/// The only row of `audit_heads`.
const THE_HEAD: i32 = 1;

/// A row with its place, which it has once it is sealed.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = crate::store::schema::audit)]
pub struct Row {
    /// Random.
    pub id: String,
    /// Milliseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Whose business it was, where that is known.
    pub unit_id: Option<String>,
    /// Its place.
    pub seq: Option<i64>,
    /// The hash there.
    pub hash: Option<String>,
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::store::schema::audit_heads)]
pub struct Head {
    /// The last place; 0 before the first row.
    pub seq: i64,
    /// The hash there.
    pub hash: String,
    /// The day on which the end was last written into the log.
    pub anchored_on: String,
}

/// The end as it is now; `None` only when somebody removed it.
pub fn head(conn: &mut Conn) -> QueryResult<Option<Head>> {
    heads::audit_heads
        .find(THE_HEAD)
        .select(Head::as_select())
        .first(conn)
        .optional()
}

/// The oldest committed rows without a place.
pub fn unsealed(conn: &mut Conn, limit: i64) -> QueryResult<Vec<Row>> {
    dsl::audit
        .filter(dsl::seq.is_null())
        .order((dsl::at, dsl::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
}

/// How many rows have no place, and since when the oldest waits.
pub fn backlog(conn: &mut Conn) -> QueryResult<(i64, Option<i64>)> {
    dsl::audit
        .filter(dsl::seq.is_null())
        .select((diesel::dsl::count_star(), diesel::dsl::min(dsl::at)))
        .first(conn)
}

/// Moves the end, unless somebody else did: then false, and nothing of this transaction may stay. Comes first in it: whoever
/// is second waits here.
pub fn advance(conn: &mut Conn, from: i64, seq: i64, hash: &str) -> QueryResult<bool> {
    let row = heads::audit_heads
        .find(THE_HEAD)
        .filter(heads::seq.eq(from));
    let values = (heads::seq.eq(seq), heads::hash.eq(hash));
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Gives a row its place; false when it has one.
pub fn seal(conn: &mut Conn, id: &str, seq: i64, hash: &str) -> QueryResult<bool> {
    let row = dsl::audit.find(id).filter(dsl::seq.is_null());
    let values = (dsl::seq.eq(seq), dsl::hash.eq(hash));
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Notes the words by which rows are found: word, time and id of each.
pub fn note(conn: &mut Conn, all: &[(&str, i64, &str)]) -> QueryResult<()> {
    let rows: Vec<_> = all
        .iter()
        .map(|(word, at, id)| {
            (
                words::word.eq(*word),
                words::at.eq(*at),
                words::audit_id.eq(*id),
            )
        })
        .collect();
    on_either!(conn, c => diesel::insert_into(words::audit_words)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Says that the end was written into the log on that day; true for whoever says it first.
pub fn anchored(conn: &mut Conn, before: &str, day: &str) -> QueryResult<bool> {
    let row = heads::audit_heads
        .find(THE_HEAD)
        .filter(heads::anchored_on.eq(before));
    Ok(diesel::update(row)
        .set(heads::anchored_on.eq(day))
        .execute(conn)?
        == 1)
}

/// Sealed rows behind a place, in their order.
pub fn after(conn: &mut Conn, seq: i64, limit: i64) -> QueryResult<Vec<Row>> {
    dsl::audit
        .filter(dsl::seq.gt(seq))
        .order(dsl::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
}

/// The hash that stands at a place.
pub fn hash_at(conn: &mut Conn, seq: i64) -> QueryResult<Option<String>> {
    let hash: Option<Option<String>> = dsl::audit
        .filter(dsl::seq.eq(seq))
        .select(dsl::hash)
        .first(conn)
        .optional()?;
    Ok(hash.flatten())
}

/// The first and the last place that a row has.
pub fn ends(conn: &mut Conn) -> QueryResult<(Option<i64>, Option<i64>)> {
    let placed = || dsl::audit.filter(dsl::seq.is_not_null());
    let first = placed().select(diesel::dsl::min(dsl::seq)).first(conn)?;
    let last = placed().select(diesel::dsl::max(dsl::seq)).first(conn)?;
    Ok((first, last))
}
