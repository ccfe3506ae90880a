//! The whole dialect layer: one connection type over SQLite and PostgreSQL, how each is opened, how a writing
//! transaction begins, and the upsert macro.

use std::fmt;
use std::path::{Path, PathBuf};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::ManageConnection;
use diesel::{Connection, ConnectionError, PgConnection, QueryResult, SqliteConnection};

/// A connection to one of the two databases.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the URL may hold a password.
    Postgres(String),
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

impl Backend {
    /// Chooses by the scheme. An unknown scheme is refused: a mistyped URL must never become a new, empty file.
    pub fn from_url(url: &str) -> Option<Self> {
        match url.split_once(':')? {
            ("sqlite", path) if !path.is_empty() => Some(Self::Sqlite(PathBuf::from(
                path.strip_prefix("//").unwrap_or(path),
            ))),
            ("postgres" | "postgresql", _) => Some(Self::Postgres(with_deadlines(url))),
            _ => None,
        }
    }

    /// The word for logs and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Opens a connection that may write.
    pub(super) fn open(&self) -> Result<Conn, ConnectionError> {
        match self {
            Self::Sqlite(path) => open_sqlite(
                path,
                "PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;",
            ),
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                // A statement that hangs must not hold a pool slot for ever; imports use batches far below this.
                conn.batch_execute(
                    "SET statement_timeout = '15s'; SET lock_timeout = '10s'; \
                     SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = warning",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }

    /// Opens a connection that fails at once where another one would wait for a lock.
    pub(super) fn open_impatient(&self) -> Result<Conn, ConnectionError> {
        let mut conn = self.open_reader()?;
        if let Conn::Sqlite(c) = &mut conn {
            c.batch_execute("PRAGMA busy_timeout = 0")
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }

    fn open_reader(&self) -> Result<Conn, ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                open_sqlite(path, "PRAGMA query_only = ON; PRAGMA cache_size = -2000;")
            }
            Self::Postgres(_) => self.open(),
        }
    }
}

fn open_sqlite(path: &Path, extra: &str) -> Result<Conn, ConnectionError> {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    // busy_timeout first: switching to WAL itself may meet a lock.
    conn.batch_execute(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;",
    )
    .and_then(|()| conn.batch_execute(extra))
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Conn::Sqlite(conn))
}

/// A server that went away without a word must be noticed: libpq's defaults wait for many minutes.
fn with_deadlines(url: &str) -> String {
    let mut url = url.to_owned();
    for (key, value) in [
        ("connect_timeout", "3"),
        ("tcp_user_timeout", "5000"),
        ("keepalives_idle", "10"),
        ("keepalives_interval", "3"),
        ("keepalives_count", "3"),
        ("application_name", "jianxin"),
    ] {
        if !url.contains(&format!("{key}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(key);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

/// Opens pool connections of the chosen backend only.
#[derive(Debug)]
pub(super) struct Manager(pub(super) Backend);

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        self.0
            .open_reader()
            .map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        match conn {
            // A file cannot go away half way; asking would cost every read a statement.
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(c) => c
                .batch_execute("SELECT 1")
                .map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        match conn {
            Conn::Sqlite(_) => false,
            Conn::Postgres(c) => !matches!(
                <PgConnection as Connection>::TransactionManager::transaction_manager_status_mut(c)
                    .transaction_depth(),
                Ok(None)
            ),
        }
    }
}

/// Begins a transaction that will write. SQLite's default (deferred) may fail at the first write although a
/// busy_timeout is set, so the lock is taken at once.
pub(super) fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// Commits what [`begin_write`] began.
pub(super) fn commit(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        Conn::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

/// Rolls back what [`begin_write`] began.
pub(super) fn rollback(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        Conn::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    }
}

/// Runs the same statement on the inner connection of either kind. Needed for upserts and batches, which the
/// combined connection does not support although both databases share their syntax.
macro_rules! on_either {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $body,
            $crate::store::Conn::Postgres($inner) => $body,
        }
    };
}
pub(super) use on_either;
