//! Times as people read them: `2026年11月21日 09:30`, always on the clock of Asia/Shanghai.
//!
//! The program stores milliseconds since 1970 in UTC (decision 14). China has kept UTC+8 without summer time since
//! 1992, so a fixed offset is exact for everything published here and no time-zone table is needed.

use chrono::{DateTime, FixedOffset};

const SHANGHAI_OFFSET_SECS: i32 = 8 * 3600;

/// What stands in the place of a time that no calendar has.
const UNKNOWN: &str = "日期不详";

/// The day alone, for lists: `2026年11月21日`.
pub fn chinese_date(ms_utc: i64) -> String {
    formatted(ms_utc, "%Y年%-m月%-d日")
}

/// The day and the minute, for facts: `2026年11月21日 09:30`.
pub fn chinese_datetime(ms_utc: i64) -> String {
    formatted(ms_utc, "%Y年%-m月%-d日 %H:%M")
}

/// The machine-readable day for `<time datetime>`: `2026-11-21`.
pub fn iso_date(ms_utc: i64) -> String {
    in_shanghai(ms_utc)
        .map(|time| time.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

fn formatted(ms_utc: i64, pattern: &str) -> String {
    in_shanghai(ms_utc).map_or_else(
        || UNKNOWN.to_owned(),
        |time| time.format(pattern).to_string(),
    )
}

fn in_shanghai(ms_utc: i64) -> Option<DateTime<FixedOffset>> {
    let offset = FixedOffset::east_opt(SHANGHAI_OFFSET_SECS)?;
    Some(DateTime::from_timestamp_millis(ms_utc)?.with_timezone(&offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T01:30:00Z.
    const MORNING: i64 = 1_795_224_600_000;

    #[test]
    fn a_utc_morning_is_shown_on_the_clock_of_shanghai() {
        assert_eq!(chinese_date(MORNING), "2026年11月21日");
        assert_eq!(chinese_datetime(MORNING), "2026年11月21日 09:30");
        assert_eq!(iso_date(MORNING), "2026-11-21");
    }

    #[test]
    fn the_day_changes_at_sixteen_hundred_utc() {
        let midnight = MORNING - 9 * 3_600_000 - 30 * 60_000;
        assert_eq!(chinese_datetime(midnight), "2026年11月21日 00:00");
        assert_eq!(chinese_datetime(midnight - 1), "2026年11月20日 23:59");
    }

    #[test]
    fn months_and_days_below_ten_have_no_leading_zero() {
        assert_eq!(chinese_date(0), "1970年1月1日");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_said_to_be_unknown() {
        assert_eq!(chinese_date(i64::MAX), "日期不详");
        assert_eq!(iso_date(i64::MIN), "");
    }
}
