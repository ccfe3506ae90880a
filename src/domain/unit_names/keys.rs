//! All the texts that mean a unit, and how plainly each does (requirements §3.6). Some twenty keys for a basic unit,
//! most of them put together from the names of its province and city and its own.

use crate::domain::procuratorate::Procuratorate;
use crate::domain::unit_names::index::Key;
use crate::domain::unit_names::{normal, place, sound};
use crate::domain::units::UnitTree;

/// The code, or the canonical name.
const CANONICAL: u8 = 100;
/// The canonical name without 人民检察院, or an old code.
const NEARLY_CANONICAL: u8 = 95;
/// A listed alias.
const ALIAS: u8 = 90;
/// Province, city and own name together; region and branch with a short word for the office.
const PROVINCE_CITY_NAME: u8 = 88;
/// City (or province, when the unit is directly below) and own name; a listed alias without its last 院.
const PARENT_NAME: u8 = 85;
/// Province and own name, the city left out.
const PROVINCE_NAME: u8 = 82;
/// The area's own name.
const AREA: u8 = 80;
/// 湘西州, 一分院, 喀什分院.
const SHORT: u8 = 75;
/// 长沙, 岳麓.
const STEM: u8 = 60;

/// Whether a key of this weight is the unit's own short name, not one that begins with its city or province.
pub(super) fn is_own_name(weight: u8) -> bool {
    weight <= AREA || weight == ALIAS
}

/// The keys for the three indexes: names and codes as typed, full pinyin, pinyin initials.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) names: Vec<Key>,
    pub(super) sounds: Vec<Key>,
    pub(super) initials: Vec<Key>,
}

pub(super) fn of_tree(tree: &UnitTree) -> Keys {
    let mut keys = Keys::default();
    for (position, unit) in (0u32..).zip(tree.iter()) {
        let ancestors: Vec<&Procuratorate> = tree
            .chain(position)
            .skip(1)
            .filter_map(|at| tree.at(at))
            .collect();
        KeysOfUnit {
            position,
            unit,
            ancestors: &ancestors,
            keys: &mut keys,
        }
        .add_all();
    }
    keys
}

struct KeysOfUnit<'a> {
    position: u32,
    unit: &'a Procuratorate,
    /// Parent first, root last.
    ancestors: &'a [&'a Procuratorate],
    keys: &'a mut Keys,
}

