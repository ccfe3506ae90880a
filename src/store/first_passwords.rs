//! First passwords, sealed, until they are shown: once.

use diesel::prelude::*;

use super::Conn;
use super::schema::first_passwords;
use super::schema::first_passwords::dsl;

/// A first password.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = first_passwords)]
pub struct FirstPassword {
    /// Random, for the address of its page.
    pub public_id: String,
    /// Keyed hash of the openid that registered.
    pub holder: String,
    /// The account.
    pub account_id: i64,
    /// Sealed (`first_passwords`, `sealed`, `public_id`); `None` once it was shown or grew old.
    pub sealed: Option<String>,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub shown_at: Option<i64>,
}

/// Adds one.
pub fn insert(conn: &mut Conn, first: &FirstPassword) -> QueryResult<usize> {
    diesel::insert_into(dsl::first_passwords)
        .values(first)
        .execute(conn)
}

/// The one with this id, for its holder only.
pub fn of(conn: &mut Conn, public_id: &str, holder: &str) -> QueryResult<Option<FirstPassword>> {
    dsl::first_passwords
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::holder.eq(holder))
        .select(FirstPassword::as_select())
        .first(conn)
        .optional()
}

/// Notes that it is shown now, if it was not before.
pub fn note_shown(conn: &mut Conn, public_id: &str, now: i64) -> QueryResult<usize> {
    let row = dsl::first_passwords
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::shown_at.is_null());
    diesel::update(row).set(dsl::shown_at.eq(now)).execute(conn)
}

/// Empties one. The row goes on to say that it was shown.
pub fn empty(conn: &mut Conn, public_id: &str) -> QueryResult<usize> {
    diesel::update(dsl::first_passwords.filter(dsl::public_id.eq(public_id)))
        .set(dsl::sealed.eq(None::<String>))
        .execute(conn)
}

/// How many accounts a holder registered since `since` (milliseconds UTC).
pub fn count_since(conn: &mut Conn, holder: &str, since: i64) -> QueryResult<i64> {
    dsl::first_passwords
        .filter(dsl::holder.eq(holder))
        .filter(dsl::created_at.gt(since))
        .count()
        .get_result(conn)
}

/// Empties those that nobody came for since `before` and those that were shown before `shown_before` (milliseconds UTC).
pub fn forget(conn: &mut Conn, before: i64, shown_before: i64) -> QueryResult<usize> {
    let old = dsl::first_passwords
        .filter(
            dsl::created_at
                .lt(before)
                .or(dsl::shown_at.assume_not_null().lt(shown_before)),
        )
        .filter(dsl::sealed.is_not_null());
    diesel::update(old)
        .set(dsl::sealed.eq(None::<String>))
        .execute(conn)
}
