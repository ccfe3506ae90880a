//! Taking back what waits for somebody who left.

use diesel::prelude::*;

use super::Conn;
use super::schema::pushes::dsl;

/// Cancels every notice for a follower that has not gone out yet; one that is being sent settles by itself.
pub fn cancel_for_openid(
    conn: &mut Conn,
    openid: &str,
    reason: &str,
    now: i64,
) -> QueryResult<usize> {
    let waiting = dsl::pushes
        .filter(dsl::openid.eq(openid))
        .filter(dsl::ended_at.is_null())
        .filter(dsl::state.ne("sending"));
    diesel::update(waiting)
        .set((
            dsl::state.eq("cancelled"),
            dsl::reason.eq(reason),
            dsl::ended_at.eq(now),
            dsl::due_at.eq(None::<i64>),
        ))
        .execute(conn)
}
