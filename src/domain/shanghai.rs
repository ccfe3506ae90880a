//! The time of the office: Asia/Shanghai, which is UTC+8 all the year.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};

/// Milliseconds that the office is ahead of UTC.
pub const OFFSET_MS: i64 = 8 * 3600 * 1000;

/// The office's wall clock at `ms` (milliseconds UTC); times beyond the calendar give its end.
pub fn wall_clock(ms: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(ms.saturating_add(OFFSET_MS))
        .unwrap_or_default()
        .naive_utc()
}

/// Milliseconds UTC of a wall clock.
pub fn millis(wall_clock: NaiveDateTime) -> i64 {
    (wall_clock - TimeDelta::milliseconds(OFFSET_MS))
        .and_utc()
        .timestamp_millis()
}

/// `2026年11月22日 10:00`, as notices show it.
pub fn minute_text(ms: i64) -> String {
    wall_clock(ms).format("%Y年%m月%d日 %H:%M").to_string()
}

/// `2026-11-22T10:00:00+08:00`, for machines.
pub fn rfc3339(ms: i64) -> String {
    wall_clock(ms).format("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// Milliseconds UTC of an RFC 3339 text; `None` for anything else and outside the years 2000 to 2100.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let at: DateTime<FixedOffset> = DateTime::parse_from_rfc3339(text).ok()?;
    let ms = at.timestamp_millis();
    (946_684_800_000..4_102_444_800_000)
        .contains(&ms)
        .then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_is_eight_hours_ahead() {
        assert_eq!(minute_text(1_795_312_800_000), "2026年11月22日 10:00");
        assert_eq!(millis(wall_clock(1_795_312_800_123)), 1_795_312_800_123);
        assert_eq!(
            parse_rfc3339("2026-11-22T10:00:00+08:00"),
            Some(1_795_312_800_000)
        );
        assert_eq!(parse_rfc3339("2026-11-22"), None);
        assert_eq!(parse_rfc3339("1926-11-22T10:00:00Z"), None);
    }
}
