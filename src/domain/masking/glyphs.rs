//! A text as the rules read it: one glyph a visible character, in half width, with its place in the original.

use unicode_normalization::UnicodeNormalization;

/// Numerals in a row that are read as digits: a year has four, so that 二〇二一年 stays what it is.
const LEAST_NUMERALS: usize = 7;

/// One visible character.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    c: char,
    start: u32,
    end: u32,
}

/// The visible characters of a text.
#[derive(Debug, Default)]
pub(super) struct Glyphs(Vec<Glyph>);

impl Glyphs {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        let mut glyphs = Vec::with_capacity(text.len() / 2);
        for (start, original) in text.char_indices() {
            if is_invisible(original) {
                continue;
            }
            let end = start + original.len_utf8();
            let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
            glyphs.push(Glyph {
                c: plain(original),
                start: at(start),
                end: at(end),
            });
        }
        let mut text = Self(glyphs);
        text.read_numerals();
        text
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The character at a place; NUL beyond the end.
    pub(super) fn char(&self, at: usize) -> char {
        self.0.get(at).map_or('\0', |glyph| glyph.c)
    }

    /// The character before a place; NUL before the beginning.
    pub(super) fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or('\0', |before| self.char(before))
    }

    /// The place after `word` when it stands there.
    pub(super) fn word(&self, at: usize, word: &str) -> Option<usize> {
        let mut place = at;
        for c in word.chars() {
            if self.char(place) != c {
                return None;
            }
            place += 1;
        }
        Some(place)
    }

    /// The place after the first of `words` that stands there.
    pub(super) fn one_of(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| self.word(at, word))
    }

    /// Where the first of `words` begins that ends right before a place.
    pub(super) fn one_before(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| {
            let start = at.checked_sub(word.chars().count())?;
            self.word(start, word).map(|_| start)
        })
    }

    /// The first place from `at` on that has none of these characters, at most `most` further.
    pub(super) fn skip(&self, at: usize, most: usize, wanted: impl Fn(char) -> bool) -> usize {
        let mut place = at;
        while place < at + most && place < self.len() && wanted(self.char(place)) {
            place += 1;
        }
        place
    }

    /// The last place before `at` such that everything between has these characters, at most `most` back.
    pub(super) fn back(&self, at: usize, most: usize, wanted: impl Fn(char) -> bool) -> usize {
        let mut place = at;
        while place > 0 && at - place < most && wanted(self.before(place)) {
            place -= 1;
        }
        place
    }

    /// What stands between two places, as the rules read it.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.0
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|glyph| glyph.c)
            .collect()
    }

    /// The bytes of the original between two places.
    pub(super) fn bytes(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let first = self.0.get(from)?;
        let last = self.0.get(to.checked_sub(1)?)?;
        let at = |place: u32| usize::try_from(place).ok();
        Some((at(first.start)?, at(last.end)?))
    }

    /// 一三八〇〇一三八〇〇〇 is a telephone as well.
    fn read_numerals(&mut self) {
        let mut from = 0;
        while from < self.0.len() {
            let to = self.skip(from, usize::MAX - from, |c| numeral(c).is_some());
            if to - from >= LEAST_NUMERALS {
                for glyph in self.0.get_mut(from..to).unwrap_or_default() {
                    if let Some(digit) = numeral(glyph.c) {
                        glyph.c = digit;
                    }
                }
            }
            from = to + 1;
        }
    }
}

/// Half width, and what else normalises to one character.
fn plain(c: char) -> char {
    match c {
        '\0'..='\u{7f}' | '\u{4e00}'..='\u{9fff}' | '\u{3001}' | '\u{3002}' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{2043}' => '-',
        '•' | '‧' | '・' | '･' | '∙' | '⋅' | '●' => '·',
        'А' => 'A',
        'Х' | 'х' => 'X',
        'О' | 'о' => 'O',
        '\u{80}'..='\u{2fff}' | '\u{f900}'..='\u{ffff}' | '\u{1d400}'..='\u{1f1ff}' => {
            let mut forms = std::iter::once(c).nfkc();
            match (forms.next(), forms.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{20e3}' | '\u{e0000}'..='\u{e0fff}')
}

fn numeral(c: char) -> Option<char> {
    Some(match c {
        '〇' | '零' | '○' | '洞' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}
