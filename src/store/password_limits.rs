//! Until when temporary passwords are good.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::password_limits;
use super::schema::password_limits::dsl;

/// The limit of an account's password.
#[derive(Clone, Insertable)]
#[diesel(table_name = password_limits)]
pub struct Limit {
    /// The account.
    pub account_id: i64,
    /// Which password: a digest of its hash.
    pub password_mark: String,
    /// Milliseconds UTC.
    pub good_until: i64,
}

/// Stores a limit in the place of the one before.
pub fn put(conn: &mut Conn, limit: &Limit) -> QueryResult<usize> {
    let values = (
        dsl::password_mark.eq(&limit.password_mark),
        dsl::good_until.eq(limit.good_until),
    );
    on_either!(conn, c => diesel::insert_into(dsl::password_limits)
        .values(limit)
        .on_conflict(dsl::account_id)
        .do_update()
        .set(values)
        .execute(c))
}

/// Until when this password of an account is good; `None`: as long as it is its password.
pub fn of(conn: &mut Conn, account_id: i64, password_mark: &str) -> QueryResult<Option<i64>> {
    dsl::password_limits
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::password_mark.eq(password_mark))
        .select(dsl::good_until)
        .first(conn)
        .optional()
}
