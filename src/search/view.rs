//! What searches see: one state of the index, with what is kept in memory of each of its segments.

use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::bits::Bits;
use super::recency::Recency;

/// A state of the index. Shared while searches use it, replaced after every commit and merge.
pub(crate) struct View {
    pub(crate) searcher: Searcher,
    parts: Vec<Part>,
}

/// One segment and what is kept of it.
pub(crate) struct Part {
    id: SegmentId,
    deleted: u32,
    pub(crate) recency: Arc<Recency>,
    /// The documents that were not deleted; `None` when none was.
    alive: Option<Arc<Bits>>,
}

impl View {
    /// Takes over from the view before what still holds, so that a small commit costs little.
    pub(crate) fn new(searcher: Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        let mut parts = Vec::new();
        for segment in searcher.segment_readers() {
            let known = before.and_then(|view| {
                let mut parts = view.parts.iter();
                parts.find(|part| part.id == segment.segment_id())
            });
            parts.push(Part::new(segment, known)?);
        }
        Ok(Self { searcher, parts })
    }

    /// The segments.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&SegmentReader, &Part)> {
        self.searcher.segment_readers().iter().zip(&self.parts)
    }
}

impl Part {
    fn new(segment: &SegmentReader, known: Option<&Self>) -> tantivy::Result<Self> {
        let deleted = segment.num_deleted_docs();
        Ok(Self {
            id: segment.segment_id(),
            deleted,
            recency: match known {
                Some(known) => Arc::clone(&known.recency),
                None => Arc::new(Recency::of(segment)?),
            },
            // Deletions only add up, so their number tells one state of a segment from another.
            alive: match known {
                Some(known) if known.deleted == deleted => known.alive.clone(),
                _ => segment.has_deletes().then(|| Arc::new(alive(segment))),
            },
        })
    }

    /// Takes out what was deleted.
    pub(crate) fn keep_alive(&self, found: &mut Bits) {
        if let Some(alive) = &self.alive {
            found.keep(alive);
        }
    }
}

fn alive(segment: &SegmentReader) -> Bits {
    let mut alive = Bits::none(segment.max_doc());
    alive.add_ascending(segment.doc_ids_alive());
    alive
}
