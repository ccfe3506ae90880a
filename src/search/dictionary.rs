//! The words: jieba's dictionary with the names of charges added, loaded once per process.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::aliases;
use super::characters::{Class, class};
use super::fold::fold;

/// The list of charges that ships with the program.
pub(crate) const CHARGES: &str = include_str!("../../config/charges.csv");

/// Loading takes a tenth of a second and some twenty megabytes, and nothing in it ever changes: hence one for all.
static WORDS: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    let old_and_short = aliases::rows().map(|row| row.alias);
    for word in charge_names()
        .chain(old_and_short)
        .flat_map(|name| words_of(&name))
        .collect::<BTreeSet<_>>()
    {
        jieba.add_word(&word, None, None);
    }
    jieba
});

/// The dictionary; the first call loads it.
pub(crate) fn words() -> &'static Jieba {
    &WORDS
}

/// The names of `config/charges.csv` as printed.
pub(crate) fn charge_names() -> impl Iterator<Item = String> {
    let mut rows = csv::Reader::from_reader(CHARGES.as_bytes());
    let names: Vec<String> = rows
        .records()
        .filter_map(|row| row.ok()?.get(0).map(str::to_owned))
        .filter(|name| !name.is_empty())
        .collect();
    names.into_iter()
}

/// The stretches of a name between its commas and brackets, with and without the final 罪. Stretches of two characters
/// are left to jieba's own dictionary: `境罪` (of 国（边）境罪) is no word.
fn words_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    folded
        .split(|c| class(c) != Class::Ideograph)
        .filter(|stretch| stretch.chars().count() > 2)
        .flat_map(|stretch| [Some(stretch), stretch.strip_suffix('罪')])
        .flatten()
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_charge_of_one_stretch_is_one_word_with_and_without_its_last_character() {
        for name in charge_names()
            .map(|name| fold(&name))
            .filter(|name| name.chars().all(|c| class(c) == Class::Ideograph))
        {
            assert!(words().has_word(&name), "{name}");
            let bare = name.trim_end_matches('罪');
            assert!(words().has_word(bare), "{bare}");
            let cut = words().cut(&name, false);
            assert_eq!(cut.len(), 1, "{name} is cut to {cut:?}");
        }
    }
}
