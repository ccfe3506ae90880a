//! What somebody may have meant who typed no unit's name: a slip of the pen (岳路区), pinyin (yuelu), a part of a long
//! name (三峡坝), a name with more around it. Only things reasonably near; a wild guess helps nobody.

use std::collections::HashMap;

use crate::domain::unit_names::slips::Allowance;
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

/// How many slips a text of so many characters may have. One in three, two in six, three in ten; in two a slip leaves
/// nothing to go by.
pub(super) const NAME_SLIPS: [Allowance; 3] = [(3..=5, 1), (6..=9, 2), (10..=usize::MAX, 3)];

/// The same for what is spoken, in bytes: letters, but for the rare character that has no pinyin and up to four bytes.
const SOUND_SLIPS: [Allowance; 2] = [(5..=8, 1), (9..=usize::MAX, 2)];

/// [`SOUND_SLIPS`] in characters, as short as they may be.
pub(super) const SOUND_SLIPS_IN_CHARACTERS: [Allowance; 2] = [(2..=8, 1), (3..=usize::MAX, 2)];

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
    resolver.name_slips.near(
        &resolver.names,
        query,
        allowed(&NAME_SLIPS, chars),
        |unit, distance| near.offer(unit, PER_CHARACTER * u16::from(distance)),
    );
    by_sound(resolver, query, chars, &mut near);
    // Letters inside a name are letters of a code, where a part means nothing.
    if !query.is_ascii() {
        near.offer_if_telling(resolver.name_parts.containing(&resolver.names, query));
    }
    near.offer_if_telling(longest_name_within(resolver, query, chars).into_iter());
    near.best(resolver)
}

fn allowed(allowances: &[Allowance], length: usize) -> u8 {
    allowances
        .iter()
        .find(|(lengths, _)| lengths.contains(&length))
        .map_or(0, |(_, slips)| *slips)
}

/// Typed pinyin may have a wrong letter; of typed characters the syllables are known, and only a name of three or more
/// is long enough that one letter of difference still tells something.
fn by_sound(resolver: &Resolver, query: &str, chars: usize, near: &mut Near) {
    let spoken = sound::spoken(query);
    let typed_pinyin = query.is_ascii();
    let limit = if chars > 2 || typed_pinyin {
        allowed(&SOUND_SLIPS, spoken.len())
    } else {
        0
    };
    resolver
        .sound_slips
        .near(&resolver.sounds, &spoken, limit, |unit, distance| {
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
pub(super) fn longest_name_within(resolver: &Resolver, query: &str, chars: usize) -> Vec<u32> {
    let bounds: Vec<usize> = query
        .char_indices()
        .map(|(at, _)| at)
        .chain([query.len()])
        .collect();
    let shortest = chars.div_ceil(2).max(2);
    let longest = (chars - 1).min(resolver.names.longest());
    if longest < shortest {
        return Vec::new();
    }
    // Where a name can begin, and where it must have ended.
    let starts: Vec<(usize, usize)> = bounds
        .iter()
        .take(chars - shortest + 1)
        .map(|from| {
            let rest = query.get(*from..).unwrap_or_default();
            (*from, *from + resolver.names.longest_start(rest))
        })
        .collect();
    for length in (shortest..=longest).rev() {
        let windows = starts
            .iter()
            .zip(bounds.iter().skip(length))
            .filter(|((_, end), to)| *to <= end)
            .filter_map(|((from, _), to)| query.get(*from..*to));
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
        let mut distinct = Vec::with_capacity(TELLING);
        for unit in units {
            if !distinct.contains(&unit) {
                if distinct.len() == TELLING {
                    return;
                }
                distinct.push(unit);
            }
        }
        distinct.into_iter().for_each(|unit| self.offer(unit, PART));
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
