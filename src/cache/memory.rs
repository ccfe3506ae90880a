//! The cache of one process: a map with expiry and a bound.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Entries kept; beyond that expired ones are swept and, if need be, the map is emptied. What lives here may be lost.
const LIMIT: usize = 100_000;

type Map = HashMap<String, (Vec<u8>, Instant)>;

/// A cloneable handle to the map.
#[derive(Clone, Default)]
pub struct Memory {
    entries: Arc<Mutex<Map>>,
    bells: Arc<Mutex<HashMap<String, watch::Sender<u64>>>>,
}

impl Memory {
    fn locked(&self) -> std::sync::MutexGuard<'_, Map> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        let map = self.locked();
        let (value, expires) = map.get(key)?;
        (*expires > Instant::now()).then(|| value.clone())
    }

    pub(super) fn set(&self, key: &str, value: &[u8], ttl: Duration) {
        let mut map = self.locked();
        make_room(&mut map);
        map.insert(key.to_owned(), (value.to_vec(), Instant::now() + ttl));
    }

    pub(super) fn set_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> bool {
        let mut map = self.locked();
        let now = Instant::now();
        if map.get(key).is_some_and(|(_, expires)| *expires > now) {
            return false;
        }
        make_room(&mut map);
        map.insert(key.to_owned(), (value.to_vec(), now + ttl));
        true
    }

    pub(super) fn replace(&self, key: &str, old: &[u8], new: &[u8], ttl: Duration) -> bool {
        let mut map = self.locked();
        let now = Instant::now();
        match map.get_mut(key) {
            Some((value, expires)) if *expires > now && value == old => {
                *value = new.to_vec();
                *expires = now + ttl;
                true
            }
            _ => false,
        }
    }

    pub(super) fn remove(&self, key: &str) {
        self.locked().remove(key);
    }

    pub(super) fn ring(&self, bell: &str) {
        self.bell(bell)
            .send_modify(|rung| *rung = rung.wrapping_add(1));
    }

    pub(super) fn listen(&self, bell: &str) -> watch::Receiver<u64> {
        self.bell(bell).subscribe()
    }

    fn bell(&self, bell: &str) -> watch::Sender<u64> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(bell.to_owned()).or_default().clone()
    }
}

fn make_room(map: &mut Map) {
    if map.len() >= LIMIT {
        let now = Instant::now();
        map.retain(|_, (_, expires)| *expires > now);
        if map.len() >= LIMIT {
            map.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lives_as_long_as_it_was_told_to() {
        let memory = Memory::default();
        memory.set("a", b"1", Duration::from_secs(60));
        memory.set("b", b"2", Duration::ZERO);
        assert_eq!(memory.get("a").as_deref(), Some(&b"1"[..]));
        assert_eq!(memory.get("b"), None);
    }

    #[test]
    fn a_value_is_replaced_only_while_it_is_the_expected_one() {
        let memory = Memory::default();
        let minute = Duration::from_secs(60);
        assert!(!memory.replace("k", b"1", b"2", minute));
        memory.set("k", b"1", minute);
        assert!(memory.replace("k", b"1", b"2", minute));
        assert!(!memory.replace("k", b"1", b"3", minute));
        assert_eq!(memory.get("k").as_deref(), Some(&b"2"[..]));
    }

    #[test]
    fn only_the_first_claims_a_key() {
        let memory = Memory::default();
        assert!(memory.set_if_absent("k", b"1", Duration::from_secs(60)));
        assert!(!memory.set_if_absent("k", b"2", Duration::from_secs(60)));
        memory.remove("k");
        assert!(memory.set_if_absent("k", b"3", Duration::from_secs(60)));
    }
}
