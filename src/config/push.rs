//! `[push]`: how notices go out.

use super::Mistake;
use super::reader::Reader;

/// What to do with a notice that may have arrived, once the platform would show a second copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// A person decides.
    Park,
    /// It goes out once more.
    ResendOnce,
}

impl Ambiguous {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Park => "park",
            Self::ResendOnce => "resend_once",
        }
    }
}

/// `[push]`
#[derive(Clone, Debug)]
pub struct Push {
    /// Whether `serve` sends notices.
    pub enabled: bool,
    /// Sends in any second over all processes; 0: no limit.
    pub rate_per_second: u32,
    /// Sends in a day of China's time over all processes.
    pub daily_quota: i64,
    /// Sends of this process at a time.
    pub concurrency: usize,
    /// See [`Ambiguous`].
    pub ambiguous: Ambiguous,
    /// Seconds after which a notice of a process that died is somebody else's.
    pub lease_secs: u64,
}

/// A send takes ten seconds at most; a lease must outlive it.
const LEASE_SECS: std::ops::RangeInclusive<u64> = 12..=300;
const MOST_AT_A_TIME: usize = 1024;

pub(super) fn read(r: &mut Reader<'_>) -> Push {
    let word = r.text("push.ambiguous");
    let ambiguous = match word.as_str() {
        "park" => Ambiguous::Park,
        "resend_once" => Ambiguous::ResendOnce,
        _ => {
            r.wrong("push.ambiguous", word, "write one of park, resend_once");
            Ambiguous::Park
        }
    };
    Push {
        enabled: r.switch("push.enabled").unwrap_or(true),
        rate_per_second: r
            .number("push.rate_per_second")
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(300),
        daily_quota: r
            .number("push.daily_quota")
            .and_then(|n| i64::try_from(n).ok())
            .unwrap_or(100_000),
        concurrency: r
            .number("push.concurrency")
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(64),
        ambiguous,
        lease_secs: r.number("push.lease_secs").unwrap_or(15),
    }
}

impl Push {
    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        let mut wrong = |key: &str, value: String, remedy: &str| {
            mistakes.push(Mistake::new(key, value, remedy));
        };
        if !(1..=MOST_AT_A_TIME).contains(&self.concurrency) {
            wrong(
                "push.concurrency",
                self.concurrency.to_string(),
                "write 1 to 1024",
            );
        }
        if self.daily_quota == 0 {
            let remedy = "write at least 1, or push.enabled = false to send nothing";
            wrong("push.daily_quota", "0".to_owned(), remedy);
        }
        if !LEASE_SECS.contains(&self.lease_secs) {
            let remedy = "write 12 to 300: a send takes up to ten seconds";
            wrong("push.lease_secs", self.lease_secs.to_string(), remedy);
        }
    }

    pub(super) fn describe(&self) -> [String; 7] {
        [
            "[push]".to_owned(),
            format!("enabled = {}", self.enabled),
            format!("rate_per_second = {}", self.rate_per_second),
            format!("daily_quota = {}", self.daily_quota),
            format!("concurrency = {}", self.concurrency),
            format!("ambiguous = {:?}", self.ambiguous.as_str()),
            format!("lease_secs = {}", self.lease_secs),
        ]
    }
}
