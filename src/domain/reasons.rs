//! Why something is not granted, as data: managers tick what is missing, the applicant reads all of it at once.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The file that ships with the program.
pub const BUILT_IN: &str = include_str!("../../config/reasons.toml");

/// Longest text that is written besides.
pub const MOST_FREE_LETTERS: usize = 500;

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its name in forms.
    pub key: String,
    /// What the manager reads.
    pub label: String,
    /// What the applicant is told.
    pub text: String,
}

/// All reasons, by the word of what they belong to: a kind of application, or `revocation`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Reasons(BTreeMap<String, Vec<Reason>>);

/// Why a choice of reasons cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing was ticked and nothing was written.
    None,
    /// Too much was written.
    TooLong,
    /// One was ticked that is not in the list.
    Unknown,
}

impl Flaw {
    /// What to do about it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::None => "请至少勾选一项原因，或者写明原因：申请人要知道怎样补正。",
            Self::TooLong => "请把补充说明写短一些，最多500个字。",
            Self::Unknown => "请刷新页面后重新勾选原因。",
        }
    }
}

impl Reasons {
    /// Reads a file like `config/reasons.toml`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The built-in ones.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).unwrap_or_default()
    }

    /// Those of a kind, in the order of the file.
    pub fn of(&self, kind: &str) -> &[Reason] {
        self.0.get(kind).map_or(&[], Vec::as_slice)
    }

    /// What the applicant is told: a line a ticked reason in the order of the file, then what was written besides.
    ///
    /// # Errors
    /// When there is nothing to tell, or something that is not known.
    pub fn together(&self, kind: &str, ticked: &[String], free: &str) -> Result<String, Flaw> {
        let known = self.of(kind);
        let is_known = |key: &String| known.iter().any(|reason| reason.key == *key);
        if !ticked.iter().all(is_known) {
            return Err(Flaw::Unknown);
        }
        let mut lines: Vec<&str> = known
            .iter()
            .filter(|reason| ticked.contains(&reason.key))
            .map(|reason| reason.text.as_str())
            .collect();
        if free.chars().count() > MOST_FREE_LETTERS {
            return Err(Flaw::TooLong);
        }
        lines.extend(free.lines().map(str::trim).filter(|line| !line.is_empty()));
        match lines.is_empty() {
            true => Err(Flaw::None),
            false => Ok(lines.join("\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_reasons_can_be_read_and_have_names_of_their_own() {
        let reasons = Reasons::parse(BUILT_IN).unwrap();
        let kinds = [
            "registration",
            "binding",
            "appointment",
            "password_reset",
            "revocation",
        ];
        for kind in kinds {
            let known = reasons.of(kind);
            assert!(known.len() > 2, "{kind}");
            for (at, one) in known.iter().enumerate() {
                assert!(one.text.ends_with('。'), "{}", one.text);
                assert!(known.iter().skip(at + 1).all(|other| other.key != one.key));
            }
        }
        assert!(reasons.of("nothing").is_empty());
    }

    #[test]
    fn everything_that_is_missing_is_listed_at_once() {
        let reasons = Reasons::parse(
            "[[binding]]\nkey='a'\nlabel='A'\ntext='甲。'\n[[binding]]\nkey='b'\nlabel='B'\ntext='乙。'\n",
        )
        .unwrap();
        let tell = |ticked: &[&str], free: &str| {
            let ticked: Vec<String> = ticked.iter().map(|key| (*key).to_owned()).collect();
            reasons.together("binding", &ticked, free)
        };
        assert_eq!(tell(&["b", "a"], " 丙。\n\n").unwrap(), "甲。\n乙。\n丙。");
        assert_eq!(tell(&[], " \n"), Err(Flaw::None));
        assert_eq!(tell(&["c"], "x"), Err(Flaw::Unknown));
        assert_eq!(tell(&["a"], &"字".repeat(501)), Err(Flaw::TooLong));
    }
}
