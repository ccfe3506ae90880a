//! A table from fingerprints to numbers, for look-ups that may find too much and whose finds are compared anyway: the
//! fingerprints themselves are not kept, so an entry costs four bytes.

#[derive(Debug)]
pub(super) struct Buckets {
    /// How far a fingerprint is shifted to become the number of its bucket.
    shift: u32,
    /// Where each bucket begins in `numbers`, and at last where the last one ends.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Buckets {
    pub(super) fn build(mut entries: Vec<(Fingerprint, u32)>) -> Self {
        // Four to eight entries a bucket: fewer would cost memory, more would cost time.
        let bits = entries.len().max(8).ilog2() - 2;
        let shift = u64::BITS - bits;
        entries.sort_unstable_by_key(|(print, number)| (print.0 >> shift, *number));
        entries.dedup_by_key(|(print, number)| (print.0 >> shift, *number));
        let buckets = 1u64 << bits;
        let starts = (0..=buckets)
            .map(|bucket| {
                let start = entries.partition_point(|(print, _)| print.0 >> shift < bucket);
                u32::try_from(start).unwrap_or(u32::MAX)
            })
            .collect();
        // By reference, or the numbers would stay in the four times larger memory of the entries.
        let numbers = entries.iter().map(|(_, number)| *number).collect();
        Self {
            shift,
            starts,
            numbers,
        }
    }

    /// All numbers that were entered under the fingerprint, and perhaps others.
    pub(super) fn get(&self, print: Fingerprint) -> &[u32] {
        let bucket = usize::try_from(print.0 >> self.shift).unwrap_or(usize::MAX);
        match self.starts.get(bucket..bucket.saturating_add(2)) {
            Some([start, end]) => self
                .numbers
                .get(*start as usize..*end as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    /// What the table holds on the heap, in bytes.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        (self.starts.capacity() + self.numbers.capacity()) * size_of::<u32>()
    }
}

/// A few numbers mixed into one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn of(numbers: impl IntoIterator<Item = u32>) -> Self {
        Self(numbers.into_iter().fold(0, |print: u64, number| {
            // The upper bits name the bucket, and a multiplication carries upwards only.
            (print.rotate_left(29) ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, Fingerprint};

    #[test]
    fn what_was_entered_is_found() {
        for entries in [0, 1, 2, 5, 1_000] {
            let table =
                Buckets::build((0..entries).map(|n| (Fingerprint::of([n, 7]), n)).collect());
            assert!((0..entries).all(|n| table.get(Fingerprint::of([n, 7])).contains(&n)));
        }
    }

    #[test]
    fn a_bucket_holds_few() {
        let table = Buckets::build((0..10_000).map(|n| (Fingerprint::of([n]), n)).collect());
        let most = (0..20_000)
            .map(|n| table.get(Fingerprint::of([n])).len())
            .max();
        assert!(most < Some(32), "{most:?}");
        assert!(table.heap_bytes() < 64 << 10);
    }
}
