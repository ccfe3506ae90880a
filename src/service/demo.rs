//! Synthetic publications in the configured database: at a first start for demonstration, or by command for
//! measurements; and people to try notices with.

pub mod cases;
pub mod people;

use crate::domain::procuratorate::Procuratorate;
use crate::domain::publication_line::ImportLine;
use crate::domain::synthetic::Generator;
use crate::domain::units::UnitTree;
use crate::service::error::ServiceError;
use crate::service::imports::{self, BATCH};
use crate::store::{Conn, Db, StoreError, publications};
use std::sync::Arc;

/// The charges of the criminal law, from which the synthetic cases are made.
pub const CHARGES: &str = include_str!("../../config/charges.csv");
/// The seed of the demonstration at a first start.
pub const SEED: u64 = 1;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Inserted, updated, withdrawn.
    pub imported: usize,
    /// Already there.
    pub unchanged: usize,
    /// Refused; a fault of the generator.
    pub rejected: usize,
}

/// Loads `total` synthetic publications, dated up to yesterday evening, and reports after every batch. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn load(
    db: &Db,
    tree: &Arc<UnitTree>,
    (seed, total): (u64, u64),
    now: i64,
    mut after_batch: impl FnMut(u64),
) -> Result<Loaded, ServiceError> {
    let units: Vec<Procuratorate> = tree.iter().cloned().collect();
    let end = now - now.rem_euclid(DAY_MS);
    let generator = Generator::new(seed, total, &units, CHARGES, end);
    let mut loaded = Loaded::default();
    let mut next = 0;
    while next < total {
        let stop = total.min(next + BATCH as u64);
        let lines: Vec<(bool, ImportLine)> = (next..stop)
            .map(|index| (generator.is_withdrawn_later(index), generator.record(index)))
            .collect();
        let tree = Arc::clone(tree);
        let outcome = db.write_blocking(move |c| import(c, &tree, lines, now))?;
        loaded.imported += outcome.imported;
        loaded.unchanged += outcome.unchanged;
        loaded.rejected += outcome.rejected.len();
        if let Some((_, problem)) = outcome.rejected.first() {
            tracing::warn!(%problem, "a synthetic record was refused");
        }
        after_batch(stop - next);
        next = stop;
    }
    Ok(loaded)
}

/// Imports a batch, passing over records that a run before withdrew: they would be revived and withdrawn again.
fn import(
    c: &mut Conn,
    tree: &UnitTree,
    mut lines: Vec<(bool, ImportLine)>,
    now: i64,
) -> Result<imports::Outcome, StoreError> {
    let doomed: Vec<&str> = lines
        .iter()
        .filter_map(|(withdrawn_later, line)| match line {
            ImportLine::Record(record) if *withdrawn_later => Some(record.external_id.as_str()),
            ImportLine::Record(_) | ImportLine::Withdrawal { .. } => None,
        })
        .collect();
    let mut gone = publications::known(c, &doomed)?;
    gone.retain(|known| known.withdrawn_at.is_some());
    let count = lines.len();
    lines.retain(|(_, line)| match line {
        ImportLine::Record(record) => gone
            .iter()
            .all(|known| known.external_id != record.external_id),
        ImportLine::Withdrawal { .. } => true,
    });
    let passed_over = count - lines.len();
    let lines = lines.into_iter().map(|(_, line)| (0, Ok(line))).collect();
    let mut outcome = imports::import(c, tree, lines, now)?;
    outcome.unchanged += passed_over;
    Ok(outcome)
}

/// Whether there is nothing yet, so that a first start may load the demonstration. Blocking.
///
/// # Errors
/// When the database does not answer.
pub fn is_wanted(db: &Db) -> Result<bool, StoreError> {
    db.read_blocking(|c| publications::is_empty(c).map_err(StoreError::from))
}
