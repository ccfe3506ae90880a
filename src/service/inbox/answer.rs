//! What an answer is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The text of an answer, apart from whom it goes to. Many messages may have the same one; its memory is counted once.
#[derive(Debug, Default)]
pub struct Body {
    text: Box<str>,
    /// Stored answers that hold it.
    stored: AtomicUsize,
}

impl Body {
    /// Takes the text; an empty one says nothing.
    pub fn new(text: impl Into<Box<str>>) -> Arc<Self> {
        Arc::new(Self {
            text: text.into(),
            stored: AtomicUsize::new(0),
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One more stored answer holds it: the bytes that now count for it and did not before.
    pub(super) fn store(&self) -> usize {
        match self.stored.fetch_add(1, Ordering::Relaxed) {
            0 => self.text.len(),
            _ => 0,
        }
    }

    /// One stored answer less: the bytes that no longer count.
    pub(super) fn release(&self) -> usize {
        match self.stored.fetch_sub(1, Ordering::Relaxed) {
            1 => self.text.len(),
            _ => 0,
        }
    }
}

/// An answer as it is stored. Whom it goes to stands in every delivery of its message.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Seconds since 1970 when it was made.
    pub stamp: i64,
    /// What it says.
    pub body: Arc<Body>,
}

impl Answer {
    /// Joins the two.
    pub fn new(stamp: i64, body: Arc<Body>) -> Self {
        Self { stamp, body }
    }

    /// As bytes for the shared cache.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.body.text.len());
        bytes.extend_from_slice(&self.stamp.to_be_bytes());
        bytes.extend_from_slice(self.body.text.as_bytes());
        bytes
    }

    /// From the shared cache; `None` for what is no answer.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (stamp, text) = bytes.split_first_chunk::<8>()?;
        let text = std::str::from_utf8(text).ok()?;
        Some(Self::new(i64::from_be_bytes(*stamp), Body::new(text)))
    }
}

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The handler ran.
    Fresh,
    /// The handler exceeded its budget.
    Late,
    /// It was stored, or another delivery was being answered.
    Repeated,
}

impl Origin {
    /// The word for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Late => "late",
            Self::Repeated => "repeated",
        }
    }
}
