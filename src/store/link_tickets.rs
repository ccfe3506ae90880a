//! Sessions that may take an account over from another follower: the password was right, the question is open.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::link_tickets;
use super::schema::link_tickets::dsl;

/// A ticket.
#[derive(Clone, Insertable, Queryable, AsChangeset)]
#[diesel(table_name = link_tickets)]
pub struct Row {
    /// The session, by the hash of its token.
    pub session: String,
    /// Whose password was right.
    pub account_id: i64,
    /// The account as it was then: any change voids the ticket.
    pub account_version: i64,
    /// Milliseconds UTC.
    pub expires_at: i64,
}

/// Issues a ticket; a session has one at most.
pub fn issue(conn: &mut Conn, row: &Row, now: i64) -> QueryResult<()> {
    diesel::delete(dsl::link_tickets.filter(dsl::expires_at.le(now))).execute(conn)?;
    on_either!(conn, c => diesel::insert_into(dsl::link_tickets)
        .values(row)
        .on_conflict(dsl::session)
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

/// The ticket of a session, if it is still good.
pub fn of_session(conn: &mut Conn, session: &str, now: i64) -> QueryResult<Option<Row>> {
    dsl::link_tickets
        .filter(dsl::session.eq(session))
        .filter(dsl::expires_at.gt(now))
        .first(conn)
        .optional()
}

/// Uses a ticket up; false when it was used before.
pub fn take(conn: &mut Conn, session: &str) -> QueryResult<bool> {
    let row = dsl::link_tickets.filter(dsl::session.eq(session));
    Ok(diesel::delete(row).execute(conn)? == 1)
}
