//! Which rare charge stands in which document, so that each can be found: once in a run of 20,000, and once per 50,000
//! records in larger ones (twenty times in a million). What is left follows a Zipf-like slope.

use super::charges::{Charges, TAIL};
use super::kinds::kind_of;
use super::plan::Plan;
use super::rng::{Rng, Stream};
use super::scene::MOST_LAG;
use crate::domain::publication::PublicationKind;

/// Runs from this size on contain every charge (that existed in time).
const COMPLETE_FROM: u64 = 20_000;
/// The newest records keep to the common charges.
const NEWEST: u64 = 100;

/// The documents of the tail, in order, each with the number of its charge.
#[derive(Debug, Default)]
pub(super) struct Tail(Vec<(u64, usize)>);

impl Tail {
    /// `day_of` tells the day on which a record is published, in days since 1970; it never goes back.
    pub(super) fn new(
        seed: u64,
        total: u64,
        plan: &Plan,
        charges: &Charges,
        day_of: impl Fn(u64) -> i64,
    ) -> Self {
        let slots: Vec<u64> = (0..total.saturating_sub(NEWEST))
            .filter(|index| Rng::new(seed, Stream::Tail, *index).below(10_000) < TAIL)
            .filter(|index| kind_of(seed, *index) == PublicationKind::LegalDocument)
            .filter(|index| plan.is_plain(*index) && plan.unit(*index).is_none())
            .collect();
        // The act comes before the publication; a charge must have existed by then.
        let act_day = |index: u64| day_of(index) - MOST_LAG as i64;
        let mut chosen: Vec<Option<usize>> = vec![None; slots.len()];
        let mut rng = Rng::new(seed, Stream::Tail, u64::MAX);
        let floor = if total < COMPLETE_FROM {
            0
        } else {
            (total / 50_000).max(1)
        };
        for number in youngest_first(charges) {
            let since = charges.get(number).map_or(0, |charge| charge.since);
            let first = slots.partition_point(|index| act_day(*index) < since);
            for _ in 0..floor {
                let from = first + rng.below((slots.len() - first) as u64) as usize;
                let free = (from..slots.len())
                    .chain(first..from)
                    .find(|slot| chosen.get(*slot) == Some(&None));
                if let Some(place) = free.and_then(|slot| chosen.get_mut(slot)) {
                    *place = Some(number);
                }
            }
        }
        let filled = slots.into_iter().zip(chosen).filter_map(|(index, number)| {
            Some((
                index,
                number.or_else(|| charges.of_tail(&mut rng, act_day(index)))?,
            ))
        });
        Self(filled.collect())
    }

    /// The charge settled for this record.
    pub(super) fn charge(&self, index: u64) -> Option<usize> {
        let place = self
            .0
            .binary_search_by_key(&index, |(index, _)| *index)
            .ok()?;
        self.0.get(place).map(|(_, number)| *number)
    }
}

/// The youngest charges have the fewest documents to choose from, so they choose first.
fn youngest_first(charges: &Charges) -> Vec<usize> {
    let mut numbers = charges.tail().to_vec();
    numbers.sort_by_key(|number| {
        std::cmp::Reverse(charges.get(*number).map_or(0, |charge| charge.since))
    });
    numbers
}
