//! Who came and went while the database was away: answered at once, to be stored when it is back (decision 2).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::domain::ids::OpenId;

/// Most events that are remembered; beyond it the oldest go.
pub const MOST: usize = 10_000;

/// An event whose effect could not be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostEvent {
    /// The follower.
    pub openid: OpenId,
    /// Subscribed, by which scene; or `None`: left.
    pub came: Option<Came>,
    /// The event's CreateTime in seconds.
    pub event_time: i64,
}

/// How somebody came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// The scene of a QR code.
    pub scene: Option<String>,
}

/// What this process remembers; it dies with the process.
#[derive(Default)]
pub struct Lost(Mutex<VecDeque<LostEvent>>);

impl Lost {
    /// Remembers an event; tells whether an older one had to go for it.
    pub fn note(&self, event: LostEvent) -> bool {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push_back(event);
        let full = events.len() > MOST;
        if full {
            events.pop_front();
        }
        full
    }

    /// Takes the oldest one.
    pub fn take(&self) -> Option<LostEvent> {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.pop_front()
    }

    /// Puts back what could not be stored yet, as the oldest.
    pub fn put_back(&self, event: LostEvent) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push_front(event);
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_in_their_order_and_the_oldest_go_first_when_there_are_too_many() {
        let lost = Lost::default();
        let event = |at: usize| LostEvent {
            openid: OpenId::new(format!("o{at}")),
            came: None,
            event_time: 0,
        };
        for at in 0..MOST {
            assert!(!lost.note(event(at)));
        }
        assert!(lost.note(event(MOST)));
        let first = lost.take().unwrap();
        assert_eq!(first, event(1));
        lost.put_back(first.clone());
        assert_eq!(lost.take(), Some(first));
        assert_eq!(lost.len(), MOST - 1);
    }
}
