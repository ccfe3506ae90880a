//! Which unit publishes: shares by level, log-normal inside a level, some units silent (requirements §4.9).

use std::collections::HashMap;

use super::rng::{Rng, Stream, Weighted};
use super::unit_words::UnitWords;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::publication::PublicationKind;

/// Shares of the levels 1 (最高检) to 4 (basic) in per cent.
const DOCUMENT_LEVELS: [u64; 4] = [1, 4, 15, 80];
const CASE_LEVELS: [u64; 4] = [3, 12, 25, 60];

/// Of a thousand prefectures and basic units so many publish nothing, for the empty lists.
const SILENT_PER_MILLE: u64 = 30;

/// Units people try first; never silent, and sure to have a few of each board.
const SHOWN_FIRST: [&str; 14] = [
    "430104", "430100", "430000", "110000", "310000", "440300", "110105", "211300", "430102",
    "440000", "440100", "330100", "510100", "420100",
];

/// All units with their weights.
#[derive(Debug)]
pub(super) struct Units {
    all: Vec<UnitWords>,
    by_level: [Vec<usize>; 4],
    weights: [Weighted; 4],
    documents: Weighted,
    cases: Weighted,
    shown_first: Vec<usize>,
    fallback: UnitWords,
}

impl Units {
    pub(super) fn new(seed: u64, units: &[Procuratorate]) -> Self {
        let by_id: HashMap<&str, &Procuratorate> = units
            .iter()
            .map(|unit| (unit.unit_id.as_str(), unit))
            .collect();
        let parent_of = |unit: &Procuratorate| {
            unit.parent_id
                .as_ref()
                .and_then(|parent| by_id.get(parent.as_str()))
                .copied()
        };
        let all: Vec<UnitWords> = units
            .iter()
            .map(|unit| UnitWords::of(unit, parent_of(unit)))
            .collect();
        let mut by_level: [Vec<usize>; 4] = Default::default();
        for (number, unit) in all.iter().enumerate() {
            if let Some(members) = by_level.get_mut(usize::from(unit.level) - 1) {
                members.push(number);
            }
        }
        let weights = by_level.each_ref().map(|members| {
            members
                .iter()
                .map(|number| {
                    all.get(*number)
                        .map_or(0, |unit| weight(seed, *number, unit))
                })
                .collect()
        });
        let of_levels = |shares: [u64; 4]| {
            shares
                .into_iter()
                .zip(&weights)
                .map(|(share, level): (u64, &Weighted)| share * level.total().min(1))
                .collect()
        };
        let shown_first = SHOWN_FIRST
            .iter()
            .filter_map(|code| all.iter().position(|unit| unit.code == *code))
            .collect();
        Self {
            documents: of_levels(DOCUMENT_LEVELS),
            cases: of_levels(CASE_LEVELS),
            fallback: UnitWords::root(),
            all,
            by_level,
            weights,
            shown_first,
        }
    }

    /// The units people try first, by number.
    pub(super) fn shown_first(&self) -> &[usize] {
        &self.shown_first
    }

    /// The unit with this number.
    pub(super) fn get(&self, number: usize) -> &UnitWords {
        self.all.get(number).unwrap_or(&self.fallback)
    }

    /// A unit for a record of this board; 最高检 if there are no units at all.
    pub(super) fn sample(&self, rng: &mut Rng, kind: PublicationKind) -> &UnitWords {
        let levels = match kind {
            PublicationKind::ImportantCase => &self.cases,
            PublicationKind::LegalDocument => &self.documents,
        };
        levels
            .sample(rng)
            .and_then(|level| self.of_level(rng, level))
            .unwrap_or(&self.fallback)
    }

    fn of_level(&self, rng: &mut Rng, level: usize) -> Option<&UnitWords> {
        let member = self.weights.get(level)?.sample(rng)?;
        self.all.get(*self.by_level.get(level)?.get(member)?)
    }
}

fn weight(seed: u64, number: usize, unit: &UnitWords) -> u64 {
    let mut rng = Rng::new(seed, Stream::UnitWeight, number as u64);
    let is_silent = rng.chance(SILENT_PER_MILLE);
    if is_silent && unit.level >= 3 && !SHOWN_FIRST.contains(&unit.code.as_str()) {
        return 0;
    }
    (rng.log_normal(1000.0, 1.2) as u64).max(1)
}
