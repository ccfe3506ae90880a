//! How characters behave in the index: ideographs are cut into words, other letters and digits stand in runs, and
//! everything else separates.

/// What a character is to the index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// An ideograph, alone or part of a word.
    Ideograph,
    /// Part of a run of letters and digits.
    Run,
    /// Neither: punctuation, blanks, symbols.
    Gap,
}

/// The class of a folded character.
pub(crate) fn class(c: char) -> Class {
    match c {
        '\u{4e00}'..='\u{9fff}' => Class::Ideograph,
        'a'..='z' | '0'..='9' => Class::Run,
        '\0'..='\u{7f}' => Class::Gap,
        // 〇, extension A, compatibility ideographs, supplementary planes, and the private area in which older office
        // systems kept rare characters of names.
        '\u{3007}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Ideograph,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Class::Run,
        _ => Class::Gap,
    }
}

/// Whether a gap of a query binds its neighbours (`湘检刑诉(2024)1号`, `国(边)境`) instead of parting two words.
/// Brackets of all kinds are folded to round ones.
pub(crate) fn binds(c: char) -> bool {
    matches!(c, '(' | ')')
}
