//! A program of somebody's that is handed bytes and answers with bytes, within a time and a size. No file is written, and
//! it learns nothing of our environment.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is asked whether it is done.
const PAUSE: Duration = Duration::from_millis(10);

/// What came of it.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its exit code; `None`: a signal ended it, or we did because it took too long.
    pub(super) code: Option<i32>,
    /// What it wrote, up to the limit.
    pub(super) said: Vec<u8>,
}

/// Runs it to its end. Blocking, `patience` at most.
///
/// # Errors
/// When it cannot be started.
pub(super) fn run(
    mut command: Command,
    input: &[u8],
    most: u64,
    patience: Duration,
) -> std::io::Result<Ended> {
    command
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        // It may end without having read everything, which is its affair.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let reader = scope.spawn(move || {
            let mut said = Vec::new();
            // A program that writes on after the limit finds the pipe closed.
            let _ = stdout.map(|stdout| stdout.take(most).read_to_end(&mut said));
            said
        });
        let code = wait(&mut child, patience);
        Ok(Ended {
            code: code?,
            said: reader.join().unwrap_or_default(),
        })
    })
}

fn wait(child: &mut Child, patience: Duration) -> std::io::Result<Option<i32>> {
    let until = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}
