//! The name resolver: what a person types → one unit, or choices (requirements §3.6, decision 17).
//!
//! Every unit has a number of keys (codes, names, short forms, city + name …), each with a weight that says how plainly
//! the key means the unit. An exact hit is a binary search; only a miss looks for something near by spelling and sound.
//! Pure rules: who asked, and what was chosen last, is the caller's business.
//!
//! ```
//! use std::sync::Arc;
//! use jianxin::domain::{procuratorate, unit_names::{Resolution, Resolver}, units::UnitTree};
//!
//! let units = procuratorate::parse_csv(procuratorate::BUILT_IN).unwrap();
//! let resolver = Resolver::build(Arc::new(UnitTree::build(units).unwrap()));
//! let Resolution::One { unit, .. } = resolver.resolve("岳麓区检察院") else { panic!() };
//! assert_eq!(unit.as_str(), "430104");
//! ```

mod buckets;
mod charset;
mod distance;
mod index;
mod keys;
mod nearest;
mod normal;
mod parts;
mod place;
mod slips;
mod sound;
mod suggest;

use std::cmp::Reverse;
use std::sync::Arc;

use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::unit_names::charset::CharSet;
use crate::domain::unit_names::index::KeyIndex;
use crate::domain::unit_names::parts::Parts;
use crate::domain::unit_names::slips::Slips;
use crate::domain::units::UnitTree;

/// Longest list of choices that is still readable in one message.
const CHOICES: usize = 8;

/// What a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One unit.
    One {
        /// The unit meant.
        unit: UnitId,
        /// Other units the text could mean, highest level first; at most 8. For «您是否要找».
        hints: Vec<UnitId>,
    },
    /// Two to eight units that the text means equally, in code order.
    Choices(Vec<UnitId>),
    /// No unit has this name; these one to five have a similar one, the most similar first.
    Nearest(Vec<UnitId>),
    /// Nothing to go by: empty, `检察院` alone, over 64 characters, or like no unit at all.
    Nothing,
}

/// Resolves names and codes of units. Immutable, a few MB; build it once and share it.
#[derive(Debug)]
pub struct Resolver {
    tree: Arc<UnitTree>,
    /// Of the canonical names, in the order of the tree.
    name_charsets: Vec<CharSet>,
    names: KeyIndex,
    name_slips: Slips,
    name_parts: Parts,
    sounds: KeyIndex,
    sound_slips: Slips,
    initials: KeyIndex,
}

impl Resolver {
    /// Works out all keys of all units; takes about a tenth of a second.
    pub fn build(tree: Arc<UnitTree>) -> Self {
        let keys = keys::of_tree(&tree);
        let names = KeyIndex::build(keys.names);
        let sounds = KeyIndex::build(keys.sounds);
        let initials = KeyIndex::build(keys.initials);
        Self {
            name_charsets: tree.iter().map(|unit| CharSet::of(&unit.name)).collect(),
            name_slips: Slips::build(&names, &nearest::NAME_SLIPS),
            name_parts: Parts::build(&names),
            sound_slips: Slips::build(&sounds, &nearest::SOUND_SLIPS_IN_CHARACTERS),
            tree,
            names,
            sounds,
            initials,
        }
    }

    /// Which unit a text means. Tolerates full-width and traditional characters, letter case, spaces and punctuation, 检查院 for 检察院,
    /// a missing or short 人民检察院 at the end, and codes cut to the two or four digits of a province or city.
    pub fn resolve(&self, text: &str) -> Resolution {
        let Some(query) = normal::normalise(text) else {
            return Resolution::Nothing;
        };
        if normal::is_office_word(&query) {
            return Resolution::Nothing;
        }
        let exact = std::iter::once(query.as_str())
            .chain(normal::without_office_words(&query))
            .map(|form| self.meanings(form))
            .find(|meanings| !meanings.is_empty())
            .or_else(|| normal::padded_code(&query).map(|code| self.meanings(&code)))
            .unwrap_or_default();
        if exact.is_empty() {
            self.resolve_near(&query)
        } else {
            self.decide(exact)
        }
    }

    /// The units that have the key, with its weight.
    fn meanings(&self, key: &str) -> Vec<(u32, u8)> {
        self.names.exact(key).collect()
    }

    /// The plainest meaning wins; among equally plain ones a single unit at the highest level; else it is a choice.
    fn decide(&self, mut meanings: Vec<(u32, u8)>) -> Resolution {
        let level = |position: u32| self.tree.at(position).map_or(u8::MAX, |unit| unit.level);
        meanings.sort_by_key(|(position, weight)| (Reverse(*weight), level(*position), *position));
        let Some((best, top)) = meanings.first().copied() else {
            return Resolution::Nothing;
        };
        let equals = meanings
            .iter()
            .take_while(|(other, weight)| *weight == top && level(*other) == level(best))
            .count();
        if equals > 1 {
            return Resolution::Choices(
                self.tree.ids(
                    meanings
                        .iter()
                        .take(equals.min(CHOICES))
                        .map(|(unit, _)| *unit),
                ),
            );
        }
        let mut hints: Vec<u32> = meanings
            .iter()
            .skip(1)
            .map(|(position, _)| *position)
            .collect();
        hints.sort_by_key(|position| (level(*position), *position));
        hints.truncate(CHOICES);
        match self.tree.at(best) {
            Some(unit) => Resolution::One {
                unit: unit.unit_id.clone(),
                hints: self.tree.ids(hints),
            },
            None => Resolution::Nothing,
        }
    }

    fn resolve_near(&self, query: &str) -> Resolution {
        let near = nearest::find(self, query);
        if near.is_empty() {
            Resolution::Nothing
        } else {
            Resolution::Nearest(self.tree.ids(near))
        }
    }
}

/// The names of a unit that people say by themselves: the name, its area, and both in short.
pub fn short_forms(unit: &Procuratorate) -> Vec<String> {
    let mut forms = vec![unit.name.clone()];
    let areas = [unit.area_name.clone(), keys::without_office(&unit.name)];
    for area in areas.into_iter().filter(|area| !area.is_empty()) {
        let shortened = place::shorten(&area);
        forms.push(area);
        forms.extend(shortened.shorts);
        forms.extend(shortened.stems);
    }
    let mut seen = std::collections::BTreeSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms
}

/// The form in which two texts for a unit are the same: folded, and without the word for the office. `None` when nothing is left.
pub fn bare_form(text: &str) -> Option<String> {
    let folded = normal::normalise(text)?;
    Some(normal::bare(&folded).to_owned())
}

#[cfg(test)]
mod tests;
