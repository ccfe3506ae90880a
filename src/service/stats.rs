//! Counting days for the dashboard. A day's numbers are made anew from the tables as long as it lasts and once more after it,
//! and stay as they are from then on, whatever the tables forget. Numbers of a subtree follow the tree of that day.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::app::App;
use crate::domain::ids::UnitId;
use crate::domain::shanghai;
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::store::daily_stats::{self as table, Counted, Stat};
use crate::store::{Conn, StoreError, chore_runs, counters};

/// What came in is overdue after so many whole working days (requirements R-I.14).
pub const OVERDUE_DAYS: u32 = 3;
/// The name under which it stands when days were counted last.
pub const CHORE: &str = "daily statistics";
/// Days that are filled in when nothing was counted yet, or for a while.
const BACK_DAYS: u64 = 30;
/// Days that are kept.
const KEEP_DAYS: u64 = 400;

/// Counts today, yesterday, and days since the last count; how many numbers changed. Call it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn count(app: &Arc<App>) -> Result<usize, ServiceError> {
    let now = app.clock.now_ms();
    let today = shanghai::wall_clock(now).date();
    let newest = app
        .db
        .read(|c| table::newest_day(c).map_err(StoreError::from));
    let newest = newest.await?.and_then(|day| day.parse::<NaiveDate>().ok());
    let earliest = today
        .checked_sub_days(Days::new(BACK_DAYS))
        .unwrap_or(today);
    let yesterday = today.pred_opt().unwrap_or(today);
    // The newest day that was counted may have gone on after it was.
    let mut day = newest.unwrap_or(earliest).clamp(earliest, yesterday);
    let mut changed = 0;
    while day <= today {
        changed += count_day(app, day, day == today).await?;
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    let before = today
        .checked_sub_days(Days::new(KEEP_DAYS))
        .unwrap_or(today);
    app.db
        .write(move |c| -> Result<(), StoreError> {
            let gone = table::forget(c, &before.to_string())?;
            let gone = i64::try_from(gone).unwrap_or(i64::MAX);
            Ok(chore_runs::note(c, CHORE, Some(gone), now)?)
        })
        .await?;
    Ok(changed)
}

async fn count_day(app: &Arc<App>, day: NaiveDate, is_today: bool) -> Result<usize, ServiceError> {
    let (from, to) = (begins(day), begins(day.succ_opt().unwrap_or(day)));
    let overdue = is_today.then(|| {
        let now = app.clock.now_ms();
        app.office().office_hours.waited_since(now, OVERDUE_DAYS)
    });
    let tree = Arc::clone(&app.units().tree);
    let root = tree.regions().first().map(|unit| unit.unit_id.to_string());
    let root = root.unwrap_or_default();
    let counted = app
        .db
        .read(move |c| look(c, (from, to), overdue, &root).map_err(StoreError::from))
        .await?;
    let day = day.to_string();
    let rows = rolled_up(&tree, &day, counted);
    let done = app.db.write(move |c| -> Result<usize, StoreError> {
        // Two processes count the same; one after the other.
        counters::raise(c, counters::DAILY_STATS, 1)?;
        // What was true only while the day lasted stays.
        let kept = match overdue {
            Some(_) => Vec::new(),
            None => table::of_day(c, &day)?
                .into_iter()
                .filter(|row| is_moment(&row.measure))
                .collect(),
        };
        let rows = rows.into_iter().chain(kept).collect();
        Ok(table::replace_day(c, &day, rows)?)
    });
    Ok(done.await?)
}

/// Numbers that tell how it is, not what happened.
fn is_moment(measure: &str) -> bool {
    ["waiting:", "overdue:", "follow"]
        .iter()
        .any(|begin| measure.starts_with(begin))
}

fn look(
    c: &mut Conn,
    (from, to): (i64, i64),
    overdue: Option<i64>,
    root: &str,
) -> diesel::QueryResult<Vec<Counted>> {
    let mut all = table::submitted(c, from, to)?;
    all.extend(table::decided(c, from, to)?);
    all.extend(table::notices(c, from, to)?);
    let (came, left) = table::came_or_left(c, from / 1000, to / 1000)?;
    let at_root = |measure: &str, count| (root.to_owned(), measure.to_owned(), count);
    all.push(at_root("subscribed", came));
    all.push(at_root("unsubscribed", left));
    if overdue.is_some() {
        all.extend(table::waiting(c, None)?);
        all.extend(table::waiting(c, overdue)?);
        all.extend(table::follows_now(c)?);
        all.push(at_root("followers", table::followers_now(c)?));
    }
    all.retain(|(_, _, count)| *count > 0);
    Ok(all)
}

/// Every number of a unit counts for all units above it as well.
fn rolled_up(tree: &UnitTree, day: &str, counted: Vec<Counted>) -> Vec<Stat> {
    let mut sums: HashMap<(String, String), (i64, i64)> = HashMap::new();
    for (unit, measure, count) in counted {
        let known = tree.by_code(&unit);
        let own = known.map_or(unit, |unit| unit.unit_id.to_string());
        sums.entry((own.clone(), measure.clone())).or_default().0 += count;
        let mut chain = tree.ancestors(&UnitId::new(own.clone()));
        if chain.is_empty() {
            chain.push(UnitId::new(own));
        }
        for above in chain {
            let key = (above.to_string(), measure.clone());
            sums.entry(key).or_default().1 += count;
        }
    }
    let rows = sums.into_iter();
    rows.map(|((unit_id, measure), (own, tree))| Stat {
        unit_id,
        day: day.to_owned(),
        measure,
        own,
        tree,
    })
    .collect()
}

fn begins(day: NaiveDate) -> i64 {
    shanghai::millis(day.and_time(NaiveTime::MIN))
}
