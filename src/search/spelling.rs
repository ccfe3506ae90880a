//! One word of a query as tokens of the index, at their distances.
//!
//! The head holds every word and every pair of ideographs there is in it, so one spelling finds any part. A body is cut by
//! words, and the cut depends on what stands around: 抢劫案 is 抢劫·案 alone and 抢劫·案件 in a text. So a word of a query
//! may be spelt in up to three ways, and a document matches when any of them is there.

use tantivy::Term;
use tantivy::schema::Field;

use super::cut::{Stretch, Token, last_character, pair, stretches, words_of};
use super::dictionary::words;
use super::lookup::Lookup;

/// The tokens of one way of spelling a stretch; `None` when that way says nothing new about it.
type Way = fn(&Stretch<'_>, &str) -> Option<Vec<Token>>;

/// Documents whose head contains `word`.
pub(crate) fn in_head(word: &str, field: Field) -> Lookup {
    phrase(&spell(word, in_any_place).unwrap_or_default(), word, field)
}

/// Documents whose body contains `word`: one look-up for each way of spelling it.
pub(crate) fn in_body(word: &str, field: Field) -> Vec<Lookup> {
    let ways: [Way; 3] = [joined, separate, by_shorter_words];
    let spellings = ways.into_iter().filter_map(|way| spell(word, way));
    spellings
        .map(|tokens| phrase(&tokens, word, field))
        .collect()
}

/// Spells every stretch of `word` in this way, or as [`joined`] where the way does not apply; `None` where it never does.
fn spell(word: &str, way: Way) -> Option<Vec<Token>> {
    let mut applies = false;
    let mut tokens = Vec::new();
    for stretch in stretches(word) {
        let own = way(&stretch, word);
        applies |= own.is_some();
        tokens.extend(own.or_else(|| joined(&stretch, word)).unwrap_or_default());
    }
    applies.then_some(tokens)
}

/// Jieba's words, and for a single character the pair it makes with its neighbour. The head holds every word and every
/// pair wherever they stand, so this is exact; a word of the dictionary is one look-up, however common it is.
fn in_any_place(stretch: &Stretch<'_>, word: &str) -> Option<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::new();
    let cut = words_of(stretch);
    for (nth, one) in cut.iter().enumerate() {
        let token = match (
            nth.checked_sub(1).and_then(|nth| cut.get(nth)),
            cut.get(nth + 1),
        ) {
            _ if !is_single(one, word) => *one,
            (Some(before), _) => inside(pair(one, last_character(before, word), word)),
            (None, Some(after)) => inside(pair(after, one.start, word)),
            (None, None) => *one,
        };
        if tokens.last() != Some(&token) {
            tokens.push(token);
        }
    }
    Some(tokens)
}

/// In the head a pair is a pair, on whichever side of a boundary.
fn inside(pair: Token) -> Token {
    Token {
        boundary: false,
        ..pair
    }
}

/// Jieba's words, and between them the pairs of characters at the boundaries. A single character is left to the pairs it
/// is part of: it may be glued to its other neighbour in the text.
fn joined(stretch: &Stretch<'_>, word: &str) -> Option<Vec<Token>> {
    Some(join(&words_of(stretch), word))
}

/// Jieba's words side by side, which may also stand inside one longer word of the text, where there is no boundary.
fn separate(stretch: &Stretch<'_>, word: &str) -> Option<Vec<Token>> {
    let words = words_of(stretch);
    (words.len() > 1 && words.iter().all(|one| !is_single(one, word))).then_some(words)
}

/// One long word made of shorter ones, in case the text around it pulled it apart.
fn by_shorter_words(stretch: &Stretch<'_>, word: &str) -> Option<Vec<Token>> {
    let whole = words_of(stretch);
    let [only] = whole.as_slice() else {
        return None;
    };
    let shorter = shorten(only, word);
    (shorter.len() < stretch.text.chars().count()).then(|| join(&shorter, word))
}

/// From the left, always the longest word that is shorter than the whole, or one character.
fn shorten(long: &Token, word: &str) -> Vec<Token> {
    let mut parts: Vec<Token> = Vec::new();
    let mut at = long.start;
    let mut position = long.position;
    while let Some(rest) = word.get(at..long.end).filter(|rest| !rest.is_empty()) {
        let ends = rest
            .char_indices()
            .enumerate()
            .map(|(nth, (from, c))| (nth + 1, at + from + c.len_utf8()));
        let is_part = |&(length, end): &(usize, usize)| {
            let is_whole = at == long.start && end == long.end;
            length == 1
                || (!is_whole && word.get(at..end).is_some_and(|part| words().has_word(part)))
        };
        let Some((length, end)) = ends.filter(is_part).last() else {
            break;
        };
        parts.push(Token {
            start: at,
            end,
            position,
            boundary: false,
        });
        at = end;
        position += length;
    }
    parts
}

fn join(words: &[Token], word: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut last: Option<usize> = None;
    for one in words {
        tokens.extend(last.map(|last| pair(one, last, word)));
        if words.len() == 1 || !is_single(one, word) {
            tokens.push(*one);
        }
        last = Some(last_character(one, word));
    }
    tokens
}

fn is_single(token: &Token, word: &str) -> bool {
    last_character(token, word) == token.start
}

/// The tokens at their distances.
fn phrase(tokens: &[Token], word: &str, field: Field) -> Lookup {
    let first = tokens
        .iter()
        .map(|token| token.position)
        .min()
        .unwrap_or_default();
    let terms: Vec<(usize, Term)> = tokens
        .iter()
        .map(|token| {
            (
                token.position - first,
                Term::from_field_text(field, &token.text(word)),
            )
        })
        .collect();
    match terms.as_slice() {
        [] => Lookup::All(Vec::new()),
        [(_, only)] => Lookup::Term(only.clone()),
        _ => Lookup::Phrase(terms),
    }
}