impl KeysOfUnit<'_> {
    fn add_all(&mut self) {
        self.add_listed();
        let own = self.own_names();
        for (name, weight) in &own {
            self.name(name, *weight);
            self.sound(name, *weight);
        }
        self.add_with_places(&own);
        self.add_branch_forms(&own);
    }

    /// What the table says: codes, canonical name, aliases.
    fn add_listed(&mut self) {
        let unit = self.unit;
        self.name(unit.unit_id.as_str(), CANONICAL);
        self.name(&unit.name, CANONICAL);
        self.name(&without_office(&unit.name), NEARLY_CANONICAL);
        for code in &unit.code_aliases {
            self.name(code, NEARLY_CANONICAL);
        }
        for alias in &unit.aliases {
            self.name(alias, ALIAS);
            // A branch without its last letter is no word any more.
            if !alias.ends_with("分院") {
                let alias = normal::fold(alias);
                for shorter in normal::without_office_words(&alias)
                    .filter(|rest| rest.chars().nth(1).is_some())
                {
                    self.name(shorter, PARENT_NAME);
                }
            }
        }
    }

    /// The names that mean the unit where it is clear which province or city is spoken of.
    fn own_names(&self) -> Vec<(String, u8)> {
        let area = self.unit.area_name.as_str();
        let mut names = Vec::new();
        if self.ancestors.is_empty() {
            return names;
        }
        if !area.is_empty() {
            names.push((area.to_owned(), AREA));
            let shortened = place::shorten(area);
            names.extend(shortened.shorts.into_iter().map(|short| (short, SHORT)));
            if self.unit.name.ends_with("分院") {
                names.extend(
                    shortened
                        .stems
                        .first()
                        .map(|stem| (format!("{stem}分院"), SHORT)),
                );
            }
            names.extend(shortened.stems.into_iter().map(|stem| (stem, STEM)));
        }
        let local = self.local_name();
        if let Some(ordinal) = local.strip_prefix('第') {
            names.push((ordinal.to_owned(), SHORT));
        }
        if local != area {
            names.push((local, AREA));
        }
        names
    }

    /// The canonical name without the office and without the names of the areas around: 第一分院, 葛洲坝, 第八师.
    fn local_name(&self) -> String {
        let name = without_office(&self.unit.name);
        let mut local = name.as_str();
        for outer in self.ancestors.iter().rev() {
            let outer = if outer.area_name.is_empty() {
                without_office(&outer.name)
            } else {
                outer.area_name.clone()
            };
            local = local
                .strip_prefix(outer.as_str())
                .filter(|rest| !rest.is_empty())
                .unwrap_or(local);
        }
        local.to_owned()
    }

    /// Own names after the names of the province, of the city, and of both.
    fn add_with_places(&mut self, own: &[(String, u8)]) {
        // The root is nobody's place; branches and agencies are skipped, people name the area above them.
        let below_root = self.ancestors.len().saturating_sub(1);
        let mut places = self
            .ancestors
            .iter()
            .take(below_root)
            .map(|outer| place_names(outer))
            .filter(|names| !names.is_empty());
        let (Some(nearest), farther) = (places.next(), places.next_back()) else {
            return;
        };
        for (name, _) in own {
            for inner in &nearest {
                let joined = format!("{inner}{name}");
                self.name(&joined, PARENT_NAME);
                self.sound(&joined, PARENT_NAME);
                for outer in farther.iter().flatten() {
                    self.name(&format!("{outer}{joined}"), PROVINCE_CITY_NAME);
                }
            }
            for outer in farther.iter().flatten() {
                self.name(&format!("{outer}{name}"), PROVINCE_NAME);
            }
        }
    }

    /// 北京市检察院第一分院, 新疆院喀什分院: the word for the office stands in the middle and shortens there too.
    fn add_branch_forms(&mut self, own: &[(String, u8)]) {
        let Some((head, tail)) = self
            .unit
            .name
            .split_once("人民检察院")
            .filter(|(_, tail)| !tail.is_empty())
        else {
            return;
        };
        let heads = std::iter::once(head.to_owned()).chain(place::shorten(head).stems);
        let branches = own
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| name.ends_with("分院"));
        let tails: Vec<&str> = branches.chain([tail]).collect();
        for head in heads {
            for (office, tail) in ["人民检察院", "检察院", "院"]
                .iter()
                .flat_map(|office| tails.iter().map(move |tail| (office, tail)))
            {
                self.name(&format!("{head}{office}{tail}"), PROVINCE_CITY_NAME);
            }
        }
    }

    fn name(&mut self, text: &str, weight: u8) {
        push(
            &mut self.keys.names,
            normal::fold(text),
            self.position,
            weight,
        );
    }

    fn sound(&mut self, name: &str, weight: u8) {
        let syllables = sound::syllables(&normal::fold(name));
        push(
            &mut self.keys.sounds,
            syllables.concat(),
            self.position,
            weight,
        );
        let initials = syllables
            .iter()
            .filter_map(|syllable| syllable.chars().next())
            .collect();
        push(&mut self.keys.initials, initials, self.position, weight);
    }
}

fn push(keys: &mut Vec<Key>, text: String, unit: u32, weight: u8) {
    if !text.is_empty() {
        keys.push(Key { text, unit, weight });
    }
}

pub(super) fn without_office(name: &str) -> String {
    let shorter = name.replace("人民检察院", "");
    shorter
        .strip_suffix("检察院")
        .map_or(shorter.clone(), str::to_owned)
}

/// What people put before the name of a unit below this one: 湖南省, 湖南; for 兵团, which has no area, its names.
fn place_names(unit: &Procuratorate) -> Vec<String> {
    if !unit.area_name.is_empty() {
        let shortened = place::shorten(&unit.area_name);
        return std::iter::once(unit.area_name.clone())
            .chain(shortened.shorts)
            .chain(shortened.stems)
            .collect();
    }
    if unit.level != 2 {
        return Vec::new();
    }
    let aliases = unit
        .aliases
        .iter()
        .filter(|alias| !alias.ends_with(['院', '检']));
    std::iter::once(without_office(&unit.name))
        .chain(aliases.cloned())
        .collect()
}
