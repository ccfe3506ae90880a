//! The answers of this process: by message, dropped by age and when they take too much memory.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::answer::Answer;
use super::{MessageKey, TTL};

/// Stored answers take at most this much memory; the oldest go first.
pub(super) const MAX_BYTES: usize = 64 * 1024 * 1024;
/// What an answer costs beside its text: its slots in the map and the queue, with the room that both keep for growth.
pub(super) const OVERHEAD: usize = 256;

/// An answer that is being made.
#[derive(Default)]
pub(super) struct Awaited {
    pub(super) answer: OnceLock<Answer>,
    pub(super) made: Notify,
}

/// What is known of a message.
pub(super) enum Known {
    /// Nothing: whoever asked makes the answer and settles it.
    Nothing,
    /// It is being answered.
    Awaited(Arc<Awaited>),
    /// It was answered.
    Answered(Answer),
}

enum Slot {
    Awaited(Arc<Awaited>),
    Answered(Answer),
}

/// The map and its order.
pub(super) struct Stored {
    slots: HashMap<MessageKey, Slot, BuildHasherDefault<KeyHasher>>,
    order: VecDeque<(MessageKey, Instant)>,
    bytes: usize,
    max_bytes: usize,
}

impl Stored {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            slots: HashMap::default(),
            order: VecDeque::new(),
            bytes: 0,
            max_bytes,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn look_up(&self, key: &MessageKey) -> Known {
        match self.slots.get(key) {
            None => Known::Nothing,
            Some(Slot::Awaited(awaited)) => Known::Awaited(Arc::clone(awaited)),
            Some(Slot::Answered(answer)) => Known::Answered(answer.clone()),
        }
    }

    /// Notes that an answer is being made.
    pub(super) fn await_answer(&mut self, key: MessageKey, awaited: Arc<Awaited>) {
        self.slots.insert(key, Slot::Awaited(awaited));
    }

    /// Forgets a message that is being answered.
    pub(super) fn give_up(&mut self, key: &MessageKey) {
        self.slots.remove(key);
    }

    /// Keeps an answer for [`TTL`].
    pub(super) fn settle(&mut self, key: MessageKey, answer: Answer) {
        let now = Instant::now();
        self.bytes += OVERHEAD + answer.body.store();
        self.order.push_back((key, now + TTL));
        if let Some(Slot::Answered(old)) = self.slots.insert(key, Slot::Answered(answer)) {
            // Its place in the order stays, and with it its overhead, until it comes up.
            self.bytes -= old.body.release();
        }
        self.drop_old(now);
    }

    fn drop_old(&mut self, now: Instant) {
        // Two at a time keep up with any arrival rate without a long pause for one message.
        for _ in 0..2 {
            match self.order.front() {
                Some((_, expires)) if *expires <= now => self.drop_oldest(),
                _ => break,
            };
        }
        while self.bytes > self.max_bytes && self.drop_oldest() {}
    }

    fn drop_oldest(&mut self) -> bool {
        let Some((key, _)) = self.order.pop_front() else {
            return false;
        };
        self.bytes -= OVERHEAD;
        if let Some(Slot::Answered(answer)) = self.slots.remove(&key) {
            self.bytes -= answer.body.release();
        }
        true
    }
}

/// Keys are SHA-256 already: eight of their bytes are as good a hash as any.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    /// An array announces its length first; it is the same for all.
    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
