//! One message, one answer. A delivery that was seen before gets the stored answer; one that is being answered right
//! now waits for it; otherwise the handler runs once.
//!
//! The platform delivers a message at about 0, 5 and 10 seconds until it gets an answer, perhaps to another instance.
//! Answers live in this process and, when there is one, in the shared cache. Losing both may repeat a read, never an
//! effect: effects are idempotent in the database (decision 2). Knows nothing of XML: an answer is an opaque text.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::cache::Cache;

mod answer;
mod claim;
mod stored;
mod work;

pub use answer::{Answer, Body, Origin};

use claim::{Claim, Claimed, LOOK_AGAIN};
use stored::{Awaited, Known, MAX_BYTES, Stored};
use work::{RunOn, Work, caught, first_look};

/// Stored answers live this long (contract, "Callback outcomes").
const TTL: Duration = Duration::from_secs(600);

/// What identifies a message: a hash over all it says.
pub type MessageKey = [u8; 32];

/// The stored answers of this process and the way to the shared ones.
pub struct Inbox {
    stored: Mutex<Stored>,
    shared: Option<Cache>,
    budget: Duration,
}

impl Inbox {
    /// `budget` is how long a handler may take.
    pub fn new(cache: &Cache, budget: Duration) -> Self {
        let shared = cache.is_shared().then(|| cache.clone());
        Self {
            stored: Mutex::new(Stored::new(MAX_BYTES)),
            shared,
            budget,
        }
    }

    /// The answer when it needs no waiting: it is stored, or `make` has it at hand. `make` must be without effect; what
    /// it gives is stored. `None`: ask [`Inbox::answer`], also whenever other instances may be answering.
    pub fn answer_at_once(
        &self,
        key: &MessageKey,
        make: impl FnOnce() -> Option<Answer>,
    ) -> Option<(Answer, Origin)> {
        if self.shared.is_some() {
            return None;
        }
        match self.locked().look_up(key) {
            Known::Answered(answer) => return Some((answer, Origin::Repeated)),
            Known::Awaited(_) => return None,
            Known::Nothing => {}
        }
        let made = make()?;
        let mut stored = self.locked();
        match stored.look_up(key) {
            Known::Answered(answer) => Some((answer, Origin::Repeated)),
            Known::Awaited(_) => None,
            Known::Nothing => {
                stored.settle(*key, made.clone());
                Some((made, Origin::Fresh))
            }
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
                Place::Leader(awaited) => {
                    // Most answers need no waiting: they are there at the first look, without a timer.
                    if inbox.shared.is_none()
                        && let Poll::Ready(done) = first_look(&mut work).await
                    {
                        let (answer, origin) = made(done, &late);
                        inbox.settle(key, &awaited, &answer);
                        return (answer, origin);
                    }
                    // Whatever becomes of the connection that asked, the entry is settled.
                    RunOn(Some(Box::pin(inbox.lead(key, awaited, late, work)))).await
                }
                Place::Follower(awaited) => (inbox.wait(&awaited, late).await, Origin::Repeated),
                Place::Answered(answer) => (answer, Origin::Repeated),
            }
        }
    }

    async fn lead<L>(
        self: Arc<Self>,
        key: MessageKey,
        awaited: Arc<Awaited>,
        late: L,
        work: Work,
    ) -> (Answer, Origin)
    where
        L: Fn() -> Answer + Send + Sync + 'static,
    {
        let deadline = Instant::now() + self.budget;
        let claim = match &self.shared {
            None => None,
            Some(cache) => match Claim::new(cache.clone(), &key).among_all(deadline).await {
                Claimed::Ours(claim) => Some(claim),
                Claimed::Nobodys => None,
                Claimed::Answered(answer) => {
                    self.settle(key, &awaited, &answer);
                    return (answer, Origin::Repeated);
                }
                Claimed::Others => {
                    // Another instance is at it. What it will answer is not known here, so nothing is kept: the next
                    // delivery asks again.
                    let answer = late();
                    self.give_up(&key, &awaited, &answer);
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
        self.settle(key, &awaited, &answer);
        if let Some(claim) = claim {
            claim.answer(&answer).await;
        }
        (answer, origin)
    }

    fn enter(&self, key: MessageKey) -> Place {
        let mut stored = self.locked();
        match stored.look_up(&key) {
            Known::Answered(answer) => Place::Answered(answer),
            Known::Awaited(awaited) => Place::Follower(awaited),
            Known::Nothing => {
                let awaited = Arc::new(Awaited::default());
                stored.await_answer(key, Arc::clone(&awaited));
                Place::Leader(awaited)
            }
        }
    }

    async fn wait(&self, awaited: &Awaited, late: impl Fn() -> Answer) -> Answer {
        let made = awaited.made.notified();
        if let Some(answer) = awaited.answer.get() {
            return answer.clone();
        }
        let _ = tokio::time::timeout(self.budget + LOOK_AGAIN, made).await;
        awaited.answer.get().cloned().unwrap_or_else(late)
    }

    fn settle(&self, key: MessageKey, awaited: &Awaited, answer: &Answer) {
        let _ = awaited.answer.set(answer.clone());
        self.locked().settle(key, answer.clone());
        awaited.made.notify_waiters();
    }

    /// Gives an answer to those who wait in this process, but keeps none.
    fn give_up(&self, key: &MessageKey, awaited: &Awaited, answer: &Answer) {
        let _ = awaited.answer.set(answer.clone());
        self.locked().give_up(key);
        awaited.made.notify_waiters();
    }

    /// Bytes that stored answers take in this process.
    pub fn bytes(&self) -> usize {
        self.locked().bytes()
    }

    fn locked(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a delivery stands.
enum Place {
    /// First: it makes the answer.
    Leader(Arc<Awaited>),
    /// Behind one that is being answered.
    Follower(Arc<Awaited>),
    /// Behind the answer.
    Answered(Answer),
}

/// What a handler's end comes to; `None` is a panic.
fn made(done: Option<Answer>, late: &impl Fn() -> Answer) -> (Answer, Origin) {
    done.map_or_else(|| (late(), Origin::Late), |answer| (answer, Origin::Fresh))
}

#[cfg(test)]
mod tests;
