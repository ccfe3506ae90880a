//! When chores ran, and what they deleted last.

use diesel::prelude::*;

use super::Conn;
use super::schema::chore_runs;
use super::schema::chore_runs::dsl;

/// A chore.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = chore_runs, treat_none_as_default_value = false)]
pub struct Run {
    /// Which.
    pub name: String,
    /// When it ended last, milliseconds UTC.
    pub ran_at: i64,
    /// When it failed last.
    pub failed_at: Option<i64>,
    /// When it last found something.
    pub deleted_at: Option<i64>,
    /// How much that was.
    pub deleted: i64,
}

/// All that ever ran.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Run>> {
    dsl::chore_runs
        .order(dsl::name)
        .select(Run::as_select())
        .load(conn)
}

/// One.
pub fn of(conn: &mut Conn, name: &str) -> QueryResult<Option<Run>> {
    dsl::chore_runs
        .find(name)
        .select(Run::as_select())
        .first(conn)
        .optional()
}

/// Notes that a chore ended; `None`: it failed.
pub fn note(conn: &mut Conn, name: &str, deleted: Option<i64>, now: i64) -> QueryResult<()> {
    let row = dsl::chore_runs.find(name);
    let changed = match deleted {
        None => diesel::update(row)
            .set((dsl::ran_at.eq(now), dsl::failed_at.eq(Some(now))))
            .execute(conn)?,
        Some(0) => diesel::update(row).set(dsl::ran_at.eq(now)).execute(conn)?,
        Some(deleted) => diesel::update(row)
            .set((
                dsl::ran_at.eq(now),
                dsl::deleted_at.eq(Some(now)),
                dsl::deleted.eq(deleted),
            ))
            .execute(conn)?,
    };
    if changed == 0 {
        let found = deleted.unwrap_or(0);
        let run = Run {
            name: name.to_owned(),
            ran_at: now,
            failed_at: deleted.is_none().then_some(now),
            deleted_at: (found > 0).then_some(now),
            deleted: found,
        };
        diesel::insert_into(dsl::chore_runs)
            .values(&run)
            .execute(conn)?;
    }
    Ok(())
}
