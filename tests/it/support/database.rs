//! A database for one test: a copied SQLite file, or a PostgreSQL schema that is dropped with it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use jianxin::app;
use jianxin::config::{self, Need};
use tempfile::TempDir;

/// Which database the stories run on.
pub(crate) fn postgres_url() -> Option<String> {
    std::env::var("JIANXIN_TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// Which Redis, if any.
pub(crate) fn redis_url() -> Option<String> {
    std::env::var("JIANXIN_TEST_REDIS_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// A word that no other test and no other run uses.
pub(crate) fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "it_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Migrated, with the built-in unit table, nothing else.
pub(crate) struct TestDatabase {
    kind: Kind,
}

enum Kind {
    Sqlite { path: PathBuf, _dir: TempDir },
    Postgres { server: String, schema: String },
}

impl TestDatabase {
    /// The one the environment asks for.
    pub(crate) fn create() -> Self {
        match postgres_url() {
            None => Self::sqlite(),
            Some(server) => Self::postgres(server),
        }
    }

    /// An SQLite file whatever the environment asks for.
    pub(crate) fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("jianxin.db");
        std::fs::write(&path, sqlite_template()).unwrap();
        Self {
            kind: Kind::Sqlite { path, _dir: dir },
        }
    }

    fn postgres(server: String) -> Self {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            // Stays for the next run; the version in the name follows the migrations and the unit table.
            let name = format!("it_template_{}", template_version());
            let mut admin = PgConnection::establish(&server).unwrap();
            // One at a time, also among test runs side by side.
            admin
                .batch_execute("SELECT pg_advisory_lock(722022)")
                .unwrap();
            admin
                .batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {name}"))
                .unwrap();
            prepare(&in_schema(&server, &name));
            admin
                .batch_execute("SELECT pg_advisory_unlock(722022)")
                .unwrap();
            name
        });
        let schema = unique();
        let mut admin = PgConnection::establish(&server).unwrap();
        admin
            .batch_execute(&format!("CREATE SCHEMA {schema}"))
            .unwrap();
        let url = in_schema(&server, &schema);
        app::open_database(&settings(&url))
            .unwrap()
            .migrate()
            .unwrap();
        admin
            .batch_execute(&format!(
                "INSERT INTO {schema}.units SELECT * FROM {template}.units;
                 UPDATE {schema}.counters SET value = 1 WHERE name = 'units'"
            ))
            .unwrap();
        Self {
            kind: Kind::Postgres { server, schema },
        }
    }

    /// For `database.url`.
    pub(crate) fn url(&self) -> String {
        match &self.kind {
            Kind::Sqlite { path, .. } => format!("sqlite:{}", path.display()),
            Kind::Postgres { server, schema } => in_schema(server, schema),
        }
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres { .. })
    }

    /// Everything that lies in the database: SQLite's files with the log, or all rows of PostgreSQL as texts.
    pub(crate) fn bytes(&self) -> Vec<Vec<u8>> {
        match &self.kind {
            Kind::Sqlite { _dir, .. } => super::record::files_below(_dir.path())
                .iter()
                .map(|path| std::fs::read(path).unwrap())
                .collect(),
            Kind::Postgres { schema, .. } => {
                let mut outside = self.connect();
                let tables = outside.texts(&format!(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'"
                ));
                let rows = tables.iter().flat_map(|table| {
                    outside.texts(&format!("SELECT row_to_json(r)::text FROM {table} r"))
                });
                rows.map(String::into_bytes).collect()
            }
        }
    }

    /// A connection of the test's own, behind the program's back.
    pub(crate) fn connect(&self) -> Outside {
        match &self.kind {
            Kind::Sqlite { path, .. } => Outside::Sqlite(sqlite(path)),
            Kind::Postgres { server, schema } => {
                Outside::Postgres(PgConnection::establish(&in_schema(server, schema)).unwrap())
            }
        }
    }

    /// Runs statements behind the program's back.
    pub(crate) fn execute(&self, sql: &str) {
        self.connect().execute(sql);
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Kind::Postgres { server, schema } = &self.kind
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!(
                "SET lock_timeout = '3s'; SET client_min_messages = warning; DROP SCHEMA {schema} CASCADE"
            ));
        }
    }
}

/// A connection of the test's own.
pub(crate) enum Outside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Outside {
    pub(crate) fn execute(&mut self, sql: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
        .unwrap();
    }

    /// Takes what every writer needs, until [`Self::release`].
    pub(crate) fn lock_writers(&mut self, table: &str) {
        match self {
            Self::Sqlite(_) => self.execute("BEGIN IMMEDIATE"),
            Self::Postgres(_) => self.execute(&format!(
                "BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
            )),
        }
    }

    pub(crate) fn release(&mut self) {
        self.execute("ROLLBACK");
    }

    /// The first column of the rows a query gives, as texts.
    pub(crate) fn texts(&mut self, sql: &str) -> Vec<String> {
        use diesel::prelude::*;
        #[derive(QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            it: String,
        }
        let query = diesel::sql_query(format!("SELECT CAST(x AS TEXT) AS it FROM ({sql}) AS t(x)"));
        let query_sqlite = diesel::sql_query(format!(
            "WITH t(x) AS ({sql}) SELECT CAST(x AS TEXT) AS it FROM t"
        ));
        let rows: Vec<Text> = match self {
            Self::Sqlite(conn) => query_sqlite.load(conn).unwrap(),
            Self::Postgres(conn) => query.load(conn).unwrap(),
        };
        rows.into_iter().map(|row| row.it).collect()
    }
}

fn in_schema(server: &str, schema: &str) -> String {
    let join = if server.contains('?') { '&' } else { '?' };
    // Commits need not survive the server's own crash here; waiting for its disk would take most of the time.
    format!("{server}{join}options=-csearch_path%3D{schema}%20-csynchronous_commit%3Doff")
}

fn sqlite(path: &Path) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
    conn
}

fn settings(url: &str) -> jianxin::config::Settings {
    let variables = [
        ("JIANXIN__DATABASE__URL", url),
        ("JIANXIN__DATABASE__POOL_SIZE", "1"),
    ];
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    config::load(None, variables, Need::Stores).unwrap()
}

fn prepare(url: &str) {
    let settings = settings(url);
    let db = app::open_database(&settings).unwrap();
    app::prepare_schema(&settings, &db).unwrap();
}

/// A prepared file, made once: filling the unit table anew for every test would take most of the time.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let (made, packed) = (dir.path().join("made.db"), dir.path().join("packed.db"));
        prepare(&format!("sqlite:{}", made.display()));
        sqlite(&made)
            .batch_execute(&format!("VACUUM INTO '{}'", packed.display()))
            .unwrap();
        std::fs::read(packed).unwrap()
    })
}

fn template_version() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(jianxin::domain::procuratorate::BUILT_IN);
    for file in super::record::files_below(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/migrations/postgres"
    ))) {
        hash.update(std::fs::read(file).unwrap());
    }
    app::hex(&hash.finalize()[..8])
}
