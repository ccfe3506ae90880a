//! One message, one answer. A delivery that was seen before gets the stored answer; one that is being answered right
//! now waits for it; otherwise the handler runs once.
//!
//! The platform delivers a message at about 0, 5 and 10 seconds until it gets an answer, perhaps to another instance.
//! Answers live in this process and, when there is one, in the shared cache. Losing both may repeat a read, never an
//! effect: effects are idempotent in the database (decision 2). Knows nothing of XML: an answer is an opaque text.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::cache::Cache;

/// Stored answers live this long (contract, "Callback outcomes").
const TTL: Duration = Duration::from_secs(600);
/// Stored answers take at most this much memory; the oldest go first.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// What an entry costs beside its text: key, map slot, queue slot, allocation.
const OVERHEAD: usize = 200;
/// How often a waiting instance looks whether another one has answered.
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// A claim in the shared cache outlives the budget by this much; then its owner is taken for dead.
const CLAIM_GRACE: Duration = Duration::from_millis(750);
/// The value of a claim; an answer is stored with `ANSWERED` before it.
const CLAIMED: &[u8] = b"?";
const ANSWERED: u8 = b'=';

/// What identifies a message: a hash over all it says.
pub type MessageKey = [u8; 32];
/// A stored answer: a piece of its own and one that it may share with many others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    own: Arc<str>,
    shared: Arc<str>,
}

impl Answer {
    /// Joins the pieces.
    pub fn new(own: impl Into<Arc<str>>, shared: Arc<str>) -> Self {
        Self {
            own: own.into(),
            shared,
        }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        [&*self.own, &*self.shared].concat()
    }

    fn len(&self) -> usize {
        self.own.len() + self.shared.len()
    }
}

