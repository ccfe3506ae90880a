//! What a worker goes by, handed in so that tests can shrink the times and break a guard on purpose.

use std::time::Duration;

use crate::config::{self, Settings};
use crate::domain::lane;
use crate::domain::retry::Schedule;
use crate::store::pushes::{Ambiguous, Ruling};

/// Everything a worker goes by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Sends of this process at a time.
    pub concurrency: usize,
    /// Rate, quota, stop and circuit.
    pub lane: lane::Rules,
    /// The pauses between tries and the window of second copies.
    pub schedule: Schedule,
    /// What a notice that may have arrived comes to after the window.
    pub ambiguous: Ambiguous,
    /// Leases that may run out before a notice is parked.
    pub max_crashes: i32,
    /// Times of the worker itself.
    pub timing: Timing,
    /// What keeps notices from being lost or shown twice.
    pub guards: Guards,
}

/// Times of the worker itself.
#[derive(Clone, Debug)]
pub struct Timing {
    /// For how long claimed notices are ours.
    pub lease: Duration,
    /// For one send.
    pub send: Duration,
    /// Between two looks when no bell rings.
    pub poll: Duration,
    /// How long an outcome waits for others to be written down with it.
    pub linger: Duration,
    /// Between two sweeps.
    pub sweep: Duration,
    /// Between two rounds of gauges.
    pub gauges: Duration,
}

/// The running program has all of them on; tests of the tests turn one off and must then see a checker fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// An outcome changes its notice only under the lease it was claimed with, and nothing is posted after the lease.
    pub fence: bool,
    /// A try is noted before it is made.
    pub write_ahead: bool,
    /// What may have arrived is sent again only while the platform drops a second copy.
    pub window: bool,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            fence: true,
            write_ahead: true,
            window: true,
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            send: Duration::from_secs(10),
            poll: Duration::from_secs(2),
            linger: Duration::from_millis(10),
            sweep: Duration::from_secs(5),
            gauges: Duration::from_secs(15),
        }
    }
}

impl Rules {
    /// The configured ones.
    pub fn new(settings: &Settings) -> Self {
        let push = &settings.push;
        Self {
            concurrency: push.concurrency.max(1),
            lane: lane::Rules {
                rate_per_second: push.rate_per_second,
                daily_quota: push.daily_quota,
                ..lane::Rules::default()
            },
            schedule: Schedule::default(),
            ambiguous: match push.ambiguous {
                config::Ambiguous::Park => Ambiguous::Park,
                config::Ambiguous::ResendOnce => Ambiguous::ResendOnce,
            },
            max_crashes: 3,
            timing: Timing {
                lease: Duration::from_secs(push.lease_secs),
                ..Timing::default()
            },
            guards: Guards::default(),
        }
    }

    /// The same with all times divided.
    #[must_use]
    pub fn faster(mut self, factor: u32) -> Self {
        let factor = factor.max(1);
        let shorter = |millis: &mut i64| *millis = (*millis / i64::from(factor)).max(1);
        self.schedule.early.iter_mut().for_each(shorter);
        self.schedule.late.iter_mut().for_each(shorter);
        shorter(&mut self.schedule.slow);
        shorter(&mut self.schedule.window_ms);
        shorter(&mut self.lane.stop_probe_ms);
        shorter(&mut self.lane.circuit_probe_ms);
        shorter(&mut self.lane.ramp_ms);
        shorter(&mut self.lane.window_ms);
        shorter(&mut self.lane.throttle_ms);
        let timing = &mut self.timing;
        for time in [
            &mut timing.lease,
            &mut timing.send,
            &mut timing.poll,
            &mut timing.sweep,
            &mut timing.gauges,
        ] {
            *time /= factor;
        }
        self
    }

    pub(super) fn ruling(&self) -> Ruling {
        Ruling {
            window_ms: self.guards.window.then_some(self.schedule.window_ms),
            ambiguous: self.ambiguous,
            max_crashes: self.max_crashes,
        }
    }
}
