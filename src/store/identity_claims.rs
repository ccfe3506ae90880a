//! Whose an identity card or a licence is: keyed hashes, one account each. The primary key is the guard.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::identity_claims;
use super::schema::identity_claims::dsl;

/// A claim.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = identity_claims)]
pub struct Claim {
    /// Keyed hash of the number.
    pub claim: String,
    /// `id_number` or `licence`.
    pub kind: String,
    /// Whose.
    pub account_id: i64,
    /// Milliseconds UTC.
    pub created_at: i64,
}

/// Makes a claim; false when there is one. On PostgreSQL a second one waits for the first one's end.
pub fn insert(conn: &mut Conn, claim: &Claim) -> QueryResult<bool> {
    let inserted = on_either!(conn, c => diesel::insert_into(dsl::identity_claims)
        .values(claim)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Whose a number is.
pub fn owner(conn: &mut Conn, claim: &str) -> QueryResult<Option<i64>> {
    dsl::identity_claims
        .filter(dsl::claim.eq(claim))
        .select(dsl::account_id)
        .first(conn)
        .optional()
}

/// Gives a claim to another account; false when it changed hands meanwhile.
pub fn hand_over(conn: &mut Conn, claim: &Claim, from: i64) -> QueryResult<bool> {
    let row = dsl::identity_claims
        .filter(dsl::claim.eq(&claim.claim))
        .filter(dsl::account_id.eq(from));
    let values = (
        dsl::account_id.eq(claim.account_id),
        dsl::created_at.eq(claim.created_at),
    );
    Ok(diesel::update(row).set(values).execute(conn)? == 1)
}

/// Lets go of the claims of an account, all but some.
pub fn keep_only(conn: &mut Conn, account_id: i64, kept: &[String]) -> QueryResult<usize> {
    let others = dsl::identity_claims
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::claim.ne_all(kept));
    diesel::delete(others).execute(conn)
}
