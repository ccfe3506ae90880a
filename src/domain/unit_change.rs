//! Changing the table of procuratorates by hand: a new name, an end, another word for a unit. Pure rules on the table; who may
//! do it, from when it counts and what goes over to the successor is the service's business.

use std::collections::{BTreeSet, HashMap};

use thiserror::Error;

use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::unit_names;
use crate::domain::units::{NotATree, UnitTree};

/// The deepest step below the root at which a unit may stand: publications are filed under two of them.
pub const MAX_STEPS: usize = 3;
/// What a follower may type for a unit is cut at the same length.
const NAME_CHARS: usize = 64;

/// Why the table stays as it is; sentences for the screen.
#[derive(Debug, Error)]
pub enum Problem {
    /// The unit is not there (any more).
    #[error("没有这个检察院，可能已被撤销，请刷新后再试。")]
    Unknown,
    /// A name that cannot be one.
    #[error("请填写{0}：2至64个字，不含“|”、空格和控制字符。")]
    BadName(&'static str),
    /// Nothing would change.
    #[error("与现在的名称相同，没有变化。")]
    Same,
    /// A name that another unit has.
    #[error("“{0}”已是另一个检察院的名称或别名。")]
    Taken(String),
    /// The successor is the unit itself, or lies below it.
    #[error("承接单位不能是它自己或者它的下属院。")]
    Circle,
    /// 最高人民检察院 cannot be abolished.
    #[error("最高人民检察院不能撤销。")]
    Root,
    /// Units below would stand too deep.
    #[error("下属院归到承接单位之后层级太深，请先调整下属院的上级。")]
    TooDeep,
    /// The result would be no tree.
    #[error("单位表不再是一棵完整的树：{0}")]
    NotATree(#[from] NotATree),
    /// An alias that came with the official table.
    #[error("这个别名来自导入的单位表，不能在这里删除。")]
    NotOurs,
}

/// A name or alias as it may stand in the table.
///
/// # Errors
/// [`Problem::BadName`] with `what` it should be.
pub fn checked_name(text: &str, what: &'static str) -> Result<String, Problem> {
    let name = text.trim();
    let length = name.chars().count();
    let is_good = |c: char| !c.is_control() && !c.is_whitespace() && c != '|';
    if (2..=NAME_CHARS).contains(&length) && name.chars().all(is_good) {
        Ok(name.to_owned())
    } else {
        Err(Problem::BadName(what))
    }
}

/// The table with the unit under another name; `kept` are texts that go on meaning it.
///
/// # Errors
/// When the name is no name, the present one, or another unit's.
pub fn rename(
    tree: &UnitTree,
    unit: &UnitId,
    (name, area_name): (&str, &str),
    kept: &[String],
) -> Result<Vec<Procuratorate>, Problem> {
    let name = checked_name(name, "新名称")?;
    let known = tree.get(unit).ok_or(Problem::Unknown)?;
    if known.name == name && known.area_name == area_name {
        return Err(Problem::Same);
    }
    not_taken(tree, unit, &name)?;
    let mut units: Vec<Procuratorate> = tree.iter().cloned().collect();
    for changed in units.iter_mut().filter(|it| it.unit_id == *unit) {
        changed.name.clone_from(&name);
        area_name.clone_into(&mut changed.area_name);
        add(&mut changed.aliases, kept);
        changed.aliases.retain(|alias| *alias != name);
    }
    Ok(units)
}

/// The table without the unit: what lies below goes below the successor, which takes over names (`kept`) and codes.
///
/// # Errors
/// When the successor cannot be one, or the tree would be too deep.
pub fn abolish(
    tree: &UnitTree,
    unit: &UnitId,
    successor: &UnitId,
    kept: &[String],
) -> Result<Vec<Procuratorate>, Problem> {
    let gone = tree.get(unit).ok_or(Problem::Unknown)?;
    let heir = tree.get(successor).ok_or(Problem::Unknown)?;
    if gone.parent_id.is_none() {
        return Err(Problem::Root);
    }
    if tree.is_within(&heir.unit_id, &gone.unit_id) {
        return Err(Problem::Circle);
    }
    let mut units: Vec<Procuratorate> = tree
        .iter()
        .filter(|it| it.unit_id != gone.unit_id)
        .cloned()
        .collect();
    for it in &mut units {
        if it.parent_id.as_ref() == Some(&gone.unit_id) {
            it.parent_id = Some(heir.unit_id.clone());
        }
        if it.unit_id == heir.unit_id {
            add(&mut it.aliases, kept);
            add(&mut it.code_aliases, &codes(gone));
        }
    }
    let after = UnitTree::build(units.clone())?;
    let too_deep = |it: &Procuratorate| after.ancestors(&it.unit_id).len() > MAX_STEPS + 1;
    if after.iter().any(too_deep) {
        return Err(Problem::TooDeep);
    }
    Ok(units)
}

/// The table with one more word for a unit.
///
/// # Errors
/// When it is no word, or means another unit.
pub fn add_alias(
    tree: &UnitTree,
    unit: &UnitId,
    alias: &str,
) -> Result<Vec<Procuratorate>, Problem> {
    let alias = checked_name(alias, "别名")?;
    let known = tree.get(unit).ok_or(Problem::Unknown)?;
    if known.name == alias || known.aliases.contains(&alias) {
        return Err(Problem::Same);
    }
    not_taken(tree, unit, &alias)?;
    let mut units: Vec<Procuratorate> = tree.iter().cloned().collect();
    for it in units.iter_mut().filter(|it| it.unit_id == *unit) {
        it.aliases.push(alias.clone());
    }
    Ok(units)
}

/// The table without a word for a unit.
///
/// # Errors
/// When the unit is not there.
pub fn remove_alias(
    tree: &UnitTree,
    unit: &UnitId,
    alias: &str,
) -> Result<Vec<Procuratorate>, Problem> {
    tree.get(unit).ok_or(Problem::Unknown)?;
    let mut units: Vec<Procuratorate> = tree.iter().cloned().collect();
    for it in units.iter_mut().filter(|it| it.unit_id == *unit) {
        it.aliases.retain(|known| known != alias);
    }
    Ok(units)
}

/// All codes of a unit.
pub fn codes(unit: &Procuratorate) -> Vec<String> {
    std::iter::once(unit.unit_id.to_string())
        .chain(unit.code_aliases.iter().cloned())
        .collect()
}

/// Puts texts behind a list, each once.
pub fn add(list: &mut Vec<String>, more: &[String]) {
    for text in more {
        if !list.contains(text) {
            list.push(text.clone());
        }
    }
}

fn not_taken(tree: &UnitTree, unit: &UnitId, name: &str) -> Result<(), Problem> {
    let means = |other: &Procuratorate| {
        other.unit_id != *unit && (other.name == name || other.aliases.iter().any(|it| it == name))
    };
    match tree.iter().any(means) {
        true => Err(Problem::Taken(name.to_owned())),
        false => Ok(()),
    }
}

/// A name that a unit had, or the name of one that is part of another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// The former name.
    pub name: String,
    /// The unit as it is now.
    pub unit: UnitId,
    /// It ended and is part of `unit`; otherwise only the name changed.
    pub merged: bool,
    /// First day of the change, `2026-12-01`.
    pub since: String,
}

/// A change in force, as it is stored.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The unit that changed.
    pub unit_id: String,
    /// Its successor, when it ended.
    pub successor: Option<String>,
    /// The name it had.
    pub old_name: String,
    /// The first day.
    pub since: String,
    /// Texts that meant it.
    pub texts: Vec<String>,
}

