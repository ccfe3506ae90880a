//! The time, handed in from outside so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the program takes the time from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// A test's, in milliseconds.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// Milliseconds since 1970 in UTC.
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => since_1970(SystemTime::now()),
            Self::Set(millis) => millis.load(Ordering::Relaxed),
        }
    }

    /// Seconds since 1970 in UTC.
    pub fn now_secs(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }
}

/// Without the way over years and days that a calendar takes: every message asks several times.
fn since_1970(time: SystemTime) -> i64 {
    let millis = |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH)
        .map_or_else(|before| -millis(before.duration()), millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_and_the_calendar_agree() {
        let before = chrono::Utc::now().timestamp_millis();
        let now = Clock::System.now_ms();
        assert!((before..=chrono::Utc::now().timestamp_millis()).contains(&now));
    }
}
