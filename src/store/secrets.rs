//! Secrets the installation made for itself.

use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::schema::install_secrets::dsl;

/// The secret of that name; `fresh` becomes it when there is none yet. Safe when several processes start at once.
pub fn get_or_insert(conn: &mut Conn, name: &str, fresh: &str) -> QueryResult<String> {
    let values = (dsl::name.eq(name), dsl::value.eq(fresh));
    on_either!(conn, c => diesel::insert_into(dsl::install_secrets)
        .values(values)
        .on_conflict_do_nothing()
        .execute(c))?;
    dsl::install_secrets
        .filter(dsl::name.eq(name))
        .select(dsl::value)
        .first(conn)
}

/// The secret of that name.
pub fn get(conn: &mut Conn, name: &str) -> QueryResult<Option<String>> {
    dsl::install_secrets
        .filter(dsl::name.eq(name))
        .select(dsl::value)
        .first(conn)
        .optional()
}

/// Forgets the secret of that name; false when there was none.
pub fn remove(conn: &mut Conn, name: &str) -> QueryResult<bool> {
    let row = dsl::install_secrets.filter(dsl::name.eq(name));
    Ok(diesel::delete(row).execute(conn)? == 1)
}
