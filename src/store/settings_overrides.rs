//! What the console says in place of the files. Every version stays; the highest one counts.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Conn;
use super::schema::settings_overrides;
use super::schema::settings_overrides::dsl;

/// One version of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = settings_overrides, treat_none_as_default_value = false)]
pub struct Override {
    /// `template`, `reply`, `holidays` or `law`.
    pub kind: String,
    /// Which of them: a notice, an answer, a year, the id of a law.
    pub key: String,
    /// 1, 2, 3 …
    pub version: i64,
    /// `None`: as in the file again.
    pub value: Option<String>,
    /// `manager:…` or `command-line`.
    pub changed_by: String,
    /// Milliseconds UTC.
    pub changed_at: i64,
}

/// What counts now, by kind and key; things that are as in the file again are not among them.
pub fn current(conn: &mut Conn) -> QueryResult<Vec<Override>> {
    // A handful of rows for each thing that was ever changed.
    let all: Vec<Override> = dsl::settings_overrides
        .order(dsl::version)
        .select(Override::as_select())
        .load(conn)?;
    let mut newest: BTreeMap<(String, String), Override> = BTreeMap::new();
    for row in all {
        newest.insert((row.kind.clone(), row.key.clone()), row);
    }
    Ok(newest
        .into_values()
        .filter(|row| row.value.is_some())
        .collect())
}

/// The versions of one thing, newest first.
pub fn versions(conn: &mut Conn, kind: &str, key: &str, limit: i64) -> QueryResult<Vec<Override>> {
    dsl::settings_overrides
        .filter(dsl::kind.eq(kind))
        .filter(dsl::key.eq(key))
        .order(dsl::version.desc())
        .limit(limit)
        .select(Override::as_select())
        .load(conn)
}

/// Adds a version. One that is there already gives a unique violation: somebody else was faster.
pub fn insert(conn: &mut Conn, row: &Override) -> QueryResult<usize> {
    diesel::insert_into(dsl::settings_overrides)
        .values(row)
        .execute(conn)
}

/// The highest version of each key of a kind.
pub fn newest_versions(conn: &mut Conn, kind: &str) -> QueryResult<Vec<(String, i64)>> {
    let rows: Vec<(String, Option<i64>)> = dsl::settings_overrides
        .filter(dsl::kind.eq(kind))
        .group_by(dsl::key)
        .select((dsl::key, diesel::dsl::max(dsl::version)))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(key, version)| (key, version.unwrap_or_default()))
        .collect())
}
