//! What a case manager may do at the desk: duties, and the two scopes that every query of the console carries.
//!
//! A scope is a type of its own, so that a query without one does not compile: [`UnitScope`] for what is decided,
//! [`TreeScope`] for what is only counted. Both are made in one place, `service::desk`, from the manager's own account as
//! it stands in the database at that moment; `tests/it/arrows.rs` fails where anybody else makes one.

use std::fmt;

/// What somebody is allowed to do (requirements §1.13, R-I.1 to R-I.5). One person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// 审核: decides applications of the own unit, issues accounts at the counter.
    Reviewer,
    /// 导入: imports cases of the own unit.
    Importer,
    /// 发布: writes, checks and approves publications of the own unit.
    Publisher,
    /// 单位管理: managers of the own unit, its telephone, its audit.
    UnitAdmin,
    /// 系统管理: units, templates, keys, the notice lane, the audit of all units. Decides nothing.
    SystemAdmin,
}

impl Duty {
    /// All of them, in the order people read them.
    pub const ALL: [Self; 5] = [
        Self::Reviewer,
        Self::Importer,
        Self::Publisher,
        Self::UnitAdmin,
        Self::SystemAdmin,
    ];

    /// The word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Importer => "importer",
            Self::Publisher => "publisher",
            Self::UnitAdmin => "unit_admin",
            Self::SystemAdmin => "system_admin",
        }
    }

    /// The duty of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == word)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Reviewer => "审核",
            Self::Importer => "案件导入",
            Self::Publisher => "信息发布",
            Self::UnitAdmin => "单位管理",
            Self::SystemAdmin => "系统管理",
        }
    }
}

/// The duties of a manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duties(Vec<Duty>);

impl Duties {
    /// These, each once, in their usual order.
    pub fn of(duties: &[Duty]) -> Self {
        let mut all = duties.to_vec();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }

    /// Reads `reviewer,importer`; an unknown word is the error.
    ///
    /// # Errors
    /// The first word that is no duty.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let duties: Result<Vec<Duty>, String> = words
            .map(|word| Duty::parse(word).ok_or_else(|| word.to_owned()))
            .collect();
        Ok(Self::of(&duties?))
    }

    /// Whether this is one of them.
    pub fn has(&self, duty: Duty) -> bool {
        self.0.contains(&duty)
    }

    /// Whether one of these is among them.
    pub fn any(&self, wanted: &[Duty]) -> bool {
        wanted.iter().any(|duty| self.has(*duty))
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Duty> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Duties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|duty| duty.as_str()).collect();
        f.write_str(&words.join(","))
    }
}

/// The one unit whose work a manager does: what is decided, seen and changed belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScope(String);

impl UnitScope {
    /// For `service::desk` only, from a manager's account.
    pub fn of_manager(unit_id: &str) -> Self {
        Self(unit_id.to_owned())
    }

    /// The `unit_id`, for a query's filter.
    pub fn unit_id(&self) -> &str {
        &self.0
    }

    /// Whether something of that unit is inside.
    pub fn covers(&self, unit_id: &str) -> bool {
        self.0 == unit_id
    }
}

/// A unit and everything below it: numbers may be seen, never decided (R-I.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeScope {
    root: String,
    unit_ids: Vec<String>,
}

impl TreeScope {
    /// For `service::desk` only, from a manager's account and the unit tree.
    pub fn of_manager(root: &str, unit_ids: Vec<String>) -> Self {
        Self {
            root: root.to_owned(),
            unit_ids,
        }
    }

    /// The unit at the top.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The unit and all below it, for a query's filter: 1 to some thousands.
    pub fn unit_ids(&self) -> &[String] {
        &self.unit_ids
    }

    /// Narrowed to one of its units and what is below that; `None` when it is not inside.
    pub fn narrowed(&self, root: &str, unit_ids: Vec<String>) -> Option<Self> {
        self.unit_ids
            .iter()
            .any(|known| known == root)
            .then(|| Self::of_manager(root, unit_ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duties_are_read_back_as_they_were_written() {
        let duties = Duties::parse(" importer, reviewer,importer").unwrap();
        assert_eq!(duties.to_string(), "reviewer,importer");
        assert_eq!(Duties::parse("").unwrap(), Duties::default());
        assert_eq!(Duties::parse("reviewer,boss"), Err("boss".to_owned()));
    }

    #[test]
    fn a_tree_is_narrowed_only_to_what_is_inside() {
        let tree = TreeScope::of_manager("430000", vec!["430000".into(), "430100".into()]);
        assert!(tree.narrowed("430100", vec!["430100".into()]).is_some());
        assert!(tree.narrowed("110000", vec!["110000".into()]).is_none());
    }
}
