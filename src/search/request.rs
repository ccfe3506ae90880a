//! A question to the index and its answer.

use crate::domain::ids::UnitId;
use crate::domain::publication::PublicationKind;

/// What somebody looks for.
#[derive(Clone, Copy, Debug)]
pub struct SearchRequest<'a> {
    /// As typed; every word must be found. Characters after the 64th and words after the eighth are ignored.
    pub words: &'a str,
    /// Only this board.
    pub kind: Option<PublicationKind>,
    /// Only this unit and the units below it.
    pub scope: Option<&'a UnitId>,
    /// At most so many ids.
    pub limit: usize,
    /// So many ids are skipped first.
    pub offset: usize,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchHits {
    /// How many documents match in all, whatever the page.
    pub total: usize,
    /// External ids: those with every word in title, document number or charges first, then the rest; newest first in
    /// both, equal times by external id descending.
    pub ids: Vec<String>,
}
