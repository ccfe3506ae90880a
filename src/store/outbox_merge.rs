//! To-dos of one manager that become one notice while it waits.

use diesel::prelude::*;

use super::Conn;
use super::schema::pushes::dsl;

/// The newest notice of a merge key that tells of something itself.
#[derive(Clone, Debug, Queryable)]
pub struct Latest {
    /// Internal key.
    pub id: i64,
    /// A JSON object.
    pub fields: String,
    /// Milliseconds UTC of its first try, or when that will be.
    pub told_at: i64,
    /// Whether it still waits for its first try, and when that is.
    pub waits_until: Option<i64>,
}

/// The newest one with that key.
pub fn latest(conn: &mut Conn, merge_key: &str) -> QueryResult<Option<Latest>> {
    type Row = (i64, String, i64, Option<i64>, Option<i64>, String, i32);
    let row: Option<Row> = dsl::pushes
        .filter(dsl::merge_key.eq(merge_key))
        .filter(dsl::merged_into.is_null())
        .order(dsl::id.desc())
        .select((
            dsl::id,
            dsl::fields,
            dsl::created_at,
            dsl::first_attempt_at,
            dsl::due_at,
            dsl::state,
            dsl::attempts,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(
        |(id, fields, created_at, tried_at, due_at, state, attempts)| {
            let waits = state == "pending" && attempts == 0;
            Latest {
                id,
                fields,
                told_at: tried_at.or(due_at).unwrap_or(created_at),
                waits_until: due_at.filter(|_| waits),
            }
        },
    ))
}

/// Puts other fields into a notice that still waits and says what `before` said; false when it is gone or was changed.
pub fn refill(conn: &mut Conn, before: &Latest, fields: &str, now: i64) -> QueryResult<bool> {
    let waiting = dsl::pushes
        .filter(dsl::id.eq(before.id))
        .filter(dsl::state.eq("pending"))
        .filter(dsl::lease_token.is_null())
        .filter(dsl::attempts.eq(0))
        .filter(dsl::due_at.gt(now))
        .filter(dsl::fields.eq(&before.fields));
    let filled = diesel::update(waiting)
        .set(dsl::fields.eq(fields))
        .execute(conn)?;
    Ok(filled == 1)
}
