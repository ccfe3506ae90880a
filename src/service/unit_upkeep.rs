//! Looking after the table of procuratorates by hand: new names, ends, other words, telephones, with the day from which they
//! count. Every change leaves a row that stays, and an entry in the audit. `jianxin import units` is the other way in.

use std::sync::Arc;

use crate::app::{App, random_hex};
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::shanghai;
use crate::domain::unit_change::{self, Problem};
use crate::domain::unit_names::{Resolution, Resolver, short_forms};
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::service::publications::filing_scopes;
use crate::store::audit::{self, Entry};
use crate::store::unit_changes::{self, Change};
use crate::store::unit_moves::{self, Move, Moved};
use crate::store::{
    Conn, StoreError, counters, daily_stats, publications, unit_details, units as table,
};

/// Words that a change may rest on.
const BASIS_CHARS: usize = 100;
/// How far ahead a change may be planned, in days.
const AHEAD_DAYS: i64 = 3660;
/// Rows of a unit's history on its page.
const HISTORY: i64 = 100;

/// What shall change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Another name.
    Rename {
        /// The unit's.
        name: String,
        /// Its area's; empty for special units.
        area_name: String,
    },
    /// It ends, and another unit does its work.
    Abolish {
        /// The `unit_id` or code of that unit.
        successor: String,
    },
    /// One more word for it.
    AddAlias(String),
    /// One less, of those that were added here.
    RemoveAlias(String),
}

/// What shall change, from when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The unit.
    pub unit_id: String,
    /// What.
    pub what: What,
    /// For instance the number of a decision.
    pub basis: String,
    /// `2026-12-01`; the day on which it is done when that is today or past.
    pub effective_on: String,
}

/// Writes a change down, and does it when its day has come.
///
/// # Errors
/// [`ServiceError::Rejected`] with a sentence for the screen.
pub async fn plan(app: &Arc<App>, by: &str, plan: Plan) -> Result<Change, ServiceError> {
    let now = app.clock.now_ms();
    let today = today(now);
    let row = row(app, by, &plan, now)?;
    let is_due = row.effective_on <= today;
    let done = app.db.write(move |c| -> Result<Change, ServiceError> {
        lock(c)?;
        let before = tree(c)?;
        let mut row = row;
        let work = work(&before, &row).map_err(rejected)?;
        row.old_name.clone_from(&work.old_name);
        row.value.clone_from(&work.value);
        row.former.clone_from(&work.former);
        // Once as it is written down, so that the history has it whatever becomes of it.
        unit_changes::insert(c, &row).map_err(StoreError::from)?;
        entry(c, &row, "unit.change_planned", now)?;
        if is_due {
            carry_out(c, &before, &mut row, work, now)?;
        }
        Ok(row)
    });
    let row = done.await?;
    refresh(app).await?;
    Ok(row)
}

/// Takes a planned change back.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is none of that id that waits.
pub async fn cancel(app: &Arc<App>, by: &str, public_id: &str) -> Result<Change, ServiceError> {
    let (now, by, id) = (app.clock.now_ms(), by.to_owned(), public_id.to_owned());
    let done = app.db.write(move |c| -> Result<Change, ServiceError> {
        let planned = unit_changes::planned(c, &id).map_err(StoreError::from)?;
        let mut row = planned.ok_or(ServiceError::NotFound)?;
        row.state = unit_changes::CANCELLED.to_owned();
        row.ended_at = Some(now);
        settle(c, &row)?;
        let told = Change {
            made_by: by,
            ..row.clone()
        };
        entry(c, &told, "unit.change_cancelled", now)?;
        Ok(row)
    });
    Ok(done.await?)
}

/// Does what was planned for today or before; how many. Call it now and then.
///
/// # Errors
/// When the database does not answer.
pub async fn apply_due(app: &Arc<App>) -> Result<usize, ServiceError> {
    let now = app.clock.now_ms();
    let day = today(now);
    let due = app
        .db
        .read(move |c| unit_changes::due(c, &day).map_err(StoreError::from))
        .await?;
    let count = due.len();
    for row in due {
        // One a transaction: a change that fails takes no other one with it.
        let done = app.db.write(move |c| -> Result<(), ServiceError> {
            lock(c)?;
            let planned = unit_changes::planned(c, &row.public_id).map_err(StoreError::from)?;
            // Another process was faster, or it was cancelled.
            let Some(mut row) = planned else {
                return Ok(());
            };
            let before = tree(c)?;
            match work(&before, &row) {
                Ok(work) => carry_out(c, &before, &mut row, work, now),
                Err(problem) => {
                    row.state = unit_changes::FAILED.to_owned();
                    row.reason = Some(problem.to_string());
                    row.ended_at = Some(now);
                    settle(c, &row)?;
                    tracing::error!(
                        unit = row.unit_id,
                        "a planned change of a unit could not be made"
                    );
                    entry(c, &row, "unit.change_failed", now)
                }
            }
        });
        done.await?;
    }
    if count > 0 {
        refresh(app).await?;
    }
    Ok(count)
}

