//! What a JSON body looks like, written down once: the reader that names the field at fault and the description in
//! `/api/openapi.json` both come from it.

mod read;

pub use read::{check, parse};

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Whether it must be there; otherwise it may be absent or null.
    pub required: bool,
    /// What it holds.
    pub is: Is,
    /// What it means, for integrators.
    pub meaning: &'static str,
    /// An example as JSON.
    pub example: &'static str,
}

/// What a member holds.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    /// Text of `min` to `max` characters after trimming.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// Which characters.
        chars: Chars,
    },
    /// One of a closed list.
    Word(&'static [&'static str]),
    /// RFC 3339 with an offset.
    Time,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A list of `min` to `max` of one thing.
    List {
        /// Fewest.
        min: usize,
        /// Most.
        max: usize,
        /// Each.
        of: &'static Is,
    },
    /// An object.
    Object(&'static [Field]),
}

/// Which characters a text may have. Control characters are never taken, except line breaks in [`Chars::Lines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chars {
    /// ASCII letters, digits, `-`, `_`, `.`, `:`, `/`.
    Token,
    /// ASCII letters, digits, `-`, `_`, `.`, `@`.
    Login,
    /// Digits, `+`, `-`, spaces.
    Phone,
    /// Anything on one line.
    Line,
    /// Anything, with line breaks.
    Lines,
}

impl Chars {
    /// Whether a character is taken.
    pub fn takes(self, c: char) -> bool {
        match self {
            Self::Token => c.is_ascii_alphanumeric() || "-_.:/".contains(c),
            Self::Login => c.is_ascii_alphanumeric() || "-_.@".contains(c),
            Self::Phone => c.is_ascii_digit() || "+- ".contains(c),
            Self::Line => !c.is_control(),
            Self::Lines => !c.is_control() || c == '\n',
        }
    }

    /// The same as a regular expression of JSON Schema; `None` where anything is taken.
    pub fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Token => Some("^[A-Za-z0-9._:/-]+$"),
            Self::Login => Some("^[A-Za-z0-9._@-]+$"),
            Self::Phone => Some("^[0-9+ -]+$"),
            Self::Line | Self::Lines => None,
        }
    }
}

#[cfg(test)]
mod tests;
