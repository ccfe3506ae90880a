//! The tree of procuratorates, built once at the start and shared by everyone who asks about units. Units stand in
//! preorder, so that a subtree is a run of neighbours: «within», «subtree» and «children» are comparisons of positions,
//! without a closure table in memory. Knows nothing of names people type; that is [`crate::domain::unit_names`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::domain::ids::UnitId;
use crate::domain::procuratorate::hierarchy::{self, fold_code};
use crate::domain::procuratorate::{HierarchyFlaw, Procuratorate};

/// The units cannot be one tree. Holds every flaw, in the order of the units given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the units are not one tree: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct NotATree(pub Vec<HierarchyFlaw>);

/// All procuratorates and their hierarchy. Immutable.
///
/// Siblings are in code order: six-digit codes by number, then the others as the table has them.
#[derive(Debug)]
pub struct UnitTree {
    units: Vec<Procuratorate>,
    /// Position of the parent; the root's is its own, 0.
    parents: Vec<u32>,
    /// One past the position of the last unit of the subtree.
    ends: Vec<u32>,
    /// Every `unit_id` and `code_alias`, folded.
    codes: HashMap<Box<str>, u32>,
}

impl UnitTree {
    /// Builds the tree from the rows of a unit table in any order.
    ///
    /// # Errors
    ///
    /// [`NotATree`] for unknown parents, rings, doubled codes, and anything but one root.
    pub fn build(units: Vec<Procuratorate>) -> Result<Self, NotATree> {
        let flaws = hierarchy::flaws(&units);
        if !flaws.is_empty() {
            return Err(NotATree(flaws.into_iter().map(|(_, flaw)| flaw).collect()));
        }
        let units = in_preorder(units);
        let mut codes = HashMap::with_capacity(units.len());
        for (position, unit) in (0u32..).zip(&units) {
            codes.insert(fold_code(unit.unit_id.as_str()).into_boxed_str(), position);
            for alias in &unit.code_aliases {
                codes.insert(fold_code(alias).into_boxed_str(), position);
            }
        }
        let parents: Vec<u32> = units
            .iter()
            .map(|unit| {
                unit.parent_id
                    .as_ref()
                    .and_then(|id| codes.get(fold_code(id.as_str()).as_str()).copied())
                    .unwrap_or(0)
            })
            .collect();
        let ends = subtree_ends(&parents);
        Ok(Self {
            units,
            parents,
            ends,
            codes,
        })
    }

    /// The unit with this id.
    pub fn get(&self, id: &UnitId) -> Option<&Procuratorate> {
        self.position(id).and_then(|position| self.at(position))
    }

    /// The unit with this `unit_id` or `code_alias`, in any letter case, surrounding space ignored.
    pub fn by_code(&self, code: &str) -> Option<&Procuratorate> {
        self.codes
            .get(fold_code(code).as_str())
            .and_then(|position| self.at(*position))
    }

    /// The unit itself, its parent, and so on up to the root. Empty for an unknown id.
    pub fn ancestors(&self, id: &UnitId) -> Vec<UnitId> {
        self.position(id)
            .map_or_else(Vec::new, |position| self.ids(self.chain(position)))
    }

    /// The units directly below, in code order.
    pub fn children(&self, id: &UnitId) -> Vec<UnitId> {
        self.position(id).map_or_else(Vec::new, |position| {
            self.ids(self.positions_below(position))
        })
    }

    /// Whether `id` is `scope` or lies somewhere below it. `false` when one of them is unknown.
    pub fn is_within(&self, id: &UnitId, scope: &UnitId) -> bool {
        match (self.position(id), self.position(scope)) {
            (Some(unit), Some(scope)) => self.span(scope).contains(&unit),
            _ => false,
        }
    }

    /// The unit and everything below it. Empty for an unknown id.
    pub fn subtree(&self, id: &UnitId) -> Vec<UnitId> {
        self.position(id)
            .map_or_else(Vec::new, |position| self.ids(self.span(position)))
    }

    /// What the region picker offers: the root (最高检), then the units directly below it in code order, which are
    /// the 31 provinces and 兵团.
    pub fn regions(&self) -> Vec<&Procuratorate> {
        std::iter::once(0)
            .chain(self.positions_below(0))
            .filter_map(|position| self.at(position))
            .collect()
    }

