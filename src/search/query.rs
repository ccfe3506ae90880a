//! From what somebody typed to what the engine looks up.
//!
//! The words of a query are all required. Each becomes two look-ups: one over the head (title, document number,
//! charges), where any part is found, and one over head and body. A charge typed under an old or short name is looked
//! up under its present name too.

use super::aliases;
use super::characters::{Class, binds, class};
use super::lookup::Lookup;
use super::schema::Fields;
use super::spelling;
use crate::domain::fold::fold;

/// Longer than the longest name of a charge, short enough to stay cheap.
const MAX_CHARACTERS: usize = 64;
/// As many stretches as the longest name of a charge has between its commas, and one more.
const MAX_WORDS: usize = 8;

/// One requirement: any of the alternatives, each of which is a list of folded words that must all be there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    alternatives: Vec<Vec<String>>,
}

/// Reads what was typed; nothing when it has no letter, digit or ideograph.
pub(crate) fn parse(typed: &str) -> Vec<Clause> {
    let typed: String = typed.chars().take(MAX_CHARACTERS).collect();
    let folded: String = fold(&typed).chars().take(MAX_CHARACTERS).collect();
    let mut clauses = Vec::new();
    let mut left = MAX_WORDS;
    for chunk in folded.split_whitespace() {
        let words: Vec<String> = words_of(chunk).take(left).collect();
        left -= words.len();
        if words.len() > 1
            && let Some(present) = aliases::present_name(chunk)
        {
            clauses.push(Clause {
                alternatives: vec![words, present_words(present)],
            });
        } else {
            clauses.extend(words.into_iter().map(single));
        }
    }
    clauses
}

/// A clause of one word, and of the present name of the charge it stands for.
fn single(word: String) -> Clause {
    let present = aliases::present_name(&word).map(present_words);
    Clause {
        alternatives: std::iter::once(vec![word]).chain(present).collect(),
    }
}

/// The stretches of a present name, all of which are required: a look-up each, where the exact sequence would have to be
/// checked in every document of a common charge.
fn present_words(name: &str) -> Vec<String> {
    words_of(&fold(name)).collect()
}

/// The words between gaps; a bracket binds its neighbours but neither begins nor ends a word.
fn words_of(chunk: &str) -> impl Iterator<Item = String> {
    chunk
        .split(|c| class(c) == Class::Gap && !binds(c))
        .map(|word| word.trim_matches(binds))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

impl Clause {
    /// Documents whose title, document number or charges satisfy the clause.
    pub(crate) fn in_head(&self, fields: &Fields) -> Lookup {
        self.build(|word| spelling::in_head(word, fields.head))
    }

    /// Documents that satisfy it anywhere.
    pub(crate) fn anywhere(&self, fields: &Fields) -> Lookup {
        self.build(|word| {
            let mut places = spelling::in_body(word, fields.body);
            places.push(spelling::in_head(word, fields.head));
            Lookup::any(places)
        })
    }

    fn build(&self, of_word: impl Fn(&str) -> Lookup) -> Lookup {
        let alternatives = self.alternatives.iter();
        Lookup::any(
            alternatives
                .map(|words| Lookup::all(words.iter().map(|word| of_word(word)).collect()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alternatives(typed: &str) -> Vec<Vec<Vec<String>>> {
        parse(typed)
            .into_iter()
            .map(|clause| clause.alternatives)
            .collect()
    }

    fn words(typed: &str) -> Vec<String> {
        alternatives(typed)
            .into_iter()
            .map(|alternatives| alternatives[0].concat())
            .collect()
    }

    #[test]
    fn blanks_and_punctuation_part_words() {
        assert_eq!(words("抢劫 长沙"), ["抢劫", "长沙"]);
        assert_eq!(
            words("《刑法》、“抢劫”；ＡＢＣ-1"),
            ["刑法", "抢劫", "abc", "1"]
        );
        assert_eq!(words("、。？ （） \"'\\*~"), Vec::<String>::new());
    }

    #[test]
    fn brackets_bind_document_numbers() {
        assert_eq!(words("湘检刑诉〔2024〕12号"), ["湘检刑诉(2024)12号"]);
        assert_eq!(words("（湘检）"), ["湘检"]);
    }

    #[test]
    fn at_most_eight_words_and_sixty_four_characters_count() {
        assert_eq!(words("a b c d e f g h i j").len(), 8);
        assert_eq!(words(&"抢".repeat(10_000)), ["抢".repeat(64)]);
        // One character that folds to eighteen, four of them words.
        assert_eq!(words(&"\u{fdfa}".repeat(10_000)).len(), 8);
    }

    #[test]
    fn an_old_name_is_looked_up_under_the_present_one_too() {
        assert_eq!(alternatives("偷税罪"), [[["偷税罪"], ["逃税"]]]);
        assert_eq!(
            alternatives("抢劫枪支、弹药、爆炸物罪"),
            [[
                vec!["抢劫枪支", "弹药", "爆炸物罪"],
                vec!["抢劫枪支", "弹药", "爆炸物", "危险物质"]
            ]]
        );
    }
}
