//! The page of one thing of one's own: steps on top, facts as label over value, files, and what can be done.

use askama::Template;

use crate::web::h5::cards::Pill;
use crate::web::h5::follow_outcome::Notice;
use crate::web::h5::layout::{Frame, Layout, Link};

/// 提交 → 审核 → 结果.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub name: String,
    /// When it was, or what it waits for.
    pub when: String,
    /// It is behind us.
    pub done: bool,
}

/// A label and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// One paragraph each; none: 无.
    pub lines: Vec<String>,
    /// A state in words.
    pub pill: Option<Pill>,
    /// What the label means, in plain words, behind a «?».
    pub explained: Option<String>,
}

impl Fact {
    /// A label and a value; an empty one is shown as 无.
    pub fn new(label: &str, value: &str) -> Self {
        let lines = value.lines().map(str::trim);
        Self {
            label: label.to_owned(),
            lines: lines
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            pill: None,
            explained: None,
        }
    }

    /// With an explanation of its label.
    pub fn explained(self, text: &str) -> Self {
        Self {
            explained: Some(text.to_owned()),
            ..self
        }
    }

    /// A state.
    pub fn state(label: &str, pill: Pill) -> Self {
        Self {
            pill: Some(pill),
            ..Self::new(label, "")
        }
    }
}

/// Facts that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Words above it.
    pub title: String,
    /// The facts.
    pub facts: Vec<Fact>,
    /// Links under them.
    pub links: Vec<Link>,
}

/// A file that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it proves, and its name.
    pub name: String,
    /// PNG, 1.2 MB.
    pub kind: String,
    /// Its page.
    pub href: String,
    /// Address of a small picture; `None`: a drawing stands for it.
    pub picture: Option<String>,
}

/// A button that changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Words on it.
    pub label: String,
    /// Where it is posted.
    pub action: String,
    /// The question before.
    pub confirm: String,
    /// The hidden key (`service::submissions`); may be empty.
    pub once: String,
    /// The version that is changed.
    pub version: i64,
    /// It is what the page is for.
    pub is_primary: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "h5/detail.html")]
pub struct DetailPage {
    /// The frame.
    pub layout: Layout,
    /// First heading.
    pub heading: String,
    /// Its state.
    pub pill: Option<Pill>,
    /// What became of the last tap.
    pub notice: Option<Notice>,
    /// Where it stands; none: no steps.
    pub steps: Vec<Step>,
    /// The facts.
    pub blocks: Vec<Block>,
    /// The files.
    pub files: Vec<File>,
    /// Sentences under everything, such as 数据更新时间.
    pub foot: Vec<String>,
    /// The hidden field of the session.
    pub csrf: String,
    /// The one primary way on.
    pub primary: Option<Link>,
    /// One more.
    pub second: Option<Link>,
    /// What can be taken back.
    pub act: Option<Act>,
}

impl DetailPage {
    /// A page without anything yet.
    pub fn new(frame: Frame<'_>, title: &str, heading: &str, csrf: &str) -> Self {
        Self {
            layout: frame.titled(title),
            heading: heading.to_owned(),
            pill: None,
            notice: None,
            steps: Vec::new(),
            blocks: Vec::new(),
            files: Vec::new(),
            foot: Vec::new(),
            csrf: csrf.to_owned(),
            primary: None,
            second: None,
            act: None,
        }
    }
}
