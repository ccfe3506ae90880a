//! Days and telephones as they are typed.

use crate::domain::shanghai;
use crate::service::error::ServiceError;

/// How far ahead a change may be planned, in days.
const AHEAD_DAYS: i64 = 3660;

/// A day that a change may be planned for.
pub(super) fn checked_day(text: &str, now: i64) -> Result<String, ServiceError> {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let today = shanghai::wall_clock(now).date();
    let day = day.filter(|day| {
        let ahead = (*day - today).num_days();
        (-AHEAD_DAYS..=AHEAD_DAYS).contains(&ahead)
    });
    day.map(|day| day.to_string()).ok_or_else(|| {
        ServiceError::Rejected("生效日期写成2026-12-01的样子，不早于或晚于今天十年。".to_owned())
    })
}

/// A telephone number as users dial it; nothing takes it away.
pub(super) fn checked_phone(text: &str) -> Result<Option<String>, ServiceError> {
    let phone = text.trim();
    if phone.is_empty() {
        return Ok(None);
    }
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let is_good = |b: u8| b.is_ascii_digit() || b" -+".contains(&b);
    if (5..=16).contains(&digits) && phone.len() <= 24 && phone.bytes().all(is_good) {
        return Ok(Some(phone.to_owned()));
    }
    let text = "电话写成0731-12309或12309的样子：5至16位数字，可以用“-”和空格隔开。";
    Err(ServiceError::Rejected(text.to_owned()))
}

/// The day at the office, `2026-11-29`.
pub fn today(now: i64) -> String {
    shanghai::wall_clock(now).date().to_string()
}
