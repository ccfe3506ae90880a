//! The form in which names are compared: NFKC, lower case, simplified characters, letters and digits only. Keys and queries go through the
//! same function, so whatever it folds away cannot make them differ.

use unicode_normalization::UnicodeNormalization;

use crate::domain::fold::simplify;

/// Longer than any name; whoever types more is not naming a unit. Counted in characters.
pub(super) const QUERY_CHARS: usize = 64;

/// Simplified to 干 elsewhere, but in names of places it stays and is read qian: 乾县, 乾安县.
const PLACE_CHARACTER: char = '乾';

/// The words that mean the office as such, longest first. `检` alone ends short forms such as 岳麓检.
const OFFICE_WORDS: [&str; 7] = [
    "人民检察院",
    "人民检察",
    "人民检",
    "检察院",
    "检察",
    "院",
    "检",
];

/// `None` when nothing is left or the text is too long.
pub(super) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    // Before NFKC, which can make 18 characters of one.
    if text.chars().nth(QUERY_CHARS).is_some() {
        return None;
    }
    let folded = fold(text);
    (!folded.is_empty() && folded.chars().nth(QUERY_CHARS).is_none()).then_some(folded)
}

/// Folds without looking at the length.
pub(super) fn fold(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(|c| if c == PLACE_CHARACTER { c } else { simplify(c) })
        .collect();
    // The commonest slip of the input methods; no place is called 检查.
    if folded.contains("检查") {
        folded.replace("检查", "检察")
    } else {
        folded
    }
}

/// Whether the text names no unit but only «the procuratorate».
pub(super) fn is_office_word(query: &str) -> bool {
    query == "人民" || OFFICE_WORDS.contains(&query)
}

/// The text with each office word that it ends in taken away, the longest word first; never the empty text.
pub(super) fn without_office_words(query: &str) -> impl Iterator<Item = &str> {
    OFFICE_WORDS
        .iter()
        .filter_map(move |word| query.strip_suffix(word))
        .filter(|rest| !rest.is_empty())
}

/// What stands before an office word in the middle: 海淀区 of 海淀区人民检察院第一检察部.
pub(super) fn before_office(query: &str) -> Option<&str> {
    let (head, _) = query
        .split_once("人民检察院")
        .or_else(|| query.split_once("检察院"))?;
    (!head.is_empty()).then_some(head)
}

/// The shortest of [`without_office_words`], or the text itself.
pub(super) fn bare(query: &str) -> &str {
    without_office_words(query).next().unwrap_or(query)
}

/// `43` → `430000`, `4301` → `430100`.
pub(super) fn padded_code(query: &str) -> Option<String> {
    (is_digits(query) && matches!(query.len(), 2 | 4)).then(|| format!("{query:0<6}"))
}

pub(super) fn is_digits(query: &str) -> bool {
    query.bytes().all(|byte| byte.is_ascii_digit())
}
