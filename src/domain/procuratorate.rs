//! A procuratorate and its place in the hierarchy. The hierarchy is stored (`parent_id`), never derived from the
//! digits of a code: special units break every such rule (requirements §3.1).
//!
//! The table of units is a CSV file: the built-in one, which [`parse_csv`] takes whole or not at all, or an official
//! export (`jianxin import units FILE.csv`), of which [`read_rows`] keeps the good lines.

pub(crate) mod hierarchy;
mod table;

pub use hierarchy::HierarchyFlaw;
pub(crate) use hierarchy::flaws as flaws_with_places;
pub use table::{CsvProblem, CsvReason, CsvRow, CsvRows, parse_csv, read_rows};

use crate::domain::ids::UnitId;

/// The unit table that ships with the program, as CSV text for [`parse_csv`].
pub const BUILT_IN: &str = include_str!("../../config/procuratorates.csv");

/// One row of `config/procuratorates.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procuratorate {
    /// The key.
    pub unit_id: UnitId,
    /// The canonical name, for example 长沙市岳麓区人民检察院.
    pub name: String,
    /// 1 = 最高检, 2 = province, 3 = prefecture or branch, 4 = basic.
    pub level: u8,
    /// `None` for the root only.
    pub parent_id: Option<UnitId>,
    /// `national`, `province`, `prefecture`, `county`, `branch`, `railway` …
    pub kind: String,
    /// The administrative area's own name (岳麓区); empty for special units.
    pub area_name: String,
    /// Other names people use.
    pub aliases: Vec<String>,
    /// Old or alternative codes.
    pub code_aliases: Vec<String>,
}

/// The name as people say it: 长沙市院, 长沙市岳麓区院, 最高检. Fits a keyword of a notice.
pub fn short_name(name: &str) -> String {
    if name == "最高人民检察院" {
        return "最高检".to_owned();
    }
    match name.strip_suffix("人民检察院") {
        Some(place) if !place.is_empty() => format!("{place}院"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_what_people_say() {
        assert_eq!(short_name("长沙市岳麓区人民检察院"), "长沙市岳麓区院");
        assert_eq!(short_name("最高人民检察院"), "最高检");
        assert_eq!(short_name("人民检察院"), "人民检察院");
        assert_eq!(short_name("某派出院"), "某派出院");
    }
}