/// Sets whom users of the unit call; empty: nobody.
///
/// # Errors
/// [`ServiceError::Rejected`] with a sentence for the screen, [`ServiceError::NotFound`] for an unknown unit.
pub async fn set_phone(
    app: &Arc<App>,
    by: &str,
    unit_id: &str,
    phone: &str,
) -> Result<(), ServiceError> {
    let phone = checked_phone(phone)?;
    let book = app.units();
    let unit = book.tree.get(&UnitId::new(unit_id));
    let unit = unit.ok_or(ServiceError::NotFound)?;
    let now = app.clock.now_ms();
    let row = Change {
        kind: "phone".to_owned(),
        old_name: unit.name.clone(),
        value: phone.clone().unwrap_or_default(),
        state: unit_changes::DONE.to_owned(),
        ended_at: Some(now),
        ..blank(app, by, unit_id, now)
    };
    let done = app.db.write(move |c| -> Result<(), ServiceError> {
        lock(c)?;
        let mut details = unit_details::of(c, &row.unit_id).map_err(StoreError::from)?;
        if details.phone == phone {
            return Ok(());
        }
        details.phone = phone;
        unit_details::save(c, &details, now).map_err(StoreError::from)?;
        unit_changes::insert(c, &row).map_err(StoreError::from)?;
        entry(c, &row, "unit.phone_set", now)
    });
    done.await?;
    refresh(app).await
}

/// A unit for its page.
#[derive(Clone, Debug)]
pub struct UnitView {
    /// The unit.
    pub unit: Procuratorate,
    /// Its superiors, nearest first: id and name.
    pub above: Vec<(String, String)>,
    /// What lies directly below: id and name.
    pub below: Vec<(String, String)>,
    /// Aliases that were added by hand.
    pub added: Vec<String>,
    /// Whom users call.
    pub phone: Option<String>,
    /// What became of it, newest first.
    pub history: Vec<Change>,
}

/// One unit, by `unit_id` or any of its codes.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database's.
pub async fn view(app: &App, code: &str) -> Result<UnitView, ServiceError> {
    let book = app.units();
    let unit = book.tree.by_code(code).ok_or(ServiceError::NotFound)?;
    let named = |id: &UnitId| {
        let name = book.tree.get(id).map(|unit| unit.name.clone());
        (id.to_string(), name.unwrap_or_default())
    };
    let above = book.tree.ancestors(&unit.unit_id);
    let below = book.tree.children(&unit.unit_id);
    let id = unit.unit_id.to_string();
    let read = app.db.read(move |c| -> Result<_, StoreError> {
        let history = unit_changes::of_unit(c, &id, HISTORY)?;
        Ok((unit_details::of(c, &id)?, history))
    });
    let (details, history) = read.await?;
    Ok(UnitView {
        unit: unit.clone(),
        above: above.iter().skip(1).map(named).collect(),
        below: below.iter().map(named).collect(),
        added: details.aliases,
        phone: details.phone,
        history,
    })
}

/// All changes that wait for their day, the next first.
///
/// # Errors
/// When the database does not answer.
pub async fn planned(app: &App) -> Result<Vec<Change>, ServiceError> {
    let read = app
        .db
        .read(|c| unit_changes::all_planned(c).map_err(StoreError::from));
    Ok(read.await?)
}

/// The next page shall show it; the other processes see the counter by themselves.
pub(super) async fn refresh(app: &Arc<App>) -> Result<(), ServiceError> {
    let app = Arc::clone(app);
    let done = tokio::task::spawn_blocking(move || app.refresh_units()).await;
    match done {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "what changed is shown a moment later"),
        Err(error) => tracing::warn!(%error, "what changed is shown a moment later"),
    }
    Ok(())
}

/// Whoever writes units holds both rows: settings first, then the table.
fn lock(c: &mut Conn) -> Result<(), ServiceError> {
    counters::raise(c, counters::SETTINGS, 1).map_err(StoreError::from)?;
    counters::raise(c, counters::UNITS, 0).map_err(StoreError::from)?;
    Ok(())
}

fn tree(c: &mut Conn) -> Result<Arc<UnitTree>, ServiceError> {
    let all = table::all(c).map_err(StoreError::from)?;
    UnitTree::build(all)
        .map(Arc::new)
        .map_err(|problem| ServiceError::Rejected(problem.to_string()))
}

/// What a change comes to on the table as it is.
struct Work {
    units: Vec<Procuratorate>,
    old_name: String,
    value: String,
    former: String,
    /// Goes to the details of which unit: aliases and codes.
    kept: Option<(String, Vec<String>, Vec<String>)>,
    dropped: Option<String>,
    successor: Option<UnitId>,
}

