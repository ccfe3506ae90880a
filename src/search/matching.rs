//! The documents of one segment that a look-up finds.
//!
//! The engine's own queries hand out one document after another through several layers, which is what a word that
//! stands in every text costs. Here lists are unpacked a block at a time into sets of bits, and a requirement with few
//! documents is met first, so that the others are asked about those only.

use std::sync::Arc;

use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::query::{EnableScoring, PhraseQuery, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocId, DocSet, InvertedIndexReader, Searcher, SeekDangerResult, SegmentReader, Term,
};

use super::bits::Bits;
use super::lookup::Lookup;

/// Asking a list about one document costs as much as unpacking so many of its documents.
const ONE_BY_ONE: usize = 16;
/// Comparing the positions of a phrase in one document costs as much as unpacking so many documents.
const PHRASE: usize = 16;

/// The documents of the segment, deleted ones among them.
pub(crate) fn matching(
    searcher: &Searcher,
    segment: &SegmentReader,
    lookup: &Lookup,
) -> tantivy::Result<Bits> {
    let mut found = Bits::none(segment.max_doc());
    let located = locate(segment, lookup)?;
    Search { searcher, segment }.add(&located, None, &mut found)?;
    Ok(found)
}

/// A look-up whose terms were found in the segment's dictionary.
struct Located<'l> {
    what: What<'l>,
    /// About how many documents must be unpacked; zero when there is nothing to be found.
    cost: usize,
}

enum What<'l> {
    Term(Arc<InvertedIndexReader>, TermInfo),
    Phrase(&'l [(usize, Term)]),
    Any(Vec<Located<'l>>),
    /// Cheapest first.
    All(Vec<Located<'l>>),
}

fn locate<'l>(segment: &SegmentReader, lookup: &'l Lookup) -> tantivy::Result<Located<'l>> {
    let each = |lookups: &'l [Lookup]| -> tantivy::Result<Vec<Located<'l>>> {
        let mut located = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            located.push(locate(segment, lookup)?);
        }
        located.sort_by_key(|one| one.cost);
        Ok(located)
    };
    Ok(match lookup {
        Lookup::Term(term) => {
            let index = segment.inverted_index(term.field())?;
            match index.get_term_info(term)? {
                Some(info) => Located {
                    cost: info.doc_freq as usize,
                    what: What::Term(index, info),
                },
                None => Located {
                    cost: 0,
                    what: What::Any(Vec::new()),
                },
            }
        }
        Lookup::Phrase(terms) => {
            let mut rarest = usize::MAX;
            for (_, term) in terms {
                let index = segment.inverted_index(term.field())?;
                rarest = rarest.min(index.doc_freq(term)? as usize);
            }
            Located {
                cost: rarest.saturating_mul(PHRASE),
                what: What::Phrase(terms),
            }
        }
        Lookup::Any(lookups) => {
            let mut parts = each(lookups)?;
            parts.retain(|part| part.cost > 0);
            Located {
                cost: parts.iter().map(|part| part.cost).sum(),
                what: What::Any(parts),
            }
        }
        Lookup::All(lookups) => {
            let parts = each(lookups)?;
            Located {
                cost: parts.first().map_or(0, |part| part.cost),
                what: What::All(parts),
            }
        }
    })
}

struct Search<'s> {
    searcher: &'s Searcher,
    segment: &'s SegmentReader,
}

impl Search<'_> {
    /// Adds to `found` what is looked up, with `within` only those that are in there too.
    fn add(
        &self,
        located: &Located<'_>,
        within: Option<&Bits>,
        found: &mut Bits,
    ) -> tantivy::Result<()> {
        if located.cost == 0 {
            return Ok(());
        }
        match &located.what {
            What::Term(index, info) => self.add_term(index, info, within, found),
            What::Phrase(terms) => self.add_phrase(terms, within, found),
            What::Any(parts) => parts
                .iter()
                .try_for_each(|part| self.add(part, within, found)),
            What::All(parts) => {
                let mut left: Option<Bits> = None;
                for part in parts {
                    let mut both = Bits::none(self.segment.max_doc());
                    self.add(part, left.as_ref().or(within), &mut both)?;
                    if both.count() == 0 {
                        return Ok(());
                    }
                    left = Some(both);
                }
                left.iter().for_each(|left| found.add(left));
                Ok(())
            }
        }
    }

    fn add_term(
        &self,
        index: &InvertedIndexReader,
        info: &TermInfo,
        within: Option<&Bits>,
        found: &mut Bits,
    ) -> tantivy::Result<()> {
        let Some(within) = within else {
            return self.add_whole_list(index, info, found);
        };
        if within.count().saturating_mul(ONE_BY_ONE) < info.doc_freq as usize {
            let mut list = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            found.add_ascending(common(&mut list, within));
        } else {
            let mut list = Bits::none(self.segment.max_doc());
            self.add_whole_list(index, info, &mut list)?;
            list.keep(within);
            found.add(&list);
        }
        Ok(())
    }

    fn add_whole_list(
        &self,
        index: &InvertedIndexReader,
        info: &TermInfo,
        found: &mut Bits,
    ) -> tantivy::Result<()> {
        if info.doc_freq == self.segment.max_doc() {
            found.add_all(info.doc_freq);
            return Ok(());
        }
        let mut list = index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while !list.docs().is_empty() {
            found.add_ascending(list.docs().iter().copied());
            list.advance();
        }
        Ok(())
    }

    fn add_phrase(
        &self,
        terms: &[(usize, Term)],
        within: Option<&Bits>,
        found: &mut Bits,
    ) -> tantivy::Result<()> {
        let query = PhraseQuery::new_with_offset(terms.to_vec());
        let weight = query.weight(EnableScoring::disabled_from_searcher(self.searcher))?;
        let Some(within) = within else {
            weight.for_each_no_score(self.segment, &mut |docs| {
                found.add_ascending(docs.iter().copied());
            })?;
            return Ok(());
        };
        let mut docs = within.iter();
        let Some(first) = docs.next() else {
            return Ok(());
        };
        // Made at the first candidate: a scorer that begins by itself compares positions up to its own first document.
        let (mut result, mut list) = weight.scorer_danger(self.segment, first, 1.0)?;
        let mut candidate = first;
        loop {
            let from = match result {
                SeekDangerResult::Found => {
                    found.add_ascending([candidate]);
                    candidate + 1
                }
                SeekDangerResult::SeekLowerBound(from) => from,
            };
            let Some(next) = docs.find(|&doc| doc >= from) else {
                return Ok(());
            };
            candidate = next;
            result = list.seek_danger(candidate);
        }
    }
}

/// The documents that are in both.
fn common(list: &mut SegmentPostings, within: &Bits) -> impl Iterator<Item = DocId> {
    within
        .iter()
        .filter(|&doc| list.doc() == doc || (list.doc() < doc && list.seek(doc) == doc))
}
