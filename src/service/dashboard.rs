//! The first page of the desk: what waits and how long, what was decided a day, what became of notices, who follows. Own work is
//! asked for anew each time; everything of subordinate units comes from the days' counts, so that the page is as quick with
//! five hundred thousand applications as with five.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::desk::{Duty, TreeScope, UnitScope};
use crate::domain::ids::UnitId;
use crate::domain::shanghai;
use crate::service::error::ServiceError;
use crate::service::stats::{self, KINDS, Limits};
use crate::store::daily_stats::{self as table, Stat, Waiting};
use crate::store::{Conn, StoreError, chore_runs, links};

/// Days of the lines of applications and followers.
pub const DAYS: usize = 30;
/// Days of the bars of notices.
pub const PUSH_DAYS: usize = 7;

/// Outcomes of notices as the bars show them, with the states that they are made of.
pub const OUTCOMES: [(&str, &[&str]); 5] = [
    ("已送出", &["sent", "merged"]),
    ("等待发送", &["pending", "sending", "waiting", "unknown"]),
    ("微信拒收", &["refused"]),
    ("过期或取消", &["expired", "cancelled"]),
    ("待人工处理", &["parked"]),
];

/// A subordinate unit's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// The unit.
    pub unit_id: String,
    /// Its short name.
    pub name: String,
    /// Whether something lies below it.
    pub has_below: bool,
    /// What waits in it and below.
    pub waiting: i64,
    /// Of that, what is overdue.
    pub overdue: i64,
    /// What came in within the days of the page.
    pub submitted: i64,
    /// What was decided within them.
    pub decided: i64,
}

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct Dashboard {
    /// The unit that is looked at.
    pub unit_id: String,
    /// Its name.
    pub name: String,
    /// It is the manager's own.
    pub is_own: bool,
    /// The way to it from the manager's own unit, which stands first; without itself.
    pub path: Vec<(String, String)>,
    /// What waits in the own unit right now, each kind; for the own unit only.
    pub own: Vec<(ApplicationKind, Waiting)>,
    /// How much waits in the own unit, if nobody who decides is linked and could be told of it.
    pub untold: i64,
    /// Waiting and overdue in the unit and below, each kind, as they were counted.
    pub tree: Vec<(ApplicationKind, i64, i64)>,
    /// The days, oldest first.
    pub days: Vec<NaiveDate>,
    /// What came in, a day.
    pub submitted: Vec<i64>,
    /// What was decided, a day.
    pub decided: Vec<i64>,
    /// Decisions of the days by kind.
    pub decided_by_kind: Vec<(ApplicationKind, i64)>,
    /// Notices by outcome, a day of the last seven.
    pub notices: Vec<(&'static str, Vec<i64>)>,
    /// People who came, and who left, a day: of the whole account, where the whole country is looked at.
    pub account: Option<Followers>,
    /// How often units of this subtree are followed.
    pub follows: i64,
    /// The units directly below.
    pub below: Vec<Below>,
    /// When the counts were made, milliseconds UTC.
    pub counted_at: Option<i64>,
    /// Now.
    pub now: i64,
}

/// Of the whole account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followers {
    /// At the last count.
    pub now: i64,
    /// A day.
    pub came: Vec<i64>,
    /// A day.
    pub left: Vec<i64>,
}

/// The page for a manager, or for one of the units below the manager's own; `NotFound` for any other unit.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database's.
pub async fn view(
    app: &App,
    own: &UnitScope,
    scope: &TreeScope,
    at: Option<&str>,
) -> Result<Dashboard, ServiceError> {
    let book = app.units();
    let scope = match at.filter(|at| *at != scope.root()) {
        None => scope.clone(),
        Some(at) => {
            let ids = book.tree.subtree(&UnitId::new(at));
            let ids = ids.iter().map(ToString::to_string).collect();
            scope.narrowed(at, ids).ok_or(ServiceError::NotFound)?
        }
    };
    let now = app.clock.now_ms();
    let today = shanghai::wall_clock(now).date();
    let root = UnitId::new(scope.root());
    let children: Vec<String> = book
        .tree
        .children(&root)
        .iter()
        .map(ToString::to_string)
        .collect();
    let is_own = own.covers(scope.root());
    let look = Look {
        root: scope.root().to_owned(),
        children: children.clone(),
        overdue: stats::overdue_before(app, now),
        is_own,
        from: back(today, DAYS).to_string(),
        today: today.to_string(),
    };
    let found = app
        .db
        .read(move |c| look.read(c).map_err(StoreError::from))
        .await?;
    let days: Vec<NaiveDate> = back(today, DAYS).iter_days().take(DAYS).collect();
    let mut page = Dashboard {
        unit_id: scope.root().to_owned(),
        name: book.tree.short_name(&root),
        is_own,
        days,
        now,
        counted_at: found.counted_at,
        ..Dashboard::default()
    };
    let above = book.tree.ancestors(&root);
    let within = above.iter().skip(1).take_while(|_| !is_own);
    page.path = way(own, within, |id| book.tree.short_name(id));
    if found.is_deaf {
        page.untold = found.own.iter().map(|it| it.count).sum();
    }
    page.own = KINDS
        .into_iter()
        .filter_map(|kind| {
            let waiting = found.own.iter().find(|it| it.kind == kind.as_str())?;
            Some((kind, waiting.clone()))
        })
        .collect();
    page.fill(
        &found,
        book.tree
            .get(&root)
            .is_some_and(|it| it.parent_id.is_none()),
    );
    page.below = children
        .iter()
        .map(|id| {
            let unit = UnitId::new(id.clone());
            Below {
                name: book.tree.short_name(&unit),
                has_below: !book.tree.children(&unit).is_empty(),
                ..found.below(id)
            }
        })
        .collect();
    page.below
        .sort_by_key(|it| (-it.overdue, -it.waiting, it.unit_id.clone()));
    Ok(page)
}

