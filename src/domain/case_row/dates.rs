//! Dates in the forms that offices write them in.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::cell::Cell;
use crate::domain::shanghai;

/// Dates before and after are slips.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2099;
/// Days between the two ways spreadsheets count.
const SHIFT_1904: f64 = 1462.0;
const SECONDS_A_DAY: f64 = 86_400.0;

/// What to write instead.
pub(super) const HOW: &str =
    "日期看不懂。请写成 2026-11-03 或 2026-11-03 09:30:00，年份在1990到2099之间。";

/// The moment in a cell, by the office's clock; `None` when the cell is empty.
pub(super) fn moment(cell: &Cell, is_1904: bool) -> Result<Option<NaiveDateTime>, &'static str> {
    let read = match cell {
        Cell::Empty => return Ok(None),
        Cell::Moment(moment) => Some(*moment),
        Cell::Number(number) => number_moment(*number, is_1904),
        Cell::Truth(_) | Cell::Broken => None,
        Cell::Text(_) => {
            let text = cell.text()?;
            if text.is_empty() {
                return Ok(None);
            }
            text_moment(&text)
        }
    };
    let fits = read.filter(|moment| YEARS.contains(&chrono::Datelike::year(&moment.date())));
    fits.map(Some).ok_or(HOW)
}

/// `20261103`, or days since the end of 1899 as a spreadsheet counts them.
fn number_moment(number: f64, is_1904: bool) -> Option<NaiveDateTime> {
    if (19_900_101.0..=20_991_231.0).contains(&number) && number.fract() == 0.0 {
        return text_moment(&number.to_string());
    }
    let shift = if is_1904 { SHIFT_1904 } else { 0.0 };
    serial(number + shift)
}

/// Days since 1899-12-30, which is how spreadsheets count from March 1900 on.
pub(super) fn serial(days: f64) -> Option<NaiveDateTime> {
    // Nothing before 1990 is asked for, nothing after 2099 either.
    if !(32_000.0..74_000.0).contains(&days) {
        return None;
    }
    let seconds = (days.fract() * SECONDS_A_DAY).round();
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
    // Both are small and not negative here.
    let (whole, seconds) = (days.trunc() as u64, seconds as i64);
    let day = start.checked_add_days(Days::new(whole))?;
    day.checked_add_signed(chrono::TimeDelta::seconds(seconds))
}

fn text_moment(text: &str) -> Option<NaiveDateTime> {
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(shanghai::wall_clock(at.timestamp_millis()));
    }
    if (text.contains('.') || text.len() == 5)
        && let Some(at) = plain_number(text).and_then(serial)
    {
        return Some(at);
    }
    let mut numbers: Vec<u32> = Vec::new();
    let mut digits = String::new();
    // Anything between the numbers will do as long as it is a mark of dates.
    for c in text.chars().chain(std::iter::once(' ')) {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            '-' | '/' | '.' | ':' | '：' | ' ' | 'T' | '年' | '月' | '日' | '时' | '分' | '秒'
            | '－' | '／' => {
                if !digits.is_empty() {
                    numbers.push(digits.parse().ok()?);
                    digits.clear();
                }
            }
            _ => return None,
        }
    }
    if let [whole, rest @ ..] = numbers.as_slice()
        && *whole >= 10_000_000
    {
        let mut split = vec![whole / 10_000, whole / 100 % 100, whole % 100];
        split.extend(rest);
        numbers = split;
    }
    let (year, month, day, rest) = match numbers.as_slice() {
        [year, month, day, rest @ ..] => (*year, *month, *day, rest),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let time = match rest {
        [] => NaiveTime::MIN,
        [hour, minute] => NaiveTime::from_hms_opt(*hour, *minute, 0)?,
        // What comes behind the seconds is their fraction.
        [hour, minute, second] | [hour, minute, second, _] => {
            NaiveTime::from_hms_opt(*hour, *minute, *second)?
        }
        _ => return None,
    };
    Some(date.and_time(time))
}

fn plain_number(text: &str) -> Option<f64> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let points = text.matches('.').count();
    (is_number && points <= 1)
        .then(|| text.parse().ok())
        .flatten()
}