/// All former names, by what people type.
#[derive(Clone, Debug, Default)]
pub struct FormerNames {
    by_text: HashMap<String, Vec<Former>>,
}

impl FormerNames {
    /// From the changes in force, oldest first. A text that is a natural name of the present unit is no former one.
    pub fn build(changes: &[InForce], tree: &UnitTree) -> Self {
        let successors: HashMap<&str, &str> = changes
            .iter()
            .filter_map(|it| Some((it.unit_id.as_str(), it.successor.as_deref()?)))
            .collect();
        let mut by_text: HashMap<String, Vec<Former>> = HashMap::new();
        for change in changes {
            let mut at = change.unit_id.as_str();
            // A unit ends once, so that the way to the last successor is no longer than the list.
            for _ in 0..changes.len() {
                match successors.get(at) {
                    Some(next) => at = next,
                    None => break,
                }
            }
            let Some(unit) = tree.get(&UnitId::new(at)) else {
                continue;
            };
            let natural: BTreeSet<String> = unit_names::short_forms(unit)
                .iter()
                .filter_map(|text| unit_names::bare_form(text))
                .collect();
            let former = Former {
                name: change.old_name.clone(),
                unit: unit.unit_id.clone(),
                merged: change.successor.is_some(),
                since: change.since.clone(),
            };
            let texts = change.texts.iter().chain([&change.old_name]);
            let keys: BTreeSet<String> = texts.filter_map(|it| unit_names::bare_form(it)).collect();
            for key in keys.difference(&natural) {
                let known = by_text.entry(key.clone()).or_default();
                known.retain(|it| it.unit != former.unit);
                known.push(former.clone());
            }
        }
        Self { by_text }
    }

