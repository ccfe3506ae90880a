//! Where sealed values stand, as data: for sealing them anew with another key. Every place that seals something durable
//! is named here; a story looks for values of an old key anywhere in the database.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Conn;
use super::conn::on_either;

/// A column that holds sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// As in the value's place.
    pub table: &'static str,
    /// As in the value's place.
    pub column: &'static str,
    /// What tells the row in the value's place, in the words of SQL; unique.
    row: &'static str,
    /// Which rows, in the words of SQL.
    only: &'static str,
}

const fn by(table: &'static str, column: &'static str, row: &'static str) -> Column {
    Column {
        table,
        column,
        row,
        only: "1 = 1",
    }
}

/// The account whose row this is.
const ACCOUNT: &str = "(SELECT a.public_id FROM accounts a WHERE a.id = account_id)";
const APPLICATION: &str = "(SELECT a.public_id FROM applications a WHERE a.id = application_id)";

/// The row's key in words.
const NUMBER: &str = "CAST(id AS TEXT)";

/// All of them but what lives for minutes: pictures of codes, what goes through web authorisation or the cache, and files
/// of imports until they were looked through.
pub const COLUMNS: &[Column] = &[
    Column {
        table: "install_secrets",
        column: "value",
        row: "name",
        only: "name IN ('data-key-check', 'blind-key')",
    },
    by("accounts", "phone", "public_id"),
    by("pushes", "secret", "public_id"),
    by("registration_revisions", "sealed", "public_id"),
    by("first_passwords", "sealed", "public_id"),
    by("attachments", "name", "public_id"),
    by("drafts", "sealed", "holder || ':' || form"),
    by("case_persons", "name", "public_id"),
    by("case_persons", "id_number", "public_id"),
    by("binding_requests", "party_name", APPLICATION),
    by("binding_requests", "party_id", APPLICATION),
    by("managers", "totp_secret", ACCOUNT),
    by("manager_tickets", "totp_secret", "token_hash"),
    by("counter_persons", "sealed", ACCOUNT),
    by("publication_drafts", "sealed", "public_id"),
    by("import_rows", "said", NUMBER),
    by("import_rows", "changes", NUMBER),
];

/// Persons as they were before an import, as JSON: their sealed fields have the places of `case_persons`, where taking the
/// batch back puts them.
pub const PERSONS_BEFORE: Column = by("import_rows", "before", NUMBER);

/// A value and the row in its place.
#[derive(Clone, Debug, QueryableByName)]
pub struct Value {
    /// What tells the row.
    #[diesel(sql_type = Text)]
    pub row_key: String,
    /// Sealed.
    #[diesel(sql_type = Text)]
    pub sealed: String,
}

/// Values of a column behind a row, in the order of rows. The words are all our own.
pub fn after(
    conn: &mut Conn,
    column: &Column,
    row_key: &str,
    limit: usize,
) -> QueryResult<Vec<Value>> {
    let Column {
        table,
        column,
        row,
        only,
    } = column;
    let (is_number, key, given) = keyed(row, "$1");
    let query = diesel::sql_query(format!(
        "SELECT {row} AS row_key, {column} AS sealed FROM {table} \
         WHERE {key} > {given} AND {column} IS NOT NULL AND {only} ORDER BY {key} LIMIT {limit}"
    ))
    .bind::<Text, _>(if is_number && row_key.is_empty() {
        "0"
    } else {
        row_key
    });
    on_either!(conn, c => query.load(c))
}

/// How a row is looked for: by number where its key is one, for words made of numbers stand in no index.
fn keyed(row: &'static str, given: &str) -> (bool, &'static str, String) {
    match row == NUMBER {
        true => (true, "id", format!("CAST({given} AS BIGINT)")),
        false => (false, row, given.to_owned()),
    }
}

/// How many values a column has.
pub fn count(conn: &mut Conn, column: &Column) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let Column {
        table,
        column,
        only,
        ..
    } = column;
    let query = diesel::sql_query(format!(
        "SELECT count(*) AS number FROM {table} WHERE {column} IS NOT NULL AND {only}"
    ));
    let number: Number = on_either!(conn, c => query.get_result(c))?;
    Ok(number.number)
}

/// Puts another value in, unless somebody changed it meanwhile: then false.
pub fn replace(conn: &mut Conn, column: &Column, value: &Value, fresh: &str) -> QueryResult<bool> {
    let Column {
        table, column, row, ..
    } = column;
    let (_, key, given) = keyed(row, "$2");
    let query = diesel::sql_query(format!(
        "UPDATE {table} SET {column} = $1 WHERE {key} = {given} AND {column} = $3"
    ))
    .bind::<Text, _>(fresh)
    .bind::<Text, _>(&value.row_key)
    .bind::<Text, _>(&value.sealed);
    Ok(on_either!(conn, c => query.execute(c))? == 1)
}
