//! Numbers that only grow.

use diesel::prelude::*;

use super::Conn;
use super::schema::counters::dsl::{counters, name, value};

/// The counter raised by every transaction that changes a publication.
pub const PUBLICATIONS: &str = "publications";
/// The counter raised when the unit table is replaced.
pub const UNITS: &str = "units";
/// The counter raised when somebody is blocked or not any more.
pub const PUSH_BLOCKS: &str = "push_blocks";
/// The counter raised by whatever people change at the console: units' names and telephones, templates, answers, holidays, laws.
pub const SETTINGS: &str = "settings";
/// Locked by whoever counts a day for the dashboard.
pub const DAILY_STATS: &str = "daily_stats";
/// The counter whose row lock puts the steps of case imports in order.
pub const CASE_IMPORTS: &str = "case_imports";

/// Raises the counter and tells the new value. Call it first in the transaction: the row lock it takes orders
/// transactions by commit.
pub fn raise(conn: &mut Conn, counter: &str, by: i64) -> QueryResult<i64> {
    diesel::update(counters.filter(name.eq(counter)))
        .set(value.eq(value + by))
        .returning(value)
        .get_result(conn)
}

/// The present value.
pub fn current(conn: &mut Conn, counter: &str) -> QueryResult<i64> {
    counters.filter(name.eq(counter)).select(value).first(conn)
}
