//! Keys of new rows, in order of time.

/// Bits below the millisecond: enough that rows of one millisecond do not meet.
const SPREAD_BITS: u32 = 20;

/// A key for a row made at `now_ms` (milliseconds UTC). Later rows have larger keys; rows of one millisecond are told
/// apart by `random`. Good until the year 2248.
pub fn row_id(now_ms: i64, random: u32) -> i64 {
    let spread = i64::from(random & ((1 << SPREAD_BITS) - 1));
    (now_ms << SPREAD_BITS) | spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_rows_have_larger_keys_and_chance_never_reaches_into_the_time() {
        assert!(row_id(1_795_000_000_001, 0) > row_id(1_795_000_000_000, u32::MAX));
        assert!(row_id(8_780_000_000_000, u32::MAX) > 0);
        assert_ne!(row_id(5, 1), row_id(5, 2));
    }
}
