//! What has long ended goes.

use diesel::prelude::*;

use crate::store::Conn;
use crate::store::row_id::row_id;
use crate::store::schema::push_attempts;
use crate::store::schema::pushes::dsl;

/// Deletes up to `limit` notices, with their tries, that ended before `before` (milliseconds UTC); how many. A key says when
/// its row was made, so that only rows from before then are looked at.
pub fn forget(conn: &mut Conn, before: i64, limit: i64) -> QueryResult<usize> {
    let ids: Vec<i64> = dsl::pushes
        .filter(dsl::id.lt(row_id(before, 0)))
        .filter(dsl::ended_at.lt(before))
        .order(dsl::id)
        .limit(limit)
        .select(dsl::id)
        .load(conn)?;
    let tries = push_attempts::table.filter(push_attempts::push_id.eq_any(&ids));
    diesel::delete(tries).execute(conn)?;
    diesel::delete(dsl::pushes.filter(dsl::id.eq_any(&ids))).execute(conn)
}
