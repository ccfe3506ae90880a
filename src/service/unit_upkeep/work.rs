//! What a change of a unit comes to on the table as it is, and doing it.

use super::{entry, rejected, settle};
use crate::app::UnitBook;
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::unit_change::{self, Problem};
use crate::domain::unit_names::{Resolution, short_forms};
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::service::publications::filing_scopes;
use crate::store::unit_changes::{self, Change};
use crate::store::unit_moves::{self, Move, Moved};
use crate::store::{
    Conn, StoreError, counters, daily_stats, publications, unit_details, units as table,
};

/// What a change comes to on the table as it is.
pub(super) struct Work {
    units: Vec<Procuratorate>,
    pub(super) old_name: String,
    pub(super) value: String,
    pub(super) former: String,
    /// Goes to the details of which unit: aliases and codes.
    kept: Option<(String, Vec<String>, Vec<String>)>,
    dropped: Option<String>,
    successor: Option<UnitId>,
}

pub(super) fn work(book: &UnitBook, row: &Change) -> Result<Work, Problem> {
    let tree = &book.tree;
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
            let texts = free_texts(book, unit, short_forms(unit));
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
            let texts = free_texts(book, unit, texts);
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
fn free_texts(book: &UnitBook, unit: &Procuratorate, texts: Vec<String>) -> Vec<String> {
    let is_free = |text: &String| {
        *text == unit.name
            || matches!(
                book.resolver.resolve(text),
                Resolution::One { unit: only, hints } if only == unit.unit_id && hints.is_empty()
            )
    };
    texts.into_iter().filter(is_free).collect()
}

pub(super) fn carry_out(
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
            return Err(rejected(&Problem::NotOurs));
        }
        details.aliases.retain(|known| known != alias);
        unit_details::save(c, &details, now).map_err(StoreError::from)?;
    }
    if let Some(successor) = &work.successor {
        let moved = hand_over(c, (before, &after), &row.unit_id, successor, now)?;
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
    (before, after): (&UnitTree, &UnitTree),
    unit_id: &str,
    successor: &UnitId,
    now: i64,
) -> Result<Moved, ServiceError> {
    unit_moves::batches(c, unit_id, successor.as_str()).map_err(StoreError::from)?;
    // A case import that stores a piece meanwhile stores it before its cases go over, or finds the successor.
    counters::raise(c, counters::CASE_IMPORTS, 0).map_err(StoreError::from)?;
    counters::raise(c, counters::UNITS, 1).map_err(StoreError::from)?;
    let revision = counters::raise(c, counters::PUBLICATIONS, 1).map_err(StoreError::from)?;
    let (scope_1, scope_2) = filing_scopes(after, successor);
    let it = Move {
        from: unit_id,
        to: successor.as_str(),
        scope_1: scope_1.as_deref(),
        scope_2: scope_2.as_deref(),
        revision,
        now,
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
        unit_details::save(c, &old, now).map_err(StoreError::from)?;
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
