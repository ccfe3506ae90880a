//! What goes into the index: one publication, a change to it, and how far the database has been read.

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;

/// One publication as it is searched. Only its external id comes back out.
#[derive(Clone, Debug)]
pub struct Document {
    /// The publisher's id; the key of the document.
    pub external_id: String,
    /// The board it stands on.
    pub kind: PublicationKind,
    /// The unit and all its ancestors, so that one term finds a whole subtree.
    pub scopes: Vec<UnitId>,
    /// Searched by any part of it.
    pub title: String,
    /// 文书号, searched by any part of it, whichever brackets it is printed with.
    pub document_number: Option<String>,
    /// Names of charges, searched by any part of them.
    pub charges: Vec<String>,
    /// Searched by words.
    pub summary: String,
    /// Searched by words.
    pub body: String,
    /// Milliseconds since 1970 in UTC; newer comes first.
    pub published_at: i64,
}

/// One step by which the index follows the database.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds the document, or replaces the one with the same external id.
    Put(Box<Document>),
    /// Takes out the document with this external id, if there is one.
    Remove(String),
}

/// How far the index has followed the database; stored with each commit. Zero in a new index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// The last revision of the publications that went in.
    pub revision: i64,
    /// Items due until this moment went in, milliseconds since 1970 in UTC.
    pub due: i64,
    /// The revision of the unit table that the documents' scopes come from.
    pub units: i64,
    /// Which database the documents come from: a number that each made for itself.
    pub database: i64,
}

impl Position {
    /// The form that is stored as the commit's payload.
    pub(crate) fn to_payload(self) -> String {
        format!(
            "{} {} {} {}",
            self.revision, self.due, self.units, self.database
        )
    }

    /// Reads [`Self::to_payload`]'s form; anything else is the position of a new index.
    pub(crate) fn from_payload(payload: &str) -> Self {
        let mut numbers = payload.split(' ').map(str::parse);
        let mut next = || numbers.next().and_then(Result::ok);
        match (next(), next(), next(), next()) {
            (Some(revision), Some(due), Some(units), Some(database)) => Self {
                revision,
                due,
                units,
                database,
            },
            _ => Self::default(),
        }
    }
}
