//! The hook for a virus scanner (decision 20): a command that is handed the bytes on standard input. Exit code 0: clean,
//! 1: something was found, anything else: it could not tell.

use std::process::Command;
use std::time::Duration;

use super::{Refusal, child};

/// How long a scanner may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks the scanner, if there is one. Blocking.
///
/// # Errors
/// [`Refusal::Infected`], or [`Refusal::ScanFailed`] when it could not tell.
pub fn ask(command: &[String], bytes: &[u8]) -> Result<(), Refusal> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(());
    };
    let mut command = Command::new(program);
    command.args(arguments);
    match child::run(command, bytes, 0, PATIENCE).map(|ended| ended.code) {
        Ok(Some(0)) => Ok(()),
        Ok(Some(1)) => Err(Refusal::Infected),
        Ok(code) => {
            tracing::error!(?code, "the scanner could not tell");
            Err(Refusal::ScanFailed)
        }
        Err(error) => {
            tracing::error!(%error, "the scanner could not be started");
            Err(Refusal::ScanFailed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_scanner_decides_and_its_absence_is_no_permission() {
        assert_eq!(ask(&[], b"x"), Ok(()));
        let script = "/usr/bin/grep -q planted && exit 1; exit 0";
        assert_eq!(ask(&command(script), b"clean"), Ok(()));
        assert_eq!(
            ask(&command(script), b"a planted thing"),
            Err(Refusal::Infected)
        );
        assert_eq!(ask(&command("exit 2"), b"x"), Err(Refusal::ScanFailed));
        assert_eq!(
            ask(&["/no/such/program".to_owned()], b"x"),
            Err(Refusal::ScanFailed)
        );
    }
}
