//! Picture codes: one try each, bound to the session they were made for.

use diesel::prelude::*;

use super::Conn;
use super::schema::captchas;
use super::schema::captchas::dsl;

/// A picture code.
#[derive(Clone, Insertable, Queryable)]
#[diesel(table_name = captchas)]
pub struct Row {
    /// SHA-256 of the token in the form.
    pub token_hash: String,
    /// The session, by the hash of its token.
    pub session: String,
    /// Sealed: the digits, and what the picture is drawn from.
    pub answer: String,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Keeps a new one. Of a session the newest `most` stay, and nothing that expired.
pub fn insert(conn: &mut Conn, row: &Row, most: i64) -> QueryResult<()> {
    diesel::delete(dsl::captchas.filter(dsl::expires_at.le(row.created_at))).execute(conn)?;
    let older: Vec<String> = dsl::captchas
        .filter(dsl::session.eq(&row.session))
        .order((dsl::created_at.desc(), dsl::token_hash))
        .offset(most - 1)
        .limit(1000)
        .select(dsl::token_hash)
        .load(conn)?;
    if !older.is_empty() {
        diesel::delete(dsl::captchas.filter(dsl::token_hash.eq_any(older))).execute(conn)?;
    }
    diesel::insert_into(captchas::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// The sealed answer of a code of this session that has not expired.
pub fn answer(
    conn: &mut Conn,
    token_hash: &str,
    session: &str,
    now: i64,
) -> QueryResult<Option<String>> {
    dsl::captchas
        .filter(dsl::token_hash.eq(token_hash))
        .filter(dsl::session.eq(session))
        .filter(dsl::expires_at.gt(now))
        .select(dsl::answer)
        .first(conn)
        .optional()
}

/// Uses a code up; false when it was used before or by somebody else at this moment.
pub fn take(conn: &mut Conn, token_hash: &str) -> QueryResult<bool> {
    let row = dsl::captchas.filter(dsl::token_hash.eq(token_hash));
    Ok(diesel::delete(row).execute(conn)? == 1)
}
