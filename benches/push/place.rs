//! A database of one's own on either backend, and the program on it: its parts in this process, or itself in another one.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use jianxin::app::{App, random_hex};
use jianxin::config::{self, Need};
use jianxin::domain::clock::Clock;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::Failure;

/// Where notices lie.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite,
    /// The server's address and Redis's.
    Postgres(String, String),
}

impl Backend {
    pub(crate) fn from_environment() -> Vec<Self> {
        let read = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let urls = (
            read("JIANXIN_BENCH_DATABASE_URL"),
            read("JIANXIN_BENCH_REDIS_URL"),
        );
        match urls {
            (Some(database), Some(redis)) => vec![Self::Sqlite, Self::Postgres(database, redis)],
            _ => vec![Self::Sqlite],
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(..) => "postgres",
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(..) => "PostgreSQL, Redis",
        }
    }
}

/// Removed when dropped.
pub(crate) struct Place {
    dir: TempDir,
    database: String,
    /// Address and prefix.
    redis: Option<(String, String)>,
    /// Server and schema.
    schema: Option<(String, String)>,
}

impl Place {
    pub(crate) fn new(backend: &Backend) -> Result<Self, Failure> {
        let dir = TempDir::new()?;
        match backend {
            Backend::Sqlite => Ok(Self {
                database: format!("sqlite:{}", dir.path().join("jianxin.sqlite").display()),
                dir,
                redis: None,
                schema: None,
            }),
            Backend::Postgres(server, redis) => {
                let schema = format!("bench_{}", random_hex::<6>());
                PgConnection::establish(server)?
                    .batch_execute(&format!("CREATE SCHEMA {schema}"))?;
                let join = if server.contains('?') { '&' } else { '?' };
                Ok(Self {
                    dir,
                    database: format!("{server}{join}options=-csearch_path%3D{schema}"),
                    redis: Some((redis.clone(), schema.clone())),
                    schema: Some((server.clone(), schema)),
                })
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    fn environment(&self, platform: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let redis = self.redis.clone().unwrap_or_default();
        let mut all: Vec<(String, String)> = [
            ("server.listen", "127.0.0.1:0"),
            ("wechat.app_id", "wx0123456789abcdef"),
            ("wechat.app_secret", "0123456789abcdef0123456789abcdef"),
            ("wechat.token", "BenchmarkToken0123456789"),
            ("wechat.mode", "plain"),
            ("wechat.api_base_url", platform),
            ("database.url", &self.database),
            ("redis.url", &redis.0),
            ("demo.publications", "0"),
            ("simulator.enabled", "false"),
            (
                "security.data_keys",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ),
            ("push.templates.case_progress_changed", "benchmark"),
            ("push.daily_quota", "100000000"),
            ("log.filter", "error"),
        ]
        .iter()
        .chain(more)
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
        if self.redis.is_some() {
            all.push(("redis.prefix".to_owned(), redis.1));
        }
        let name = |key: String| format!("JIANXIN__{}", key.replace('.', "__").to_uppercase());
        all.into_iter()
            .map(|(key, value)| (name(key), value))
            .collect()
    }

    /// The program's parts in this process, with an index of their own.
    pub(crate) fn app(&self, here: &Runtime, platform: &str) -> Result<Arc<App>, Failure> {
        let _inside = here.enter();
        let index = self.dir.path().join("index-here").display().to_string();
        let environment = self
            .environment(platform, &[("search.dir", &index)])
            .into_iter();
        let settings = config::load(None, environment, Need::Account).map_err(|mistakes| {
            let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            mistakes.join("; ")
        })?;
        // One TLS provider for the process, as the program itself has it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(App::build(settings, "http://127.0.0.1", Clock::System)?)
    }

    /// The released program: `serve` on SQLite, `worker` on PostgreSQL. Returns when it listens.
    pub(crate) fn program(
        &self,
        platform: &str,
        more: &[(&str, &str)],
    ) -> Result<Program, Failure> {
        let index = self.dir.path().join("index-there").display().to_string();
        let mut more = more.to_vec();
        more.push(("search.dir", &index));
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.dir.path().join("log"))?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_jianxin"))
            .arg(if self.schema.is_some() {
                "worker"
            } else {
                "serve"
            })
            .current_dir(self.dir.path())
            .env("TMPDIR", self.dir.path())
            .envs(self.environment(platform, &more))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut program = Program {
            child,
            stdout: BufReader::new(stdout),
        };
        let mut line = String::new();
        program.stdout.read_line(&mut line)?;
        match line.starts_with("listening on") {
            true => Ok(program),
            false => {
                let log = std::fs::read_to_string(self.dir.path().join("log"))?;
                Err(format!("the program did not start: {log}").into())
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!(
                "SET lock_timeout = '10s'; SET client_min_messages = warning; DROP SCHEMA {schema} CASCADE"
            ));
        }
    }
}

/// As the program's own.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// A running process; killed when dropped.
pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Anonymous resident memory in MB: what the process itself needs.
    pub(crate) fn anonymous_mb(&self) -> Result<f64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let kib: f64 = line
            .ok_or("no RssAnon")?
            .trim()
            .trim_end_matches(" kB")
            .parse()?;
        Ok(kib * 1024.0 / 1e6)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
