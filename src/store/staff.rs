//! Case managers as those who administer them see them, within their reach.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::managers::Row;
use super::schema::{accounts, managers};
use crate::domain::desk::{Duty, UnitScope};

/// How far an administrator reaches.
#[derive(Clone, Debug)]
pub enum Reach {
    /// 单位管理: the own unit.
    Unit(UnitScope),
    /// 系统管理: every unit.
    Everywhere,
}

impl Reach {
    /// Whether a unit is inside.
    pub fn covers(&self, unit_id: &str) -> bool {
        match self {
            Self::Unit(scope) => scope.covers(unit_id),
            Self::Everywhere => true,
        }
    }
}

/// The managers of a unit, those without duties at the console included, by login name; nobody beyond the reach.
pub fn of_unit(
    conn: &mut Conn,
    reach: &Reach,
    unit_id: &str,
) -> QueryResult<Vec<(Account, Option<Row>)>> {
    if !reach.covers(unit_id) {
        return Ok(Vec::new());
    }
    accounts::table
        .left_join(managers::table)
        .filter(accounts::unit_id.eq(unit_id))
        .filter(accounts::role.eq("manager"))
        .order(accounts::login_name)
        .select((Account::as_select(), Option::<Row>::as_select()))
        .load(conn)
}

/// One by the account's public id.
pub fn one(
    conn: &mut Conn,
    reach: &Reach,
    public_id: &str,
) -> QueryResult<Option<(Account, Option<Row>)>> {
    let found: Option<(Account, Option<Row>)> = accounts::table
        .left_join(managers::table)
        .filter(accounts::public_id.eq(public_id))
        .filter(accounts::role.eq("manager"))
        .select((Account::as_select(), Option::<Row>::as_select()))
        .first(conn)
        .optional()?;
    Ok(found.filter(|(account, _)| reach.covers(&account.unit_id)))
}

/// Locks whoever has this duty, in the unit or anywhere, in the order of their keys, and reads them: of two who take it
/// from each other at the same moment one waits and then sees what the other did.
pub fn hold(
    conn: &mut Conn,
    duty: Duty,
    unit_id: Option<&str>,
) -> QueryResult<Vec<(Account, Row)>> {
    let mut query = managers::table
        .inner_join(accounts::table)
        .filter(managers::duties.like(format!("%{}%", duty.as_str())))
        .order(managers::account_id)
        .select(managers::account_id)
        .into_boxed();
    if let Some(unit_id) = unit_id {
        query = query.filter(accounts::unit_id.eq(unit_id.to_owned()));
    }
    let ids: Vec<i64> = query.load(conn)?;
    for id in &ids {
        diesel::update(managers::table.filter(managers::account_id.eq(id)))
            .set(managers::version.eq(managers::version))
            .execute(conn)?;
    }
    managers::table
        .inner_join(accounts::table)
        .filter(managers::account_id.eq_any(ids))
        .select((Account::as_select(), Row::as_select()))
        .load(conn)
}
