//! Old and short names of charges (`config/charge_aliases.csv`): what people still type, and what the code calls it now.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::characters::{Class, class};
use crate::domain::fold::fold;

/// The list that ships with the program.
pub(crate) const ALIASES: &str = include_str!("../../config/charge_aliases.csv");

/// One line of the list.
pub(crate) struct Row {
    /// The old or short name.
    pub(crate) alias: String,
    /// The name in `config/charges.csv`.
    pub(crate) charge: String,
}

static BY_KEY: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| rows().map(|row| (key(&row.alias), row.charge)).collect());

/// The lines of the list, in its order.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let mut reader = csv::Reader::from_reader(ALIASES.as_bytes());
    let rows: Vec<Row> = reader
        .records()
        .filter_map(|record| {
            let record = record.ok()?;
            Some(Row {
                alias: record.get(0)?.to_owned(),
                charge: record.get(1)?.to_owned(),
            })
        })
        .collect();
    rows.into_iter()
}

/// The present name, without its final 罪, of a charge typed under an old or short one (with or without 罪 or 案).
pub(crate) fn present_name(typed: &str) -> Option<&'static str> {
    BY_KEY
        .get(&key(typed))
        .map(|charge| charge.strip_suffix('罪').unwrap_or(charge))
}

/// Commas and brackets count for nothing, nor does what merely says «crime» or «case».
fn key(name: &str) -> String {
    let bare: String = fold(name)
        .chars()
        .filter(|&c| class(c) != Class::Gap)
        .collect();
    let bare = ["案件", "案", "罪"]
        .iter()
        .find_map(|end| bare.strip_suffix(end))
        .unwrap_or(&bare);
    bare.strip_suffix('罪').unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::dictionary::charge_names;
    use super::*;

    #[test]
    fn every_alias_leads_to_a_charge_of_the_list_and_is_none_itself() {
        let charges: HashSet<String> = charge_names().collect();
        for row in rows() {
            assert!(
                charges.contains(&row.charge),
                "{} → {}",
                row.alias,
                row.charge
            );
            assert!(!charges.contains(&row.alias), "{}", row.alias);
        }
        assert!(rows().count() >= 40);
    }

    #[test]
    fn old_and_short_names_are_known_with_and_without_their_ending() {
        for typed in ["偷税罪", "偷税", "偷稅案"] {
            assert_eq!(present_name(typed), Some("逃税"));
        }
        assert_eq!(present_name("帮信罪"), Some("帮助信息网络犯罪活动"));
        assert_eq!(
            present_name("抢劫枪支弹药爆炸物罪"),
            Some("抢劫枪支、弹药、爆炸物、危险物质")
        );
        assert_eq!(present_name("抢劫罪"), None);
        assert_eq!(present_name(""), None);
    }
}
