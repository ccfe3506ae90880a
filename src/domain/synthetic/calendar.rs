//! When things are published: the shape of the years, working days, office hours, and dates in Chinese.
//!
//! The records of a run are spread along one density, in the order of their index: record `i` of `n` stands where the
//! density reaches `i / n`. So time never goes backwards within a run, and the newest records are the last ones.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, Weekday};

use super::rng::Weighted;

/// 2014-10-01, when the case-information site opened, in days since 1970.
const FIRST_DAY: i64 = 16_344;
const DAY_MILLIS: i64 = 86_400_000;
/// 08:00 in Shanghai is midnight in UTC.
const SHANGHAI_MILLIS: i64 = 8 * 3_600_000;
/// Office hours, 9:00 to 17:30, counted from midnight in Shanghai.
const OPENS_MILLIS: i64 = 9 * 3_600_000;
const CLOSES_MILLIS: i64 = 17 * 3_600_000 + 1_800_000;
/// Working days carry twenty times the records of the others.
const WORKING_DAY: u64 = 2_000_000;
const FREE_DAY: u64 = 100_000;
/// The last three weeks carry four times their share, so that the lists of a demonstration look alive.
const RECENT_DAYS: i64 = 21;

/// The density of publications over time.
#[derive(Debug)]
pub(super) struct Calendar {
    days: Weighted,
    end_ms: i64,
}

impl Calendar {
    /// From 2014-10-01 to `end_ms`; an end before that leaves the first day only.
    pub(super) fn new(end_ms: i64) -> Self {
        let end_ms = end_ms.max((FIRST_DAY + 1) * DAY_MILLIS);
        let last_day = day_of(end_ms);
        let days = (FIRST_DAY..=last_day).map(|day| {
            let boost = if last_day - day < RECENT_DAYS { 4 } else { 1 };
            let open = (window_end(day, end_ms) - window_start(day)).max(0) as u64;
            boost * weight(day) * open / (CLOSES_MILLIS - OPENS_MILLIS) as u64
        });
        Self {
            days: days.collect(),
            end_ms,
        }
    }

    /// The moment at `position` of `of`, in whole seconds; never after the end.
    pub(super) fn at(&self, position: u64, of: u64) -> i64 {
        let total = u128::from(self.days.total());
        let point = u128::from(position.min(of)) * total / u128::from(of.max(1));
        let point = point.min(total.saturating_sub(1)) as u64;
        let number = self.days.find(point).unwrap_or(0);
        let (start, width) = self.days.share(number);
        let day = FIRST_DAY + number as i64;
        let open = (window_end(day, self.end_ms) - window_start(day)).max(0) as u128;
        let into_day = u128::from(point - start) * open / u128::from(width.max(1));
        let millis = window_start(day) + into_day as i64;
        millis - millis.rem_euclid(1000)
    }

    /// A moment in the office hours of the day that lies `days` after the end.
    pub(super) fn after_end(&self, days: u64, minute: u64) -> i64 {
        let day = day_of(self.end_ms) + days as i64;
        window_start(day) + (minute as i64 * 60_000).min(CLOSES_MILLIS - OPENS_MILLIS)
    }
}

/// The civil day in Shanghai, in days since 1970.
pub(super) fn day_of(millis: i64) -> i64 {
    (millis + SHANGHAI_MILLIS).div_euclid(DAY_MILLIS)
}

/// The day's number for a date; 1970-01-01 for a date that does not exist.
pub(super) fn day_number(year: i32, month: u32, day: u32) -> i64 {
    NaiveDate::from_ymd_opt(year, month, day).map_or(0, |date| i64::from(date.to_epoch_days()))
}

/// The year of a day.
pub(super) fn year_of(day: i64) -> i32 {
    date(day).year()
}

/// Appends a day as 2021年3月4日.
pub(super) fn push_date(out: &mut String, day: i64) {
    let date = date(day);
    // Writing to a String cannot fail.
    let _ = write!(out, "{}年{}月{}日", date.year(), date.month(), date.day());
}

fn date(day: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(day.saturating_mul(DAY_MILLIS))
        .unwrap_or_default()
        .date_naive()
}

fn window_start(day: i64) -> i64 {
    day * DAY_MILLIS - SHANGHAI_MILLIS + OPENS_MILLIS
}

fn window_end(day: i64, end_ms: i64) -> i64 {
    (day * DAY_MILLIS - SHANGHAI_MILLIS + CLOSES_MILLIS).min(end_ms)
}

/// Growth to 2019, a dip in 2020, decline after 2021; a quiet February, a busy December (requirements §4.9).
fn weight(day: i64) -> u64 {
    let date = date(day);
    let year = match date.year() {
        ..=2014 => 35,
        2015 => 55,
        2016 => 75,
        2017 => 88,
        2018 => 95,
        2019 => 100,
        2020 => 72,
        2021 => 85,
        2022 => 62,
        2023 => 47,
        2024 => 39,
        2025 => 34,
        2026.. => 30,
    };
    let month = match date.month() {
        2 => 75,
        12 => 165,
        _ => 100,
    };
    let is_weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let is_holiday = matches!((date.month(), date.day()), (1, 1) | (5, 1) | (10, 1..=3));
    let base = if is_weekend || is_holiday {
        FREE_DAY
    } else {
        WORKING_DAY
    };
    base * year * month / 10_000
}
