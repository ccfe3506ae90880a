//! What the engine is asked to look up, independent of any segment.

use tantivy::Term;

/// Documents to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Those with a term.
    Term(Term),
    /// Those with two terms or more of one field at these distances.
    Phrase(Vec<(usize, Term)>),
    /// Those that one of the look-ups finds.
    Any(Vec<Lookup>),
    /// Those that each of the look-ups finds; without any look-up there is none.
    All(Vec<Lookup>),
}

impl Lookup {
    /// Documents that one of the look-ups finds.
    pub(crate) fn any(lookups: Vec<Self>) -> Self {
        Self::one_or(lookups, Self::Any)
    }

    /// Documents that each of the look-ups finds.
    pub(crate) fn all(lookups: Vec<Self>) -> Self {
        Self::one_or(lookups, Self::All)
    }

    /// One look-up needs nothing around it.
    fn one_or(mut lookups: Vec<Self>, several: fn(Vec<Self>) -> Self) -> Self {
        match (lookups.len(), lookups.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                lookups.extend(last);
                several(lookups)
            }
        }
    }
}