/// The first of so many days of which `today` is the last.
fn back(today: NaiveDate, days: usize) -> NaiveDate {
    let days = u64::try_from(days.saturating_sub(1)).unwrap_or(0);
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

/// From the own unit down to the one above.
fn way<'a>(
    own: &UnitScope,
    above: impl Iterator<Item = &'a UnitId>,
    name: impl Fn(&UnitId) -> String,
) -> Vec<(String, String)> {
    let mut way = Vec::new();
    for id in above {
        way.push((id.to_string(), name(id)));
        if own.covers(id.as_str()) {
            break;
        }
    }
    way.reverse();
    way
}

struct Look {
    root: String,
    children: Vec<String>,
    overdue: Limits,
    is_own: bool,
    from: String,
    today: String,
}

#[derive(Default)]
struct Found {
    own: Vec<Waiting>,
    is_deaf: bool,
    rows: Vec<Stat>,
    moment: String,
    below_now: Vec<Stat>,
    below_sums: Vec<(String, String, i64)>,
    counted_at: Option<i64>,
}

impl Look {
    fn read(&self, c: &mut Conn) -> diesel::QueryResult<Found> {
        let own = if self.is_own {
            table::waiting_now(c, &self.root, &self.overdue)?
        } else {
            Vec::new()
        };
        // Just after midnight the new day has not been counted yet.
        let newest = table::newest_day(c)?;
        let moment = newest.unwrap_or_else(|| self.today.clone());
        Ok(Found {
            is_deaf: self.is_own
                && links::of_managers(c, &self.root, &[Duty::Reviewer])?.is_empty(),
            own,
            rows: table::of_unit(c, &self.root, &self.from)?,
            below_now: table::of_units_on(c, &self.children, &moment)?,
            below_sums: table::sums_since(c, &self.children, &self.from)?,
            counted_at: chore_runs::of(c, stats::CHORE)?.map(|run| run.ran_at),
            moment,
        })
    }
}

impl Found {
    fn below(&self, id: &str) -> Below {
        let now = |begin: &str| {
            let rows = self.below_now.iter();
            rows.filter(|row| row.unit_id == id && row.measure.starts_with(begin))
                .map(|row| row.tree)
                .sum()
        };
        let since = |begin: &str| {
            let rows = self.below_sums.iter();
            rows.filter(|(unit, measure, _)| unit == id && measure.starts_with(begin))
                .map(|(_, _, count)| count)
                .sum()
        };
        Below {
            unit_id: id.to_owned(),
            waiting: now("waiting:"),
            overdue: now("overdue:"),
            submitted: since("submitted:"),
            decided: since("decided:"),
            ..Below::default()
        }
    }

    /// Sums of a day, by day.
    fn by_day(&self, wanted: impl Fn(&str) -> bool) -> BTreeMap<&str, i64> {
        let mut days = BTreeMap::new();
        for row in self.rows.iter().filter(|row| wanted(&row.measure)) {
            *days.entry(row.day.as_str()).or_default() += row.tree;
        }
        days
    }

    /// Of the day that was counted last.
    fn now(&self, measure: &str) -> i64 {
        let rows = self.rows.iter();
        rows.filter(|row| row.day == self.moment && row.measure == measure)
            .map(|row| row.tree)
            .sum()
    }
}

impl Dashboard {
    fn fill(&mut self, found: &Found, is_whole: bool) {
        let days: Vec<String> = self.days.iter().map(ToString::to_string).collect();
        let series = |wanted: &dyn Fn(&str) -> bool| -> Vec<i64> {
            let sums = found.by_day(wanted);
            let days = days.iter();
            days.map(|day| sums.get(day.as_str()).copied().unwrap_or(0))
                .collect()
        };
        self.submitted = series(&|measure| measure.starts_with("submitted:"));
        self.decided = series(&|measure| measure.starts_with("decided:"));
        for kind in KINDS {
            let word = kind.as_str();
            let waiting = found.now(&format!("waiting:{word}"));
            let overdue = found.now(&format!("overdue:{word}"));
            self.tree.push((kind, waiting, overdue));
            let begin = format!("decided:{word}:");
            let decided = series(&|measure| measure.starts_with(&begin));
            self.decided_by_kind.push((kind, decided.iter().sum()));
        }
        for (title, states) in OUTCOMES {
            let all = series(&|measure| {
                let state = measure.strip_prefix("push:");
                state.is_some_and(|state| states.contains(&state))
            });
            let last = all.len().saturating_sub(PUSH_DAYS);
            self.notices
                .push((title, all.into_iter().skip(last).collect()));
        }
        self.follows = found.now("follows");
        self.account = is_whole.then(|| Followers {
            now: found.now("followers"),
            came: series(&|measure| measure == "subscribed"),
            left: series(&|measure| measure == "unsubscribed"),
        });
    }
}
