//! Texts that contain what was typed, without looking into every text: only into those that have its rarest pair of
//! neighbouring characters.

use crate::domain::unit_names::buckets::{Buckets, Fingerprint};
use crate::domain::unit_names::charset::CharSet;
use crate::domain::unit_names::index::KeyIndex;

#[derive(Debug)]
pub(super) struct Parts {
    pairs: Buckets,
}

impl Parts {
    pub(super) fn build(index: &KeyIndex) -> Self {
        let entries = index
            .texts()
            .flat_map(|(id, text)| pairs(text).map(move |pair| (pair, id)));
        Self {
            pairs: Buckets::build(entries.collect()),
        }
    }

    /// The units with a text that contains `part` somewhere, once for each such text. Nothing for a part of less than two
    /// characters, which would be in too many to mean one.
    pub(super) fn containing<'i>(
        &'i self,
        index: &'i KeyIndex,
        part: &'i str,
    ) -> impl Iterator<Item = u32> {
        let charset = CharSet::of(part);
        let with_rarest = pairs(part)
            .map(|pair| self.pairs.get(pair))
            .min_by_key(|ids| ids.len())
            .unwrap_or_default();
        with_rarest
            .iter()
            .filter(move |id| {
                index
                    .text(**id)
                    .is_some_and(|key| key.charset.may_include(charset) && key.text.contains(part))
            })
            .flat_map(|id| index.units(*id))
    }

    /// What the table holds on the heap, in bytes.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.pairs.heap_bytes()
    }
}

fn pairs(text: &str) -> impl Iterator<Item = Fingerprint> {
    text.chars()
        .zip(text.chars().skip(1))
        .map(|(left, right)| Fingerprint::of([u32::from(left), u32::from(right)]))
}
