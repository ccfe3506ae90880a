//! Time as the simulator sees it: the wall clock for the protocol, a pace for deadlines and retries.

use std::time::Duration;

/// How long WeChat waits and how often it tries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Limit of one whole exchange.
    pub(crate) limit: Duration,
    /// From the start of one delivery to the start of the next.
    pub(crate) interval: Duration,
    /// Deliveries of one message in total.
    pub(crate) deliveries: u32,
}

impl Pace {
    /// As observed on the platform: three deliveries at 0, 5 and 10 seconds, five seconds each.
    pub(crate) fn real() -> Self {
        Self {
            limit: Duration::from_secs(5),
            interval: Duration::from_secs(5),
            deliveries: 3,
        }
    }
}

/// Unix milliseconds.
pub(crate) fn millis() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// Unix seconds.
pub(crate) fn seconds() -> i64 {
    chrono::Utc::now().timestamp()
}
