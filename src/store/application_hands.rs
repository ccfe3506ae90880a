//! In whose hands an application is, and whose it was when it was decided.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::application_hands;
use super::schema::application_hands::dsl;

/// Who has to do with an application; accounts by their internal keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_hands)]
pub struct Hands {
    /// The application.
    pub application_id: i64,
    /// Who took it.
    pub claimed_by: Option<i64>,
    /// When, milliseconds UTC.
    pub claimed_at: Option<i64>,
    /// Who decided it at the console or on the phone, or answered a part of it.
    pub decided_by: Option<i64>,
    /// When that was, milliseconds UTC.
    pub decided_at: Option<i64>,
    /// Who ended later what was granted.
    pub revoked_by: Option<i64>,
    /// The application's version after `decided_by` acted.
    pub decided_version: Option<i64>,
}

impl Hands {
    /// Who has it now, when claims from before `since` (milliseconds UTC) are over.
    pub fn holder(&self, since: i64) -> Option<(i64, i64)> {
        holder((self.claimed_by, self.claimed_at), since)
    }
}

/// Of a claim, who has the thing and since when; claims from before `since` (milliseconds UTC) are over.
pub(super) fn holder(claim: (Option<i64>, Option<i64>), since: i64) -> Option<(i64, i64)> {
    let (who, at) = (claim.0?, claim.1?);
    (at > since).then_some((who, at))
}

/// In whose hands these applications are; those that nobody touched are not among them.
pub fn of(conn: &mut Conn, applications: &[i64]) -> QueryResult<Vec<Hands>> {
    dsl::application_hands
        .filter(dsl::application_id.eq_any(applications.to_vec()))
        .select(Hands::as_select())
        .load(conn)
}

/// In whose hands an application is.
pub fn of_one(conn: &mut Conn, application: i64) -> QueryResult<Hands> {
    let found = of(conn, &[application])?.pop();
    Ok(found.unwrap_or(Hands {
        application_id: application,
        ..Hands::default()
    }))
}

/// Stores it. The caller holds the application's row.
pub fn put(conn: &mut Conn, hands: &Hands) -> QueryResult<usize> {
    let values = (
        dsl::claimed_by.eq(hands.claimed_by),
        dsl::claimed_at.eq(hands.claimed_at),
        dsl::decided_by.eq(hands.decided_by),
        dsl::decided_at.eq(hands.decided_at),
        dsl::revoked_by.eq(hands.revoked_by),
        dsl::decided_version.eq(hands.decided_version),
    );
    on_either!(conn, c => diesel::insert_into(dsl::application_hands)
        .values(hands)
        .on_conflict(dsl::application_id)
        .do_update()
        .set(values)
        .execute(c))
}

/// An application that waits anew is nobody's.
pub fn forget(conn: &mut Conn, application: i64) -> QueryResult<usize> {
    diesel::delete(dsl::application_hands.filter(dsl::application_id.eq(application))).execute(conn)
}

/// The applications that somebody took after `since` (milliseconds UTC), newest claim first.
pub fn claimed_by(conn: &mut Conn, account: i64, since: i64, limit: i64) -> QueryResult<Vec<i64>> {
    dsl::application_hands
        .filter(dsl::claimed_by.eq(account))
        .filter(dsl::claimed_at.gt(since))
        .order(dsl::claimed_at.desc())
        .limit(limit)
        .select(dsl::application_id)
        .load(conn)
}
