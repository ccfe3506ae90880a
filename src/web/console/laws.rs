//! The texts of laws.

use askama::Template;

use crate::domain::laws::{Law, Laws};
use crate::store::settings_overrides::Override;
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::upkeep::{self, VersionRow};

/// The page.
#[derive(Template)]
#[template(path = "console/laws.html")]
pub struct LawsPage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    rows: Vec<Row>,
    edit: Option<Edit>,
    versions: Vec<VersionRow>,
}

struct Row {
    id: String,
    name: String,
    version: String,
    valid: String,
    changed: bool,
    is_open: bool,
}

struct Edit {
    law: Law,
    articles: String,
    is_new: bool,
    warning: Option<String>,
    errors: Vec<String>,
    version: i64,
    changed: bool,
}

/// One version of a law on the page.
pub struct Open<'a> {
    /// As it is, or as it was typed.
    pub law: Law,
    /// Its articles as they are edited.
    pub articles: String,
    /// It is not stored yet.
    pub is_new: bool,
    /// What the desk says in place of the file.
    pub changed: bool,
    /// The version of the text that the form is made from.
    pub version: i64,
    /// What is wrong.
    pub errors: Vec<String>,
    /// A sentence above the form.
    pub warning: Option<String>,
    /// The versions of the text.
    pub versions: &'a [Override],
}

impl LawsPage {
    /// The page. `changed` tells whether the desk says something in place of the file.
    pub fn new(
        frame: ConsoleFrame,
        done: Option<&'static str>,
        laws: &Laws,
        changed: impl Fn(&str) -> bool,
        open: Option<Open<'_>>,
    ) -> Self {
        let rows = laws.law.iter().map(|law| Row {
            id: law.id.clone(),
            name: law.name.clone(),
            version: law.version.clone(),
            valid: valid(law),
            changed: changed(&law.id),
            is_open: open.as_ref().is_some_and(|open| open.law.id == law.id),
        });
        Self {
            frame,
            tab: "/console/upkeep/laws",
            done,
            rows: rows.collect(),
            versions: open
                .as_ref()
                .map(|open| upkeep::versions(open.versions))
                .unwrap_or_default(),
            edit: open.map(|open| Edit {
                law: open.law,
                articles: open.articles,
                is_new: open.is_new,
                warning: open.warning,
                errors: open.errors,
                version: open.version,
                changed: open.changed,
            }),
        }
    }
}

fn valid(law: &Law) -> String {
    match law.until.as_str() {
        "" => format!("{}起施行", law.from),
        until => format!("{}至{until}", law.from),
    }
}
