//! Who follows the account. Every change carries the event's own time, and an older event never undoes a newer one,
//! so that a repeated delivery is harmless even when nothing else remembers it.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::followers::dsl;
use super::schema::{follows, sessions};

/// One event of one follower.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Keyed hash of the openid.
    pub openid_hash: &'a str,
    /// The openid.
    pub openid: &'a str,
    /// The event's CreateTime in seconds.
    pub event_time: i64,
    /// Milliseconds UTC.
    pub now: i64,
}

/// Notes that the person follows; false when a newer event is known.
pub fn subscribe(conn: &mut Conn, change: &Change<'_>, scene: Option<&str>) -> QueryResult<bool> {
    let values = (
        dsl::openid_hash.eq(change.openid_hash),
        dsl::openid.eq(Some(change.openid)),
        dsl::subscribed.eq(true),
        dsl::event_time.eq(change.event_time),
        dsl::scene.eq(scene),
        dsl::changed_at.eq(change.now),
    );
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::followers)
        .values(values)
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 1 {
        return Ok(true);
    }
    let newer = dsl::followers
        .filter(dsl::openid_hash.eq(change.openid_hash))
        .filter(dsl::event_time.le(change.event_time));
    let updated = diesel::update(newer)
        .set((
            dsl::openid.eq(Some(change.openid)),
            dsl::subscribed.eq(true),
            dsl::event_time.eq(change.event_time),
            dsl::scene.eq(scene),
            dsl::changed_at.eq(change.now),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Forgets the person: follows, page sessions and the openid itself; false when a newer event is known.
pub fn unsubscribe(conn: &mut Conn, change: &Change<'_>) -> QueryResult<bool> {
    let newer = dsl::followers
        .filter(dsl::openid_hash.eq(change.openid_hash))
        .filter(dsl::event_time.gt(change.event_time));
    if newer
        .select(dsl::openid_hash)
        .first::<String>(conn)
        .optional()?
        .is_some()
    {
        return Ok(false);
    }
    diesel::delete(follows::table.filter(follows::openid.eq(change.openid))).execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::openid.eq(change.openid))).execute(conn)?;
    let values = (
        dsl::openid_hash.eq(change.openid_hash),
        dsl::openid.eq(None::<&str>),
        dsl::subscribed.eq(false),
        dsl::event_time.eq(change.event_time),
        dsl::scene.eq(None::<&str>),
        dsl::changed_at.eq(change.now),
    );
    on_either!(conn, c => diesel::insert_into(dsl::followers)
        .values(values)
        .on_conflict(dsl::openid_hash)
        .do_update()
        .set((
            dsl::openid.eq(None::<&str>),
            dsl::subscribed.eq(false),
            dsl::event_time.eq(change.event_time),
            dsl::scene.eq(None::<&str>),
            dsl::changed_at.eq(change.now),
        ))
        .execute(c))?;
    Ok(true)
}

/// Whether the person is known to follow.
pub fn is_subscribed(conn: &mut Conn, openid: &str) -> QueryResult<bool> {
    let query = dsl::followers
        .filter(dsl::openid.eq(openid))
        .filter(dsl::subscribed.eq(true));
    query
        .select(dsl::openid_hash)
        .first::<String>(conn)
        .optional()
        .map(|row| row.is_some())
}
