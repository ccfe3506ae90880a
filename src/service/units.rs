//! Importing procuratorates: rows add units or change them; units that a file does not name stay as they are.

use std::collections::HashMap;

use crate::domain::procuratorate::{
    CsvProblem, CsvReason, CsvRow, Procuratorate, flaws_with_places,
};
use crate::domain::unit_change::{self, MAX_STEPS};
use crate::domain::units::UnitTree;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::publications::filing_scopes;
use crate::store::audit::{self, Entry};
use crate::store::unit_details::{self, Details};
use crate::store::{Conn, Db, StoreError, counters, publications, units as table};

/// What an import did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// New or changed units.
    pub imported: usize,
    /// Units that were exactly so.
    pub unchanged: usize,
    /// Lines that would break the tree, with the reason.
    pub rejected: Vec<CsvProblem>,
}

/// Merges rows into the table and files the publications of moved units anew; a change is written into the audit. `now` is
/// in milliseconds UTC. Blocking: for the command line.
///
/// # Errors
/// [`ServiceError::Rejected`] when the stored table itself is no tree any more; when the database refuses.
pub fn import(db: &Db, rows: Vec<CsvRow>, now: i64) -> Result<Outcome, ServiceError> {
    db.write_blocking(move |c| {
        // The row lock first: two imports at the same time would each replace what the other wrote.
        counters::raise(c, counters::SETTINGS, 0).map_err(StoreError::from)?;
        counters::raise(c, counters::UNITS, 0).map_err(StoreError::from)?;
        let before = table::all(c).map_err(StoreError::from)?;
        let rows = with_additions(c, rows).map_err(StoreError::from)?;
        let (merged, outcome) = merge(&before, rows)?;
        if outcome.imported > 0 {
            store(c, &before, &merged)?;
            audit::append_for(c, &entry(&outcome, now), None).map_err(StoreError::from)?;
        }
        Ok(outcome)
    })
}

fn entry(outcome: &Outcome, now: i64) -> Entry {
    audit_entry(
        now,
        "command-line",
        "units.imported",
        format!(
            "changed:{} unchanged:{} rejected:{}",
            outcome.imported,
            outcome.unchanged,
            outcome.rejected.len()
        ),
    )
}

/// What people added to a unit at the console stays, whatever the file says.
fn with_additions(c: &mut Conn, mut rows: Vec<CsvRow>) -> diesel::QueryResult<Vec<CsvRow>> {
    let additions: HashMap<String, Details> = unit_details::all(c)?
        .into_iter()
        .map(|details| (details.unit_id.clone(), details))
        .collect();
    for row in &mut rows {
        if let Some(details) = additions.get(row.unit.unit_id.as_str()) {
            unit_change::add(&mut row.unit.aliases, &details.aliases);
            unit_change::add(&mut row.unit.code_aliases, &details.code_aliases);
        }
    }
    Ok(rows)
}

fn store(
    c: &mut Conn,
    before: &[Procuratorate],
    merged: &[Procuratorate],
) -> Result<(), ServiceError> {
    let tree = tree_of(merged)?;
    table::replace(c, merged).map_err(StoreError::from)?;
    let old = tree_of(before).ok();
    for unit in tree.iter() {
        let scopes = filing_scopes(&tree, &unit.unit_id);
        let moved = |old: &UnitTree| filing_scopes(old, &unit.unit_id) != scopes;
        if old.as_ref().is_none_or(moved) {
            let (first, second) = (scopes.0.as_deref(), scopes.1.as_deref());
            publications::move_unit(c, unit.unit_id.as_str(), first, second)
                .map_err(StoreError::from)?;
        }
    }
    counters::raise(c, counters::UNITS, 1).map_err(StoreError::from)?;
    counters::raise(c, counters::PUBLICATIONS, 1).map_err(StoreError::from)?;
    Ok(())
}

fn tree_of(units: &[Procuratorate]) -> Result<UnitTree, ServiceError> {
    UnitTree::build(units.to_vec()).map_err(|problem| ServiceError::Rejected(problem.to_string()))
}

