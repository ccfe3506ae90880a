//! Folding: what is indexed and what is typed are brought to one form before they are compared, texts by [`fold`],
//! names of units by their own rules but with the same table of characters.
//!
//! Compatibility forms (full width, ligatures) become plain, letters small, traditional characters simplified,
//! brackets of every kind round, and characters without width vanish. Folding twice changes nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The table of characters that ships with the program.
pub(crate) const TRADITIONAL: &str = include_str!("../../config/traditional.tsv");

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut sides = line.split('\t').filter_map(|side| side.chars().next());
        Some((sides.next()?, sides.next()?))
    };
    TRADITIONAL
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(pair)
        .collect()
});

/// The form of `text` under which it is indexed and compared.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// [`fold`] into a buffer that is emptied first.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    let simplified = &*SIMPLIFIED;
    if text.chars().all(is_simple) {
        folded.extend(text.chars().map(narrow).map(|c| settle(c, simplified)));
        return;
    }
    let plain: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|&c| !is_invisible(c))
        .collect();
    // Once more, because taking out an invisible character can bring a letter and its accent together.
    folded.extend(plain.nfkc().map(|c| settle(c, simplified)));
}

/// Whether the character needs no more than [`narrow`] and [`settle`]: nearly every character of our texts, and an order
/// of magnitude cheaper than normalisation.
fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}' | '\u{b7}' | '\u{3001}'..='\u{3017}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}'
        | '\u{2014}' | '\u{2018}'..='\u{201d}')
}

/// Full width to half width and capitals to small letters, for simple characters.
fn narrow(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    narrow.to_ascii_lowercase()
}

/// The simplified character for a traditional one; any other stays.
pub(crate) fn simplify(c: char) -> char {
    SIMPLIFIED.get(&c).copied().unwrap_or(c)
}

fn settle(c: char, simplified: &HashMap<char, char>) -> char {
    match c {
        '[' | '{' | '〔' | '【' | '〖' | '〘' | '〈' | '«' => '(',
        ']' | '}' | '〕' | '】' | '〗' | '〙' | '〉' | '»' => ')',
        '\0'..='\u{2fff}' => c,
        _ => simplified.get(&c).copied().unwrap_or(c),
    }
}

/// Soft hyphens, joiners, direction marks, byte-order marks and variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_traditional_characters_are_folded() {
        assert_eq!(fold("ＡＢＣ　１２３ Ｘyz"), "abc 123 xyz");
        assert_eq!(fold("搶劫罪、盜竊罪"), "抢劫罪、盗窃罪");
        assert_eq!(fold("關於強姦後徵收"), "关于强奸后征收");
        assert_eq!(fold("著作权"), "著作权");
        assert_eq!(fold("İ ﬁ ㈱ Ⅷ"), fold(&fold("İ ﬁ ㈱ Ⅷ")));
    }

    #[test]
    fn brackets_of_document_numbers_become_one_kind() {
        for number in [
            "湘检〔2024〕1号",
            "湘检[2024]1号",
            "湘检【2024】1号",
            "湘检（2024）1号",
            "湘检［２０２４］1号",
            "湘检﹝2024﹞1号",
        ] {
            assert_eq!(fold(number), "湘检(2024)1号");
        }
    }

    #[test]
    fn characters_without_width_vanish() {
        assert_eq!(fold("抢\u{200b}劫\u{feff}罪\u{fe0f}"), "抢劫罪");
        assert_eq!(fold("e\u{200d}\u{301}"), "é");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for c in (0..=0x3ffff).filter_map(char::from_u32) {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?} {:x}", u32::from(c));
        }
    }

    #[test]
    fn the_quick_way_agrees_with_the_thorough_way() {
        for c in (0..=0xffff)
            .filter_map(char::from_u32)
            .filter(|&c| is_simple(c))
        {
            // The accented letter sends the second text through normalisation.
            assert_eq!(
                format!("{}é", fold(&c.to_string())),
                fold(&format!("{c}é")),
                "{c:?}"
            );
        }
    }

    #[test]
    fn the_table_of_traditional_characters_is_whole() {
        assert_eq!(
            SIMPLIFIED.len(),
            TRADITIONAL
                .lines()
                .filter(|line| !line.starts_with('#'))
                .count()
        );
        assert!(SIMPLIFIED.len() > 4_000);
        assert!(
            SIMPLIFIED
                .values()
                .all(|simplified| !SIMPLIFIED.contains_key(simplified))
        );
    }
}
