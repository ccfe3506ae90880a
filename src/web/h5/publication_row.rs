//! One publication as a card in a list: `[院名] title · 文书号 · date` (requirements §0), the whole card a link.

use crate::web::dates;
use crate::web::h5::paths;

/// What a list knows about a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicationRow {
    /// The random id in the address.
    pub public_id: String,
    /// As published.
    pub title: String,
    /// The publishing unit's name.
    pub unit_name: String,
    /// 起诉书, …; shown as a pill.
    pub document_type: Option<String>,
    /// 文书号.
    pub document_number: Option<String>,
    /// Milliseconds since 1970 in UTC.
    pub published_at: i64,
}

impl PublicationRow {
    pub(crate) fn path(&self) -> String {
        paths::publication(&self.public_id)
    }

    pub(crate) fn date(&self) -> String {
        dates::chinese_date(self.published_at)
    }

    pub(crate) fn iso_date(&self) -> String {
        dates::iso_date(self.published_at)
    }
}
