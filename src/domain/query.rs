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
mod tests {
    use super::Query;
    use crate::domain::publication::PublicationKind;

    fn latest(kind: PublicationKind, unit: &str) -> Query {
        Query::Latest {
            kind,
            unit_text: unit.to_owned(),
        }
    }

    #[test]
    fn the_prefix_is_found_however_it_was_typed() {
        for text in [
            "zyaj_长沙",
            "ZYAJ_长沙",
            " zyaj 长沙 ",
            "ｚｙａｊ＿长沙",
            "zyaj：长沙",
            "zyaj——长沙",
            "zyaj长沙",
            "Zyaj -_: 长沙",
            "\u{feff}zy\u{200b}aj_长沙",
        ] {
            assert_eq!(
                Query::parse(text),
                latest(PublicationKind::ImportantCase, "长沙"),
                "{text}"
            );
        }
        assert_eq!(
            Query::parse("flws_430100"),
            latest(PublicationKind::LegalDocument, "430100")
        );
        assert_eq!(
            Query::parse("FLWS＿BJ-1"),
            latest(PublicationKind::LegalDocument, "BJ-1")
        );
        assert_eq!(
            Query::parse("zyaj_长沙 岳麓"),
            latest(PublicationKind::ImportantCase, "长沙 岳麓")
        );
    }

    #[test]
    fn a_prefix_alone_still_asks_for_publications() {
        for text in ["zyaj", "zyaj_", "ZYAJ__ ", "zyaj：\n"] {
            assert_eq!(
                Query::parse(text),
                latest(PublicationKind::ImportantCase, ""),
                "{text:?}"
            );
        }
    }

    #[test]
    fn one_or_two_digits_are_a_number_and_more_are_a_keyword() {
        for (text, number) in [
            ("1", 1),
            ("８", 8),
            ("12", 12),
            (" 3、", 3),
            ("3.", 3),
            ("3。", 3),
            ("３．", 3),
            ("07", 7),
        ] {
            assert_eq!(Query::parse(text), Query::Number(number), "{text}");
        }
        for text in ["430100", "123", "1 2", "1a", "-1", "、", "٣"] {
            assert!(matches!(Query::parse(text), Query::Keyword(_)), "{text}");
        }
    }

    #[test]
    fn a_keyword_is_cleaned_and_cut() {
        assert_eq!(
            Query::parse("  抢\u{200b}劫 \n\t 案\u{7} "),
            Query::Keyword("抢劫 案".to_owned())
        );
        assert_eq!(
            Query::parse(&"贪".repeat(5_000)),
            Query::Keyword("贪".repeat(64))
        );
        assert_eq!(
            Query::parse("我要看zyaj_长沙"),
            Query::Keyword("我要看zyaj_长沙".to_owned())
        );
    }

    #[test]
    fn nothing_visible_is_empty() {
        for text in ["", " \u{3000}\n", "\u{200b}\u{feff}", "\0\u{1}"] {
            assert_eq!(Query::parse(text), Query::Empty, "{text:?}");
        }
    }

    #[test]
    fn characters_of_several_bytes_at_the_prefix_do_no_harm() {
        for text in ["zya长", "长沙", "é́zy", "🎉🎉", "zyaj🎉"] {
            assert_ne!(Query::parse(text), Query::Empty);
        }
    }
}
