//! 法规指引 and 名词解释: texts that are the same for everybody.

use askama::Template;

use crate::domain::laws::{Law, Laws};
use crate::domain::terms::{GROUPS, Group};
use crate::web::h5::layout::{Frame, Layout, Link};
use crate::web::h5::paths;

/// All laws.
#[derive(Debug, Template)]
#[template(path = "h5/laws.html")]
pub struct LawsPage {
    /// The frame.
    pub layout: Layout,
    /// Name and version, when it is in force.
    pub laws: Vec<(Link, String)>,
}

impl LawsPage {
    /// The page.
    pub fn new(frame: Frame<'_>, laws: &Laws) -> Self {
        let laws = laws.law.iter().map(|law| {
            let label = format!("{}（{}）", law.name, law.version);
            let link = Link::new(label, paths::below(paths::LAWS, &law.id));
            (link, in_force(law))
        });
        Self {
            layout: frame.titled("法规指引"),
            laws: laws.collect(),
        }
    }
}

/// The cited articles of one version of a law.
#[derive(Debug, Template)]
#[template(path = "h5/law.html")]
pub struct LawPage {
    /// The frame.
    pub layout: Layout,
    /// When it is in force.
    pub in_force: String,
    /// The text.
    pub law: Law,
}

impl LawPage {
    /// The page.
    pub fn new(frame: Frame<'_>, law: &Law) -> Self {
        Self {
            layout: frame.titled(law.name.clone()),
            in_force: in_force(law),
            law: law.clone(),
        }
    }
}

/// Words in plain language.
#[derive(Debug, Template)]
#[template(path = "h5/terms.html")]
pub struct TermsPage {
    /// The frame.
    pub layout: Layout,
    /// The words.
    pub groups: &'static [Group],
}

impl TermsPage {
    /// The page.
    pub fn new(frame: Frame<'_>) -> Self {
        Self {
            layout: frame.titled("名词解释"),
            groups: GROUPS,
        }
    }
}

fn in_force(law: &Law) -> String {
    if law.until.is_empty() {
        format!("{}起施行", law.from)
    } else {
        format!("{}至{}施行", law.from, law.until)
    }
}
