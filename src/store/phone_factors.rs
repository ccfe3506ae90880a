//! When a manager last showed the second factor on the phone.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::phone_factors::dsl;

/// It was shown now, in this page session.
pub fn set(conn: &mut Conn, session: &str, account_id: i64, now: i64) -> QueryResult<usize> {
    let values = (
        dsl::session.eq(session),
        dsl::account_id.eq(account_id),
        dsl::shown_at.eq(now),
    );
    on_either!(conn, c => diesel::insert_into(dsl::phone_factors)
        .values(values)
        .on_conflict(dsl::session)
        .do_update()
        .set((dsl::account_id.eq(account_id), dsl::shown_at.eq(now)))
        .execute(c))
}

/// When it was last shown in this session, for this account.
pub fn shown_at(conn: &mut Conn, session: &str, account_id: i64) -> QueryResult<Option<i64>> {
    dsl::phone_factors
        .filter(dsl::session.eq(session))
        .filter(dsl::account_id.eq(account_id))
        .select(dsl::shown_at)
        .first(conn)
        .optional()
}

/// Forgets all of an account: its phone is lost, or it was disabled.
pub fn forget_account(conn: &mut Conn, account_id: i64) -> QueryResult<usize> {
    diesel::delete(dsl::phone_factors.filter(dsl::account_id.eq(account_id))).execute(conn)
}

/// Forgets what is older than `before` (milliseconds UTC).
pub fn prune(conn: &mut Conn, before: i64) -> QueryResult<usize> {
    diesel::delete(dsl::phone_factors.filter(dsl::shown_at.lt(before))).execute(conn)
}
