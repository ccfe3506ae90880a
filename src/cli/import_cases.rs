//! `jianxin import cases FILE`: a file of cases through the same steps as at the console, good rows kept.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::{Failure, progress};
use crate::config::Settings;
use crate::domain::shanghai;
use crate::service::case_imports::{self, Opened};
use crate::service::error::ServiceError;
use crate::store::import_batches::{Batch, INVALID};

/// A file into the database.
pub(super) fn run(settings: &Settings, file: &Path, release: bool) -> Result<ExitCode, Failure> {
    let unreadable = |error: std::io::Error| format!("{}: cannot be read: {error}", file.display());
    let source = File::open(file).map_err(unreadable)?;
    let desk = open(settings)?;
    let stopped = |error: case_imports::WorkError| {
        format!("stopped: {error}; run the command again, it goes on where this one stopped")
    };
    let left = desk.finish_what_was_left().map_err(stopped)?;
    if left > 0 {
        eprintln!("finished {left} batches that an earlier command had left");
    }
    let bar = progress::bar(0);
    let shown = bar.clone();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let batch = desk.import(&name, source, move |batch| show(&shown, batch));
    bar.finish_and_clear();
    let batch = batch.map_err(stopped)?;
    // What is wrong with the file as a whole, and nothing was counted.
    if let (INVALID, 0, Some(problem)) = (batch.state.as_str(), batch.rows_total, &batch.problem) {
        return Err(format!("{}: {problem}", file.display()));
    }
    let warnings: Vec<String> = serde_json::from_str(&batch.warnings).unwrap_or_default();
    warnings
        .iter()
        .for_each(|warning| eprintln!("warning: {warning}"));
    let tell = |line: i64, field: &str, reason: &str| match field {
        "" => eprintln!("line {line}: {reason}"),
        field => eprintln!("line {line}: {field}: {reason}"),
    };
    desk.refused(&batch, tell)
        .map_err(|error| error.to_string())?;
    if let Some(at) = batch.notify_at {
        if release {
            desk.release(&batch.public_id)
                .map_err(|error| told(&error))?;
        }
        let when = match release {
            true => "go with the next round of the server".to_owned(),
            false => format!("wait until {}", shanghai::rfc3339(at)),
        };
        eprintln!("batch {}: notices {when}", batch.public_id);
    }
    let rejected = batch.rows_refused + batch.rows_overtaken;
    // Overtaken rows were counted among these when the file was looked through.
    let imported = batch.rows_new + batch.rows_changed - batch.rows_overtaken;
    println!(
        "imported={imported} unchanged={} rejected={rejected}",
        batch.rows_unchanged
    );
    Ok(ExitCode::from(u8::from(rejected > 0)))
}

/// A batch of this command, taken back.
pub(super) fn roll_back(settings: &Settings, batch: &str) -> Result<ExitCode, Failure> {
    let desk = open(settings)?;
    let batch = desk.roll_back(batch).map_err(|error| told(&error))?;
    println!(
        "undone={} kept={}",
        batch.rows_done - batch.rows_kept,
        batch.rows_kept
    );
    Ok(ExitCode::from(u8::from(batch.rows_kept > 0)))
}

/// The notices of a batch of this command, before their time.
pub(super) fn release(settings: &Settings, batch: &str) -> Result<ExitCode, Failure> {
    let desk = open(settings)?;
    desk.release(batch).map_err(|error| told(&error))?;
    println!("released=1");
    Ok(ExitCode::SUCCESS)
}

fn open(settings: &Settings) -> Result<Opened, Failure> {
    let (db, tree) = crate::cli::open_for_bulk(settings)?;
    case_imports::open_for_command(settings, db, tree).map_err(|error| error.to_string())
}

fn told(error: &ServiceError) -> Failure {
    match error {
        ServiceError::NotFound => {
            "there is no batch of the command line with this id whose notices wait".to_owned()
        }
        other => other.to_string(),
    }
}

fn show(bar: &indicatif::ProgressBar, batch: &Batch) {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    // While a file is looked through nobody knows how many rows it has.
    let total = match batch.validated_at {
        None => count(batch.rows_total),
        Some(_) => count(batch.rows_new + batch.rows_changed),
    };
    bar.set_length(total);
    bar.set_position(count(batch.rows_done).min(total));
}
