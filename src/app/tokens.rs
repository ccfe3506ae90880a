//! What one process remembers of the account's access token. The truth is in the database; this spares it a question
//! per call.

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Secret;

/// How long a copy is served before the database is asked again.
const COPY_MS: i64 = 3_000;
/// The pause after the first failure; it doubles up to the longest one.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 30_000;

/// The process's memory of the token. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub struct Tokens {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    memory: Mutex<Memory>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Memory {
    copy: Option<Copied>,
    /// The newest generation that the platform refused to this process.
    known_bad: i64,
    failures: u32,
    failure: Option<(i64, Failure)>,
}

/// A token as the database had it.
#[derive(Clone)]
pub struct Copied {
    /// The token.
    pub value: Secret,
    /// Which one in the account's history.
    pub generation: i64,
    /// Milliseconds UTC; not served from then on.
    pub expires_at: i64,
    /// Milliseconds UTC of the question to the database.
    pub read_at: i64,
}

/// Why the last call for a token failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The platform's `errcode`, when it answered.
    pub code: Option<i64>,
    /// For the log; holds no secret.
    pub message: String,
    /// Whether nothing works until the operator acts.
    pub needs_operator: bool,
}

impl Tokens {
    /// The copy, unless it is old, expired or known to be refused.
    pub fn fresh(&self, now: i64) -> Option<Copied> {
        let memory = self.memory();
        let copy = memory.copy.as_ref()?;
        let usable = copy.generation > memory.known_bad
            && now < copy.expires_at
            && (copy.read_at..copy.read_at + COPY_MS).contains(&now);
        usable.then(|| copy.clone())
    }

    /// Keeps a copy; an older one never replaces a newer one, and one known to be refused is not kept. Tells whether the
    /// token may be served.
    pub fn keep(&self, copy: Copied) -> bool {
        let mut memory = self.memory();
        if copy.generation <= memory.known_bad {
            return false;
        }
        let newer = memory
            .copy
            .as_ref()
            .is_none_or(|kept| kept.generation <= copy.generation);
        if newer {
            memory.copy = Some(copy);
        }
        true
    }

    /// Notes that the platform refused this generation.
    pub fn refused(&self, generation: i64) {
        let mut memory = self.memory();
        memory.known_bad = memory.known_bad.max(generation);
    }

    /// The newest generation that was refused to this process; 0: none.
    pub fn known_bad(&self) -> i64 {
        self.memory().known_bad
    }

    /// Notes that the platform gave a token.
    pub fn succeeded(&self) {
        let mut memory = self.memory();
        memory.failures = 0;
        memory.failure = None;
    }

    /// Notes that the platform gave none, so that it is left alone for a while.
    pub fn failed(&self, failure: Failure, now: i64) {
        let mut memory = self.memory();
        let doublings = memory.failures.min(5);
        let pause = if failure.needs_operator {
            LONGEST_PAUSE_MS
        } else {
            (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS)
        };
        memory.failures = memory.failures.saturating_add(1);
        memory.failure = Some((now + pause, failure));
    }

    /// The last failure, while the platform is left alone because of it.
    pub fn recent_failure(&self, now: i64) -> Option<Failure> {
        let memory = self.memory();
        let (until, failure) = memory.failure.as_ref()?;
        // A clock that was set back must not make the pause longer.
        let pausing = (*until - LONGEST_PAUSE_MS..*until).contains(&now);
        pausing.then(|| failure.clone())
    }

    /// Only one task of the process looks after the token at a time.
    pub fn flight(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.flight
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.inner
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(generation: i64, read_at: i64) -> Copied {
        Copied {
            value: Secret::new(format!("token-{generation}")),
            generation,
            expires_at: 10_000,
            read_at,
        }
    }

    #[test]
    fn a_copy_lives_three_seconds_and_never_past_its_end() {
        let tokens = Tokens::default();
        assert!(tokens.keep(copy(1, 1_000)));
        assert!(tokens.fresh(3_999).is_some());
        assert!(tokens.fresh(4_000).is_none());
        assert!(tokens.fresh(999).is_none());
        assert!(tokens.keep(copy(1, 9_000)));
        assert!(tokens.fresh(9_999).is_some());
        assert!(tokens.fresh(10_000).is_none());
    }

    #[test]
    fn what_was_refused_is_neither_served_nor_kept_and_the_older_never_replaces_the_newer() {
        let tokens = Tokens::default();
        tokens.keep(copy(2, 0));
        tokens.keep(copy(1, 1));
        assert_eq!(tokens.fresh(1).unwrap().generation, 2);
        tokens.refused(1);
        assert!(tokens.fresh(1).is_some(), "the refused one was older");
        tokens.refused(2);
        assert!(tokens.fresh(1).is_none());
        assert!(!tokens.keep(copy(2, 2)));
        assert!(tokens.fresh(2).is_none());
    }

    #[test]
    fn pauses_after_failures_double_up_to_half_a_minute() {
        let failure = |needs_operator| Failure {
            code: Some(-1),
            message: String::new(),
            needs_operator,
        };
        let tokens = Tokens::default();
        for pause in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            tokens.failed(failure(false), 0);
            assert!(tokens.recent_failure(pause - 1).is_some());
            assert!(tokens.recent_failure(pause).is_none());
        }
        tokens.succeeded();
        assert!(tokens.recent_failure(0).is_none());
        tokens.failed(failure(true), 0);
        assert!(tokens.recent_failure(29_999).is_some());
    }
}
