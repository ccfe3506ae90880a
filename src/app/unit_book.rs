//! The unit tree and what goes with it: who resolves names, whom users call, what units were called before.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::StartError;
use crate::domain::ids::UnitId;
use crate::domain::unit_change::{FormerNames, InForce};
use crate::domain::unit_names::Resolver;
use crate::domain::units::UnitTree;
use crate::store::{Conn, Db, StoreError, counters, unit_changes, unit_details, units};

/// The unit tree and what resolves names in it; replaced as a whole when the table changes.
pub struct UnitBook {
    /// The hierarchy.
    pub tree: Arc<UnitTree>,
    /// The resolver.
    pub resolver: Resolver,
    /// Names that units had.
    pub former: FormerNames,
    /// The counter of the table when it was read: another one means another hierarchy.
    pub revision: i64,
    /// The counter of names, telephones and all other settings when it was read.
    pub settings: i64,
    phones: HashMap<String, String>,
}

impl UnitBook {
    /// A tree and nothing besides.
    pub fn of(tree: Arc<UnitTree>) -> Self {
        Self {
            resolver: Resolver::build(Arc::clone(&tree)),
            tree,
            former: FormerNames::default(),
            revision: 0,
            settings: 0,
            phones: HashMap::new(),
        }
    }

    /// Whom users of the unit call; `None` where nobody said so.
    pub fn phone(&self, unit_id: &str) -> Option<&str> {
        let unit = self.tree.get(&UnitId::new(unit_id));
        let unit = unit.or_else(|| self.tree.by_code(unit_id))?;
        self.phones.get(unit.unit_id.as_str()).map(String::as_str)
    }

    /// Raised by whatever may change what is said about a unit or by the office.
    pub fn wording(&self) -> i64 {
        self.revision + self.settings
    }
}

/// Reads the unit table from the database.
///
/// # Errors
/// When it does not answer, or what it holds is not one tree.
pub fn load_units(db: &Db) -> Result<UnitBook, StartError> {
    let read = db.read_blocking(|c| -> Result<_, StoreError> {
        let revision = counters::current(c, counters::UNITS)?;
        let settings = counters::current(c, counters::SETTINGS)?;
        Ok((revision, settings, units::all(c)?, details(c)?, changes(c)?))
    });
    let (revision, settings, all, phones, changes) = read?;
    let tree =
        Arc::new(UnitTree::build(all).map_err(|problem| StartError::Units(problem.to_string()))?);
    Ok(UnitBook {
        former: FormerNames::build(&changes, &tree),
        resolver: Resolver::build(Arc::clone(&tree)),
        tree,
        revision,
        settings,
        phones,
    })
}

fn details(c: &mut Conn) -> Result<HashMap<String, String>, StoreError> {
    let details = unit_details::all(c)?.into_iter();
    Ok(details
        .filter_map(|it| Some((it.unit_id, it.phone?)))
        .collect())
}

fn changes(c: &mut Conn) -> Result<Vec<InForce>, StoreError> {
    let changes = unit_changes::in_force(c)?.into_iter();
    Ok(changes
        .map(|it| InForce {
            successor: (it.kind == "abolish").then_some(it.value),
            unit_id: it.unit_id,
            old_name: it.old_name,
            since: it.effective_on,
            texts: it.former.split('|').map(str::to_owned).collect(),
        })
        .collect())
}
