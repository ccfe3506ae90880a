//! The processes on the other core: the server as released, with demonstration data on SQLite, and the floor.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::messages::{ACCOUNT, APP_ID, KEY, Sealing, TOKEN};
use crate::{Failure, SERVER_CORE};

/// A running process; killed when dropped.
pub(crate) struct Server {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    child: Child,
    _dir: TempDir,
}

impl Server {
    /// The service with nothing but an account configured, and 3,000 synthetic publications.
    pub(crate) fn start(sealing: Sealing) -> Result<Self, Failure> {
        let dir = TempDir::new()?;
        let mut command = pinned(env!("CARGO_BIN_EXE_jianxin"));
        command.arg("serve");
        for (key, value) in [
            ("SERVER__LISTEN", "127.0.0.1:0"),
            ("WECHAT__APP_ID", APP_ID),
            ("WECHAT__APP_SECRET", "0123456789abcdef0123456789abcdef"),
            ("WECHAT__TOKEN", TOKEN),
            ("WECHAT__ENCODING_AES_KEY", KEY),
            ("WECHAT__ORIGINAL_ID", ACCOUNT),
            ("WECHAT__MODE", sealing.mode()),
            ("DATABASE__URL", "sqlite:jianxin.sqlite"),
            ("SEARCH__DIR", "index"),
            ("DEMO__PUBLICATIONS", "3000"),
            ("SIMULATOR__ENABLED", "false"),
            ("LOG__FILTER", "error"),
        ] {
            command.env(format!("JIANXIN__{key}"), value);
        }
        Self::listening(command, dir)
    }

    /// The floor, with replies of `length` bytes.
    pub(crate) fn floor(length: usize) -> Result<Self, Failure> {
        let mut command = pinned(&std::env::current_exe()?.to_string_lossy());
        command.args(["floor", &length.to_string()]);
        Self::listening(command, TempDir::new()?)
    }

    /// What all its threads have computed so far, in nanoseconds; the kernel counts it apart from the time in which others had
    /// the core.
    pub(crate) fn computed(&self) -> Result<u64, Failure> {
        let mut sum = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = text.split(' ').next().ok_or("no schedstat")?;
            sum += first.parse::<u64>()?;
        }
        Ok(sum)
    }

    fn listening(mut command: Command, dir: TempDir) -> Result<Self, Failure> {
        let mut child = command
            .current_dir(dir.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut server = Self {
            address: String::new(),
            child,
            _dir: dir,
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .ok_or("the server did not start")?;
        address.clone_into(&mut server.address);
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pinned(program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE, program]);
    command
}
