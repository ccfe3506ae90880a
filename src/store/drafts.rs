//! What somebody has typed and not sent yet; sealed by the caller.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::drafts;
use super::schema::drafts::dsl;

/// A draft.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = drafts)]
pub struct Row {
    /// Keyed hash of the follower's openid.
    pub holder: String,
    /// The form's name.
    pub form: String,
    /// A sealed JSON object.
    pub sealed: String,
    /// Milliseconds UTC.
    pub updated_at: i64,
}

/// Keeps a draft in the place of an earlier one.
pub fn put(conn: &mut Conn, row: &Row) -> QueryResult<usize> {
    let kept = (
        dsl::sealed.eq(row.sealed.clone()),
        dsl::updated_at.eq(row.updated_at),
    );
    on_either!(conn, c => diesel::insert_into(dsl::drafts)
        .values(row)
        .on_conflict((dsl::holder, dsl::form))
        .do_update()
        .set(kept)
        .execute(c))
}

/// The sealed draft of a form.
pub fn of(conn: &mut Conn, holder: &str, form: &str) -> QueryResult<Option<String>> {
    dsl::drafts
        .filter(dsl::holder.eq(holder))
        .filter(dsl::form.eq(form))
        .select(dsl::sealed)
        .first(conn)
        .optional()
}

/// Drops all but the newest `most` drafts of a person.
pub fn keep_newest(conn: &mut Conn, holder: &str, most: i64) -> QueryResult<usize> {
    let old: Vec<String> = dsl::drafts
        .filter(dsl::holder.eq(holder))
        .order((dsl::updated_at.desc(), dsl::form))
        .offset(most)
        .limit(1000)
        .select(dsl::form)
        .load(conn)?;
    let rest = dsl::drafts
        .filter(dsl::holder.eq(holder))
        .filter(dsl::form.eq_any(old));
    diesel::delete(rest).execute(conn)
}

/// Drops the draft of a form.
pub fn drop_one(conn: &mut Conn, holder: &str, form: &str) -> QueryResult<usize> {
    let draft = dsl::drafts
        .filter(dsl::holder.eq(holder))
        .filter(dsl::form.eq(form));
    diesel::delete(draft).execute(conn)
}

/// Drops all drafts of a person.
pub fn drop_all(conn: &mut Conn, holder: &str) -> QueryResult<usize> {
    diesel::delete(dsl::drafts.filter(dsl::holder.eq(holder))).execute(conn)
}

/// Forgets what was not touched since `before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::drafts.filter(dsl::updated_at.lt(before))).execute(conn)
}
