//! The handle of the database: `read` and `write`, each with a deadline.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::Pool;
use thiserror::Error;

use super::conn::{Backend, Conn, Manager};
use super::migrate;
use super::writer::{self, Writer};

/// How long a caller waits for a read or a write before it gets [`StoreError::Timeout`]. Nested inside: 2 s for a
/// connection, 5 s for SQLite's lock.
const DEADLINE: Duration = Duration::from_secs(10);
const ACQUIRE: Duration = Duration::from_secs(2);

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("the database refused a statement")]
    Query(#[from] diesel::result::Error),
    /// No connection could be had.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("the database did not answer in time")]
    Timeout,
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migration(String),
    /// The thread that does the work is gone.
    #[error("the database worker stopped")]
    Stopped,
}

impl StoreError {
    /// Whether the server cannot be reached for now: it may come, where a wrong setting would stay wrong.
    pub fn is_away(&self) -> bool {
        let is_away = |why: &str| {
            why.contains("could not translate host name")
                || why.contains("connection to server")
                    && AWAY.iter().any(|sign| why.contains(sign))
        };
        matches!(self, Self::Unreachable(why) if is_away(why))
    }

    /// Whether the statement hit a unique or primary key.
    pub fn is_duplicate(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(
            self,
            Self::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        )
    }
}

/// What libpq says of a server that is not there; a wrong password or name reads otherwise.
const AWAY: [&str; 8] = [
    "Connection refused",
    "No such file or directory",
    "timeout expired",
    "No route to host",
    "Network is unreachable",
    "server closed the connection unexpectedly",
    "the database system is",
    "too many clients",
];

/// A cloneable handle to the database.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    pool: Pool<Manager>,
    writer: Option<Writer>,
}

impl Db {
    /// Opens the database. `pool_size` counts the readers (SQLite) or all connections (PostgreSQL).
    ///
    /// # Errors
    /// When no first connection can be made: the directory is missing, the server does not answer.
    pub fn open(backend: Backend, pool_size: u32) -> Result<Self, StoreError> {
        if let Backend::Sqlite(path) = &backend
            && let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty())
        {
            std::fs::create_dir_all(dir)
                .map_err(|error| StoreError::Unreachable(format!("{}: {error}", dir.display())))?;
        }
        // The first connection tells at once what is wrong; the pool would only time out.
        let first = backend.open().map_err(|error| unreachable(&error))?;
        let writer = match &backend {
            Backend::Sqlite(_) => Some(Writer::start(first)?),
            Backend::Postgres(_) => None,
        };
        let pool = Pool::builder()
            .max_size(pool_size)
            .min_idle(Some(1))
            .connection_timeout(ACQUIRE)
            .max_lifetime(Some(Duration::from_secs(600)))
            .build_unchecked(Manager(backend.clone()));
        Ok(Self {
            inner: Arc::new(Inner {
                backend,
                pool,
                writer,
            }),
        })
    }

    /// Which database this is.
    pub fn backend(&self) -> &Backend {
        &self.inner.backend
    }

    /// Applies missing migrations and tells how many. Blocking: for starts and commands.
    pub fn migrate(&self) -> Result<usize, StoreError> {
        let mut conn = self
            .inner
            .backend
            .open()
            .map_err(|error| unreachable(&error))?;
        migrate::up(&mut conn)
    }

    /// Whether no migration is missing. Blocking.
    pub fn is_migrated(&self) -> Result<bool, StoreError> {
        let mut conn = self
            .inner
            .backend
            .open()
            .map_err(|error| unreachable(&error))?;
        migrate::is_up_to_date(&mut conn)
    }

    /// Readies SQLite for many thousand rows: its indexes are hit all over, so a page should be changed often before it
    /// is written. Takes up to 128 MB of memory and 256 MB of disk; for commands that import. Blocking.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn expect_bulk(&self) -> Result<(), StoreError> {
        self.write_blocking(|conn| match conn {
            Conn::Sqlite(c) => c
                .batch_execute("PRAGMA cache_size = -131072; PRAGMA wal_autocheckpoint = 65536;")
                .map_err(StoreError::from),
            Conn::Postgres(_) => Ok(()),
        })
    }

    /// Runs the closure on a connection for reading.
    ///
    /// # Errors
    /// The closure's own, or a [`StoreError`] when no connection or no answer came in time.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let db = self.clone();
        let span = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || span.in_scope(|| db.read_blocking(work)));
        settle(tokio::time::timeout(DEADLINE, task).await)
    }

    /// [`Db::read`] for commands that have no runtime.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self
            .inner
            .pool
            .get()
            .map_err(|error| E::from(unreachable(&error)))?;
        work(&mut conn)
    }

    /// Runs the closure in a transaction that may write; it is committed when this returns `Ok`.
    ///
    /// # Errors
    /// The closure's own (then nothing is kept), or a [`StoreError`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(writer) = &self.inner.writer {
            let reply = writer.submit(work)?;
            return match tokio::time::timeout(DEADLINE, reply).await {
                Ok(Ok(result)) => result,
                Ok(Err(_closed)) => Err(StoreError::Stopped.into()),
                Err(_elapsed) => Err(StoreError::Timeout.into()),
            };
        }
        let db = self.clone();
        let span = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || span.in_scope(|| db.write_blocking(work)));
        settle(tokio::time::timeout(DEADLINE, task).await)
    }

    /// [`Db::write`] for commands that have no runtime. On SQLite it waits for the writer thread.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(writer) = &self.inner.writer {
            return writer
                .submit(work)?
                .blocking_recv()
                .unwrap_or_else(|_closed| Err(StoreError::Stopped.into()));
        }
        let mut conn = self
            .inner
            .pool
            .get()
            .map_err(|error| E::from(unreachable(&error)))?;
        writer::in_transaction(&mut conn, work)
    }
}

type Settled<T, E> =
    Result<Result<Result<T, E>, tokio::task::JoinError>, tokio::time::error::Elapsed>;

fn settle<T, E: From<StoreError>>(outcome: Settled<T, E>) -> Result<T, E> {
    match outcome {
        Ok(Ok(result)) => result,
        Ok(Err(_panicked)) => Err(StoreError::Stopped.into()),
        Err(_elapsed) => Err(StoreError::Timeout.into()),
    }
}

/// One line, whatever the driver says.
fn unreachable(error: &impl std::fmt::Display) -> StoreError {
    let text = error.to_string();
    StoreError::Unreachable(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
