//! A scratch index and short ways to fill and ask it.

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;
use crate::search::{Change, Document, Position, SearchIndex, SearchRequest};

pub(super) struct Scratch {
    pub(super) index: SearchIndex,
    pub(super) dir: tempfile::TempDir,
}

impl Scratch {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            index: SearchIndex::open(dir.path()).unwrap(),
            dir,
        }
    }

    pub(super) fn with(documents: impl IntoIterator<Item = Document>) -> Self {
        let scratch = Self::new();
        scratch.put(documents);
        scratch
    }

    pub(super) fn put(&self, documents: impl IntoIterator<Item = Document>) {
        self.apply(
            documents
                .into_iter()
                .map(|document| Change::Put(Box::new(document))),
        );
    }

    pub(super) fn apply(&self, changes: impl IntoIterator<Item = Change>) {
        self.index.apply(changes.into_iter()).unwrap();
        let position = self.index.position();
        self.index
            .commit(Position {
                revision: position.revision + 1,
                ..position
            })
            .unwrap();
    }

    pub(super) fn find(&self, words: &str) -> Vec<String> {
        let hits = self.index.search(&request(words)).unwrap();
        assert_eq!(hits.total, hits.ids.len());
        hits.ids
    }
}

pub(super) fn request(words: &str) -> SearchRequest<'_> {
    SearchRequest {
        words,
        kind: None,
        scope: None,
        limit: 100_000,
        offset: 0,
    }
}

/// A document that says nothing; its id is also its age: `9` is newer than `1`.
pub(super) fn document(external_id: &str) -> Document {
    Document {
        external_id: external_id.to_owned(),
        kind: PublicationKind::LegalDocument,
        scopes: vec![UnitId::new("430100"), UnitId::new("430000")],
        title: String::new(),
        document_number: None,
        charges: Vec::new(),
        summary: String::new(),
        body: String::new(),
        published_at: external_id.parse().unwrap_or_default(),
    }
}

pub(super) fn titled(external_id: &str, title: &str) -> Document {
    Document {
        title: title.to_owned(),
        ..document(external_id)
    }
}

pub(super) fn saying(external_id: &str, body: &str) -> Document {
    Document {
        body: body.to_owned(),
        ..document(external_id)
    }
}

pub(super) fn charged(external_id: &str, title: &str, charge: &str) -> Document {
    Document {
        charges: vec![charge.to_owned()],
        ..titled(external_id, title)
    }
}
