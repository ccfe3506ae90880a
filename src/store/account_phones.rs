//! Keyed hashes of telephone numbers, by which an account is found: the numbers themselves are sealed.

use diesel::prelude::*;

use super::Conn;
use super::accounts::Account;
use super::conn::on_either;
use super::schema::account_phones::dsl;
use super::schema::{account_phones, accounts};

/// The number of an account is this one now; `sealed` is how it stands in the account.
pub fn put(conn: &mut Conn, account_id: i64, blind: &str, sealed: &str) -> QueryResult<usize> {
    let values = (
        dsl::account_id.eq(account_id),
        dsl::blind.eq(blind),
        dsl::sealed.eq(sealed),
    );
    on_either!(conn, c => diesel::insert_into(dsl::account_phones)
        .values(values)
        .on_conflict(dsl::account_id)
        .do_update()
        .set((dsl::blind.eq(blind), dsl::sealed.eq(sealed)))
        .execute(c))
}

/// Accounts behind the key `after` whose number has no hash yet, or another one.
pub fn missing(conn: &mut Conn, after: i64, limit: i64) -> QueryResult<Vec<Account>> {
    let hashed = account_phones::table
        .filter(account_phones::account_id.eq(accounts::id))
        .filter(accounts::phone.eq(account_phones::sealed.nullable()));
    accounts::table
        .filter(accounts::id.gt(after))
        .filter(accounts::phone.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(hashed)))
        .order(accounts::id)
        .limit(limit)
        .select(Account::as_select())
        .load(conn)
}
