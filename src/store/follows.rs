//! The procuratorates a follower follows: at most five, which the slot's constraint guarantees.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::follows::dsl;

/// Slots of one follower.
pub const LIMIT: i32 = 5;

/// What adding came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is followed now.
    Yes,
    /// It was followed before.
    Already,
    /// All slots are taken.
    Full,
}

/// The unit ids a person follows, oldest first.
pub fn of(conn: &mut Conn, openid: &str) -> QueryResult<Vec<String>> {
    dsl::follows
        .filter(dsl::openid.eq(openid))
        .order((dsl::created_at.asc(), dsl::slot.asc()))
        .select(dsl::unit_id)
        .load(conn)
}

/// Follows a unit in the first free slot. Safe against itself running twice at the same time: the constraints
/// decide, and a lost race is tried again.
pub fn add(conn: &mut Conn, openid: &str, unit_id: &str, now: i64) -> QueryResult<Added> {
    for _ in 0..=LIMIT {
        let taken: Vec<(i32, String)> = dsl::follows
            .filter(dsl::openid.eq(openid))
            .select((dsl::slot, dsl::unit_id))
            .load(conn)?;
        if taken.iter().any(|(_, unit)| unit == unit_id) {
            return Ok(Added::Already);
        }
        let Some(free) = (1..=LIMIT).find(|slot| taken.iter().all(|(used, _)| used != slot)) else {
            return Ok(Added::Full);
        };
        let values = (
            dsl::openid.eq(openid),
            dsl::slot.eq(free),
            dsl::unit_id.eq(unit_id),
            dsl::created_at.eq(now),
        );
        let inserted = on_either!(conn, c => diesel::insert_into(dsl::follows)
            .values(values)
            .on_conflict_do_nothing()
            .execute(c))?;
        if inserted == 1 {
            return Ok(Added::Yes);
        }
    }
    Ok(Added::Full)
}

/// Follows no more; false when it was not followed.
pub fn remove(conn: &mut Conn, openid: &str, unit_id: &str) -> QueryResult<bool> {
    let row = dsl::follows
        .filter(dsl::openid.eq(openid))
        .filter(dsl::unit_id.eq(unit_id));
    diesel::delete(row).execute(conn).map(|rows| rows == 1)
}
