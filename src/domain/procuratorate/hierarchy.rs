//! The one rule about a set of units: it is a single tree, and every code means one unit. Checked when a table is
//! read (to name the line) and again when a [`crate::domain::units::UnitTree`] is built (to be sure).

use std::collections::HashMap;

use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;

/// Why a set of units is not one tree with unmistakable codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyFlaw {
    /// `parent_id` names no unit of the set.
    #[error("the parent {parent} of {unit} is not in the table")]
    UnknownParent {
        /// The child.
        unit: UnitId,
        /// The parent that is missing.
        parent: UnitId,
    },
    /// Following the parents leads back to the unit. Reported once per ring.
    #[error("{unit} is its own ancestor")]
    Cycle {
        /// The unit of the ring that stands first in the table.
        unit: UnitId,
    },
    /// A `unit_id` or `code_alias` is taken, letter case apart.
    #[error("the code {code} of {unit} already belongs to {holder}")]
    DoubledCode {
        /// The later unit.
        unit: UnitId,
        /// The code as the later unit writes it.
        code: String,
        /// The earlier unit.
        holder: UnitId,
    },
    /// Every unit has a parent, or there is no unit.
    #[error("no unit is without a parent, so there is no root")]
    NoRoot,
    /// More than one unit has no parent.
    #[error("{unit} has no parent, but {first} is the root already")]
    SecondRoot {
        /// The later unit without a parent.
        unit: UnitId,
        /// The first one.
        first: UnitId,
    },
}

/// Codes are compared without surrounding space and without regard to letter case.
pub(crate) fn fold_code(code: &str) -> String {
    code.trim().to_lowercase()
}

/// Everything that is wrong with `units`, each with the position of the unit it is about (0 for [`HierarchyFlaw::NoRoot`]).
pub(crate) fn flaws(units: &[Procuratorate]) -> Vec<(usize, HierarchyFlaw)> {
    let mut found = Vec::new();
    doubled_codes(units, &mut found);
    roots(units, &mut found);
    let parents = parents(units, &mut found);
    cycles(units, &parents, &mut found);
    found.sort_by_key(|(position, _)| *position);
    found
}

fn doubled_codes(units: &[Procuratorate], found: &mut Vec<(usize, HierarchyFlaw)>) {
    let mut holders: HashMap<String, &UnitId> = HashMap::new();
    for (position, unit) in units.iter().enumerate() {
        let codes = std::iter::once(unit.unit_id.as_str())
            .chain(unit.code_aliases.iter().map(String::as_str));
        for code in codes {
            if let Some(holder) = holders.insert(fold_code(code), &unit.unit_id) {
                let flaw = HierarchyFlaw::DoubledCode {
                    unit: unit.unit_id.clone(),
                    code: code.to_owned(),
                    holder: holder.clone(),
                };
                found.push((position, flaw));
            }
        }
    }
}

fn roots(units: &[Procuratorate], found: &mut Vec<(usize, HierarchyFlaw)>) {
    let mut roots = units
        .iter()
        .enumerate()
        .filter(|(_, unit)| unit.parent_id.is_none());
    let Some((_, first)) = roots.next() else {
        found.push((0, HierarchyFlaw::NoRoot));
        return;
    };
    for (position, unit) in roots {
        let flaw = HierarchyFlaw::SecondRoot {
            unit: unit.unit_id.clone(),
            first: first.unit_id.clone(),
        };
        found.push((position, flaw));
    }
}

fn parents(units: &[Procuratorate], found: &mut Vec<(usize, HierarchyFlaw)>) -> Vec<Option<usize>> {
    let positions: HashMap<&UnitId, usize> = units
        .iter()
        .enumerate()
        .map(|(position, unit)| (&unit.unit_id, position))
        .collect();
    let mut parents = Vec::with_capacity(units.len());
    for (position, unit) in units.iter().enumerate() {
        let parent = unit.parent_id.as_ref().and_then(|parent| {
            let known = positions.get(parent).copied();
            if known.is_none() {
                let flaw = HierarchyFlaw::UnknownParent {
                    unit: unit.unit_id.clone(),
                    parent: parent.clone(),
                };
                found.push((position, flaw));
            }
            known
        });
        parents.push(parent);
    }
    parents
}

/// Walks up from each unit until it meets a unit seen before; meeting one of the same walk closes a ring. Linear,
/// because no unit is walked through twice.
fn cycles(
    units: &[Procuratorate],
    parents: &[Option<usize>],
    found: &mut Vec<(usize, HierarchyFlaw)>,
) {
    let mut walked_from: Vec<Option<usize>> = vec![None; units.len()];
    for start in 0..units.len() {
        let mut at = Some(start);
        while let Some(position) = at {
            let Some(mark) = walked_from.get_mut(position) else {
                break;
            };
            match *mark {
                None => *mark = Some(start),
                Some(earlier) => {
                    if earlier == start
                        && let Some(unit) = units.get(position)
                    {
                        found.push((
                            position,
                            HierarchyFlaw::Cycle {
                                unit: unit.unit_id.clone(),
                            },
                        ));
                    }
                    break;
                }
            }
            at = parents.get(position).copied().flatten();
        }
    }
}
