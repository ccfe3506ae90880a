//! Changes that several steps share: ending rows, and letting the next of an order go.

use diesel::dsl::{min, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::store::Conn;
use crate::store::schema::pushes::dsl;

/// Loads rows that no other transaction holds, and holds them. A writing transaction of SQLite is alone already.
macro_rules! unheld {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite(c) => $query
                .select(<$crate::store::pushes::row::Candidate as SelectableHelper<_>>::as_select())
                .load(c),
            $crate::store::Conn::Postgres(c) => $query
                .select(<$crate::store::pushes::row::Candidate as SelectableHelper<_>>::as_select())
                .for_update()
                .skip_locked()
                .load(c),
        }
    };
}
pub(super) use unheld;

/// A state as a literal: SQLite uses a partial index only when it sees the word itself.
pub(super) fn word(state: &'static str) -> diesel::expression::SqlLiteral<Text> {
    sql::<Text>(&format!("'{state}'"))
}

/// Ends rows and lets the next of their order keys go.
pub(super) fn end(
    conn: &mut Conn,
    ids: &[i64],
    state: &str,
    reason: &str,
    now: i64,
) -> QueryResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let keys: Vec<Option<String>> = dsl::pushes
        .filter(dsl::id.eq_any(ids))
        .filter(dsl::order_key.is_not_null())
        .select(dsl::order_key)
        .load(conn)?;
    let ended = diesel::update(dsl::pushes.filter(dsl::id.eq_any(ids)))
        .set((
            dsl::state.eq(state),
            dsl::reason.eq(reason),
            dsl::due_at.eq(None::<i64>),
            dsl::lease_token.eq(None::<String>),
            dsl::ended_at.eq(now),
        ))
        .execute(conn)?;
    let keys: Vec<String> = keys.into_iter().flatten().collect();
    release(conn, &keys, now)?;
    Ok(ended)
}

/// Makes the first open row of each order key due, if it stood behind another one.
pub(super) fn release(conn: &mut Conn, keys: &[String], now: i64) -> QueryResult<usize> {
    if keys.is_empty() {
        return Ok(0);
    }
    let heads = heads(conn, keys)?;
    let heads: Vec<i64> = heads.into_iter().map(|(_, id)| id).collect();
    let behind = dsl::pushes
        .filter(dsl::id.eq_any(heads))
        .filter(dsl::due_at.is_null())
        .filter(dsl::ended_at.is_null());
    diesel::update(behind)
        .set(dsl::due_at.eq(now))
        .execute(conn)
}

/// The first open row of each order key.
pub(super) fn heads(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, Option<i64>)> = dsl::pushes
        .filter(dsl::order_key.eq_any(keys))
        .filter(dsl::ended_at.is_null())
        .group_by(dsl::order_key)
        .select((dsl::order_key, min(dsl::id)))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, id)| Some((key?, id?)))
        .collect())
}
