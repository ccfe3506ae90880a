//! Units besides its own at whose counter the person of an account was identified.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::Conn;
use super::conn::on_either;
use super::schema::account_units::dsl;
use crate::domain::desk::UnitScope;

/// The unit knows the person from now on; false when it did before.
pub fn add(conn: &mut Conn, scope: &UnitScope, account_id: i64, now: i64) -> QueryResult<bool> {
    let values = (
        dsl::account_id.eq(account_id),
        dsl::unit_id.eq(scope.unit_id()),
        dsl::created_at.eq(now),
    );
    let added = on_either!(conn, c => diesel::insert_into(dsl::account_units)
        .values(values)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(added == 1)
}

/// Whether it does.
pub fn is_known(conn: &mut Conn, unit_id: &str, account_id: i64) -> QueryResult<bool> {
    let row = dsl::account_units
        .filter(dsl::account_id.eq(account_id))
        .filter(dsl::unit_id.eq(unit_id));
    select(exists(row)).get_result(conn)
}
