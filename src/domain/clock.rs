//! The time, handed in from outside so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

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
            Self::System => chrono::Utc::now().timestamp_millis(),
            Self::Set(millis) => millis.load(Ordering::Relaxed),
        }
    }

    /// Seconds since 1970 in UTC.
    pub fn now_secs(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }
}
