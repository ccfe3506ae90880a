//! The platform under several names: where the first cannot be reached, the next one is tried.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A host that could not be reached is left alone this long; then one call tries it again.
const AVOIDED: Duration = Duration::from_secs(60);

/// The hosts in the order in which they are preferred.
pub(super) struct Hosts {
    all: Vec<Host>,
    since: Instant,
}

struct Host {
    url: String,
    /// Milliseconds since the start until which it is left alone; 0: it works as far as is known.
    avoided_until: AtomicU64,
}

impl Hosts {
    pub(super) fn new(urls: impl IntoIterator<Item = String>) -> Self {
        let all = urls
            .into_iter()
            .map(|url| Host {
                url,
                avoided_until: AtomicU64::new(0),
            })
            .collect();
        Self {
            all,
            since: Instant::now(),
        }
    }

    /// The preferred one.
    pub(super) fn first(&self) -> &str {
        self.all.first().map_or("", |host| host.url.as_str())
    }

    /// The order for one call: those that work, then those that did not lately.
    pub(super) fn order(&self) -> Vec<(usize, &str)> {
        self.order_at(self.now())
    }

    fn order_at(&self, now: u64) -> Vec<(usize, &str)> {
        let (mut usable, mut avoided) = (Vec::new(), Vec::new());
        for (at, host) in self.all.iter().enumerate() {
            let until = host.avoided_until.load(Ordering::Relaxed);
            // Whoever finds that the time is over tries it; the others go on avoiding it meanwhile.
            let mine = until <= now
                && (until == 0
                    || host
                        .avoided_until
                        .compare_exchange(
                            until,
                            now + millis(AVOIDED),
                            Ordering::Relaxed,
                            Ordering::Relaxed,
                        )
                        .is_ok());
            let list = if mine { &mut usable } else { &mut avoided };
            list.push((at, host.url.as_str()));
        }
        usable.append(&mut avoided);
        usable
    }

    /// Notes that a host answered, or at least took the request; true when it had been avoided.
    pub(super) fn reached(&self, at: usize) -> bool {
        let before = self
            .all
            .get(at)
            .map(|host| host.avoided_until.swap(0, Ordering::Relaxed));
        before.is_some_and(|until| until != 0)
    }

    /// Notes that no connection could be made; true when that is news.
    pub(super) fn unreached(&self, at: usize) -> bool {
        let until = self.now() + millis(AVOIDED);
        let before = self
            .all
            .get(at)
            .map(|host| host.avoided_until.swap(until, Ordering::Relaxed));
        before == Some(0)
    }

    fn now(&self) -> u64 {
        // Never 0, which has a meaning of its own.
        millis(self.since.elapsed()) + 1
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(order: &[(usize, &str)]) -> String {
        order.iter().map(|(_, url)| *url).collect()
    }

    #[test]
    fn a_host_that_failed_comes_last_until_one_call_tries_it_again() {
        let hosts = Hosts::new(["a", "b", "c"].map(str::to_owned));
        assert_eq!(names(&hosts.order()), "abc");
        assert!(hosts.unreached(0));
        assert!(!hosts.unreached(0), "no news");
        assert_eq!(names(&hosts.order()), "bca");
        let later = hosts.now() + millis(AVOIDED);
        assert_eq!(names(&hosts.order_at(later)), "abc", "one tries");
        assert_eq!(names(&hosts.order_at(later)), "bca", "the others do not");
        assert!(hosts.reached(0));
        assert!(!hosts.reached(0));
        assert_eq!(names(&hosts.order()), "abc");
    }
}
