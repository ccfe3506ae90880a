//! Check digits, places and days inside numbers.

use chrono::NaiveDate;

/// The first two digits of an identity card: provinces, and what stands for residents from elsewhere.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const LAST: [u8; 11] = [1, 0, X, 9, 8, 7, 6, 5, 4, 3, 2];
/// How the last place of an identity card writes ten.
pub(super) const X: u8 = 10;

/// Whether 17 digits and a last place are an identity card by region (or last place) and day of birth; `Some(true)` when the
/// last place is right.
pub(super) fn identity(number: &[u8]) -> Option<bool> {
    let [a, b, _, _, _, _, y1, y2, y3, y4, m1, m2, d1, d2, .., last] = *number else {
        return None;
    };
    if number.len() != 18 {
        return None;
    }
    let year = 1000 * i32::from(y1) + 100 * i32::from(y2) + 10 * i32::from(y3) + i32::from(y4);
    if !is_day(year, two(m1, m2), two(d1, d2)) {
        return None;
    }
    let sum: u32 = number
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    let right = usize::try_from(sum % 11)
        .ok()
        .and_then(|at| LAST.get(at))
        .is_some_and(|digit| *digit == last);
    // A region that there is none of may be a slip of the pen; with the right last place it is no chance.
    (right || is_province(a, b)).then_some(right)
}

/// Whether 15 digits are an identity card of before 1999.
pub(super) fn old_identity(number: &[u8]) -> bool {
    let [a, b, _, _, _, _, y1, y2, m1, m2, d1, d2, _, _, _] = *number else {
        return false;
    };
    is_province(a, b) && is_day(1900 + i32::from(two(y1, y2)), two(m1, m2), two(d1, d2))
}

/// Whether the first 14 digits of an identity card stand there: the rest being masked, place and day can still be read.
pub(super) fn begins_identity(number: &[u8]) -> bool {
    let mut whole: Vec<u8> = number.iter().copied().take(18).collect();
    whole.resize(18, 0);
    number.len() >= 14 && identity(&whole).is_some()
}

/// Luhn's sum of a bank card.
pub(super) fn luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether somebody who lives may have been born that day.
pub(super) fn is_day(year: i32, month: u8, day: u8) -> bool {
    (1900..2100).contains(&year)
        && NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(day)).is_some()
}

fn is_province(a: u8, b: u8) -> bool {
    PROVINCES.contains(&two(a, b))
}

fn two(tens: u8, ones: u8) -> u8 {
    tens.saturating_mul(10).saturating_add(ones)
}
