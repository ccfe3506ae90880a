//! Cutting folded text into tokens, and words of a query into the same tokens.
//!
//! A token's position is the place of its first character in the text, so that tokens at the right distances mean the
//! very characters, in order. Two ways of cutting: `fine` for short texts, where any part must be found, and `words` for
//! long ones.

use super::characters::{Class, class};
use super::dictionary::words;

/// Stands before the two characters on either side of a word boundary. No word contains it.
const BOUNDARY: char = '~';

/// A piece of text to be found: which bytes, at which character, and whether the two characters span a boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    /// First byte in the folded text.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
    /// Place of the first character, counted in characters.
    pub(crate) position: usize,
    /// Whether this is the pair of characters at a word boundary.
    pub(crate) boundary: bool,
}

impl Token {
    /// Writes the token's text into `term`, which is emptied first.
    pub(crate) fn write(&self, folded: &str, term: &mut String) {
        term.clear();
        if self.boundary {
            term.push(BOUNDARY);
        }
        term.push_str(folded.get(self.start..self.end).unwrap_or_default());
    }

    /// The token's text.
    pub(crate) fn text(&self, folded: &str) -> String {
        let mut term = String::new();
        self.write(folded, &mut term);
        term
    }
}

/// A stretch of one class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch<'t> {
    pub(crate) text: &'t str,
    pub(crate) class: Class,
    /// Where it begins: byte and character.
    pub(crate) start: usize,
    pub(crate) position: usize,
}

/// The stretches of ideographs and of other letters and digits; gaps are left out.
pub(crate) fn stretches(folded: &str) -> impl Iterator<Item = Stretch<'_>> {
    let mut rest = folded.char_indices().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (position, (start, first)) = rest.next()?;
            let class = class(first);
            let mut end = start + first.len_utf8();
            while let Some((_, (at, c))) = rest.next_if(|&(_, (_, c))| self::class(c) == class) {
                end = at + c.len_utf8();
            }
            if class != Class::Gap {
                return Some(Stretch {
                    text: folded.get(start..end)?,
                    class,
                    start,
                    position,
                });
            }
        }
    })
}

/// Every ideograph, every pair of neighbouring ideographs, every longer word of the dictionary wherever it stands, every
/// run.
pub(crate) fn fine(folded: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    for stretch in stretches(folded) {
        if stretch.class == Class::Run {
            tokens.push(whole(&stretch));
            continue;
        }
        let mut ends = byte_ends(&stretch).skip(1);
        let mut start = stretch.start;
        for (nth, end) in byte_ends(&stretch).enumerate() {
            let position = stretch.position + nth;
            tokens.push(Token {
                start,
                end,
                position,
                boundary: false,
            });
            if let Some(end) = ends.next() {
                tokens.push(Token {
                    start,
                    end,
                    position,
                    boundary: false,
                });
            }
            start = end;
        }
        let all = words().cut_all(stretch.text);
        let long = all.iter().filter(|word| word.end - word.start > 2);
        tokens.extend(long.map(|word| token_of(&stretch, word)));
    }
}

/// Jieba's words, the words inside long words, the pairs of characters where two words meet, every run.
pub(crate) fn by_words(folded: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    for stretch in stretches(folded) {
        let mut last: Option<usize> = None;
        for word in words_of(&stretch) {
            if let Some(last) = last {
                tokens.push(pair(&word, last, folded));
            }
            last = Some(last_character(&word, folded));
            tokens.push(word);
            if stretch.class == Class::Ideograph {
                inner_words(&word, folded, tokens);
            }
        }
    }
}

/// Jieba's best cut of a stretch of ideographs; a run is one word.
pub(crate) fn words_of(stretch: &Stretch<'_>) -> Vec<Token> {
    if stretch.class == Class::Run {
        return vec![whole(stretch)];
    }
    let cut = words().cut(stretch.text, false);
    cut.iter().map(|word| token_of(stretch, word)).collect()
}

/// A word that jieba found in the stretch.
fn token_of(stretch: &Stretch<'_>, word: &jieba_rs::Token<'_>) -> Token {
    Token {
        start: stretch.start + word.byte_start,
        end: stretch.start + word.byte_end,
        position: stretch.position + word.start,
        boundary: false,
    }
}

/// The pair made of the character that starts at byte `last` and the first character of `word`.
pub(crate) fn pair(word: &Token, last: usize, folded: &str) -> Token {
    let first = folded
        .get(word.start..word.end)
        .and_then(|text| text.chars().next())
        .map_or(0, char::len_utf8);
    Token {
        start: last,
        end: word.start + first,
        position: word.position.saturating_sub(1),
        boundary: true,
    }
}

/// The byte at which the last character of `word` starts.
pub(crate) fn last_character(word: &Token, folded: &str) -> usize {
    let last = folded
        .get(word.start..word.end)
        .and_then(|text| text.chars().next_back())
        .map_or(0, char::len_utf8);
    word.end - last
}

/// The words of at least two characters inside a longer word: 非法, 持有, 毒品 … of 非法持有毒品罪. All lengths, unlike
/// jieba's search mode, which stops at three characters and so would not find 故意伤害 in 故意伤害罪.
fn inner_words(word: &Token, folded: &str, tokens: &mut Vec<Token>) {
    let Some(text) = folded.get(word.start..word.end) else {
        return;
    };
    // Two characters in UTF-8 are at most eight bytes and three ideographs at least nine.
    if text.len() < 9 {
        return;
    }
    for (nth, (from, _)) in text.char_indices().enumerate() {
        for (to, c) in text.char_indices().skip(nth + 1) {
            let to = to + c.len_utf8();
            let is_whole = from == 0 && to == text.len();
            if !is_whole
                && text
                    .get(from..to)
                    .is_some_and(|inner| words().has_word(inner))
            {
                tokens.push(Token {
                    start: word.start + from,
                    end: word.start + to,
                    position: word.position + nth,
                    boundary: false,
                });
            }
        }
    }
}

/// The stretch as one token.
pub(crate) fn whole(stretch: &Stretch<'_>) -> Token {
    Token {
        start: stretch.start,
        end: stretch.start + stretch.text.len(),
        position: stretch.position,
        boundary: false,
    }
}

fn byte_ends<'t>(stretch: &Stretch<'t>) -> impl Iterator<Item = usize> + 't {
    let start = stretch.start;
    stretch
        .text
        .char_indices()
        .map(move |(at, c)| start + at + c.len_utf8())
}
