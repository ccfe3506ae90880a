//! Which external ids the index may already hold.
//!
//! Taking out a document costs a look-up in every segment for as long as the batch lasts. A rebuild puts in millions of
//! new ids, so replacing is worth doing only for ids that are really there.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use tantivy::{Searcher, Term};

/// Ids that went in since the last commit, as hashes: a collision costs one needless look-up and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Known {
    uncommitted: HashSet<u64>,
    hasher: RandomState,
}

impl Known {
    /// Whether a document with this id may be in the index, committed or not.
    pub(crate) fn may_hold(
        &self,
        searcher: &Searcher,
        external_id: &str,
        key: &Term,
    ) -> tantivy::Result<bool> {
        Ok(self
            .uncommitted
            .contains(&self.hasher.hash_one(external_id))
            || searcher.doc_freq(key)? > 0)
    }

    /// Notes an id that goes in.
    pub(crate) fn note(&mut self, external_id: &str) {
        self.uncommitted.insert(self.hasher.hash_one(external_id));
    }

    /// The searcher sees everything from now on.
    pub(crate) fn committed(&mut self) {
        self.uncommitted = HashSet::new();
    }
}
