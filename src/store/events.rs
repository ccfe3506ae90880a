//! Events of upstream systems: the same key again gets the same answer.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::events;
use super::schema::events::dsl;

/// An event as it is claimed.
#[derive(Insertable)]
#[diesel(table_name = events)]
pub struct NewEvent<'a> {
    /// Internal key.
    pub id: i64,
    /// Name of the API key.
    pub source: &'a str,
    /// The sender's key.
    pub idempotency_key: &'a str,
    /// Hash of what the event says.
    pub fingerprint: &'a str,
    /// Which event.
    pub kind: &'a str,
    /// Empty until [`answer`] is called in the same transaction.
    pub answer: &'a str,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// What was answered to an event before.
#[derive(Debug, Queryable)]
pub struct Recorded {
    /// Hash of what it said.
    pub fingerprint: String,
    /// The answer.
    pub answer: String,
}

/// Takes the key; false when it was taken before. Whoever comes at the same time waits until this transaction ends.
pub fn claim(conn: &mut Conn, event: &NewEvent<'_>) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::events)
        .values(event)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Stores the answer.
pub fn answer(conn: &mut Conn, id: i64, answer: &str) -> QueryResult<usize> {
    diesel::update(dsl::events.filter(dsl::id.eq(id)))
        .set(dsl::answer.eq(answer))
        .execute(conn)
}

/// What was recorded under a key.
pub fn recorded(conn: &mut Conn, source: &str, key: &str) -> QueryResult<Option<Recorded>> {
    dsl::events
        .filter(dsl::source.eq(source))
        .filter(dsl::idempotency_key.eq(key))
        .select((dsl::fingerprint, dsl::answer))
        .first(conn)
        .optional()
}

/// Forgets up to `limit` events from before that moment (milliseconds UTC); how many.
pub fn forget(conn: &mut Conn, before: i64, limit: i64) -> QueryResult<usize> {
    let old: Vec<i64> = dsl::events
        .filter(dsl::created_at.lt(before))
        .order(dsl::created_at)
        .limit(limit)
        .select(dsl::id)
        .load(conn)?;
    diesel::delete(dsl::events.filter(dsl::id.eq_any(old))).execute(conn)
}