fn work(tree: &Arc<UnitTree>, row: &Change) -> Result<Work, Problem> {
    let id = UnitId::new(row.unit_id.clone());
    let unit = tree.get(&id).ok_or(Problem::Unknown)?;
    let plain = |units, kept, dropped| Work {
        units,
        old_name: unit.name.clone(),
        value: row.value.clone(),
        former: String::new(),
        kept,
        dropped,
        successor: None,
    };
    match row.kind.as_str() {
        "rename" => {
            let texts = free_texts(tree, unit, short_forms(unit));
            let names = (row.value.as_str(), row.area_name.as_str());
            let units = unit_change::rename(tree, &id, names, &texts)?;
            Ok(Work {
                former: texts.join("|"),
                ..plain(units, Some((row.unit_id.clone(), texts, Vec::new())), None)
            })
        }
        "abolish" => {
            let heir = tree.by_code(&row.value).ok_or(Problem::Unknown)?;
            let mut texts = short_forms(unit);
            unit_change::add(&mut texts, &unit.aliases);
            let texts = free_texts(tree, unit, texts);
            let units = unit_change::abolish(tree, &id, &heir.unit_id, &texts)?;
            let codes = unit_change::codes(unit);
            let former: Vec<String> = texts.iter().chain(&codes).cloned().collect();
            Ok(Work {
                value: heir.unit_id.to_string(),
                former: former.join("|"),
                successor: Some(heir.unit_id.clone()),
                ..plain(units, Some((heir.unit_id.to_string(), texts, codes)), None)
            })
        }
        "alias_added" => {
            let units = unit_change::add_alias(tree, &id, &row.value)?;
            let kept = (row.unit_id.clone(), vec![row.value.clone()], Vec::new());
            Ok(plain(units, Some(kept), None))
        }
        _ => {
            let units = unit_change::remove_alias(tree, &id, &row.value)?;
            Ok(plain(units, None, Some(row.value.clone())))
        }
    }
}

/// Those of the texts that mean this unit and no other one.
fn free_texts(tree: &Arc<UnitTree>, unit: &Procuratorate, texts: Vec<String>) -> Vec<String> {
    let resolver = Resolver::build(Arc::clone(tree));
    let is_free = |text: &String| {
        *text == unit.name
            || matches!(
                resolver.resolve(text),
                Resolution::One { unit: only, hints } if only == unit.unit_id && hints.is_empty()
            )
    };
    texts.into_iter().filter(is_free).collect()
}

fn carry_out(
    c: &mut Conn,
    before: &UnitTree,
    row: &mut Change,
    work: Work,
    now: i64,
) -> Result<(), ServiceError> {
    let after = UnitTree::build(work.units.clone())
        .map_err(|problem| ServiceError::Rejected(problem.to_string()))?;
    table::replace(c, &work.units).map_err(StoreError::from)?;
    if let Some((unit_id, aliases, codes)) = &work.kept {
        let mut details = unit_details::of(c, unit_id).map_err(StoreError::from)?;
        unit_change::add(&mut details.aliases, aliases);
        unit_change::add(&mut details.code_aliases, codes);
        unit_details::save(c, &details, now).map_err(StoreError::from)?;
    }
    if let Some(alias) = &work.dropped {
        let mut details = unit_details::of(c, &row.unit_id).map_err(StoreError::from)?;
        if !details.aliases.contains(alias) {
            return Err(rejected(Problem::NotOurs));
        }
        details.aliases.retain(|known| known != alias);
        unit_details::save(c, &details, now).map_err(StoreError::from)?;
    }
    if let Some(successor) = &work.successor {
        let moved = hand_over(c, before, &after, &row.unit_id, successor)?;
        tracing::info!(
            unit = row.unit_id,
            successor = successor.as_str(),
            ?moved,
            "a unit was abolished"
        );
    }
    row.old_name = work.old_name;
    row.value = work.value;
    row.former = work.former;
    row.state = unit_changes::DONE.to_owned();
    row.ended_at = Some(now);
    settle(c, row)?;
    entry(c, row, "unit.changed", now)
}

