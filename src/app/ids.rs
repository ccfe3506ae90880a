//! Keys of new rows.

use std::sync::atomic::{AtomicU32, Ordering};

use super::random_bytes;
use crate::store::row_id::row_id;

/// Counts on from a random start, so that rows of one millisecond never meet in one process and hardly ever in two.
pub struct Ids(AtomicU32);

impl Default for Ids {
    fn default() -> Self {
        Self(AtomicU32::new(u32::from_le_bytes(random_bytes())))
    }
}

impl Ids {
    /// A key for a row that is made at `now_ms` (milliseconds UTC).
    pub fn next(&self, now_ms: i64) -> i64 {
        row_id(now_ms, self.0.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_millisecond_differ() {
        let ids = Ids::default();
        let made: std::collections::BTreeSet<i64> = (0..1000).map(|_| ids.next(7)).collect();
        assert_eq!(made.len(), 1000);
    }
}
