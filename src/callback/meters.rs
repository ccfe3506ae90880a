//! The metrics that every message moves, looked up once.

use std::time::Duration;

use metrics::{Counter, Histogram};

use crate::service::inbox::Origin;

/// Handles into the process's recorder.
pub(super) struct Meters {
    fresh: Counter,
    late: Counter,
    repeated: Counter,
    seconds: Histogram,
}

impl Meters {
    /// Registers; the recorder must be installed before, else the handles count for nobody.
    pub(super) fn new() -> Self {
        let answered = |origin: Origin| metrics::counter!("jianxin_callback_messages_total", "answer" => origin.as_str());
        Self {
            fresh: answered(Origin::Fresh),
            late: answered(Origin::Late),
            repeated: answered(Origin::Repeated),
            seconds: metrics::histogram!("jianxin_callback_seconds"),
        }
    }

    /// A message was answered.
    pub(super) fn answered(&self, origin: Origin) {
        match origin {
            Origin::Fresh => self.fresh.increment(1),
            Origin::Late => self.late.increment(1),
            Origin::Repeated => self.repeated.increment(1),
        }
    }

    /// A request of any kind was answered, after so long.
    pub(super) fn took(&self, time: Duration) {
        self.seconds.record(time);
    }
}
