//! The program itself in a directory of its own: loading, serving, and what the kernel says of its memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jianxin::app::App;
use jianxin::config::{self, Need};
use jianxin::domain::clock::Clock;
use tempfile::TempDir;

use crate::Failure;

/// The longest an index may take; the bench must end.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Where a database and an index live; removed when dropped, unless they are to be kept.
pub(crate) struct Place {
    dir: PathBuf,
    _removed: Option<TempDir>,
}

impl Place {
    pub(crate) fn new() -> Result<Self, Failure> {
        let dir = TempDir::new()?;
        Ok(Self {
            dir: dir.path().to_owned(),
            _removed: Some(dir),
        })
    }

    /// A directory that stays, for a second run that only asks.
    pub(crate) fn kept(dir: PathBuf) -> Result<Self, Failure> {
        std::fs::create_dir_all(&dir)?;
        Ok(Self {
            dir,
            _removed: None,
        })
    }

    /// Whether a run before loaded the publications.
    pub(crate) fn is_loaded(&self) -> bool {
        self.dir.join("jianxin.sqlite").exists()
    }

    /// The configuration as environment variables.
    pub(crate) fn environment(&self, demo: u64) -> Vec<(String, String)> {
        let path = |name: &str| self.dir.join(name).display().to_string();
        [
            ("SERVER__LISTEN", "127.0.0.1:0".to_owned()),
            ("WECHAT__APP_ID", "wx0123456789abcdef".to_owned()),
            (
                "WECHAT__APP_SECRET",
                "0123456789abcdef0123456789abcdef".to_owned(),
            ),
            ("WECHAT__TOKEN", "BenchmarkToken0123456789".to_owned()),
            ("WECHAT__MODE", "plain".to_owned()),
            (
                "DATABASE__URL",
                format!("sqlite:{}", path("jianxin.sqlite")),
            ),
            ("SEARCH__DIR", path("index")),
            ("DEMO__PUBLICATIONS", demo.to_string()),
            ("SIMULATOR__ENABLED", "false".to_owned()),
            ("LOG__FILTER", "error".to_owned()),
        ]
        .map(|(key, value)| (format!("JIANXIN__{key}"), value))
        .into()
    }

    /// `jianxin demo-data`; how long it took.
    pub(crate) fn load(&self, count: u64) -> Result<Duration, Failure> {
        let began = Instant::now();
        let mut command = self.program(0);
        let status = command
            .args(["demo-data", "--publications", &count.to_string()])
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err(format!("demo-data ended with {status}").into());
        }
        Ok(began.elapsed())
    }

    /// `jianxin serve`, from its start to «listening».
    pub(crate) fn serve(&self, demo: u64) -> Result<Serving, Failure> {
        let began = Instant::now();
        let mut child = self
            .program(demo)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut serving = Serving {
            child,
            began,
            address: String::new(),
            listening: Duration::ZERO,
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        serving.listening = began.elapsed();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .ok_or("the server did not start")?;
        address.clone_into(&mut serving.address);
        Ok(serving)
    }

    /// The size of a file or of the files in a directory.
    pub(crate) fn megabytes(&self, name: &str) -> Result<u64, Failure> {
        Ok(bytes(&self.dir.join(name))? / 1_000_000)
    }

    /// The program's parts in this process, on what the program left here.
    pub(crate) async fn app(&self) -> Result<Arc<App>, Failure> {
        let settings = config::load(None, self.environment(0).into_iter(), Need::Account).map_err(
            |mistakes| {
                let mistakes = mistakes.iter().map(ToString::to_string);
                mistakes.collect::<Vec<_>>().join("; ")
            },
        )?;
        // One TLS provider for the process, as the program itself has it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = || App::build(settings, "http://127.0.0.1", Clock::System);
        Ok(tokio::task::spawn_blocking(build).await??)
    }

    fn program(&self, demo: u64) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianxin"));
        command.current_dir(&self.dir).envs(self.environment(demo));
        command
    }
}

/// As the program's own.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// A running server; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    began: Instant,
    address: String,
    /// From the start of the process to the line that says so.
    pub(crate) listening: Duration,
}

impl Serving {
    /// Waits until the index holds everything; how long that took from the start of the process.
    pub(crate) fn until_ready(&self) -> Result<Duration, Failure> {
        while self.began.elapsed() < PATIENCE {
            let mut stream = TcpStream::connect(&self.address)?;
            stream.write_all(
                b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            )?;
            let mut reply = String::new();
            stream.read_to_string(&mut reply)?;
            if reply.contains("\"ready\"") {
                return Ok(self.began.elapsed());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("the index was not ready in time".into())
    }

    /// Anonymous resident memory: what the process itself needs, without files the kernel keeps at hand.
    pub(crate) fn anonymous_mb(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"))
            .ok_or("no RssAnon")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024 / 1_000_000)
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bytes(path: &Path) -> Result<u64, Failure> {
    let about = path.metadata()?;
    if about.is_file() {
        return Ok(about.len());
    }
    let mut sum = 0;
    for entry in path.read_dir()? {
        sum += bytes(&entry?.path())?;
    }
    Ok(sum)
}
