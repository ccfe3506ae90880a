//! Texts a few slips away from what was typed, without comparing it with every text.
//!
//! Cut a text into one piece more than there may be slips, and one piece at least is without a slip: it stands in what
//! was typed as it is, at most so many places aside as characters were left out or put in before it. So every text is
//! entered under its length, each of its pieces and their order, and a query asks for its own stretches of those lengths
//! around those places: some dozen look-ups, whose few finds are then compared in full.

use std::ops::{Range, RangeInclusive};

use crate::domain::unit_names::buckets::{Buckets, Fingerprint};
use crate::domain::unit_names::charset::CharSet;
use crate::domain::unit_names::distance::distance;
use crate::domain::unit_names::index::KeyIndex;

/// For queries of these lengths in characters, up to so many slips will be asked for.
pub(super) type Allowance = (RangeInclusive<usize>, u8);

#[derive(Debug)]
pub(super) struct Slips {
    pieces: Buckets,
}

impl Slips {
    /// Cuts all texts of the index into pieces, for each number of slips that reaches them.
    pub(super) fn build(index: &KeyIndex, allowances: &[Allowance]) -> Self {
        let mut entries = Vec::new();
        for (id, text) in index.texts() {
            let chars: Vec<char> = text.chars().collect();
            for (queries, slips) in allowances {
                let reach = usize::from(*slips);
                let reached =
                    queries.start().saturating_sub(reach)..=queries.end().saturating_add(reach);
                if !reached.contains(&chars.len()) {
                    continue;
                }
                for piece in pieces(chars.len(), *slips) {
                    let letters = chars.get(piece.range.clone()).unwrap_or_default();
                    entries.push((print(chars.len(), *slips, &piece, letters), id));
                }
            }
        }
        Self {
            pieces: Buckets::build(entries),
        }
    }

    /// Calls `found` with each unit that has a text at most `limit` slips away, and their number; more than once for
    /// some. The limit must be one of those the table was built for, at a length it was built for, or 0.
    pub(super) fn near(
        &self,
        index: &KeyIndex,
        text: &str,
        limit: u8,
        mut found: impl FnMut(u32, u8),
    ) {
        if limit == 0 {
            index.exact(text).for_each(|(unit, _)| found(unit, 0));
            return;
        }
        let query: Vec<char> = text.chars().collect();
        let charset = CharSet::of(text);
        let mut row = Vec::with_capacity(query.len());
        let reach = usize::from(limit);
        for length in query.len().saturating_sub(reach)..=query.len() + reach {
            if length > index.longest() {
                break;
            }
            for piece in pieces(length, limit) {
                for letters in stretches(&query, length, limit, &piece) {
                    for id in self.pieces.get(print(length, limit, &piece, letters)) {
                        if let Some(key) = index.text(*id)
                            && usize::from(key.chars) == length
                            && key.charset.may_be_within(charset, limit)
                            && let Some(far) = distance(&query, key.text, limit, &mut row)
                        {
                            index.units(*id).for_each(|unit| found(unit, far));
                        }
                    }
                }
            }
        }
    }

    /// What the table holds on the heap, in bytes.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        self.pieces.heap_bytes()
    }
}

/// Which of the pieces it is, and where it stands in the text.
struct Piece {
    order: u8,
    range: Range<usize>,
}

/// One piece more than there are slips, as equal as can be. A text with fewer characters has empty pieces, which every
/// query has too.
fn pieces(length: usize, slips: u8) -> impl Iterator<Item = Piece> {
    let count = usize::from(slips) + 1;
    (0..=slips).map(move |order| {
        let bound = |pieces: usize| length * pieces / count;
        Piece {
            order,
            range: bound(usize::from(order))..bound(usize::from(order) + 1),
        }
    })
}

/// Where in the query the piece can stand. Take the first piece up to whose end there are no more slips than pieces
/// before it, at the latest the last one: it has no slip itself, before it are as many slips as pieces, and after it the
/// rest. So a piece need only be looked for as far aside as there are pieces before it, and, counted from the end of
/// both texts, as there are after it.
fn stretches<'q>(
    query: &'q [char],
    length: usize,
    slips: u8,
    piece: &Piece,
) -> impl Iterator<Item = &'q [char]> {
    let size = piece.range.len();
    let before = usize::from(piece.order);
    let after = usize::from(slips) - before;
    let from = piece.range.start;
    let first = from
        .saturating_sub(before)
        .max((from + query.len()).saturating_sub(length + after));
    let last = (from + before).min((from + query.len() + after).saturating_sub(length));
    let places = if size == 0 { 0..1 } else { first..last + 1 };
    places.filter_map(move |place| query.get(place..place + size))
}

fn print(length: usize, slips: u8, piece: &Piece, letters: &[char]) -> Fingerprint {
    let head = [
        u32::try_from(length).unwrap_or(u32::MAX),
        u32::from(slips) << 8 | u32::from(piece.order),
    ];
    Fingerprint::of(
        head.into_iter()
            .chain(letters.iter().map(|letter| u32::from(*letter))),
    )
}
