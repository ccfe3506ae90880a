//! The search oracle: words that occur nowhere else, in an exactly known number of bodies.
//!
//! Each word is two rare characters of the basic plane, none used twice and none found in a unit's name, a charge or a
//! sentence of this generator; so counting by character, by bigram or by word gives the same number. A word is planted
//! only when the run has at least ten records for each of its places, and never in a record that is or gets withdrawn,
//! is dated after the end, or carries a trap, nor among the newest or in those of the units people try first.

use std::collections::HashMap;

use super::rng::{Rng, Stream};

/// The words and in how many bodies each stands, if the run is large enough.
const WORDS: [(&str, u64); 4] = [("靐龘", 1), ("爩麤", 10), ("鱻飝", 100), ("灪龖", 10_000)];

/// The words planted in a run of this size, with their exact number of bodies.
pub(super) fn words(total: u64) -> impl Iterator<Item = (&'static str, u64)> {
    WORDS
        .into_iter()
        .filter(move |(_, frequency)| frequency.saturating_mul(10) <= total)
}

/// Chooses the places: one in each of `frequency` equal stretches of the run, the first free one from a random start.
pub(super) fn places(
    seed: u64,
    total: u64,
    is_free: impl Fn(u64) -> bool,
) -> HashMap<u64, &'static str> {
    let mut places = HashMap::new();
    for (number, (word, frequency)) in words(total).enumerate() {
        let mut rng = Rng::new(seed, Stream::Plant, number as u64);
        for stretch in 0..frequency {
            let start = total / frequency * stretch;
            let length = total / frequency;
            let from = rng.below(length);
            let free = (0..total)
                .map(|step| (start + (from + step) % length + step / length * length) % total)
                .find(|index| is_free(*index) && !places.contains_key(index));
            if let Some(index) = free {
                places.insert(index, word);
            }
        }
    }
    places
}
