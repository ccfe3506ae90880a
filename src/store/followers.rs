//! Who follows the account. Every change carries the event's own time, and an older event never undoes a newer one,
//! so that a repeated delivery is harmless even when nothing else remembers it.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::followers::dsl;
use super::schema::{follows, oauth_states, sessions};

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
    set(conn, change, Some(change.openid), scene)
}

/// Forgets the person: follows, page sessions, settled authorisations and the openid itself; false when a newer event is known.
pub fn unsubscribe(conn: &mut Conn, change: &Change<'_>) -> QueryResult<bool> {
    if !set(conn, change, None, None)? {
        return Ok(false);
    }
    diesel::delete(follows::table.filter(follows::openid.eq(change.openid))).execute(conn)?;
    diesel::delete(sessions::table.filter(sessions::openid.eq(change.openid))).execute(conn)?;
    let settled = oauth_states::table.filter(oauth_states::openid.eq(change.openid));
    diesel::delete(settled).execute(conn)?;
    Ok(true)
}

/// Inserts the row, or changes it unless it carries a newer event. The row lock makes whoever comes second see it.
fn set(
    conn: &mut Conn,
    change: &Change<'_>,
    openid: Option<&str>,
    scene: Option<&str>,
) -> QueryResult<bool> {
    let values = (
        dsl::openid.eq(openid),
        dsl::subscribed.eq(openid.is_some()),
        dsl::event_time.eq(change.event_time),
        dsl::scene.eq(scene),
        dsl::changed_at.eq(change.now),
    );
    let key = dsl::openid_hash.eq(change.openid_hash);
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::followers)
        .values((key, values))
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 1 {
        return Ok(true);
    }
    let not_newer = dsl::followers
        .filter(dsl::openid_hash.eq(change.openid_hash))
        .filter(dsl::event_time.le(change.event_time));
    let updated = diesel::update(not_newer).set(values).execute(conn)?;
    Ok(updated == 1)
}