    /// The former name by which somebody meant this unit, if it was one.
    pub fn meant(&self, typed: &str, unit: &UnitId) -> Option<&Former> {
        let key = unit_names::bare_form(typed)?;
        let all = self.by_text.get(&key)?;
        all.iter().find(|it| it.unit == *unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::procuratorate::{BUILT_IN, parse_csv};

    fn tree() -> UnitTree {
        UnitTree::build(parse_csv(BUILT_IN).unwrap()).unwrap()
    }

    fn id(text: &str) -> UnitId {
        UnitId::new(text)
    }

    #[test]
    fn a_new_name_leaves_the_old_one_as_an_alias() {
        let tree = tree();
        let kept = ["襄阳市人民检察院".to_owned()];
        let after = rename(&tree, &id("420600"), ("汉江市人民检察院", "汉江市"), &kept).unwrap();
        let unit = after.iter().find(|it| it.unit_id == id("420600")).unwrap();
        assert_eq!(unit.name, "汉江市人民检察院");
        assert!(unit.aliases.contains(&kept[0]));
        for (name, unit) in [
            ("长沙市人民检察院", "420600"),
            ("甲", "420600"),
            ("乙丙院", "1"),
        ] {
            assert!(rename(&tree, &id(unit), (name, ""), &[]).is_err(), "{name}");
        }
    }

    #[test]
    fn what_lies_below_an_abolished_unit_goes_below_its_successor() {
        let tree = tree();
        let after = abolish(&tree, &id("430104"), &id("430100"), &[]).unwrap();
        let heir = after.iter().find(|it| it.unit_id == id("430100")).unwrap();
        assert!(heir.code_aliases.contains(&"430104".to_owned()));
        assert_eq!(after.len(), tree.len() - 1);
        let after = abolish(&tree, &id("430100"), &id("430200"), &[]).unwrap();
        let child = after.iter().find(|it| it.unit_id == id("430104")).unwrap();
        assert_eq!(child.parent_id, Some(id("430200")));
        for (unit, heir, wanted) in [
            ("430100", "430104", "下属院"),
            ("430100", "430100", "它自己"),
            ("100000", "430100", "最高"),
            ("430100", "430204", "太深"),
            ("430100", "9", "没有"),
        ] {
            let problem = abolish(&tree, &id(unit), &id(heir), &[]).unwrap_err();
            assert!(problem.to_string().contains(wanted), "{problem}");
        }
    }

    #[test]
    fn a_former_name_is_known_by_what_people_type() {
        let tree = tree();
        let change = |unit: &str, successor: Option<&str>, name: &str, texts: &[&str]| InForce {
            unit_id: unit.to_owned(),
            successor: successor.map(str::to_owned),
            old_name: name.to_owned(),
            since: "2026-12-01".to_owned(),
            texts: texts.iter().map(|it| (*it).to_owned()).collect(),
        };
        let former = FormerNames::build(
            &[
                change(
                    "gone-1",
                    Some("gone-2"),
                    "甲县人民检察院",
                    &["甲县", "999901"],
                ),
                change("gone-2", Some("430100"), "乙市人民检察院", &[]),
                change("430104", None, "岳麓县人民检察院", &["岳麓县", "岳麓"]),
            ],
            &tree,
        );
        let changsha = id("430100");
        for typed in ["甲县", "甲县检察院", "甲县人民检察院", "999901"] {
            assert_eq!(
                former.meant(typed, &changsha).unwrap().name,
                "甲县人民检察院"
            );
        }
        assert!(former.meant("乙市院", &changsha).unwrap().merged);
        assert!(former.meant("长沙", &changsha).is_none());
        assert!(former.meant("岳麓县", &id("430104")).is_some());
        assert!(former.meant("岳麓", &id("430104")).is_none(), "it still is");
        assert!(former.meant("甲县", &id("430104")).is_none());
    }
}
