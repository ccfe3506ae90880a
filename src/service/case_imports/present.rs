//! The units as they are while rows are stored or taken back: one that was merged since the file was looked through gets
//! no more cases.

use std::sync::Arc;

use super::Tools;
use crate::domain::units::UnitTree;
use crate::service::error::RecordError;
use crate::store::{Conn, counters, units};

/// The tree, read again when it changed.
#[derive(Clone)]
pub(super) struct Present {
    revision: i64,
    tree: Arc<UnitTree>,
}

impl Present {
    pub(super) fn of(tools: &Tools) -> Self {
        Self {
            revision: tools.units_revision,
            tree: Arc::clone(&tools.tree),
        }
    }

    /// Call it behind the lock of [`counters::CASE_IMPORTS`], which whoever merges units takes too.
    pub(super) fn look(&mut self, c: &mut Conn) -> Result<(), RecordError> {
        let revision = counters::current(c, counters::UNITS)?;
        if revision == self.revision {
            return Ok(());
        }
        match UnitTree::build(units::all(c)?) {
            Ok(tree) => self.tree = Arc::new(tree),
            Err(error) => tracing::error!(%error, "the units are no tree; the last one is kept"),
        }
        self.revision = revision;
        Ok(())
    }

    /// The unit that has the cases of this one now.
    pub(super) fn unit(&self, unit_id: &str) -> String {
        let unit = self.tree.by_code(unit_id);
        unit.map_or_else(|| unit_id.to_owned(), |unit| unit.unit_id.to_string())
    }
}
