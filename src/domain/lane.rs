//! The way to the platform as all workers share it: how many notices may go now (rate, day's quota), whether the
//! account is stopped, and the circuit breaker. Plain rules on a plain value; the store keeps it in one row.

/// Why the account is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The platform says that the day's sends are used up.
    Quota,
    /// Something that only the operator can put right: whitelist, secret, permission.
    Account,
    /// Too many calls in a minute.
    Throttle,
}

impl StopReason {
    /// The word in the database, in metrics and in `/readyz`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::Account => "account",
            Self::Throttle => "throttle",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "quota" => Self::Quota,
            "throttle" => Self::Throttle,
            _ => Self::Account,
        }
    }
}

/// The circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// All is well.
    Closed,
    /// The platform does not answer: only probes go.
    Open,
    /// It answers again: the rate grows from a tenth to the whole.
    Ramp,
}

impl Circuit {
    /// The word in the database and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Ramp => "ramp",
        }
    }

    /// Reads [`Circuit::as_str`].
    pub fn from_word(word: &str) -> Self {
        match word {
            "open" => Self::Open,
            "ramp" => Self::Ramp,
            _ => Self::Closed,
        }
    }
}

/// Limits and times, milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Sends in any second, over all instances; 0: no limit.
    pub rate_per_second: u32,
    /// Sends in a day of China's time, over all instances.
    pub daily_quota: i64,
    /// Pause between probes while the account is stopped.
    pub stop_probe_ms: i64,
    /// Pause between probes while the circuit is open.
    pub circuit_probe_ms: i64,
    /// Time from a tenth of the rate to the whole.
    pub ramp_ms: i64,
    /// Failures and successes are compared over this time.
    pub window_ms: i64,
    /// Failures in a row that open the circuit.
    pub trip_streak: i32,
    /// Pause after "too many calls in a minute".
    pub throttle_ms: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            rate_per_second: 300,
            daily_quota: 100_000,
            stop_probe_ms: 300_000,
            circuit_probe_ms: 15_000,
            ramp_ms: 60_000,
            window_ms: 10_000,
            trip_streak: 20,
            throttle_ms: 60_000,
        }
    }
}

/// The shared state. Times are milliseconds UTC.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Why nothing but probes goes; `None`: not stopped.
    pub stop: Option<Stop>,
    /// The circuit breaker.
    pub circuit: Circuit,
    /// Since when.
    pub circuit_at: i64,
    /// The next probe, while stopped or open.
    pub probe_at: i64,
    /// Failures since the last success.
    pub streak: i32,
    /// Failures in this window.
    pub failures: i32,
    /// Successes in this window.
    pub successes: i32,
    /// When this window began.
    pub window_at: i64,
    /// Sends that may go at once.
    pub tokens: f64,
    /// When `tokens` was right.
    pub tokens_at: i64,
    /// The day that `quota_used` counts, `2026-11-22` in China.
    pub quota_day: String,
    /// Sends of that day.
    pub quota_used: i64,
}

/// A stop as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub reason: StopReason,
    /// The platform's `errcode`.
    pub code: Option<i64>,
    /// Since when.
    pub at: i64,
    /// It ends by itself then; `None`: a probe must succeed.
    pub until: Option<i64>,
}

impl Stop {
    /// From the words of the database.
    pub fn read(reason: &str, code: Option<i64>, at: Option<i64>, until: Option<i64>) -> Self {
        Self {
            reason: StopReason::from_word(reason),
            code,
            at: at.unwrap_or_default(),
            until,
        }
    }
}

/// How many may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// None now.
    Nothing {
        /// Ask again after this time; `None`: with the next poll.
        again_in_ms: Option<i64>,
    },
    /// One, to see whether the platform is well again.
    Probe,
    /// Up to so many.
    UpTo(usize),
}

/// What a batch of answers tells about the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Answers that were the platform's, good or bad.
    pub successes: i32,
    /// No answer, or that it is busy.
    pub failures: i32,
    /// A code that concerns the whole account.
    pub stop: Option<(StopReason, i64)>,
    /// What became of a probe.
    pub probe_succeeded: Option<bool>,
}

/// A change worth a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The account stopped.
    Stopped(StopReason, i64),
    /// It goes on.
    Resumed,
    /// The circuit opened.
    Opened,
    /// The platform answers again.
    Ramping,
    /// The full rate is allowed again.
    Closed,
    /// So many per cent of the day's quota are used.
    QuotaUsed(i64),
}

