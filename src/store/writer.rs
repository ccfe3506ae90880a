//! SQLite's one writer: a thread that runs waiting closures together, each in a savepoint, in one transaction, and
//! answers after COMMIT. With `synchronous = FULL` a commit costs an fsync; sharing it is what makes writes fast.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use diesel::Connection;
use tokio::sync::oneshot;

use super::conn::{Conn, begin_write, commit, rollback};
use super::db::StoreError;

/// Closures that share one transaction. More would make the first of them wait for the last.
const BATCH: usize = 64;

/// One closure and the place its result goes to.
trait Job: Send {
    fn run(&mut self, conn: &mut Conn);
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Work<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Work<F, T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, conn: &mut Conn) {
        if let Some(work) = self.work.take() {
            self.result = Some(in_savepoint(conn, work));
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(ok), Ok(())) => ok,
            (None, Ok(())) => Err(StoreError::Stopped.into()),
        };
        // Nobody waits any more: the caller's deadline passed. The effect stands, as after any lost answer.
        let _ = self.reply.send(result);
    }
}

/// The queue into the thread. The thread ends when the last handle is dropped.
pub(super) struct Writer {
    jobs: Sender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn start(conn: Conn) -> Result<Self, StoreError> {
        let (jobs, queue) = channel();
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(conn, &queue))
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        Ok(Self { jobs })
    }

    pub(super) fn submit<T, E, F>(
        &self,
        work: F,
    ) -> Result<oneshot::Receiver<Result<T, E>>, StoreError>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        let job = Work {
            work: Some(work),
            result: None,
            reply,
        };
        self.jobs
            .send(Box::new(job))
            .map_err(|_closed| StoreError::Stopped)?;
        Ok(receiver)
    }
}

fn serve(mut conn: Conn, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            let Ok(next) = queue.try_recv() else { break };
            batch.push(next);
        }
        if let Err(error) = begin_write(&mut conn) {
            let text = error.to_string();
            for job in batch {
                job.finish(Err(StoreError::Unreachable(text.clone())));
            }
            continue;
        }
        // A panic in one closure must not take the thread with it; it costs the batch.
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for job in &mut batch {
                job.run(&mut conn);
            }
        }));
        let outcome = match ran {
            Ok(()) => commit(&mut conn).map_err(|error| error.to_string()),
            Err(_panic) => Err("a database closure panicked".to_owned()),
        };
        settle(&mut conn, batch, outcome);
    }
}

fn settle(conn: &mut Conn, batch: Vec<Box<dyn Job>>, outcome: Result<(), String>) {
    if let Err(text) = outcome {
        // Twice where a savepoint was left open.
        while rollback(conn).is_ok() {}
        tracing::error!(error = %text, "a batch of writes was rolled back");
        batch
            .into_iter()
            .for_each(|job| job.finish(Err(StoreError::Unreachable(text.clone()))));
    } else {
        batch.into_iter().for_each(|job| job.finish(Ok(())));
    }
}

/// Keeps the caller's own errors apart from the database's while a transaction is open.
enum Undo<E> {
    Caller(E),
    Database(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Undo<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

fn in_savepoint<T, E: From<StoreError>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    conn.transaction(|c| work(c).map_err(Undo::Caller))
        .map_err(|undo| match undo {
            Undo::Caller(error) => error,
            Undo::Database(error) => StoreError::from(error).into(),
        })
}

/// One closure in a transaction of its own.
pub(super) fn in_transaction<T, E: From<StoreError>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin_write(conn).map_err(StoreError::from)?;
    match work(conn) {
        Ok(value) => {
            commit(conn).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            let _ = rollback(conn);
            Err(error)
        }
    }
}
