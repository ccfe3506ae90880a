//! What a text message asks for: the newest publications of a unit (`zyaj_长沙`), the number of a choice, or a keyword.
//! Takes any text that a telephone can send and never fails. Whether a unit or a list of choices exists is not known
//! here; the caller turns a number without a list back into a keyword.

use unicode_normalization::UnicodeNormalization;

use crate::domain::publication::PublicationKind;

/// What is kept of a keyword or of a unit's name, in characters.
const TEXT_CHARS: usize = 64;

/// What is read of a message at all, in characters: enough for a prefix, much white space and the text.
const READ_CHARS: usize = 2_048;

/// What a text message asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// `zyaj_<unit>` or `flws_<unit>`: the newest publications of a unit.
    Latest {
        /// The board.
        kind: PublicationKind,
        /// The unit as typed, at most 64 characters, for [`crate::domain::unit_names::Resolver::resolve`]. Empty when
        /// nothing but the prefix was sent.
        unit_text: String,
    },
    /// One or two digits and nothing else: picks from the last list of choices.
    Number(u32),
    /// Anything else: words to search for, at most 64 characters, white space collapsed.
    Keyword(String),
    /// Nothing visible.
    Empty,
}

impl Query {
    /// Reads a message. Full-width forms count as their plain ones, letter case does not matter in the prefix, and
    /// between prefix and unit may stand any of `_ - — : ：` and white space, or nothing.
    pub fn parse(text: &str) -> Self {
        let text = tidy(text);
        if text.is_empty() {
            return Self::Empty;
        }
        if let Some((kind, rest)) = PublicationKind::ALL
            .into_iter()
            .find_map(|kind| strip_command(&text, kind))
        {
            return Self::Latest {
                kind,
                unit_text: cut(rest),
            };
        }
        match bare_number(&text) {
            Some(number) => Self::Number(number),
            None => Self::Keyword(cut(&text)),
        }
    }
}

/// NFKC, white space collapsed to single spaces, what cannot be seen taken out.
fn tidy(text: &str) -> String {
    let mut tidied = String::new();
    let mut space_due = false;
    for c in text.trim().chars().take(READ_CHARS).nfkc() {
        if c.is_whitespace() {
            space_due = true;
        } else if !is_invisible(c) {
            if space_due && !tidied.is_empty() {
                tidied.push(' ');
            }
            space_due = false;
            tidied.push(c);
        }
    }
    tidied
}

/// Control characters and the format characters that input methods, copied pages and pranksters leave in texts.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn strip_command(text: &str, kind: PublicationKind) -> Option<(PublicationKind, &str)> {
    let word = kind.text_command().trim_end_matches('_');
    let (head, rest) = text.split_at_checked(word.len())?;
    let separators = |c: char| {
        matches!(c, '_' | '-' | '‐' | '–' | '—' | '―' | '−' | ':' | '：') || c.is_whitespace()
    };
    head.eq_ignore_ascii_case(word)
        .then(|| (kind, rest.trim_start_matches(separators)))
}

/// `3`, `12`, `3、`, `3.`, but not `430100`.
fn bare_number(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(['、', '.', '。']).trim_end();
    let short = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    short.then(|| digits.parse().ok()).flatten()
}

fn cut(text: &str) -> String {
    text.chars()
        .take(TEXT_CHARS)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests;
