//! Persons whom nothing is pushed to until they come back: they left, or refuse our messages.

use diesel::prelude::*;

use super::conn::on_either;
use super::schema::push_blocks::dsl;
use super::{Conn, counters};

/// Blocks a person; nothing changes when they are.
pub fn block(conn: &mut Conn, openid_hash: &str, reason: &str, now: i64) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::push_blocks)
        .values((
            dsl::openid_hash.eq(openid_hash),
            dsl::reason.eq(reason),
            dsl::blocked_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 1 {
        counters::raise(conn, counters::PUSH_BLOCKS, 1)?;
    }
    Ok(inserted == 1)
}

/// Lifts a block; false when there was none.
pub fn lift(conn: &mut Conn, openid_hash: &str) -> QueryResult<bool> {
    let lifted = diesel::delete(dsl::push_blocks.find(openid_hash)).execute(conn)?;
    if lifted == 1 {
        counters::raise(conn, counters::PUSH_BLOCKS, 1)?;
    }
    Ok(lifted == 1)
}

/// Everybody who is blocked.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<String>> {
    dsl::push_blocks.select(dsl::openid_hash).load(conn)
}