    /// The region of [`Self::regions`] that the unit belongs to: its province or 兵团; the root for the root. An
    /// unknown id comes back as it is.
    pub fn region_of(&self, id: &UnitId) -> UnitId {
        let region = self.position(id).and_then(|position| {
            let below_the_root = self.chain(position).take_while(|at| *at != 0).last();
            self.at(below_the_root.unwrap_or(0))
        });
        region.map_or_else(|| id.clone(), |unit| unit.unit_id.clone())
    }

    /// A name for a narrow place: the canonical name with 人民检察院 shortened to 院 (湖南省院, 长沙市岳麓区院), with the
    /// word left out before 分院 (北京市第一分院), and 最高检 for the root. The id of an abolished unit gives its successor's
    /// name, an unknown one comes back as its text.
    pub fn short_name(&self, id: &UnitId) -> String {
        let Some(unit) = self.get(id).or_else(|| self.by_code(id.as_str())) else {
            return id.to_string();
        };
        if unit.parent_id.is_none() {
            return unit.name.replace("人民检察院", "检");
        }
        if unit.name.ends_with("分院") {
            return unit.name.replace("人民检察院", "");
        }
        unit.name
            .replace("人民检察院", "院")
            .replace("检察院", "院")
    }

    /// Every unit, parents before children, siblings in code order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Procuratorate> {
        self.units.iter()
    }

    /// The number of units; never 0.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Never: a tree has a root.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    pub(crate) fn position(&self, id: &UnitId) -> Option<u32> {
        let raw = id.as_str();
        // Nearly every id is digits and needs no folding.
        let folded = if raw.bytes().all(|byte| byte.is_ascii_digit()) {
            Cow::Borrowed(raw)
        } else {
            Cow::Owned(fold_code(raw))
        };
        let position = self.codes.get(folded.as_ref()).copied()?;
        self.at(position)
            .filter(|unit| unit.unit_id == *id)
            .map(|_| position)
    }

    pub(crate) fn at(&self, position: u32) -> Option<&Procuratorate> {
        self.units.get(position as usize)
    }

    /// The positions of a unit's subtree, itself first.
    pub(crate) fn span(&self, position: u32) -> Range<u32> {
        position
            ..self
                .ends
                .get(position as usize)
                .copied()
                .unwrap_or(position)
    }

    /// The positions of a unit and its ancestors, the root last.
    pub(crate) fn chain(&self, position: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(position), |at| {
            self.parents
                .get(*at as usize)
                .copied()
                .filter(|parent| parent != at)
        })
    }

    pub(crate) fn positions_below(&self, position: u32) -> impl Iterator<Item = u32> {
        let span = self.span(position);
        let first = Some(span.start + 1).filter(|first| *first < span.end);
        std::iter::successors(first, move |at| {
            Some(self.span(*at).end).filter(|next| *next < span.end)
        })
    }

    pub(crate) fn ids(&self, positions: impl IntoIterator<Item = u32>) -> Vec<UnitId> {
        positions
            .into_iter()
            .filter_map(|position| self.at(position))
            .map(|unit| unit.unit_id.clone())
            .collect()
    }
}

/// Six digits by number first; special codes keep the order of the table, because 一, 二, 三 do not sort by code point.
fn code_order(unit: &Procuratorate) -> (bool, &str) {
    let code = unit.unit_id.as_str();
    let ordinary = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    (!ordinary, if ordinary { code } else { "" })
}

/// Parents before children, each subtree in one piece. The units are known to be one tree.
fn in_preorder(mut units: Vec<Procuratorate>) -> Vec<Procuratorate> {
    units.sort_by(|a, b| code_order(a).cmp(&code_order(b)));
    let mut below: HashMap<Option<UnitId>, Vec<Procuratorate>> = HashMap::new();
    let count = units.len();
    for unit in units {
        below.entry(unit.parent_id.clone()).or_default().push(unit);
    }
    let mut ordered = Vec::with_capacity(count);
    // A stack instead of recursion: the depth of an imported table is not ours to promise.
    let mut waiting = below.remove(&None).unwrap_or_default();
    while let Some(unit) = waiting.pop() {
        if let Some(children) = below.remove(&Some(unit.unit_id.clone())) {
            waiting.extend(children.into_iter().rev());
        }
        ordered.push(unit);
    }
    ordered
}

fn subtree_ends(parents: &[u32]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1u32..).take(parents.len()).collect();
    // From the back: a unit's end is final before its parent takes it over.
    for (position, parent) in parents.iter().enumerate().rev() {
        let end = ends.get(position).copied().unwrap_or(0);
        if let Some(of_parent) = ends.get_mut(*parent as usize) {
            *of_parent = end.max(*of_parent);
        }
    }
    ends
}

#[cfg(test)]
mod tests;
