//! Normal or care (关怀) mode: larger text, wider spacing, larger targets. The choice is a cookie, so that the server
//! sends the right page at once; the script changes the same cookie without loading anything.

use std::fmt;

/// How large the page is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadingMode {
    /// Base text 17 px, targets 44 px.
    #[default]
    Normal,
    /// Base text 22 px, targets 60 px, one column, pure black text.
    Care,
}

/// The cookie that keeps the choice. It names no person, and the script must be able to write it.
pub const COOKIE: &str = "jx_mode";

impl ReadingMode {
    /// The word in the cookie, in the form field `mode` and in `<html data-mode>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Care => "care",
        }
    }

    /// The mode named by [`Self::as_str`]'s word; anything else is the normal one.
    pub fn from_word(word: &str) -> Self {
        if word == Self::Care.as_str() {
            Self::Care
        } else {
            Self::Normal
        }
    }

    /// Reads the choice from a `Cookie` header.
    pub fn from_cookies(header: &str) -> Self {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)
            .map_or(Self::Normal, |(_, word)| Self::from_word(word))
    }

    /// The `Set-Cookie` value that keeps the choice for a year.
    pub fn set_cookie(self) -> String {
        format!("{COOKIE}={self}; Path=/h5; Max-Age=31536000; SameSite=Lax")
    }

    /// The mode the switch leads to.
    pub fn other(self) -> Self {
        match self {
            Self::Normal => Self::Care,
            Self::Care => Self::Normal,
        }
    }

    /// What stands on the switch that leads to [`Self::other`].
    pub fn switch_label(self) -> &'static str {
        match self {
            Self::Normal => "切换到关怀版",
            Self::Care => "切换到标准版",
        }
    }
}

impl fmt::Display for ReadingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_survives_the_cookie() {
        for mode in [ReadingMode::Normal, ReadingMode::Care] {
            let cookie = mode.set_cookie();
            let pair = cookie.split(';').next().unwrap();
            assert_eq!(
                ReadingMode::from_cookies(&format!("a=b; {pair}; c=d")),
                mode
            );
        }
    }

    #[test]
    fn a_strange_cookie_means_the_normal_mode() {
        for header in [
            "",
            "jx_mode",
            "jx_mode=",
            "jx_mode=\"><script>",
            "xjx_mode=care",
        ] {
            assert_eq!(
                ReadingMode::from_cookies(header),
                ReadingMode::Normal,
                "{header}"
            );
        }
    }
}