impl From<&str> for Answer {
    fn from(whole: &str) -> Self {
        Self::new(whole, Arc::default())
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

/// The stored answers of this process and the way to the shared ones.
pub struct Inbox {
    local: Mutex<Local>,
    shared: Option<Cache>,
    budget: Duration,
    max_bytes: usize,
}

#[derive(Default)]
struct Local {
    entries: HashMap<MessageKey, Arc<Entry>>,
    order: VecDeque<(MessageKey, Instant, usize)>,
    bytes: usize,
}

#[derive(Default)]
struct Entry {
    answer: OnceLock<Answer>,
    answered: Notify,
}

impl Inbox {
    /// `budget` is how long a handler may take.
    pub fn new(cache: &Cache, budget: Duration) -> Self {
        let shared = cache.is_shared().then(|| cache.clone());
        Self {
            local: Mutex::default(),
            shared,
            budget,
            max_bytes: MAX_BYTES,
        }
    }

    /// The answer to a message. `run` makes it if nobody did; `late` gives the answer when `run` takes too long (it then
    /// runs on and its result is dropped), panics, or another instance that runs it does not answer in time.
    pub fn answer<F, L>(
        self: &Arc<Self>,
        key: MessageKey,
        late: L,
        run: F,
    ) -> impl Future<Output = (Answer, Origin)> + Send + use<F, L>
    where
        F: Future<Output = Answer> + Send + 'static,
        L: Fn() -> Answer + Send + Sync + 'static,
    {
        let inbox = Arc::clone(self);
        // Boxed before anything holds it: a handler is large, and every future around it would be as large again.
        let work: Work = Box::pin(caught(run));
        async move {
            match inbox.enter(key) {
                // Whatever becomes of the connection that asked, the entry is settled.
                Place::Leader(entry) => {
                    RunOn(Some(Box::pin(inbox.lead(key, entry, late, work)))).await
                }
                Place::Follower(entry) => (inbox.wait(&entry, late).await, Origin::Repeated),
            }
        }
    }

    async fn lead<L>(
        self: Arc<Self>,
        key: MessageKey,
        entry: Arc<Entry>,
        late: L,
        work: Work,
    ) -> (Answer, Origin)
    where
        L: Fn() -> Answer + Send + Sync + 'static,
    {
        if let Some(cache) = &self.shared
            && let Some(answer) = self.claim(cache, &key, &late).await
        {
            self.settle(key, &entry, &answer);
            return (answer, Origin::Repeated);
        }
        let mut work = RunOn(Some(work));
        let (answer, origin) = match tokio::time::timeout(self.budget, &mut work).await {
            Ok(Some(answer)) => (answer, Origin::Fresh),
            Ok(None) | Err(_) => (late(), Origin::Late),
        };
        self.settle(key, &entry, &answer);
        if let Some(cache) = &self.shared {
            let mut value = Vec::with_capacity(answer.len() + 1);
            value.push(ANSWERED);
            value.extend_from_slice(answer.own.as_bytes());
            value.extend_from_slice(answer.shared.as_bytes());
            if let Err(error) = cache.set(&name(&key), &value, TTL).await {
                metrics::counter!("jianxin_cache_errors_total", "use" => "inbox").increment(1);
                tracing::debug!(%error, "an answer could not be shared");
            }
        }
        (answer, origin)
    }

    /// Claims the message among all instances; `Some` is another one's answer.
    async fn claim(
        &self,
        cache: &Cache,
        key: &MessageKey,
        late: &(impl Fn() -> Answer + Sync),
    ) -> Option<Answer> {
        let name = name(key);
        let deadline = Instant::now() + self.budget;
        loop {
            match cache
                .set_if_absent(&name, CLAIMED, self.budget + CLAIM_GRACE)
                .await
            {
                Ok(true) => return None,
                Ok(false) => {}
                Err(error) => {
                    metrics::counter!("jianxin_cache_errors_total", "use" => "inbox").increment(1);
                    tracing::debug!(%error, "answering without the shared cache");
                    return None;
                }
            }
            match cache.get(&name).await {
                Ok(Some(value)) if value.first() == Some(&ANSWERED) => {
                    let text = value.get(1..).unwrap_or_default();
                    return Some(Answer::from(&*String::from_utf8_lossy(text)));
                }
                Ok(_) => {}
                Err(_gone) => return None,
            }
            if Instant::now() >= deadline {
                return Some(late());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn enter(&self, key: MessageKey) -> Place {
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.drop_expired();
        if let Some(entry) = local.entries.get(&key) {
            return Place::Follower(Arc::clone(entry));
        }
        let entry = Arc::new(Entry::default());
        local.entries.insert(key, Arc::clone(&entry));
        Place::Leader(entry)
    }

    async fn wait(&self, entry: &Entry, late: impl Fn() -> Answer) -> Answer {
        let notified = entry.answered.notified();
        if let Some(answer) = entry.answer.get() {
            return answer.clone();
        }
        let _ = tokio::time::timeout(self.budget + LOOK_AGAIN, notified).await;
        entry.answer.get().cloned().unwrap_or_else(late)
    }

    fn settle(&self, key: MessageKey, entry: &Entry, answer: &Answer) {
        let _ = entry.answer.set(answer.clone());
        let size = answer.len() + OVERHEAD;
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.order.push_back((key, Instant::now() + TTL, size));
        local.bytes += size;
        while local.bytes > self.max_bytes {
            if !local.drop_oldest() {
                break;
            }
        }
        drop(local);
        entry.answered.notify_waiters();
    }

    /// Bytes that stored answers take in this process.
    pub fn bytes(&self) -> usize {
        self.local
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes
    }
}

enum Place {
    Leader(Arc<Entry>),
    Follower(Arc<Entry>),
}

impl Local {
    fn drop_expired(&mut self) {
        // Two at a time keep up with any arrival rate without a long pause for one message.
        for _ in 0..2 {
            match self.order.front() {
                Some((_, expires, _)) if *expires <= Instant::now() => self.drop_oldest(),
                _ => return,
            };
        }
    }

    fn drop_oldest(&mut self) -> bool {
        let Some((key, _, size)) = self.order.pop_front() else {
            return false;
        };
        self.entries.remove(&key);
        self.bytes -= size;
        true
    }
}

fn name(key: &MessageKey) -> String {
    use std::fmt::Write;
    let mut name = String::with_capacity(7 + 64);
    name.push_str("answer:");
    for byte in key {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A handler that has not begun; `None` when it panics.
type Work = Pin<Box<dyn Future<Output = Option<Answer>> + Send>>;

/// A future that goes on by itself when whoever waits for it goes away.
struct RunOn<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> Future for RunOn<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(future) = self.0.as_mut() else {
            return Poll::Pending;
        };
        let outcome = future.as_mut().poll(cx);
        if outcome.is_ready() {
            self.0 = None;
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for RunOn<T> {
    fn drop(&mut self) {
        if let (Some(future), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(future);
        }
    }
}

/// Turns a panic of the handler into `None`: the follower gets the polite text, the process goes on.
async fn caught(run: impl Future<Output = Answer>) -> Option<Answer> {
    let mut run = std::pin::pin!(run);
    poll_fn(
        |cx| match std::panic::catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(cx))) {
            Ok(outcome) => outcome.map(Some),
            Err(_panic) => {
                metrics::counter!("jianxin_handler_panics_total").increment(1);
                tracing::error!("a message handler panicked");
                Poll::Ready(None)
            }
        },
    )
    .await
}

#[cfg(test)]
mod tests;
