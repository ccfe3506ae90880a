//! Numbers a day for the dashboard, and the questions to other tables that they come from.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Conn;
use super::conn::on_either;
use super::row_id::row_id;
use super::schema::daily_stats::dsl;
use super::schema::{applications, daily_stats, followers, follows, pushes};

/// One number.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = daily_stats)]
pub struct Stat {
    /// The unit.
    pub unit_id: String,
    /// `2026-11-29`.
    pub day: String,
    /// `decided:binding:approved` …
    pub measure: String,
    /// Of the unit itself.
    pub own: i64,
    /// With all below it.
    pub tree: i64,
}

/// Unit, measure, number.
pub type Counted = (String, String, i64);

/// The rows of a day.
pub fn of_day(conn: &mut Conn, day: &str) -> QueryResult<Vec<Stat>> {
    dsl::daily_stats
        .filter(dsl::day.eq(day))
        .select(Stat::as_select())
        .load(conn)
}

/// Makes the rows of a day what they are now, touching only those that changed. Call it under the lock of the counter.
pub fn replace_day(conn: &mut Conn, day: &str, wanted: Vec<Stat>) -> QueryResult<usize> {
    let known: HashMap<(String, String), (i64, i64)> = of_day(conn, day)?
        .into_iter()
        .map(|row| ((row.unit_id, row.measure), (row.own, row.tree)))
        .collect();
    let mut gone = known.clone();
    let mut fresh = Vec::new();
    let mut changed = 0;
    for row in wanted {
        let key = (row.unit_id.clone(), row.measure.clone());
        gone.remove(&key);
        match known.get(&key) {
            Some(numbers) if *numbers == (row.own, row.tree) => {}
            Some(_) => {
                diesel::update(dsl::daily_stats.find((&row.unit_id, day, &row.measure)))
                    .set((dsl::own.eq(row.own), dsl::tree.eq(row.tree)))
                    .execute(conn)?;
                changed += 1;
            }
            None => fresh.push(row),
        }
    }
    for (unit_id, measure) in gone.keys() {
        diesel::delete(dsl::daily_stats.find((unit_id, day, measure))).execute(conn)?;
        changed += 1;
    }
    changed += fresh.len();
    for chunk in fresh.chunks(500) {
        on_either!(conn, c => diesel::insert_into(dsl::daily_stats).values(chunk).execute(c))?;
    }
    Ok(changed)
}

/// The rows of one unit from a day on.
pub fn of_unit(conn: &mut Conn, unit_id: &str, from: &str) -> QueryResult<Vec<Stat>> {
    dsl::daily_stats
        .filter(dsl::unit_id.eq(unit_id))
        .filter(dsl::day.ge(from))
        .order(dsl::day)
        .select(Stat::as_select())
        .load(conn)
}

/// The rows of some units of one day.
pub fn of_units_on(conn: &mut Conn, unit_ids: &[String], day: &str) -> QueryResult<Vec<Stat>> {
    dsl::daily_stats
        .filter(dsl::unit_id.eq_any(unit_ids.to_vec()))
        .filter(dsl::day.eq(day))
        .select(Stat::as_select())
        .load(conn)
}

/// What came in and what was decided in some units and below them from a day on, by unit and measure.
pub fn sums_since(conn: &mut Conn, unit_ids: &[String], from: &str) -> QueryResult<Vec<Counted>> {
    use diesel::sql_types::BigInt;
    dsl::daily_stats
        .filter(dsl::unit_id.eq_any(unit_ids.to_vec()))
        .filter(dsl::day.ge(from))
        .filter(
            dsl::measure
                .like("decided:%")
                .or(dsl::measure.like("submitted:%")),
        )
        .group_by((dsl::unit_id, dsl::measure))
        .select((
            dsl::unit_id,
            dsl::measure,
            diesel::dsl::sql::<BigInt>("CAST(SUM(tree) AS BIGINT)"),
        ))
        .load(conn)
}

/// The newest day with a row.
pub fn newest_day(conn: &mut Conn) -> QueryResult<Option<String>> {
    dsl::daily_stats
        .select(diesel::dsl::max(dsl::day))
        .first(conn)
}

/// Forgets days before this one.
pub fn forget(conn: &mut Conn, before: &str) -> QueryResult<usize> {
    diesel::delete(dsl::daily_stats.filter(dsl::day.lt(before))).execute(conn)
}

/// Whose numbers go over to whom.
#[derive(Clone, Copy, Debug)]
pub struct HandOver<'a> {
    /// The unit that ended.
    pub from: &'a str,
    /// Its successor.
    pub to: &'a str,
    /// It lay below its successor, whose sums of the subtree have its numbers already.
    pub was_below: bool,
}

/// What a unit's rows come to under another unit's id: numbers of the same day and measure are added.
pub fn hand_over(conn: &mut Conn, it: HandOver<'_>) -> QueryResult<()> {
    for row in of_unit(conn, it.from, "")? {
        let more = if it.was_below { 0 } else { row.tree };
        let target = dsl::daily_stats.find((it.to, &row.day, &row.measure));
        let added = diesel::update(target)
            .set((
                dsl::own.eq(dsl::own + row.own),
                dsl::tree.eq(dsl::tree + more),
            ))
            .execute(conn)?;
        if added == 0 {
            let moved = Stat {
                unit_id: it.to.to_owned(),
                ..row
            };
            diesel::insert_into(dsl::daily_stats)
                .values(&moved)
                .execute(conn)?;
        }
    }
    diesel::delete(dsl::daily_stats.filter(dsl::unit_id.eq(it.from))).execute(conn)?;
    Ok(())
}

