//! Faults of the platform interface: an error code instead of the work, or work whose answer is lost on the way.

use serde::{Deserialize, Serialize};

use crate::simulator::random;

/// Requests that a switch may still hit by number.
const MOST_REQUESTS: u32 = 100_000;
/// The longest time an answer is held back, in milliseconds.
const LONGEST_DELAY_MS: u64 = 60_000;
/// Longer than any sensible client waits.
const USUAL_DELAY_MS: u64 = 12_000;

/// An error code to answer with instead of doing the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct ApiFault {
    /// The `errcode` to answer.
    pub(crate) code: i64,
    /// Path it applies to, such as `/cgi-bin/token`; `*` for all.
    pub(crate) path: String,
    /// How many calls are still to be refused.
    pub(crate) remaining: u32,
    /// Besides, this many of a hundred calls.
    pub(crate) share: u32,
}

impl ApiFault {
    /// Brings every number into its range.
    pub(super) fn clamp(&mut self) {
        self.remaining = self.remaining.min(MOST_REQUESTS);
        self.share = self.share.min(100);
    }

    /// Takes one refusal for `path`, if the switch asks for it.
    pub(crate) fn take(&mut self, path: &str) -> Option<i64> {
        hits(&self.path, path, &mut self.remaining, self.share).then_some(self.code)
    }
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mishap {
    /// It arrives.
    #[default]
    None,
    /// The connection is held for the delay, then dropped without a byte.
    Hold,
    /// The connection is dropped at once without a byte.
    Reset,
    /// HTTP 502 with a page of a gateway.
    BadGateway,
    /// HTTP 500 without a body.
    Empty,
    /// The first half of the body, then the connection is dropped.
    Truncated,
    /// HTTP 200 with a page instead of JSON.
    Garbage,
    /// The whole answer, after the delay.
    Late,
}

/// What happens on the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CallFault {
    pub(crate) kind: Mishap,
    /// Path it applies to; `*` for all.
    pub(crate) path: String,
    /// How many calls are still to be hit.
    pub(crate) remaining: u32,
    /// Besides, this many of a hundred calls.
    pub(crate) share: u32,
    /// For what is held or late, in milliseconds.
    pub(crate) delay_ms: u64,
    /// The call is not carried out at all: only who asked cannot know.
    pub(crate) not_done: bool,
}

impl Default for CallFault {
    fn default() -> Self {
        Self {
            kind: Mishap::None,
            path: "/cgi-bin/message/template/send".to_owned(),
            remaining: 0,
            share: 0,
            delay_ms: USUAL_DELAY_MS,
            not_done: false,
        }
    }
}

impl CallFault {
    /// Brings every number into its range.
    pub(super) fn clamp(&mut self) {
        self.remaining = self.remaining.min(MOST_REQUESTS);
        self.share = self.share.min(100);
        self.delay_ms = self.delay_ms.min(LONGEST_DELAY_MS);
    }

    /// What happens to this call; nothing unless the switch asks for it.
    pub(crate) fn take(&mut self, path: &str) -> Option<Self> {
        let asked = self.kind != Mishap::None;
        (asked && hits(&self.path, path, &mut self.remaining, self.share)).then(|| self.clone())
    }
}

fn hits(wanted: &str, path: &str, remaining: &mut u32, share: u32) -> bool {
    if wanted != "*" && wanted != path {
        return false;
    }
    if *remaining > 0 {
        *remaining -= 1;
        return true;
    }
    let [low, high] = random::bytes::<2>();
    share > 0 && u32::from(u16::from_le_bytes([low, high])) * 100 < share * (1 << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_injected_for_its_path_until_it_is_used_up() {
        let mut fault = ApiFault {
            code: 45009,
            path: "/a".to_owned(),
            remaining: 1,
            share: 0,
        };
        assert_eq!(fault.take("/b"), None);
        assert_eq!(fault.take("/a"), Some(45009));
        assert_eq!(fault.take("/a"), None);
    }

    #[test]
    fn a_share_hits_about_as_many_as_it_says_and_all_or_none_at_its_ends() {
        let hit = |share| {
            let mut fault = CallFault {
                kind: Mishap::Reset,
                path: "*".to_owned(),
                share,
                ..CallFault::default()
            };
            (0..2_000).filter(|_| fault.take("/x").is_some()).count()
        };
        assert_eq!((hit(0), hit(100)), (0, 2_000));
        let fifth = hit(20);
        assert!((250..550).contains(&fifth), "{fifth}");
        let mut healthy = CallFault {
            remaining: 5,
            ..CallFault::default()
        };
        assert!(healthy.take("/cgi-bin/message/template/send").is_none());
    }
}
