//! 法规指引: the articles that case pages cite, in the versions that were in force, from `config/laws.toml`.

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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

    /// Puts a law in the place of the one with its id, or behind all others.
    pub fn put(&mut self, law: Law) {
        match self.law.iter_mut().find(|known| known.id == law.id) {
            Some(known) => *known = law,
            None => self.law.push(law),
        }
    }

    /// What is wrong with a law beside the others, in sentences for the screen.
    pub fn flaws(&self, law: &Law) -> Vec<String> {
        let mut flaws = Vec::new();
        let id = &law.id;
        if !(1..=40).contains(&id.len()) || !id.bytes().all(is_id_byte) {
            flaws.push("编号用小写字母、数字和“-”，1至40个字符，例如 xsssf-2018。".to_owned());
        }
        for (what, text) in [
            ("名称", &law.name),
            ("版本", &law.version),
            ("来源", &law.source),
        ] {
            if text.trim().is_empty() || text.chars().count() > 200 {
                flaws.push(format!("请填写{what}，不超过200字。"));
            }
        }
        let is_day = |day: &str| {
            day.len() == 10 && chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()
        };
        if !is_day(&law.from) {
            flaws.push("施行日期写成2018-10-26的样子。".to_owned());
        }
        if !law.until.is_empty() && (!is_day(&law.until) || law.until < law.from) {
            flaws.push("失效日期写成2018-10-25的样子，不早于施行日期；仍然有效的留空。".to_owned());
        }
        let others = self.law.iter().filter(|other| other.id != law.id);
        for other in others.filter(|other| other.name == law.name) {
            let begins_after = !other.until.is_empty() && law.from > other.until;
            let ends_before = !law.until.is_empty() && law.until < other.from;
            if !begins_after && !ends_before {
                let until = match other.until.as_str() {
                    "" => "至今",
                    until => until,
                };
                flaws.push(format!(
                    "与“{}”（{}到{until}）的有效期重叠，请先改那一个版本的失效日期。",
                    other.version, other.from
                ));
            }
        }
        flaws
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

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

impl Law {
    /// Whether this article is here.
    pub fn has(&self, number: u32) -> bool {
        self.article.iter().any(|article| article.number == number)
    }

    /// The articles as people edit them: a line `34 第三十四条`, then its paragraphs.
    pub fn articles_text(&self) -> String {
        let articles = self.article.iter().map(|article| {
            let Article {
                number,
                title,
                text,
            } = article;
            format!("{number} {title}\n{}\n", text.trim())
        });
        articles.collect::<Vec<_>>().join("\n")
    }
}

/// Reads what [`Law::articles_text`] writes.
///
/// # Errors
/// A sentence for the screen with the line at fault.
pub fn articles(text: &str) -> Result<Vec<Article>, String> {
    let mut articles: Vec<Article> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if let Some((number, title)) = heading(text) {
            articles.push(Article {
                number,
                title: title.to_owned(),
                text: String::new(),
            });
            continue;
        }
        match articles.last_mut() {
            _ if text.is_empty() => {}
            Some(article) => {
                if !article.text.is_empty() {
                    article.text.push('\n');
                }
                article.text.push_str(text);
            }
            None => {
                return Err(format!(
                    "第{line}行：条文前要有一行条号，例如“34 第三十四条”。"
                ));
            }
        }
    }
    if let Some(empty) = articles.iter().find(|article| article.text.is_empty()) {
        return Err(format!("{}没有条文内容。", empty.title));
    }
    // 第一百三十三条 and 第一百三十三条之一 share their number.
    let mut titles = std::collections::BTreeSet::new();
    if let Some(twice) = articles.iter().find(|it| !titles.insert(it.title.clone())) {
        return Err(format!("{}出现了两次。", twice.title));
    }
    if articles.is_empty() {
        return Err("请至少填写一条条文。".to_owned());
    }
    Ok(articles)
}

fn heading(line: &str) -> Option<(u32, &str)> {
    let (number, title) = line.split_once(' ')?;
    let title = title.trim();
    let number = number.parse().ok()?;
    (title.starts_with('第') && title.chars().count() <= 20).then_some((number, title))
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
    fn articles_are_read_back_as_they_were_shown() {
        for law in Laws::parse(BUILT_IN).unwrap().law {
            let read = articles(&law.articles_text()).unwrap();
            assert_eq!(read.len(), law.article.len());
            for (read, written) in read.iter().zip(&law.article) {
                assert_eq!((read.number, &read.title), (written.number, &written.title));
                assert_eq!(read.text, written.text.trim());
            }
        }
        for (text, word) in [
            ("没有条号", "第1行"),
            ("1 第一条\n2 第二条\n正文", "第一条没有"),
            ("1 第一条\n甲\n1 第一条\n乙", "两次"),
            ("", "至少"),
        ] {
            assert!(articles(text).unwrap_err().contains(word), "{text}");
        }
    }

    #[test]
    fn versions_of_a_law_may_not_overlap() {
        let laws = Laws::parse(BUILT_IN).unwrap();
        let now = laws.get("xsssf-2018").unwrap().clone();
        assert_eq!(laws.flaws(&now), Vec::<String>::new());
        let next = Law {
            id: "xsssf-2027".to_owned(),
            from: "2027-01-01".to_owned(),
            ..now.clone()
        };
        assert!(laws.flaws(&next)[0].contains("重叠"));
        let mut ended = laws.clone();
        ended.put(Law {
            until: "2026-12-31".to_owned(),
            ..now
        });
        assert_eq!(ended.flaws(&next), Vec::<String>::new());
        assert_eq!(ended.law.len(), laws.law.len());
        let bad = Law {
            id: "X".to_owned(),
            from: "2027-1-1".to_owned(),
            ..next
        };
        assert_eq!(ended.flaws(&bad).len(), 2, "{:?}", ended.flaws(&bad));
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
