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
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::app::{hex, random_bytes};
use crate::cache::{Cache, CacheError};

/// Stored answers live this long (contract, "Callback outcomes").
const TTL: Duration = Duration::from_secs(600);
/// Stored answers take at most this much memory; the oldest go first.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// What an entry costs beside its text: key, map slot, queue slot, allocations; measured.
const OVERHEAD: usize = 400;
/// How often a waiting instance looks whether another one has answered.
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// A claim in the shared cache lives this long unless its owner renews it; then the owner is taken for dead and
/// whoever waits takes over. Short enough to leave the other instance most of its budget.
const CLAIM_TTL: Duration = Duration::from_millis(1200);
/// How often an owner renews its claim.
const RENEW: Duration = Duration::from_millis(300);
/// What a claim (followed by its owner's random mark) and an answer begin with.
const CLAIMED: u8 = b'?';
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
        let mut work: Work = Box::pin(caught(run));
        async move {
            match inbox.enter(key) {
                Place::Leader(entry) => {
                    // Most answers need no waiting: they are there at the first look, without a timer.
                    if inbox.shared.is_none()
                        && let Poll::Ready(done) = first_look(&mut work).await
                    {
                        let (answer, origin) = made(done, &late);
                        inbox.settle(key, &entry, &answer);
                        return (answer, origin);
                    }
                    // Whatever becomes of the connection that asked, the entry is settled.
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
        let deadline = Instant::now() + self.budget;
        let claim = match &self.shared {
            None => None,
            Some(cache) => match self.claim(cache, &key, deadline).await {
                Claimed::Ours(claim) => Some(claim),
                Claimed::Nobodys => None,
                Claimed::Answered(answer) => {
                    self.settle(key, &entry, &answer);
                    return (answer, Origin::Repeated);
                }
                Claimed::Others => {
                    // Another instance is at it. What it will answer is not known here, so nothing is kept: the next
                    // delivery asks again.
                    let answer = late();
                    self.give_up(key, &entry, &answer);
                    return (answer, Origin::Late);
                }
            },
        };
        let mut work = RunOn(Some(work));
        let renewing = async {
            match &claim {
                None => std::future::pending().await,
                Some(claim) => claim.renew().await,
            }
        };
        let (answer, origin) = tokio::select! {
            biased;
            done = &mut work => made(done, &late),
            () = tokio::time::sleep_until(deadline) => (late(), Origin::Late),
            () = renewing => (late(), Origin::Late),
        };
        self.settle(key, &entry, &answer);
        if let Some(claim) = claim {
            claim.answer(&answer).await;
        }
        (answer, origin)
    }

    /// Claims the message among all instances, waiting for another one's answer until the deadline.
    async fn claim(&self, cache: &Cache, key: &MessageKey, deadline: Instant) -> Claimed {
        let claim = Claim::new(cache.clone(), name(key));
        loop {
            match claim.take().await {
                Ok(true) => return Claimed::Ours(claim),
                Ok(false) => {}
                Err(error) => {
                    count_cache_error(&error);
                    return Claimed::Nobodys;
                }
            }
            match cache.get(&claim.name).await {
                Ok(Some(value)) if value.first() == Some(&ANSWERED) => {
                    let text = value.get(1..).unwrap_or_default();
                    return Claimed::Answered(Answer::from(&*String::from_utf8_lossy(text)));
                }
                Ok(_) => {}
                Err(error) => {
                    count_cache_error(&error);
                    return Claimed::Nobodys;
                }
            }
            if Instant::now() >= deadline {
                return Claimed::Others;
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

    /// Gives an answer to those who wait in this process, but keeps none.
    fn give_up(&self, key: MessageKey, entry: &Entry, answer: &Answer) {
        let _ = entry.answer.set(answer.clone());
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.entries.remove(&key);
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

/// How claiming a message among all instances ended.
enum Claimed {
    /// This instance answers it.
    Ours(Claim),
    /// The shared cache is away: this instance answers it without a claim.
    Nobodys,
    /// Another instance answered it.
    Answered(Answer),
    /// Another instance is alive and still at it.
    Others,
}

/// A claim on a message in the shared cache.
struct Claim {
    cache: Cache,
    name: String,
    /// Tells this claim from one that another instance made after ours ran out.
    mark: Vec<u8>,
}

impl Claim {
    fn new(cache: Cache, name: String) -> Self {
        let mut mark = vec![CLAIMED];
        mark.extend_from_slice(&random_bytes::<8>());
        Self { cache, name, mark }
    }

    async fn take(&self) -> Result<bool, CacheError> {
        self.cache
            .set_if_absent(&self.name, &self.mark, CLAIM_TTL)
            .await
    }

    /// Renews the claim for ever; a claim that was lost is not taken back.
    async fn renew(&self) {
        loop {
            tokio::time::sleep(RENEW).await;
            if let Err(error) = self.cache.extend(&self.name, &self.mark, CLAIM_TTL).await {
                count_cache_error(&error);
            }
        }
    }

    /// Puts the answer in the claim's place, for the other instances.
    async fn answer(&self, answer: &Answer) {
        let mut value = Vec::with_capacity(answer.len() + 1);
        value.push(ANSWERED);
        value.extend_from_slice(answer.own.as_bytes());
        value.extend_from_slice(answer.shared.as_bytes());
        let stored = self.cache.replace(&self.name, &self.mark, &value, TTL);
        if let Err(error) = stored.await {
            count_cache_error(&error);
        }
    }
}

fn count_cache_error(error: &CacheError) {
    metrics::counter!("jianxin_cache_errors_total", "use" => "inbox").increment(1);
    tracing::debug!(%error, "answering without the shared cache");
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
    format!("answer:{}", hex(key))
}

/// A handler that has not begun; `None` when it panics.
type Work = Pin<Box<dyn Future<Output = Option<Answer>> + Send>>;

/// Polls the handler once.
async fn first_look(work: &mut Work) -> Poll<Option<Answer>> {
    poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await
}

/// What a handler's end comes to; `None` is a panic.
fn made(done: Option<Answer>, late: &impl Fn() -> Answer) -> (Answer, Origin) {
    done.map_or_else(|| (late(), Origin::Late), |answer| (answer, Origin::Fresh))
}

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
