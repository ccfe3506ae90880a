//! What every page has around its content: the title WeChat's bar shows, the footer, the files it loads.

use crate::web::assets::asset_path;
use crate::web::h5::reading_mode::ReadingMode;

/// The telephone number of the prosecution service, on every page.
pub const HELP_PHONE: &str = "12309";

/// The face of the service, from configuration: built once and handed to every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFace {
    /// Who runs the service; stands in the footer.
    pub operator: String,
    /// Address of the mark: our own neutral one unless configuration names another. Never an emblem.
    pub mark_url: String,
}

impl Default for SiteFace {
    fn default() -> Self {
        Self {
            operator: "人民检察院案件信息公开网".to_owned(),
            mark_url: asset_path("mark.svg").to_owned(),
        }
    }
}

/// What a request brings to every page: the service's face and the reader's mode.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// From configuration.
    pub face: &'a SiteFace,
    /// From the reader's cookie.
    pub mode: ReadingMode,
}

impl Frame<'_> {
    /// The layout of a page called `title`.
    pub fn titled(self, title: impl Into<String>) -> Layout {
        Layout {
            title: title.into(),
            face: self.face.clone(),
            mode: self.mode,
        }
    }
}

/// What one page has around its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `<title>`: the only heading WeChat shows above the page, and the title under which it is shared.
    pub title: String,
    /// Operator and mark.
    pub face: SiteFace,
    /// Normal or care.
    pub mode: ReadingMode,
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What the link says it does.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Link {
    /// A link that says `label` and leads to `href`.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}
