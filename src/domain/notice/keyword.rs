//! What the platform takes as the value of a template keyword, by the prefix of its key (wechat-protocol §5.3).

use thiserror::Error;

/// The kind of a keyword: its key without the number at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// Any text, 20 characters; the only kind that is cut.
    Thing,
    /// 32 digits, a decimal point or a sign.
    Number,
    /// 32 Latin letters.
    Letter,
    /// 5 symbols.
    Symbol,
    /// 32 digits, letters, symbols; nothing Chinese.
    CharacterString,
    /// A time of 24 hours, also with its day.
    Time,
    /// A day, also with its time.
    Date,
    /// A currency sign, up to 10 digits, 元.
    Amount,
    /// 17 digits and symbols.
    PhoneNumber,
    /// 8 characters.
    CarNumber,
    /// 10 characters, or 20 when there is nothing Chinese in it.
    Name,
    /// 5 Chinese characters.
    Phrase,
    /// One of the words that were registered with the template; at most 20 characters.
    Const,
    /// A kind the platform's table does not list: passes, as there.
    Unknown,
}

/// Why a value does not fit; without the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// Nothing is left.
    #[error("must not be empty")]
    Empty,
    /// More characters than the kind takes.
    #[error("has too many characters for this kind of keyword")]
    TooLong,
    /// Characters that the kind does not take.
    #[error("has characters that this kind of keyword does not take")]
    Characters,
}

const CUT: usize = 20;

impl Keyword {
    /// The kind of a key such as `character_string4`; `None` when it is no key at all.
    pub fn of_key(key: &str) -> Option<Self> {
        let prefix = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = key.len() - prefix.len();
        let fits = !prefix.is_empty()
            && prefix.len() <= 32
            && digits <= 4
            && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        fits.then_some(match prefix {
            "thing" => Self::Thing,
            "number" => Self::Number,
            "letter" => Self::Letter,
            "symbol" => Self::Symbol,
            "character_string" => Self::CharacterString,
            "time" => Self::Time,
            "date" => Self::Date,
            "amount" => Self::Amount,
            "phone_number" => Self::PhoneNumber,
            "car_number" => Self::CarNumber,
            "name" => Self::Name,
            "phrase" => Self::Phrase,
            "const" | "enum" => Self::Const,
            _ => Self::Unknown,
        })
    }

    /// The value as it goes out: one line without control characters, never empty, free text cut with `…`.
    ///
    /// # Errors
    /// When a typed value does not fit; it would be refused by the platform (47003).
    pub fn fit(self, value: &str) -> Result<String, Misfit> {
        let mut line = one_line(value);
        if line.is_empty() {
            line = self.blank().ok_or(Misfit::Empty)?.to_owned();
        }
        if self == Self::Thing {
            return Ok(cut(line));
        }
        if line.chars().count() > self.longest(&line) {
            return Err(Misfit::TooLong);
        }
        if self.takes(&line) {
            Ok(line)
        } else {
            Err(Misfit::Characters)
        }
    }

    /// What stands for nothing.
    fn blank(self) -> Option<&'static str> {
        match self {
            Self::Thing
            | Self::Symbol
            | Self::CharacterString
            | Self::Const
            | Self::CarNumber
            | Self::Unknown => Some("-"),
            Self::Name | Self::Phrase => Some("无"),
            Self::Number
            | Self::Letter
            | Self::Time
            | Self::Date
            | Self::Amount
            | Self::PhoneNumber => None,
        }
    }

    fn longest(self, line: &str) -> usize {
        match self {
            Self::Thing | Self::Const => CUT,
            Self::Number | Self::Letter | Self::CharacterString => 32,
            Self::Symbol | Self::Phrase => 5,
            Self::Time | Self::Date => 40,
            Self::Amount => 16,
            Self::PhoneNumber => 17,
            Self::CarNumber => 8,
            Self::Name if line.is_ascii() => 20,
            Self::Name => 10,
            Self::Unknown => 200,
        }
    }

    fn takes(self, line: &str) -> bool {
        match self {
            Self::Number => {
                line.bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'))
                    && line.bytes().any(|b| b.is_ascii_digit())
            }
            Self::Letter => line.bytes().all(|b| b.is_ascii_alphabetic()),
            Self::Symbol => !line.chars().any(char::is_alphanumeric),
            Self::CharacterString => line.bytes().all(|b| b.is_ascii_graphic() || b == b' '),
            Self::Time | Self::Date => {
                line.chars()
                    .all(|c| c.is_ascii_digit() || "年月日 :/.-~".contains(c))
                    && line.contains(|c: char| c.is_ascii_digit())
            }
            Self::Amount => is_amount(line),
            Self::PhoneNumber => line
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b.is_ascii_alphabetic()),
            Self::Phrase => line.chars().all(is_chinese),
            Self::Thing | Self::CarNumber | Self::Name | Self::Const | Self::Unknown => true,
        }
    }
}

/// Line breaks and tabs become spaces, other control characters go, the ends are trimmed. What shows nothing at all
/// (zero-width characters, a byte order mark) goes as well, so that a value of nothing but these is empty.
fn one_line(value: &str) -> String {
    let visible = value.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    visible.collect::<String>().trim().to_owned()
}

fn cut(line: String) -> String {
    if line.chars().count() <= CUT {
        return line;
    }
    let mut kept: String = line.chars().take(CUT - 1).collect();
    kept.push('…');
    kept
}

fn is_amount(line: &str) -> bool {
    let bare = line.strip_suffix('元').unwrap_or(line);
    let bare = bare
        .strip_prefix(['￥', '¥', '$', '€', '£'])
        .unwrap_or(bare);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(part) && whole.len() + part.len() <= 11 && whole.len() <= 10
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
