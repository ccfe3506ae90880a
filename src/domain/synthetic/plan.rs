//! What is settled for a whole run before any record is written: which records are withdrawn, future, traps or copies,
//! which belong to the units people try first, which rare charge stands where, where the oracle's words are.
//!
//! Everything else follows from the seed and the record's own number alone.

use std::collections::HashMap;

use super::kinds::kind_of;
use super::planted;
use super::rng::{Rng, Stream};
use super::traps::Trap;
use super::units::Units;
use crate::domain::publication::PublicationKind;

/// The last records of a run carry no role at all: they are what a demonstration shows first. Holds more than fifty
/// of each board.
pub(super) const CLEAN: u64 = 500;
const BLOCK: u64 = 1000;

/// What is special about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Not a record: it withdraws the record with this index.
    Withdraws(u64),
    /// Gets withdrawn later in the run.
    Withdrawn,
    /// Dated so many days after the end.
    Future(u64),
    /// Carries a trap.
    Trap(Trap),
    /// The same text as that record, published again under its own id.
    Republished(u64),
    /// The title of that record, which is another unit's.
    TitleOf(u64),
    /// The original of one of the two above; as plain as any.
    Original,
}

/// The settled choices.
#[derive(Debug, Default)]
pub(super) struct Plan {
    roles: HashMap<u64, Role>,
    units: HashMap<u64, usize>,
    planted: HashMap<u64, &'static str>,
}

impl Plan {
    pub(super) fn new(seed: u64, total: u64, units: &Units) -> Self {
        let mut plan = Self::default();
        let limit = total.saturating_sub(CLEAN);
        for block in 0..limit.div_ceil(BLOCK) {
            plan.add_withdrawal_and_future(seed, block, limit);
        }
        for block in (0..limit.div_ceil(BLOCK)).step_by(2) {
            plan.add_traps(seed, block, limit);
            plan.add_copies(seed, block, limit);
        }
        plan.add_units(seed, total, units.shown_first());
        // What is shown first stays free of the oracle's odd words too.
        let newest = total - CLEAN.min(total / 4);
        let is_free = |index| index < newest && plan.is_plain(index) && plan.unit(index).is_none();
        let planted = planted::places(seed, total, is_free);
        Self { planted, ..plan }
    }

    pub(super) fn role(&self, index: u64) -> Option<Role> {
        self.roles.get(&index).copied()
    }

    /// The unit that was settled for this record.
    pub(super) fn unit(&self, index: u64) -> Option<usize> {
        self.units.get(&index).copied()
    }

    /// The oracle's word in this record.
    pub(super) fn word(&self, index: u64) -> Option<&'static str> {
        self.planted.get(&index).copied()
    }

    /// Whether the record is shown as it was first written.
    pub(super) fn is_plain(&self, index: u64) -> bool {
        !self.roles.contains_key(&index)
    }

    /// Per thousand records: one published and withdrawn some hundred records later, two still to come.
    fn add_withdrawal_and_future(&mut self, seed: u64, block: u64, limit: u64) {
        let start = block * BLOCK;
        let mut rng = Rng::new(seed, Stream::Role, block);
        let published = self.free(start + rng.below(400), limit);
        let withdrawn = self.free(start + 500 + rng.below(400), limit);
        if let (Some(published), Some(withdrawn)) = (published, withdrawn) {
            self.roles.insert(published, Role::Withdrawn);
            self.roles.insert(withdrawn, Role::Withdraws(published));
        }
        for _ in 0..2 {
            let days = rng.between(3, 40);
            if let Some(index) = self.free(start + rng.below(BLOCK), limit) {
                self.roles.insert(index, Role::Future(days));
            }
        }
    }

    /// Per two thousand records one of each trap.
    fn add_traps(&mut self, seed: u64, block: u64, limit: u64) {
        let mut rng = Rng::new(seed, Stream::Trap, block);
        for trap in Trap::ALL {
            let from = block * BLOCK + rng.below(2 * BLOCK);
            let is_fit = |index: &u64| {
                trap != Trap::Brackets || kind_of(seed, *index) == PublicationKind::LegalDocument
            };
            if let Some(index) = (from..limit)
                .filter(is_fit)
                .find(|index| self.is_plain(*index))
            {
                self.roles.insert(index, Role::Trap(trap));
            }
        }
    }

    /// Per two thousand records one published twice, and one whose title another unit uses too.
    fn add_copies(&mut self, seed: u64, block: u64, limit: u64) {
        let mut rng = Rng::new(seed, Stream::Trap, u64::MAX - block);
        let makers: [fn(u64) -> Role; 2] = [Role::Republished, Role::TitleOf];
        for maker in makers {
            let from = block * BLOCK + rng.below(BLOCK);
            let mut documents = (from..limit).filter(|index| {
                kind_of(seed, *index) == PublicationKind::LegalDocument && self.is_plain(*index)
            });
            if let (Some(original), Some(copy)) = (documents.next(), documents.nth(20)) {
                self.roles.insert(original, Role::Original);
                self.roles.insert(copy, maker(original));
            }
        }
    }

    /// Gives each of the first-shown units up to five records of each board: one per six hundred records of the run.
    fn add_units(&mut self, seed: u64, total: u64, shown_first: &[usize]) {
        let copies = (total / 600).min(5);
        let mut rng = Rng::new(seed, Stream::Demo, 0);
        for (copy, unit) in
            (0..copies).flat_map(|copy| shown_first.iter().map(move |unit| (copy, unit)))
        {
            for kind in PublicationKind::ALL {
                let from = total / copies * copy + rng.below(total / copies);
                let free = (from..total).chain(0..from).find(|index| {
                    kind_of(seed, *index) == kind
                        && self.is_plain(*index)
                        && !self.units.contains_key(index)
                });
                if let Some(index) = free {
                    self.units.insert(index, *unit);
                }
            }
        }
    }

    fn free(&self, from: u64, limit: u64) -> Option<u64> {
        (from..limit).find(|index| self.is_plain(*index))
    }
}
