//! Characters that several rules ask about.

use super::glyphs::Glyphs;

/// Whether the character says that something was masked.
pub(super) fn is_mask(c: char) -> bool {
    matches!(
        c,
        '某' | '×'
            | '*'
            | '＊'
            | '□'
            | '○'
            | '■'
            | '█'
            | '✕'
            | '╳'
            | 'X'
            | 'x'
            | '#'
            | '〇'
            | '△'
            | '_'
    )
}

/// Whether the character is Chinese, rare ones included.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether one of these words begins between two places and ends before the second.
pub(super) fn within(text: &Glyphs, from: usize, to: usize, words: &[&str]) -> Option<usize> {
    (from..to).find(|at| text.one_of(*at, words).is_some_and(|end| end <= to))
}

/// The end of the last of these words between two places.
pub(super) fn last_within(text: &Glyphs, from: usize, to: usize, words: &[&str]) -> Option<usize> {
    (from..to)
        .rev()
        .find_map(|at| text.one_of(at, words).filter(|end| *end <= to))
}
