//! The present revision of the publications, asked anew for every message.
//!
//! A withdrawn item must be gone with the next fresh message in every process, and an answer made once may be given
//! again as long as nothing changed. Both need the counter as it is *after* the message came. Messages that are at hand
//! together share a round: however many come at once, each round is one tiny statement. On a thread of
//! its own, so that no message waits behind a driver. SQLite mostly needs no statement at all: see `glance`.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use super::conn::{Backend, Conn};
use super::counters;
use super::db::StoreError;
use super::glance::Glance;

/// After a failure the next try waits this long; rounds in between are told at once.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a round waits for the database.
const DEADLINE: Duration = Duration::from_secs(2);

type Reply = oneshot::Sender<Option<i64>>;

/// A handle to the asking thread, which ends when the last handle is dropped.
#[derive(Clone)]
pub struct Freshness {
    /// The round that may still be joined: its statement has not begun.
    open: Arc<Mutex<Option<Arc<Round>>>>,
    /// SQLite's way without a round.
    glance: Arc<Mutex<Option<Glance>>>,
    waiting: Sender<Reply>,
}

/// Callers that share one statement.
#[derive(Default)]
struct Round {
    outcome: OnceLock<Outcome>,
    settled: Notify,
}

#[derive(Clone, Copy)]
enum Outcome {
    Revision(i64),
    Failed,
    Late,
    Stopped,
}

impl Freshness {
    /// Starts the thread with a connection of its own.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(backend: Backend) -> Result<Self, StoreError> {
        let glance = Glance::open(&backend);
        let (waiting, queue) = channel();
        thread::Builder::new()
            .name("freshness".into())
            .spawn(move || serve(&backend, &queue))
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        Ok(Self {
            open: Arc::default(),
            glance: Arc::new(Mutex::new(glance)),
            waiting,
        })
    }

    /// The revision at some moment after this call began.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current(&self) -> Result<i64, StoreError> {
        if let Some(revision) = self.at_once() {
            return Ok(revision);
        }
        let round = self.join();
        let settled = round.settled.notified();
        if round.outcome.get().is_none() {
            settled.await;
        }
        match round.outcome.get() {
            Some(Outcome::Revision(revision)) => Ok(*revision),
            Some(Outcome::Failed) => Err(StoreError::Unreachable("the last try failed".to_owned())),
            Some(Outcome::Late) => Err(StoreError::Timeout),
            Some(Outcome::Stopped) | None => Err(StoreError::Stopped),
        }
    }

    /// [`Freshness::current`] without waiting; `None` where only a question to the database tells.
    pub fn at_once(&self) -> Option<i64> {
        let mut glance = self.glance.lock().unwrap_or_else(PoisonError::into_inner);
        glance.as_mut()?.revision()
    }

    /// Joins the open round, or opens one. A round belongs to no caller: any of them may go away.
    fn join(&self) -> Arc<Round> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let round = open.get_or_insert_with(|| {
            let round = Arc::new(Round::default());
            tokio::spawn(self.clone().lead(Arc::clone(&round)));
            round
        });
        Arc::clone(round)
    }

    async fn lead(self, round: Arc<Round>) {
        // Everybody who is ready to ask does so first.
        tokio::task::yield_now().await;
        // Whoever comes from here on opens the next round: this one's statement may see less than they need.
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let _ = round.outcome.set(self.ask().await);
        round.settled.notify_waiters();
    }

    async fn ask(&self) -> Outcome {
        let (reply, answer) = oneshot::channel();
        if self.waiting.send(reply).is_err() {
            return Outcome::Stopped;
        }
        match tokio::time::timeout(DEADLINE, answer).await {
            Ok(Ok(Some(revision))) => Outcome::Revision(revision),
            Ok(Ok(None)) => Outcome::Failed,
            Ok(Err(_closed)) => Outcome::Stopped,
            Err(_elapsed) => Outcome::Late,
        }
    }
}

fn serve(backend: &Backend, queue: &Receiver<Reply>) {
    let mut conn: Option<Conn> = None;
    let mut failed_at: Option<Instant> = None;
    while let Ok(first) = queue.recv() {
        // Everybody in the queue came before the statement below begins.
        let mut round = vec![first];
        round.extend(queue.try_iter());
        let pausing = failed_at.is_some_and(|at| at.elapsed() < PAUSE);
        let revision = if pausing {
            None
        } else {
            ask(backend, &mut conn)
        };
        if !pausing {
            failed_at = revision.is_none().then(Instant::now);
        }
        for reply in round {
            let _ = reply.send(revision);
        }
    }
}

fn ask(backend: &Backend, conn: &mut Option<Conn>) -> Option<i64> {
    if conn.is_none() {
        *conn = backend
            .open()
            .map_err(|error| tracing::warn!(%error, "freshness: no connection"))
            .ok();
    }
    let result = counters::current(conn.as_mut()?, counters::PUBLICATIONS);
    if let Err(error) = &result {
        tracing::warn!(%error, "freshness: no answer");
        *conn = None;
    }
    result.ok()
}
