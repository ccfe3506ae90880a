//! The present revision of the publications, asked anew for every message.
//!
//! A withdrawn item must be gone with the next fresh message in every process, and an answer made once may be given
//! again as long as nothing changed. Both need the counter as it is *after* the message came. One thread asks for
//! all who wait: however many messages come at once, each round is one tiny statement.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::conn::{Backend, Conn};
use super::counters;
use super::db::StoreError;

/// After a failure the next try waits this long; callers in between are told at once.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a caller waits.
const DEADLINE: Duration = Duration::from_secs(2);

type Reply = oneshot::Sender<Option<i64>>;

/// A handle to the asking thread, which ends when the last handle is dropped.
#[derive(Clone)]
pub struct Freshness {
    waiting: Sender<Reply>,
}

impl Freshness {
    /// Starts the thread with a connection of its own.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(backend: Backend) -> Result<Self, StoreError> {
        let (waiting, queue) = channel();
        thread::Builder::new()
            .name("freshness".into())
            .spawn(move || serve(&backend, &queue))
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        Ok(Self { waiting })
    }

    /// The revision at some moment after this call began.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current(&self) -> Result<i64, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.waiting
            .send(reply)
            .map_err(|_closed| StoreError::Stopped)?;
        match tokio::time::timeout(DEADLINE, answer).await {
            Ok(Ok(Some(revision))) => Ok(revision),
            Ok(Ok(None)) => Err(StoreError::Unreachable("the last try failed".to_owned())),
            Ok(Err(_closed)) => Err(StoreError::Stopped),
            Err(_elapsed) => Err(StoreError::Timeout),
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
