//! What somebody may have meant who typed no unit's name: a slip of the pen (岳路区), pinyin (yuelu), a part of a long
//! name (三峡坝), a name with more around it. Only things reasonably near; a wild guess helps nobody.

use std::collections::HashMap;

use crate::domain::unit_names::{Resolver, normal, sound};

/// More would not be read.
const SHOWN: usize = 5;

/// A part that fits more units than this says nothing about which one is meant.
const TELLING: usize = 20;

/// Scores: the smaller, the nearer. A wrong letter of pinyin is worse than a wrong character, because every syllable has
/// neighbours.
const SAME_SOUND: u16 = 10;
const PER_CHARACTER: u16 = 20;
const PART: u16 = 15;
const PER_LETTER: u16 = 35;

/// The positions of up to five units, the nearest first.
pub(super) fn find(resolver: &Resolver, query: &str) -> Vec<u32> {
    if normal::is_digits(query) {
        return enclosing_code(resolver, query).into_iter().collect();
    }
    let near = find_name(resolver, normal::bare(query));
    match normal::before_office(query) {
        Some(head) if near.is_empty() => find_name(resolver, head),
        _ => near,
    }
}

fn find_name(resolver: &Resolver, query: &str) -> Vec<u32> {
    let chars = query.chars().count();
    if chars < 2 {
        return Vec::new();
    }
    let mut near = Near::default();
    resolver.names.near(query, edits(chars), |unit, distance| {
        near.offer(unit, PER_CHARACTER * u16::from(distance))
    });
    by_sound(resolver, query, chars, &mut near);
    // Letters inside a name are letters of a code, where a part means nothing.
    if !query.is_ascii() {
        near.offer_if_telling(resolver.names.containing(query));
    }
    near.offer_if_telling(longest_name_within(resolver, query, chars).into_iter());
    near.best(resolver)
}

/// One slip in three characters, two in six, three in ten. In two characters a slip leaves nothing to go by.
fn edits(chars: usize) -> u8 {
    match chars {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

/// Typed pinyin may have a wrong letter; of typed characters the syllables are known, and only a name of three or more
/// is long enough that one letter of difference still tells something.
fn by_sound(resolver: &Resolver, query: &str, chars: usize, near: &mut Near) {
    let spoken = sound::spoken(query);
    let typed_pinyin = query.is_ascii();
    let limit = match (spoken.len(), chars) {
        (0..=4, _) => 0,
        (_, 0..=2) if !typed_pinyin => 0,
        (5..=8, _) => 1,
        _ => 2,
    };
    resolver.sounds.near(&spoken, limit, |unit, distance| {
        near.offer(unit, SAME_SOUND + PER_LETTER * u16::from(distance));
    });
    if spoken.len() > 3 {
        near.offer_if_telling(resolver.sounds.prefixed(&spoken).map(|(unit, _)| unit));
    }
    if typed_pinyin {
        near.offer_if_telling(resolver.initials.exact(&spoken).map(|(unit, _)| unit));
    }
}

/// For a code that does not exist, the city or province that its first digits name.
fn enclosing_code(resolver: &Resolver, query: &str) -> Option<u32> {
    let codes = [6, 4, 2]
        .into_iter()
        .filter_map(|digits| query.get(..digits).filter(|_| query.len() >= 6));
    codes
        .filter_map(|digits| resolver.names.exact(&format!("{digits:0<6}")).next())
        .map(|(unit, _)| unit)
        .next()
}

/// The units of the longest name that stands inside the query and makes at least half of it.
fn longest_name_within(resolver: &Resolver, query: &str, chars: usize) -> Vec<u32> {
    let bounds: Vec<usize> = query
        .char_indices()
        .map(|(at, _)| at)
        .chain([query.len()])
        .collect();
    for length in (chars.div_ceil(2).max(2)..chars).rev() {
        let windows = bounds
            .iter()
            .zip(bounds.iter().skip(length))
            .filter_map(|(from, to)| query.get(*from..*to));
        let units: Vec<u32> = windows
            .filter(|name| !normal::is_digits(name))
            .flat_map(|name| resolver.names.exact(name))
            .map(|(unit, _)| unit)
            .collect();
        if !units.is_empty() {
            return units;
        }
    }
    Vec::new()
}

#[derive(Default)]
struct Near {
    scores: HashMap<u32, u16>,
}

impl Near {
    fn offer(&mut self, unit: u32, score: u16) {
        self.scores
            .entry(unit)
            .and_modify(|best| *best = score.min(*best))
            .or_insert(score);
    }

    fn offer_if_telling(&mut self, units: impl Iterator<Item = u32>) {
        let mut distinct: Vec<u32> = units.collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() <= TELLING {
            distinct.into_iter().for_each(|unit| self.offer(unit, PART));
        }
    }

    fn best(self, resolver: &Resolver) -> Vec<u32> {
        let mut ranked: Vec<(u16, u8, u32)> = self
            .scores
            .into_iter()
            .map(|(unit, score)| {
                (
                    score,
                    resolver.tree.at(unit).map_or(u8::MAX, |found| found.level),
                    unit,
                )
            })
            .collect();
        ranked.sort_unstable();
        ranked
            .into_iter()
            .take(SHOWN)
            .map(|(_, _, unit)| unit)
            .collect()
    }
}
