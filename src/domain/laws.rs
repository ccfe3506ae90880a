//! 法规指引: the articles that case pages cite, in the versions that were in force, from `config/laws.toml`.

use serde::Deserialize;

/// The file that ships with the program.
pub const BUILT_IN: &str = include_str!("../../config/laws.toml");

/// All texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Laws {
    /// In the order of the file.
    #[serde(default)]
    pub law: Vec<Law>,
}

/// One version of a law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// For addresses: letters, digits, `-`.
    pub id: String,
    /// 刑事诉讼法.
    pub name: String,
    /// 2018年10月26日修正.
    pub version: String,
    /// First day in force.
    pub from: String,
    /// Last day in force; empty: still.
    #[serde(default)]
    pub until: String,
    /// Where the text was taken from.
    pub source: String,
    /// The cited ones, in order.
    #[serde(default)]
    pub article: Vec<Article>,
}

/// An article.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its number.
    pub number: u32,
    /// 第二百四十三条.
    pub title: String,
    /// One paragraph a line.
    pub text: String,
}

impl Laws {
    /// Reads a file like `config/laws.toml`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The law of that id.
    pub fn get(&self, id: &str) -> Option<&Law> {
        self.law.iter().find(|law| law.id == id)
    }

    /// The version of a law (by its name) that was in force on a day, `2018-10-25`.
    pub fn in_force(&self, name: &str, day: &str) -> Option<&Law> {
        let mut versions = self.law.iter().filter(|law| law.name == name);
        versions.find(|law| {
            law.from.as_str() <= day && (law.until.is_empty() || day <= law.until.as_str())
        })
    }
}

impl Law {
    /// Whether this article is here.
    pub fn has(&self, number: u32) -> bool {
        self.article.iter().any(|article| article.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time_limits::{Matter, limit};

    #[test]
    fn the_built_in_texts_are_whole_and_their_versions_follow_each_other() {
        let laws = Laws::parse(BUILT_IN).unwrap();
        let in_force = |name: &str, day: &str| laws.in_force(name, day).map(|law| law.id.as_str());
        assert_eq!(in_force("刑事诉讼法", "2012-12-31"), None);
        assert_eq!(in_force("刑事诉讼法", "2013-01-01"), Some("xsssf-2012"));
        assert_eq!(in_force("刑事诉讼法", "2018-10-25"), Some("xsssf-2012"));
        assert_eq!(in_force("刑事诉讼法", "2018-10-26"), Some("xsssf-2018"));
        for law in &laws.law {
            assert!(
                law.id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            );
            assert!(!law.article.is_empty() && !law.source.is_empty());
            for article in &law.article {
                assert!(article.title.starts_with('第'), "{}", article.title);
                assert!(article.text.chars().count() > 20, "{}", article.title);
            }
        }
    }

    #[test]
    fn what_the_limits_of_today_cite_is_there_to_read() {
        let laws = Laws::parse(BUILT_IN).unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for matter in [
            Matter::ArrestDetained,
            Matter::ArrestFree,
            Matter::Prosecution,
            Matter::Supplement,
            Matter::FirstInstance,
            Matter::SecondInstance,
        ] {
            let (law, article) = limit(matter, day).unwrap().law;
            assert!(laws.get(law).unwrap().has(article), "{matter:?}");
        }
    }
}
