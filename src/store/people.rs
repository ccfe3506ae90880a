//! The accounts that a unit's counter sees: lawyers and 当事人等 of the unit, and who was identified there.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::schema::accounts::dsl;
use super::schema::{account_phones, account_units, accounts};
use crate::domain::desk::UnitScope;

/// Which accounts are wanted; each is optional.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `lawyer` or `party`; managers are none of the counter's.
    pub role: Option<&'static str>,
    /// `active`, `pending`, `rejected` or `disabled`.
    pub state: Option<&'static str>,
    /// Exactly this name or login name, or a telephone number by its keyed hash.
    pub text: Option<(String, String)>,
}

/// Those with a smaller key than `before`, newest first.
pub fn list(
    conn: &mut Conn,
    scope: &UnitScope,
    wanted: &Wanted,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<Account>> {
    let known = account_units::table
        .filter(account_units::unit_id.eq(scope.unit_id()))
        .select(account_units::account_id);
    let mut query = dsl::accounts
        .filter(dsl::unit_id.eq(scope.unit_id()).or(dsl::id.eq_any(known)))
        .filter(dsl::role.ne("manager"))
        .filter(dsl::id.lt(before))
        .order(dsl::id.desc())
        .limit(limit)
        .select(Account::as_select())
        .into_boxed();
    if let Some(role) = wanted.role {
        query = query.filter(dsl::role.eq(role));
    }
    if let Some(state) = wanted.state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some((text, phone)) = &wanted.text {
        let phones = account_phones::table
            .filter(account_phones::blind.eq(phone.clone()))
            .select(account_phones::account_id);
        let named = dsl::login_name
            .eq(text.clone())
            .or(dsl::display_name.eq(text.clone()));
        query = query.filter(named.or(dsl::id.eq_any(phones)));
    }
    query.load(conn)
}

/// One by its public id.
pub fn one(conn: &mut Conn, scope: &UnitScope, public_id: &str) -> QueryResult<Option<Account>> {
    let known = account_units::table
        .filter(account_units::unit_id.eq(scope.unit_id()))
        .filter(account_units::account_id.eq(accounts::id));
    dsl::accounts
        .filter(dsl::public_id.eq(public_id))
        .filter(dsl::unit_id.eq(scope.unit_id()).or(exists(known)))
        .filter(dsl::role.ne("manager"))
        .select(Account::as_select())
        .first(conn)
        .optional()
}
