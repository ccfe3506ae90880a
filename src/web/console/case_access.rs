//! The page on which one sees who may look at a case.

use askama::Template;

use super::frame::ConsoleFrame;

/// A person of a case.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Number, name, masked identity number.
    pub title: String,
    /// Who is bound; empty: nobody.
    pub held: String,
}

/// A case.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// 案件名称.
    pub name: String,
    /// Its two numbers.
    pub numbers: String,
    /// The first of them, which forms carry.
    pub unified_number: String,
    /// 案件类别.
    pub category: String,
    /// Its persons.
    pub persons: Vec<PersonView>,
    /// Who stopped it, when and why.
    pub stopped: Option<String>,
    /// Where its forms go, up to the act.
    pub path: String,
}

/// The page.
#[derive(Template)]
#[template(path = "console/case_access.html")]
pub struct CaseAccessPage {
    /// The frame.
    pub frame: ConsoleFrame,
    /// What was looked for.
    pub number: String,
    /// The cases; `None`: nothing was looked for.
    pub found: Option<Vec<CaseView>>,
    /// Tone and words.
    pub said: Option<(&'static str, String)>,
}
