//! The program as its own process: `jianxin …` with nothing but the settings of the test in its environment.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::database::TestDatabase;
use super::{ACCOUNT, AES_KEY, APP_ID, APP_SECRET, DATA_KEY, TOKEN};

/// A working directory and settings for runs of the program.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    settings: Vec<(String, String)>,
}

impl Bench {
    /// With an account, on a database, without simulator.
    pub(crate) fn on(database: &TestDatabase) -> Self {
        let bench = Self::bare();
        bench
            .set("database.url", &database.url())
            .set("database.pool_size", "3")
            .set("wechat.app_id", APP_ID)
            .set("wechat.app_secret", APP_SECRET)
            .set("wechat.token", TOKEN)
            .set("wechat.encoding_aes_key", AES_KEY)
            .set("wechat.original_id", ACCOUNT)
            .set("wechat.mode", "plain")
            .set("server.listen", "127.0.0.1:0")
            .set("security.data_keys", DATA_KEY)
    }

    /// Without any setting.
    pub(crate) fn bare() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            settings: Vec::new(),
        }
    }

    /// One setting more.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((
            format!("JIANXIN__{}", key.replace('.', "__").to_uppercase()),
            value.to_owned(),
        ));
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianxin"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env_clear()
            .stdin(Stdio::null());
        command.envs(
            self.settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    /// Starts something that is killed when dropped; standard error goes to `log`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let log = File::create(self.dir.path().join("log")).unwrap();
        let child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        Running {
            child,
            origin: String::new(),
            log: self.dir.path().join("log"),
        }
    }

    /// Starts the service and waits until it listens.
    pub(crate) fn serve(&self) -> Running {
        self.listen(&["serve"])
    }

    /// The same with another command.
    pub(crate) fn listen(&self, arguments: &[&str]) -> Running {
        let mut running = self.start(arguments);
        let mut lines = BufReader::new(running.child.stdout.take().unwrap()).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        let origin = first.strip_prefix("listening on ");
        running.origin = origin
            .unwrap_or_else(|| panic!("{first:?}: {}", running.log()))
            .to_owned();
        // Whatever is printed later must find somebody who reads.
        std::thread::spawn(move || lines.for_each(drop));
        running
    }

    /// A file in the working directory.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        std::fs::write(self.dir.path().join(name), content).unwrap();
        name.to_owned()
    }
}

/// A run that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A run under way.
pub(crate) struct Running {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    log: std::path::PathBuf,
}

impl Running {
    /// All of standard error so far.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        File::open(Path::new(&self.log))
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    /// SIGTERM.
    pub(crate) fn terminate(&self) {
        let killed = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end.
    pub(crate) fn ended_within(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "still running: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
