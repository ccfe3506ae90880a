//! Type-ahead for the pickers: while somebody types, the units of a region that the text may become.

use std::ops::Range;

use crate::domain::ids::UnitId;
use crate::domain::unit_names::charset::CharSet;
use crate::domain::unit_names::{Resolver, keys, normal, sound};

/// How well a unit fits; the smaller, the better.
mod rank {
    pub(super) const EXACT: u8 = 0;
    pub(super) const EXACT_SOUND: u8 = 1;
    pub(super) const BEGINS_OWN_NAME: u8 = 2;
    pub(super) const BEGINS_LONG_NAME: u8 = 3;
    pub(super) const BEGINS_SOUND: u8 = 4;
    pub(super) const INSIDE: u8 = 5;
    pub(super) const NOT_AT_ALL: u8 = u8::MAX;
}

impl Resolver {
    /// The units of a region (of all, without one) that `text` may become, at most `limit`: by part of the name, alias,
    /// pinyin (`yuelu`), initials of pinyin (`cs`) and code. The best matches first, then higher levels, then code order.
    /// An empty text gives the region's own office and those directly below it, in code order; an unknown region nothing.
    pub fn suggest(&self, text: &str, region: Option<&UnitId>, limit: usize) -> Vec<UnitId> {
        let Some(root) = region.map_or(Some(0), |region| self.tree.position(region)) else {
            return Vec::new();
        };
        if text.trim().is_empty() {
            return self.tree.ids(
                std::iter::once(root)
                    .chain(self.tree.positions_below(root))
                    .take(limit),
            );
        }
        let Some(query) = normal::normalise(text) else {
            return Vec::new();
        };
        let mut ranks = Ranks::new(self.tree.span(root));
        self.rank_forms(&query, &mut ranks);
        let bare = normal::bare(&query);
        if bare != query && !ranks.any() {
            self.rank_forms(bare, &mut ranks);
        }
        let mut found: Vec<(u8, u8, u32)> = ranks
            .found()
            .map(|(rank, position)| {
                (
                    rank,
                    self.tree.at(position).map_or(u8::MAX, |unit| unit.level),
                    position,
                )
            })
            .collect();
        // One letter may fit half of all units: only those that are shown are put in order.
        if limit < found.len() {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        self.tree
            .ids(found.into_iter().map(|(_, _, position)| position))
    }

    fn rank_forms(&self, query: &str, ranks: &mut Ranks) {
        for (unit, _) in self.names.exact(query) {
            ranks.offer(unit, rank::EXACT);
        }
        for (unit, weight) in self.names.prefixed(query) {
            let own = keys::is_own_name(weight);
            ranks.offer(
                unit,
                if own {
                    rank::BEGINS_OWN_NAME
                } else {
                    rank::BEGINS_LONG_NAME
                },
            );
        }
        if query.is_ascii() {
            self.rank_sounds(&sound::spoken(query), ranks);
        }
        let charset = CharSet::of(query);
        for position in ranks.span() {
            let may_contain = self
                .name_charsets
                .get(position as usize)
                .is_some_and(|name| name.may_include(charset));
            if may_contain
                && self
                    .tree
                    .at(position)
                    .is_some_and(|unit| unit.name.contains(query))
            {
                ranks.offer(position, rank::INSIDE);
            }
        }
    }

    fn rank_sounds(&self, spoken: &str, ranks: &mut Ranks) {
        for index in [&self.initials, &self.sounds] {
            for (unit, _) in index.exact(spoken) {
                ranks.offer(unit, rank::EXACT_SOUND);
            }
            for (unit, _) in index.prefixed(spoken) {
                ranks.offer(unit, rank::BEGINS_SOUND);
            }
        }
    }
}

/// The best rank of each unit of a region. Units elsewhere are not taken.
struct Ranks {
    span: Range<u32>,
    ranks: Vec<u8>,
}

impl Ranks {
    fn new(span: Range<u32>) -> Self {
        Self {
            ranks: vec![rank::NOT_AT_ALL; span.len()],
            span,
        }
    }

    fn offer(&mut self, position: u32, rank: u8) {
        let inside = position
            .checked_sub(self.span.start)
            .and_then(|offset| self.ranks.get_mut(offset as usize));
        if let Some(best) = inside {
            *best = rank.min(*best);
        }
    }

    fn span(&self) -> Range<u32> {
        self.span.clone()
    }

    fn found(&self) -> impl Iterator<Item = (u8, u32)> {
        self.ranks
            .iter()
            .copied()
            .zip(self.span.clone())
            .filter(|(rank, _)| *rank != rank::NOT_AT_ALL)
    }

    fn any(&self) -> bool {
        self.found().next().is_some()
    }
}
