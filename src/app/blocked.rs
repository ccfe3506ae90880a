//! Who gets no notices until they come back, as this process knows it: so that a message of anybody else costs nothing.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

/// Keyed hashes of the openids of blocked persons.
#[derive(Debug)]
pub struct Blocked {
    hashes: RwLock<HashSet<String>>,
    count: AtomicUsize,
    revision: AtomicI64,
}

impl Default for Blocked {
    fn default() -> Self {
        Self {
            hashes: RwLock::default(),
            count: AtomicUsize::new(0),
            revision: AtomicI64::new(-1),
        }
    }
}

impl Blocked {
    /// Whether somebody is blocked. The hash is only made when anybody is.
    pub fn contains(&self, hash: impl FnOnce() -> String) -> bool {
        if self.count.load(Ordering::Acquire) == 0 {
            return false;
        }
        let hashes = self.hashes.read().unwrap_or_else(PoisonError::into_inner);
        hashes.contains(&hash())
    }

    /// The counter's value at which the set was read; -1 before that.
    pub fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Takes the set as the database has it.
    pub fn replace(&self, hashes: Vec<String>, revision: i64) {
        self.change(|set| *set = hashes.into_iter().collect());
        self.revision.store(revision, Ordering::Release);
    }

    /// Somebody was blocked in this process.
    pub fn add(&self, hash: String) {
        self.change(|set| {
            set.insert(hash);
        });
    }

    /// Somebody came back.
    pub fn remove(&self, hash: &str) {
        self.change(|set| {
            set.remove(hash);
        });
    }

    fn change(&self, change: impl FnOnce(&mut HashSet<String>)) {
        let mut set: RwLockWriteGuard<'_, _> =
            self.hashes.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut set);
        self.count.store(set.len(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_hashed_while_nobody_is_blocked() {
        let blocked = Blocked::default();
        assert!(!blocked.contains(|| unreachable!()));
        blocked.add("a".to_owned());
        assert!(blocked.contains(|| "a".to_owned()));
        assert!(!blocked.contains(|| "b".to_owned()));
        blocked.replace(vec!["b".to_owned()], 7);
        assert!(!blocked.contains(|| "a".to_owned()));
        blocked.remove("b");
        assert!(!blocked.contains(|| unreachable!()));
        assert_eq!(blocked.revision(), 7);
    }
}
