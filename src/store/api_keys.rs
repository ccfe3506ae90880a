//! Keys of upstream systems, by hash.

use diesel::prelude::*;

use super::Conn;
use super::schema::api_keys::dsl;

/// Stores a key's hash. A name that is taken gives a unique violation.
pub fn insert(conn: &mut Conn, key_hash: &str, name: &str, now: i64) -> QueryResult<usize> {
    let values = (
        dsl::key_hash.eq(key_hash),
        dsl::name.eq(name),
        dsl::created_at.eq(now),
        dsl::revoked_at.eq(None::<i64>),
    );
    diesel::insert_into(dsl::api_keys)
        .values(values)
        .execute(conn)
}

/// The name of a key that is in force.
pub fn name_of(conn: &mut Conn, key_hash: &str) -> QueryResult<Option<String>> {
    dsl::api_keys
        .filter(dsl::key_hash.eq(key_hash))
        .filter(dsl::revoked_at.is_null())
        .select(dsl::name)
        .first(conn)
        .optional()
}

/// Removes the key of that name, if there is one.
pub fn remove(conn: &mut Conn, name: &str) -> QueryResult<usize> {
    diesel::delete(dsl::api_keys.filter(dsl::name.eq(name))).execute(conn)
}

/// A key; never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Key {
    /// The system that holds it.
    pub name: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC; it is good for nothing since.
    pub revoked_at: Option<i64>,
}

/// All of them, by name.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Key>> {
    dsl::api_keys
        .order(dsl::name)
        .select((dsl::name, dsl::created_at, dsl::revoked_at))
        .load(conn)
}

/// Ends the key of that name; false when there is none in force.
pub fn revoke(conn: &mut Conn, name: &str, now: i64) -> QueryResult<bool> {
    let row = dsl::api_keys
        .filter(dsl::name.eq(name))
        .filter(dsl::revoked_at.is_null());
    let changed = diesel::update(row)
        .set(dsl::revoked_at.eq(Some(now)))
        .execute(conn)?;
    Ok(changed == 1)
}
