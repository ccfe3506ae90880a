//! What a procuratorate publishes: important cases (重要案件信息) and legal documents (法律文书).
//!
//! The record format is fixed (JSON lines for `jianxin import publications`, one object for
//! `PUT /api/v1/publications`); requirements §4.2 and §4.3 name the fields.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which board a publication stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationKind {
    /// 重要案件信息.
    ImportantCase,
    /// 法律文书.
    LegalDocument,
}

impl PublicationKind {
    /// Both boards, in the order in which the menu shows them.
    pub const ALL: [Self; 2] = [Self::ImportantCase, Self::LegalDocument];

    /// The word used in records, addresses and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ImportantCase => "important_case",
            Self::LegalDocument => "legal_document",
        }
    }

    /// The board named by [`Self::as_str`]'s word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The Chinese name of the board, as the menu has it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ImportantCase => "重要案件信息",
            Self::LegalDocument => "法律文书",
        }
    }

    /// The prefix a follower types to ask for this board of one unit (manual 1 §11.4).
    pub fn text_command(self) -> &'static str {
        match self {
            Self::ImportantCase => "zyaj_",
            Self::LegalDocument => "flws_",
        }
    }
}

impl fmt::Display for PublicationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A publication as it is imported: checked for shape, its unit not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicationRecord {
    /// The publisher's id; the same id again is an update.
    pub external_id: String,
    /// The board.
    pub kind: PublicationKind,
    /// A `unit_id` or `code_alias` of the unit table, in any letter case.
    pub unit_code: String,
    /// Shown in lists.
    pub title: String,
    /// One or two sentences for cards; may be empty.
    pub summary: String,
    /// Plain text; paragraphs are separated by line feeds.
    pub body: String,
    /// 起诉书, 抗诉书, …
    pub document_type: Option<String>,
    /// 文书号, printed as given.
    pub document_number: Option<String>,
    /// Names of charges, for example 抢劫罪.
    pub charges: Vec<String>,
    /// Milliseconds since 1970 in UTC. A future item stays hidden until then.
    #[serde(serialize_with = "as_rfc3339")]
    pub published_at: i64,
    /// Where the original stands.
    pub source_url: Option<String>,
}

fn as_rfc3339<S: serde::Serializer>(millis: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    let offset = chrono::FixedOffset::east_opt(8 * 3600)
        .ok_or_else(|| serde::ser::Error::custom("offset"))?;
    let time = chrono::DateTime::from_timestamp_millis(*millis)
        .ok_or_else(|| serde::ser::Error::custom("published_at out of range"))?;
    serializer.serialize_str(&time.with_timezone(&offset).to_rfc3339())
}
