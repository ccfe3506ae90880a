//! Which page of the hits: the tiers and the order inside them.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use tantivy::{DocId, Term};

use super::bits::Bits;
use super::lookup::Lookup;
use super::matching::matching;
use super::query::Clause;
use super::recency::Recency;
use super::request::{SearchHits, SearchRequest};
use super::schema::Fields;
use super::view::{Part, View};

/// Counts both tiers and fetches the page, all from one state of the index.
pub(crate) fn page(
    view: &View,
    fields: &Fields,
    clauses: &[Clause],
    request: &SearchRequest<'_>,
) -> tantivy::Result<SearchHits> {
    if clauses.is_empty() {
        return Ok(SearchHits::default());
    }
    let narrowed = |clauses: Vec<Lookup>| {
        Lookup::All(
            clauses
                .into_iter()
                .chain(filters(fields, request))
                .collect(),
        )
    };
    let upper = narrowed(
        clauses
            .iter()
            .map(|clause| clause.in_head(fields))
            .collect(),
    );
    let every = narrowed(
        clauses
            .iter()
            .map(|clause| clause.anywhere(fields))
            .collect(),
    );
    let (mut above, mut below) = (Tier::default(), Tier::default());
    for (segment, part) in view.parts() {
        let find = |lookup| -> tantivy::Result<Bits> {
            let mut found = matching(&view.searcher, segment, lookup)?;
            part.keep_alive(&mut found);
            Ok(found)
        };
        let upper = find(&upper)?;
        let mut lower = find(&every)?;
        lower.remove(&upper);
        above.add(part, upper);
        below.add(part, lower);
    }
    let mut ids = above.newest(request.offset, request.limit)?;
    ids.extend(below.newest(
        request.offset.saturating_sub(above.count),
        request.limit.saturating_sub(ids.len()),
    )?);
    Ok(SearchHits {
        total: above.count + below.count,
        ids,
    })
}

/// Hits that stand before or behind all others.
#[derive(Default)]
struct Tier<'v> {
    segments: Vec<(&'v Recency, Bits, usize)>,
    count: usize,
}

impl<'v> Tier<'v> {
    fn add(&mut self, part: &'v Part, hits: Bits) {
        let count = hits.count();
        if count > 0 {
            self.segments.push((&part.recency, hits, count));
            self.count += count;
        }
    }

    /// So many ids after the first `offset`, newest first, equal times by external id descending.
    fn newest(&self, offset: usize, limit: usize) -> tantivy::Result<Vec<String>> {
        let mut ids = Vec::new();
        if offset >= self.count || limit == 0 {
            return Ok(ids);
        }
        let heads = self.segments.iter().filter_map(|(recency, hits, count)| {
            Head::next(recency, recency.newest_first(hits, *count))
        });
        let mut heads: BinaryHeap<Head<'_>> = heads.collect();
        let end = offset.saturating_add(limit).min(self.count);
        for place in 0..end {
            let Some(head) = heads.pop() else {
                break;
            };
            if place >= offset {
                ids.extend(head.recency.external_id(head.doc)?);
            }
            heads.extend(Head::next(head.recency, head.rest));
        }
        Ok(ids)
    }
}

/// The newest hit of a segment that was not taken yet.
struct Head<'v> {
    recency: &'v Recency,
    doc: DocId,
    published_at: i64,
    /// Read when another segment has a hit of the same moment.
    external_id: OnceCell<String>,
    rest: Box<dyn Iterator<Item = DocId> + 'v>,
}

impl<'v> Head<'v> {
    fn next(recency: &'v Recency, mut rest: Box<dyn Iterator<Item = DocId> + 'v>) -> Option<Self> {
        let doc = rest.next()?;
        Some(Self {
            recency,
            doc,
            published_at: recency.published_at(doc),
            external_id: OnceCell::new(),
            rest,
        })
    }

    /// Empty when the disk refuses; then the id cannot be shown either, and that is an error.
    fn external_id(&self) -> &str {
        self.external_id.get_or_init(|| {
            let id = self.recency.external_id(self.doc);
            id.ok().flatten().unwrap_or_default()
        })
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.published_at
            .cmp(&other.published_at)
            .then_with(|| self.external_id().cmp(other.external_id()))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head<'_> {}

fn filters(fields: &Fields, request: &SearchRequest<'_>) -> impl Iterator<Item = Lookup> {
    let kind = request
        .kind
        .map(|kind| Term::from_field_text(fields.kind, kind.as_str()));
    let scope = request
        .scope
        .map(|unit| Term::from_field_text(fields.scope, unit.as_str()));
    kind.into_iter().chain(scope).map(Lookup::Term)
}
