//! Replacing the table of procuratorates by an official export.

use crate::domain::procuratorate::Procuratorate;
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::service::publications::filing_scopes;
use crate::store::{Db, StoreError, counters, publications, units as table};

/// The deepest step below the root at which a unit may stand: publications are filed under two of them.
const MAX_STEPS: usize = 3;

/// What a replacement did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// New or changed units.
    pub imported: usize,
    /// Units that were exactly so.
    pub unchanged: usize,
}

/// Replaces the table by `all` and files the publications of moved units anew. Blocking: for the command line.
///
/// # Errors
/// [`ServiceError::Rejected`] when the list is no usable tree or lacks a unit that has publications.
pub fn replace(db: &Db, all: Vec<Procuratorate>) -> Result<Outcome, ServiceError> {
    let tree = UnitTree::build(all.clone())
        .map_err(|problem| ServiceError::Rejected(problem.to_string()))?;
    if let Some(deep) = all
        .iter()
        .find(|unit| tree.ancestors(&unit.unit_id).len() > MAX_STEPS + 1)
    {
        let text = format!(
            "unit {} stands more than {MAX_STEPS} steps below the root: give it a higher parent",
            deep.unit_id
        );
        return Err(ServiceError::Rejected(text));
    }
    db.write_blocking(move |c| -> Result<Outcome, ServiceError> {
        let fail = |error: diesel::result::Error| ServiceError::from(StoreError::from(error));
        counters::raise(c, counters::UNITS, 1).map_err(fail)?;
        let before = table::all(c).map_err(fail)?;
        for unit in publications::units(c).map_err(fail)? {
            if !all.iter().any(|new| new.unit_id.as_str() == unit) {
                let text = format!("unit {unit} has publications but is not in the file: keep it, or withdraw them first");
                return Err(ServiceError::Rejected(text));
            }
        }
        let known: std::collections::HashMap<&str, &Procuratorate> =
            before.iter().map(|unit| (unit.unit_id.as_str(), unit)).collect();
        let unchanged = all.iter().filter(|unit| known.get(unit.unit_id.as_str()) == Some(unit)).count();
        let outcome = Outcome { imported: all.len() - unchanged, unchanged };
        if outcome.imported == 0 && all.len() == before.len() {
            return Ok(outcome);
        }
        table::replace(c, &all).map_err(fail)?;
        file_anew(c, &before, &tree).map_err(fail)?;
        counters::raise(c, counters::PUBLICATIONS, 1).map_err(fail)?;
        Ok(outcome)
    })
}

fn file_anew(
    c: &mut crate::store::Conn,
    before: &[Procuratorate],
    tree: &UnitTree,
) -> diesel::QueryResult<()> {
    let old = UnitTree::build(before.to_vec()).ok();
    for unit in tree.iter() {
        let scopes = filing_scopes(tree, &unit.unit_id);
        let moved = old
            .as_ref()
            .is_none_or(|old| filing_scopes(old, &unit.unit_id) != scopes);
        if moved {
            publications::move_unit(
                c,
                unit.unit_id.as_str(),
                scopes.0.as_deref(),
                scopes.1.as_deref(),
            )?;
        }
    }
    Ok(())
}
