//! Which page of the hits: the tiers and the order inside them.

use tantivy::collector::sort_key::{SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query};
use tantivy::{Searcher, Term};

use super::query::{Clause, all, term};
use super::request::{SearchHits, SearchRequest};
use super::schema::{EXTERNAL_ID, Fields, PUBLISHED_AT};

/// Counts both tiers and fetches the page, all from one snapshot of the index.
pub(crate) fn page(
    searcher: &Searcher,
    fields: &Fields,
    clauses: &[Clause],
    request: &SearchRequest<'_>,
) -> tantivy::Result<SearchHits> {
    if clauses.is_empty() {
        return Ok(SearchHits::default());
    }
    let narrowed = |mut queries: Vec<Box<dyn Query>>| {
        queries.extend(filters(fields, request));
        all(queries)
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
    let above = searcher.search(&*upper, &Count)?;
    let total = searcher.search(&*every, &Count)?;

    // Never more than there is: the engine reserves room for the whole page at once.
    let from = request.offset.min(total);
    let to = request.offset.saturating_add(request.limit).min(total);
    let mut ids = newest(searcher, &*upper, from.min(above), to.min(above))?;
    if to > above {
        let lower = BooleanQuery::new(vec![(Occur::Must, every), (Occur::MustNot, upper)]);
        ids.extend(newest(
            searcher,
            &lower,
            from.max(above) - above,
            to - above,
        )?);
    }
    Ok(SearchHits { total, ids })
}

/// Hits `from..to` of a query, newest first, equal times by external id descending.
fn newest(
    searcher: &Searcher,
    query: &dyn Query,
    from: usize,
    to: usize,
) -> tantivy::Result<Vec<String>> {
    if from >= to {
        return Ok(Vec::new());
    }
    let order = (
        SortByStaticFastValue::<i64>::for_field(PUBLISHED_AT),
        SortByString::for_field(EXTERNAL_ID),
    );
    let hits = searcher.search(query, &TopDocs::for_doc_range(from..to).order_by(order))?;
    Ok(hits
        .into_iter()
        .filter_map(|((_, external_id), _)| external_id)
        .collect())
}

fn filters(fields: &Fields, request: &SearchRequest<'_>) -> impl Iterator<Item = Box<dyn Query>> {
    let kind = request
        .kind
        .map(|kind| Term::from_field_text(fields.kind, kind.as_str()));
    let scope = request
        .scope
        .map(|unit| Term::from_field_text(fields.scope, unit.as_str()));
    kind.into_iter().chain(scope).map(term)
}
