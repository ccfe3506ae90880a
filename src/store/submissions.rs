//! Forms that were taken, so that the same form sent again leads to the same result.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::submissions;
use super::schema::submissions::dsl;

/// A form that was taken.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = submissions)]
pub struct Row {
    /// SHA-256 of the form's hidden key.
    pub once_hash: String,
    /// Keyed hash of the follower's openid.
    pub holder: String,
    /// The page that shows what became of it.
    pub path: String,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// Takes a form; false when it was taken before. On PostgreSQL a second one waits for the first one's end.
pub fn claim(conn: &mut Conn, row: &Row) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::submissions)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Where the result of a form of this person is shown.
pub fn path(conn: &mut Conn, once_hash: &str, holder: &str) -> QueryResult<Option<String>> {
    dsl::submissions
        .filter(dsl::once_hash.eq(once_hash))
        .filter(dsl::holder.eq(holder))
        .select(dsl::path)
        .first(conn)
        .optional()
}

/// Sets where the result is shown.
pub fn lead_to(conn: &mut Conn, once_hash: &str, path: &str) -> QueryResult<usize> {
    diesel::update(dsl::submissions.filter(dsl::once_hash.eq(once_hash)))
        .set(dsl::path.eq(path))
        .execute(conn)
}

/// Forgets a form.
pub fn release(conn: &mut Conn, once_hash: &str) -> QueryResult<usize> {
    diesel::delete(dsl::submissions.filter(dsl::once_hash.eq(once_hash))).execute(conn)
}

/// Forgets what was taken before `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::submissions.filter(dsl::created_at.lt(before))).execute(conn)
}
