//! Documents of one segment, a bit for each.

use tantivy::DocId;

const BITS: usize = u64::BITS as usize;

/// A set of documents below a bound; all operations between two sets take sets of the same bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// No document of a segment with `bound` documents.
    pub(crate) fn none(bound: DocId) -> Self {
        Self {
            words: vec![0; (bound as usize).div_ceil(BITS)],
        }
    }

    /// All of the documents, which ascend. Neighbours mostly share a word, so it is written once for all of them.
    pub(crate) fn add_ascending(&mut self, docs: impl IntoIterator<Item = DocId>) {
        let (mut place, mut word) = (0, 0);
        for doc in docs {
            let (its_place, bit) = split(doc);
            if its_place != place {
                self.or_word(place, word);
                (place, word) = (its_place, 0);
            }
            word |= bit;
        }
        self.or_word(place, word);
    }

    /// Every document below the bound.
    pub(crate) fn add_all(&mut self, bound: DocId) {
        let (full, rest) = split(bound);
        self.words.iter_mut().take(full).for_each(|word| *word = !0);
        self.or_word(full, rest - 1);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(crate) fn remove(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(crate) fn holds(&self, doc: DocId) -> bool {
        let (place, bit) = split(doc);
        self.words.get(place).is_some_and(|word| word & bit != 0)
    }

    pub(crate) fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The documents, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.words.iter().zip(0..).flat_map(|(&word, place)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let lowest = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(place * u64::BITS + lowest)
            })
        })
    }

    fn or_word(&mut self, place: usize, bits: u64) {
        if let Some(word) = self.words.get_mut(place) {
            *word |= bits;
        }
    }
}

/// The word of a document and its bit in there.
fn split(doc: DocId) -> (usize, u64) {
    (doc as usize / BITS, 1 << (doc % u64::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: DocId = 200;

    fn of(docs: impl IntoIterator<Item = DocId>) -> Bits {
        let mut bits = Bits::none(BOUND);
        bits.add_ascending(docs);
        bits
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        for docs in [
            vec![],
            vec![0],
            vec![63, 64],
            vec![0, 1, 2, 63, 127, 128, 199],
        ] {
            let bits = of(docs.clone());
            assert_eq!(bits.iter().collect::<Vec<_>>(), docs);
            assert_eq!(bits.count(), docs.len());
            assert!((0..BOUND).all(|doc| bits.holds(doc) == docs.contains(&doc)));
        }
        assert!(!of([0]).holds(10_000));
    }

    #[test]
    fn adding_twice_keeps_what_was_there() {
        let mut bits = of([3, 70]);
        bits.add_ascending([1, 3, 199]);
        assert_eq!(bits, of([1, 3, 70, 199]));
    }

    #[test]
    fn all_ends_at_the_bound() {
        for bound in [0, 1, 63, 64, 65, 128] {
            let mut bits = Bits::none(bound);
            bits.add_all(bound);
            assert_eq!(
                bits.iter().collect::<Vec<_>>(),
                (0..bound).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn sets_are_joined_cut_and_subtracted() {
        let (even, third) = (|| of((0..BOUND).step_by(2)), of((0..BOUND).step_by(3)));
        let mut bits = even();
        bits.add(&third);
        assert_eq!(bits, of((0..BOUND).filter(|n| n % 2 == 0 || n % 3 == 0)));
        bits = even();
        bits.keep(&third);
        assert_eq!(bits, of((0..BOUND).step_by(6)));
        bits = even();
        bits.remove(&third);
        assert_eq!(bits, of((0..BOUND).filter(|n| n % 2 == 0 && n % 3 != 0)));
    }
}