/// Everything of the unit goes over, and publications of whoever moved in the tree are filed anew.
fn hand_over(
    c: &mut Conn,
    before: &UnitTree,
    after: &UnitTree,
    unit_id: &str,
    successor: &UnitId,
) -> Result<Moved, ServiceError> {
    counters::raise(c, counters::UNITS, 1).map_err(StoreError::from)?;
    let revision = counters::raise(c, counters::PUBLICATIONS, 1).map_err(StoreError::from)?;
    let (scope_1, scope_2) = filing_scopes(after, successor);
    let it = Move {
        from: unit_id,
        to: successor.as_str(),
        scope_1: scope_1.as_deref(),
        scope_2: scope_2.as_deref(),
        revision,
    };
    let moved = unit_moves::everything(c, it).map_err(StoreError::from)?;
    let numbers = daily_stats::HandOver {
        from: unit_id,
        to: successor.as_str(),
        was_below: before.is_within(&UnitId::new(unit_id), successor),
    };
    daily_stats::hand_over(c, numbers).map_err(StoreError::from)?;
    let mut old = unit_details::of(c, unit_id).map_err(StoreError::from)?;
    if old.phone.take().is_some() {
        unit_details::save(c, &old, 0).map_err(StoreError::from)?;
    }
    for unit in after.iter() {
        let scopes = filing_scopes(after, &unit.unit_id);
        if filing_scopes(before, &unit.unit_id) != scopes {
            let (first, second) = (scopes.0.as_deref(), scopes.1.as_deref());
            publications::move_unit(c, unit.unit_id.as_str(), first, second)
                .map_err(StoreError::from)?;
        }
    }
    Ok(moved)
}

fn settle(c: &mut Conn, row: &Change) -> Result<(), ServiceError> {
    match unit_changes::settle(c, row).map_err(StoreError::from)? {
        true => Ok(()),
        false => Err(ServiceError::NotFound),
    }
}

fn entry(c: &mut Conn, row: &Change, action: &str, now: i64) -> Result<(), ServiceError> {
    let entry = Entry {
        id: random_hex::<16>(),
        at: now,
        actor: row.made_by.clone(),
        action: action.to_owned(),
        subject: format!("unit:{} {} {}", row.unit_id, row.kind, row.public_id),
    };
    audit::append(c, &entry).map_err(StoreError::from)?;
    Ok(())
}

fn row(app: &App, by: &str, plan: &Plan, now: i64) -> Result<Change, ServiceError> {
    let (kind, value, area_name) = match &plan.what {
        What::Rename { name, area_name } => {
            let area = area_name.trim();
            if !area.is_empty() {
                unit_change::checked_name(area, "地区名称").map_err(rejected)?;
            }
            ("rename", name.trim(), area)
        }
        What::Abolish { successor } => ("abolish", successor.trim(), ""),
        What::AddAlias(alias) => ("alias_added", alias.trim(), ""),
        What::RemoveAlias(alias) => ("alias_removed", alias.trim(), ""),
    };
    let basis = plan.basis.trim();
    if basis.chars().count() > BASIS_CHARS || basis.chars().any(char::is_control) {
        let text = format!("依据不超过{BASIS_CHARS}字，不换行。");
        return Err(ServiceError::Rejected(text));
    }
    let day = plan.effective_on.trim();
    let effective_on = if day.is_empty() {
        today(now)
    } else {
        checked_day(day, now)?
    };
    Ok(Change {
        kind: kind.to_owned(),
        value: value.to_owned(),
        area_name: area_name.to_owned(),
        basis: basis.to_owned(),
        effective_on,
        ..blank(app, by, &plan.unit_id, now)
    })
}

fn blank(app: &App, by: &str, unit_id: &str, now: i64) -> Change {
    Change {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        unit_id: unit_id.to_owned(),
        kind: String::new(),
        old_name: String::new(),
        value: String::new(),
        area_name: String::new(),
        basis: String::new(),
        effective_on: today(now),
        state: unit_changes::PLANNED.to_owned(),
        former: String::new(),
        reason: None,
        made_by: by.to_owned(),
        made_at: now,
        ended_at: None,
    }
}

fn checked_day(text: &str, now: i64) -> Result<String, ServiceError> {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let today = shanghai::wall_clock(now).date();
    let day = day.filter(|day| {
        let ahead = (*day - today).num_days();
        (-AHEAD_DAYS..=AHEAD_DAYS).contains(&ahead)
    });
    day.map(|day| day.to_string()).ok_or_else(|| {
        ServiceError::Rejected("生效日期写成2026-12-01的样子，不早于或晚于今天十年。".to_owned())
    })
}

fn checked_phone(text: &str) -> Result<Option<String>, ServiceError> {
    let phone = text.trim();
    if phone.is_empty() {
        return Ok(None);
    }
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let is_good = |b: u8| b.is_ascii_digit() || b" -+".contains(&b);
    if (5..=16).contains(&digits) && phone.len() <= 24 && phone.bytes().all(is_good) {
        return Ok(Some(phone.to_owned()));
    }
    let text = "电话写成0731-12309或12309的样子：5至16位数字，可以用“-”和空格隔开。";
    Err(ServiceError::Rejected(text.to_owned()))
}

fn rejected(problem: Problem) -> ServiceError {
    ServiceError::Rejected(problem.to_string())
}

/// The day at the office, `2026-11-29`.
pub fn today(now: i64) -> String {
    shanghai::wall_clock(now).date().to_string()
}