/// Applications that came in a span of time, by unit and kind.
pub fn submitted(conn: &mut Conn, from: i64, to: i64) -> QueryResult<Vec<Counted>> {
    let rows: Vec<(String, String, i64)> = applications::table
        .filter(applications::submitted_at.ge(from))
        .filter(applications::submitted_at.lt(to))
        .group_by((applications::unit_id, applications::kind))
        .select((applications::unit_id, applications::kind, count_star()))
        .load(conn)?;
    Ok(named(rows, "submitted"))
}

/// Applications that were decided in a span of time, by unit, kind and outcome.
pub fn decided(conn: &mut Conn, from: i64, to: i64) -> QueryResult<Vec<Counted>> {
    let rows: Vec<(String, String, String, i64)> = applications::table
        .filter(applications::decided_at.ge(from))
        .filter(applications::decided_at.lt(to))
        .group_by((
            applications::unit_id,
            applications::kind,
            applications::state,
        ))
        .select((
            applications::unit_id,
            applications::kind,
            applications::state,
            count_star(),
        ))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(unit, kind, state, count)| (unit, format!("decided:{kind}:{state}"), count))
        .collect())
}

/// What waits in all units, by unit and kind; `overdue` only what came before that moment.
pub fn waiting(conn: &mut Conn, overdue_before: Option<i64>) -> QueryResult<Vec<Counted>> {
    let mut open = applications::table
        .filter(applications::decided_at.is_null())
        .group_by((applications::unit_id, applications::kind))
        .select((applications::unit_id, applications::kind, count_star()))
        .into_boxed();
    if let Some(before) = overdue_before {
        open = open.filter(applications::submitted_at.lt(before));
    }
    let rows: Vec<(String, String, i64)> = open.load(conn)?;
    let word = if overdue_before.is_some() {
        "overdue"
    } else {
        "waiting"
    };
    Ok(named(rows, word))
}

/// One kind of what waits in one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// `binding` …
    pub kind: String,
    /// How many.
    pub count: i64,
    /// When the oldest came, milliseconds UTC.
    pub oldest: i64,
    /// How many of them are overdue.
    pub overdue: i64,
}

/// What waits in one unit right now.
pub fn waiting_now(
    conn: &mut Conn,
    unit_id: &str,
    overdue_before: i64,
) -> QueryResult<Vec<Waiting>> {
    let open = || {
        applications::table
            .filter(applications::unit_id.eq(unit_id.to_owned()))
            .filter(applications::decided_at.is_null())
    };
    let rows: Vec<(String, i64, Option<i64>)> = open()
        .group_by(applications::kind)
        .select((
            applications::kind,
            count_star(),
            diesel::dsl::min(applications::submitted_at),
        ))
        .load(conn)?;
    let overdue: HashMap<String, i64> = open()
        .filter(applications::submitted_at.lt(overdue_before))
        .group_by(applications::kind)
        .select((applications::kind, count_star()))
        .load::<(String, i64)>(conn)?
        .into_iter()
        .collect();
    let rows = rows.into_iter();
    Ok(rows
        .map(|(kind, count, oldest)| Waiting {
            overdue: overdue.get(&kind).copied().unwrap_or(0),
            kind,
            count,
            oldest: oldest.unwrap_or_default(),
        })
        .collect())
}

/// Notices made in a span of time, by unit and what became of them. Their keys are in order of time.
pub fn notices(conn: &mut Conn, from: i64, to: i64) -> QueryResult<Vec<Counted>> {
    let rows: Vec<(String, String, i64)> = pushes::table
        .filter(pushes::id.ge(row_id(from, 0)))
        .filter(pushes::id.lt(row_id(to, 0)))
        .group_by((pushes::unit_id, pushes::state))
        .select((pushes::unit_id, pushes::state, count_star()))
        .load(conn)?;
    Ok(named(rows, "push"))
}

/// Followers whose last event of that kind lies in a span of time (seconds).
pub fn came_or_left(conn: &mut Conn, from: i64, to: i64) -> QueryResult<(i64, i64)> {
    let rows: Vec<(bool, i64)> = followers::table
        .filter(followers::event_time.ge(from))
        .filter(followers::event_time.lt(to))
        .group_by(followers::subscribed)
        .select((followers::subscribed, count_star()))
        .load(conn)?;
    let of = |wanted: bool| {
        let found = rows.iter().find(|(subscribed, _)| *subscribed == wanted);
        found.map_or(0, |(_, count)| *count)
    };
    Ok((of(true), of(false)))
}

/// How many people follow the account.
pub fn followers_now(conn: &mut Conn) -> QueryResult<i64> {
    followers::table
        .filter(followers::subscribed.eq(true))
        .count()
        .get_result(conn)
}

/// How many people follow each unit.
pub fn follows_now(conn: &mut Conn) -> QueryResult<Vec<Counted>> {
    let rows: Vec<(String, i64)> = follows::table
        .group_by(follows::unit_id)
        .select((follows::unit_id, count_star()))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(unit, count)| (unit, "follows".to_owned(), count))
        .collect())
}

fn named(rows: Vec<(String, String, i64)>, word: &str) -> Vec<Counted> {
    let rows = rows.into_iter();
    rows.map(|(unit, what, count)| (unit, format!("{word}:{what}"), count))
        .collect()
}
