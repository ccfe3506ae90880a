//! The tables give what looking at every key gives, only sooner.

use std::collections::{BTreeMap, BTreeSet};

use super::{RESOLVER, dice};
use crate::domain::unit_names::distance::distance;
use crate::domain::unit_names::index::{Key, KeyIndex};
use crate::domain::unit_names::nearest::{
    NAME_SLIPS, SOUND_SLIPS_IN_CHARACTERS, longest_name_within,
};
use crate::domain::unit_names::slips::{Allowance, Slips};
use crate::domain::unit_names::{normal, parts::Parts};

/// Units with the least distance of their texts.
fn near_plainly(index: &KeyIndex, text: &str, limit: u8) -> BTreeMap<u32, u8> {
    let query: Vec<char> = text.chars().collect();
    let (mut row, mut found) = (Vec::new(), BTreeMap::new());
    for (id, key) in index.texts() {
        let chars = usize::from(index.text(id).expect("a text").chars);
        if chars.abs_diff(query.len()) <= usize::from(limit)
            && let Some(far) = distance(&query, key, limit, &mut row)
        {
            keep_least(&mut found, index.units(id).map(|unit| (unit, far)));
        }
    }
    found
}

fn near(slips: &Slips, index: &KeyIndex, text: &str, limit: u8) -> BTreeMap<u32, u8> {
    let mut found = BTreeMap::new();
    slips.near(index, text, limit, |unit, far| {
        keep_least(&mut found, [(unit, far)]);
    });
    found
}

fn keep_least(found: &mut BTreeMap<u32, u8>, units: impl IntoIterator<Item = (u32, u8)>) {
    for (unit, far) in units {
        let least = found.entry(unit).or_insert(far);
        *least = far.min(*least);
    }
}

/// Pieces of one or two of the texts, with some slips.
fn queries(texts: &[&str], letters: &[char], count: usize) -> Vec<String> {
    let mut next = dice(0x9E37_79B9_7F4A_7C15);
    let query = |_| {
        let mut text: Vec<char> = (0..=next(2))
            .flat_map(|_| texts[next(texts.len())].chars())
            .collect();
        if next(2) == 0 {
            text.truncate(1 + next(text.len()));
        }
        for _ in 0..next(5) {
            let (place, letter) = (next(text.len()), letters[next(letters.len())]);
            match next(3) {
                0 => text.insert(place, letter),
                1 if text.len() > 1 => _ = text.remove(place),
                _ => text[place] = letter,
            }
        }
        text.into_iter().collect()
    };
    (0..count).map(query).collect()
}

fn index_of(texts: impl Iterator<Item = String>) -> KeyIndex {
    let key = |(text, unit)| Key {
        text,
        unit,
        weight: 1,
    };
    KeyIndex::build(texts.zip(0..).map(key).collect())
}

/// Of all lengths and of few letters, so that every number of slips and every way to place them occurs.
#[test]
fn slips_are_found_in_any_table() {
    let letters = ['a', 'b', '县'];
    let mut next = dice(7);
    let texts: Vec<String> = (0..400)
        .map(|_| (0..=next(14)).map(|_| letters[next(3)]).collect())
        .collect();
    let index = index_of(texts.iter().cloned());
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for limit in 0..=4 {
        let slips = Slips::build(&index, &[(0..=usize::MAX, limit)]);
        for query in queries(&texts, &letters, 1_500) {
            assert_eq!(
                near(&slips, &index, &query, limit),
                near_plainly(&index, &query, limit),
                "{query} {limit}"
            );
        }
    }
}

#[test]
fn slips_in_names_and_sounds_are_found() {
    let tables: [(&KeyIndex, &Slips, &[Allowance]); 2] = [
        (&RESOLVER.names, &RESOLVER.name_slips, &NAME_SLIPS),
        (
            &RESOLVER.sounds,
            &RESOLVER.sound_slips,
            &SOUND_SLIPS_IN_CHARACTERS,
        ),
    ];
    for (index, slips, allowances) in tables {
        let texts: Vec<&str> = index.texts().map(|(_, text)| text).collect();
        for query in queries(&texts, &['长', '区', 'a', 'n'], 150) {
            for (lengths, limit) in allowances {
                if lengths.contains(&query.chars().count()) {
                    assert_eq!(
                        near(slips, index, &query, *limit),
                        near_plainly(index, &query, *limit),
                        "{query} {limit}"
                    );
                }
            }
        }
    }
}

#[test]
fn parts_are_found() {
    let index = &RESOLVER.names;
    let texts: Vec<&str> = index.texts().map(|(_, text)| text).collect();
    let mut next = dice(11);
    for query in queries(&texts, &['长', '区', 'a', 'n'], 300) {
        let part: String = query.chars().skip(next(3)).take(2 + next(3)).collect();
        if part.chars().count() < 2 {
            continue;
        }
        let plainly: BTreeSet<u32> = index
            .texts()
            .filter(|(_, text)| text.contains(&part))
            .flat_map(|(id, _)| index.units(id))
            .collect();
        let found: BTreeSet<u32> = RESOLVER.name_parts.containing(index, &part).collect();
        assert_eq!(found, plainly, "{part}");
    }
    assert_eq!(Parts::build(index).containing(index, "区").count(), 0);
}

#[test]
fn the_longest_name_within_is_found() {
    let index = &RESOLVER.names;
    let texts: Vec<&str> = index.texts().map(|(_, text)| text).collect();
    for query in queries(&texts, &['长', '区', 'a', '1'], 1_000) {
        let chars: Vec<char> = query.chars().collect();
        if chars.len() < 2 {
            continue;
        }
        let plainly = (chars.len().div_ceil(2).max(2)..chars.len())
            .rev()
            .map(|length| {
                let names = chars.windows(length).map(|name| name.iter().collect());
                names
                    .filter(|name: &String| !normal::is_digits(name))
                    .flat_map(|name| index.exact(&name).collect::<Vec<_>>())
                    .map(|(unit, _)| unit)
                    .collect::<Vec<_>>()
            })
            .find(|units| !units.is_empty())
            .unwrap_or_default();
        assert_eq!(
            longest_name_within(&RESOLVER, &query, chars.len()),
            plainly,
            "{query}"
        );
    }
}

#[test]
fn type_ahead_sees_into_every_name() {
    let names: Vec<&str> = RESOLVER
        .tree
        .iter()
        .map(|unit| unit.name.as_str())
        .collect();
    let mut next = dice(13);
    for query in queries(&names, &['长', '区'], 300) {
        let part: String = query.chars().skip(next(3)).take(1 + next(3)).collect();
        let all = RESOLVER.suggest(&part, None, usize::MAX);
        let inside = RESOLVER
            .tree
            .iter()
            .filter(|unit| !part.is_empty() && unit.name.contains(&part));
        for unit in inside {
            assert!(all.contains(&unit.unit_id), "{part}: {}", unit.name);
        }
        let shown = RESOLVER.suggest(&part, None, 10);
        assert_eq!(shown, all[..all.len().min(10)], "{part}");
    }
}