/// The table with the rows in it, without those that would break the tree.
fn merge(
    before: &[Procuratorate],
    mut rows: Vec<CsvRow>,
) -> Result<(Vec<Procuratorate>, Outcome), ServiceError> {
    let mut outcome = Outcome::default();
    loop {
        // Rows stand last, so that of two units with one code the stored one keeps it.
        let named = |unit: &Procuratorate| rows.iter().any(|row| row.unit.unit_id == unit.unit_id);
        let kept: Vec<&Procuratorate> = before.iter().filter(|unit| !named(unit)).collect();
        let merged: Vec<Procuratorate> = kept
            .iter()
            .copied()
            .chain(rows.iter().map(|row| &row.unit))
            .cloned()
            .collect();
        let mut bad: HashMap<usize, CsvReason> = HashMap::new();
        for (position, flaw) in flaws_with_places(&merged) {
            let Some(row) = position.checked_sub(kept.len()) else {
                return Err(ServiceError::Rejected(format!(
                    "{flaw}: a unit that stays would lose its place"
                )));
            };
            bad.insert(row, CsvReason::Hierarchy(flaw));
        }
        if bad.is_empty() {
            let tree = tree_of(&merged)?;
            for (row, CsvRow { unit, .. }) in rows.iter().enumerate() {
                if tree.ancestors(&unit.unit_id).len() > MAX_STEPS + 1 {
                    bad.insert(row, CsvReason::TooDeep(MAX_STEPS));
                }
            }
        }
        if bad.is_empty() {
            let known: HashMap<_, _> = before.iter().map(|unit| (&unit.unit_id, unit)).collect();
            outcome.unchanged = rows
                .iter()
                .filter(|row| known.get(&row.unit.unit_id) == Some(&&row.unit))
                .count();
            outcome.imported = rows.len() - outcome.unchanged;
            outcome.rejected.sort_by_key(|problem| problem.line);
            return Ok((merged, outcome));
        }
        let mut good = Vec::with_capacity(rows.len());
        for (position, row) in rows.into_iter().enumerate() {
            match bad.remove(&position) {
                Some(reason) => outcome.rejected.push(CsvProblem {
                    line: row.line,
                    reason,
                }),
                None => good.push(row),
            }
        }
        rows = good;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::procuratorate::read_rows;

    const HEADER: &str =
        "unit_id,name,level,parent_id,kind,source,confidence,area_name,aliases,code_aliases\n";

    fn rows(lines: &str) -> Vec<CsvRow> {
        read_rows(&format!("{HEADER}{lines}")).unwrap().rows
    }

    fn stored() -> Vec<Procuratorate> {
        let lines =
            "1,最高检,1,,national,,,,,\n2,甲省院,2,1,province,,,,,\n3,乙市院,3,2,prefecture,,,,,\n";
        rows(lines).into_iter().map(|row| row.unit).collect()
    }

    #[test]
    fn rows_add_and_change_units_and_the_others_stay() {
        let lines = "3,乙市人民检察院,3,2,prefecture,,,,,\n4,丙县院,4,3,county,,,,,\n2,甲省院,2,1,province,,,,,\n";
        let (merged, outcome) = merge(&stored(), rows(lines)).unwrap();
        assert_eq!(
            (outcome.imported, outcome.unchanged, outcome.rejected.len()),
            (2, 1, 0)
        );
        assert_eq!(merged.len(), 4);
    }

    #[test]
    fn a_row_that_breaks_the_tree_is_rejected_with_what_hangs_below_it() {
        let lines = "5,丁,3,9,x,,,,,\n6,戊,4,5,x,,,,,\n7,己,4,3,x,,,,,\n8,庚,4,7,x,,,,,\n";
        let (merged, outcome) = merge(&stored(), rows(lines)).unwrap();
        let lines: Vec<u64> = outcome
            .rejected
            .iter()
            .map(|problem| problem.line)
            .collect();
        assert_eq!(lines, [2, 3, 5], "no parent, below it, too deep");
        assert_eq!((outcome.imported, merged.len()), (1, 4));
    }

    #[test]
    fn a_code_that_another_unit_holds_is_refused() {
        let (_, outcome) = merge(&stored(), rows("9,辛,3,2,x,,,,,3\n")).unwrap();
        assert_eq!(outcome.rejected.len(), 1);
    }
}