const DAY_MS: i64 = 86_400_000;
/// China has had one offset since 1991.
const CHINA_MS: i64 = 8 * 3_600_000;
/// Failures that can end a ramp.
const RAMP_FAILURES: i32 = 3;
/// Answers from which on their share counts.
const SHARE_OF: i32 = 20;
const QUOTA_ALERTS: [i64; 3] = [80, 95, 100];

/// The day in China, `2026-11-22`.
pub fn day(now: i64) -> String {
    chrono::DateTime::from_timestamp_millis(now + CHINA_MS)
        .map(|time| time.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

/// The next midnight in China.
pub fn next_midnight(now: i64) -> i64 {
    ((now + CHINA_MS).div_euclid(DAY_MS) + 1) * DAY_MS - CHINA_MS
}

impl Lane {
    /// Ends what ends by itself: a stop, a ramp, a day.
    pub fn tick(&mut self, now: i64, rules: &Rules) -> Vec<Turn> {
        let mut turns = Vec::new();
        if self
            .stop
            .as_ref()
            .is_some_and(|stop| stop.until.is_some_and(|until| now >= until))
        {
            self.stop = None;
            turns.push(Turn::Resumed);
        }
        if self.circuit == Circuit::Ramp && now - self.circuit_at >= rules.ramp_ms {
            self.enter(Circuit::Closed, now);
            turns.push(Turn::Closed);
        }
        let today = day(now);
        if self.quota_day != today {
            self.quota_day = today;
            self.quota_used = 0;
        }
        turns
    }

    /// A person says that it may go on; false when nothing holds it up. After an open circuit the rate grows slowly.
    pub fn resume(&mut self, now: i64) -> bool {
        let stopped = self.stop.take().is_some();
        let open = self.circuit == Circuit::Open;
        if open {
            self.enter(Circuit::Ramp, now);
        }
        stopped || open
    }

    /// How many of `wanted` may go. Call [`Lane::tick`] before and [`Lane::take`] after.
    pub fn grant(&self, now: i64, wanted: usize, rules: &Rules) -> Grant {
        let wait = |until: i64| Grant::Nothing {
            again_in_ms: Some((until - now).max(1)),
        };
        let left = rules.daily_quota - self.quota_used;
        if left <= 0 {
            return Grant::Nothing { again_in_ms: None };
        }
        if let Some(stop) = &self.stop {
            return match (stop.reason, stop.until) {
                (StopReason::Throttle, Some(until)) => wait(until),
                _ if now >= self.probe_at => Grant::Probe,
                _ => Grant::Nothing { again_in_ms: None },
            };
        }
        if self.circuit == Circuit::Open {
            return match now >= self.probe_at {
                true => Grant::Probe,
                false => Grant::Nothing { again_in_ms: None },
            };
        }
        let allowed = usize::try_from(left).unwrap_or(usize::MAX).min(wanted);
        if rules.rate_per_second == 0 {
            return Grant::UpTo(allowed);
        }
        let tokens = self.refilled(now, rules);
        if tokens < 1.0 {
            let missing = (1.0 - tokens) / self.refill_per_ms(now, rules);
            return wait(now + whole(missing.ceil()));
        }
        let tokens = usize::try_from(whole(tokens)).unwrap_or(1);
        Grant::UpTo(allowed.min(tokens))
    }

    /// Notes that `count` go now.
    pub fn take(&mut self, now: i64, count: usize, grant: Grant, rules: &Rules) -> Option<Turn> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        if count == 0 {
            return None;
        }
        if grant == Grant::Probe {
            self.probe_at = now + self.probe_pause(rules);
        } else {
            self.tokens = self.refilled(now, rules) - float(count);
            self.tokens_at = now;
        }
        let before = self.quota_used;
        self.quota_used += count;
        let crossed = |percent: &&i64| {
            let line = rules.daily_quota * **percent;
            before * 100 < line && self.quota_used * 100 >= line
        };
        QUOTA_ALERTS
            .iter()
            .rev()
            .find(crossed)
            .map(|percent| Turn::QuotaUsed(*percent))
    }

    /// Learns from answers.
    pub fn learn(&mut self, now: i64, news: &News, rules: &Rules) -> Vec<Turn> {
        let mut turns = Vec::new();
        if let Some((reason, code)) = news.stop {
            turns.extend(self.halt(now, reason, code, rules));
            if news.probe_succeeded == Some(false) {
                self.probe_at = now + rules.stop_probe_ms;
            }
        } else if news.probe_succeeded == Some(true) && self.stop.take().is_some() {
            turns.push(Turn::Resumed);
        }
        if now - self.window_at >= rules.window_ms {
            (self.failures, self.successes, self.window_at) = (0, 0, now);
        }
        self.failures += news.failures;
        self.successes += news.successes;
        self.streak = match news.successes {
            0 => self.streak + news.failures,
            _ => 0,
        };
        match self.circuit {
            Circuit::Open if news.probe_succeeded == Some(true) => {
                self.enter(Circuit::Ramp, now);
                turns.push(Turn::Ramping);
            }
            Circuit::Open if news.probe_succeeded == Some(false) => {
                self.probe_at = now + rules.circuit_probe_ms;
            }
            Circuit::Open => {}
            Circuit::Closed if self.streak >= rules.trip_streak || self.mostly_fails(SHARE_OF) => {
                turns.push(self.trip(now, rules));
            }
            Circuit::Ramp if self.failures >= RAMP_FAILURES && self.mostly_fails(0) => {
                turns.push(self.trip(now, rules));
            }
            Circuit::Closed | Circuit::Ramp => {}
        }
        turns
    }

    /// Whether answers would change anything: while all is well, successes need not be written down.
    pub fn is_calm(&self) -> bool {
        let counted = self.streak != 0 || self.failures != 0;
        self.stop.is_none() && self.circuit == Circuit::Closed && !counted
    }

    fn mostly_fails(&self, at_least: i32) -> bool {
        let all = self.failures + self.successes;
        all >= at_least && self.failures * 2 >= all && self.failures > 0
    }

    fn halt(&mut self, now: i64, reason: StopReason, code: i64, rules: &Rules) -> Option<Turn> {
        let known = self.stop.as_ref().filter(|stop| stop.reason == reason);
        let (at, is_new) = (known.map_or(now, |stop| stop.at), known.is_none());
        let until = match reason {
            StopReason::Quota => Some(next_midnight(now)),
            StopReason::Throttle => Some(now + rules.throttle_ms),
            StopReason::Account => None,
        };
        self.stop = Some(Stop {
            reason,
            code: Some(code),
            at,
            until,
        });
        if is_new {
            self.probe_at = now + rules.stop_probe_ms;
        }
        is_new.then_some(Turn::Stopped(reason, code))
    }

    fn trip(&mut self, now: i64, rules: &Rules) -> Turn {
        self.enter(Circuit::Open, now);
        self.probe_at = now + rules.circuit_probe_ms;
        Turn::Opened
    }

    fn enter(&mut self, circuit: Circuit, now: i64) {
        (self.circuit, self.circuit_at) = (circuit, now);
        (self.failures, self.successes, self.window_at, self.streak) = (0, 0, now, 0);
    }

    fn probe_pause(&self, rules: &Rules) -> i64 {
        match self.stop {
            Some(_) => rules.stop_probe_ms,
            None => rules.circuit_probe_ms,
        }
    }

    /// What may go now, by the bucket.
    fn refilled(&self, now: i64, rules: &Rules) -> f64 {
        let elapsed = float((now - self.tokens_at).max(0));
        let bucket = (f64::from(rules.rate_per_second) / 10.0 * self.share(now, rules)).max(1.0);
        (self.tokens + elapsed * self.refill_per_ms(now, rules)).min(bucket)
    }

    /// A tenth of the rate lies in the bucket, and a twentieth is left for answers that come unevenly: what is in the
    /// bucket and what flows in within a second stay below the rate together.
    fn refill_per_ms(&self, now: i64, rules: &Rules) -> f64 {
        f64::from(rules.rate_per_second) * 0.85 / 1000.0 * self.share(now, rules)
    }

    /// The share of the rate that the circuit allows.
    fn share(&self, now: i64, rules: &Rules) -> f64 {
        match self.circuit {
            Circuit::Ramp => {
                let done = float((now - self.circuit_at).max(0)) / float(rules.ramp_ms.max(1));
                (0.1 + 0.9 * done).min(1.0)
            }
            Circuit::Closed | Circuit::Open => 1.0,
        }
    }
}

/// Counts and milliseconds stay far below 2^53.
fn float(number: i64) -> f64 {
    number as f64
}

fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests;
