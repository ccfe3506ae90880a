//! `jianxin import`: files into the configured database. Never opens the search index: a running server picks the
//! change up.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::app;
use crate::cli::{Failure, import_accounts, import_cases, progress};
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::domain::procuratorate;
use crate::domain::publication_line;
use crate::service::imports::{self, BATCH, Numbered};
use crate::service::units;
use crate::store::StoreError;

/// What to import.
#[derive(clap::Subcommand)]
pub(super) enum What {
    /// Publications, one JSON object a line.
    Publications {
        /// JSON lines.
        file: PathBuf,
    },
    /// Procuratorates: rows add units or change them, the others stay.
    Units {
        /// CSV with the columns of config/procuratorates.csv.
        file: PathBuf,
    },
    /// Cases and their persons, as the office's own system exports them: CSV, XLSX or JSON lines with Chinese headings.
    Cases {
        /// The file.
        file: PathBuf,
        /// Do not hold the notices: a running server sends them within a minute.
        #[arg(long)]
        release: bool,
    },
    /// Take back a batch of `import cases` whose notices have not left.
    RollBackCases {
        /// The id that `import cases` printed.
        batch: String,
    },
    /// Let the notices of a batch of `import cases` go before their time.
    ReleaseCases {
        /// The id that `import cases` printed.
        batch: String,
    },
    /// Lawyers, parties and managers of an older platform.
    Accounts {
        /// JSON lines as PUT /api/v1/accounts takes them, or CSV with the same names as columns.
        file: PathBuf,
    },
    /// Which follower an account belongs to.
    Links {
        /// JSON lines or CSV: external_id or login_name, and openid.
        file: PathBuf,
    },
}

impl What {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        match self {
            Self::Publications { file } => publications(settings, file),
            Self::Units { file } => merge_units(settings, file),
            Self::Cases { file, release } => import_cases::run(settings, file, *release),
            Self::RollBackCases { batch } => import_cases::roll_back(settings, batch),
            Self::ReleaseCases { batch } => import_cases::release(settings, batch),
            Self::Accounts { file } => import_accounts::run_accounts(settings, file),
            Self::Links { file } => import_accounts::run_links(settings, file),
        }
    }
}

fn publications(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let unreadable = |error: std::io::Error| format!("{}: cannot be read: {error}", file.display());
    let source = File::open(file).map_err(unreadable)?;
    let bar = progress::bar(source.metadata().map(|data| data.len()).unwrap_or(0));
    let (db, tree) = crate::cli::open_for_bulk(settings)?;
    let mut totals = [0_usize; 3];
    let mut reader = BufReader::new(source);
    let mut number = 0;
    loop {
        let (lines, bytes) = next_batch(&mut reader, &mut number).map_err(unreadable)?;
        if bytes == 0 {
            break;
        }
        let (tree, now) = (Arc::clone(&tree), Clock::System.now_ms());
        let outcome = db
            .write_blocking(move |c| -> Result<_, StoreError> {
                imports::import_by(c, &tree, "command-line", lines, now)
            })
            .map_err(|error| {
                format!("stopped before line {number}: {error}; the lines before are kept")
            })?;
        let [imported, unchanged, rejected] = &mut totals;
        *imported += outcome.imported;
        *unchanged += outcome.unchanged;
        *rejected += outcome.rejected.len();
        for (line, problem) in outcome.rejected {
            bar.suspend(|| eprintln!("line {line}: {problem}"));
        }
        bar.inc(bytes);
    }
    bar.finish_and_clear();
    let [imported, unchanged, rejected] = totals;
    println!("imported={imported} unchanged={unchanged} rejected={rejected}");
    Ok(ExitCode::from(u8::from(rejected > 0)))
}

/// Up to [`BATCH`] non-empty lines, and how many bytes were read.
fn next_batch(
    reader: &mut impl BufRead,
    number: &mut usize,
) -> std::io::Result<(Vec<Numbered>, u64)> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    let mut raw = Vec::new();
    while lines.len() < BATCH {
        raw.clear();
        let read = reader.read_until(b'\n', &mut raw)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        *number += 1;
        // A line that is not UTF-8 is rejected by the parser, not by the reader: the others are kept.
        let text = String::from_utf8_lossy(&raw);
        let valid = std::str::from_utf8(&raw).is_ok();
        if text.trim().is_empty() {
            continue;
        }
        let parsed = if valid {
            publication_line::parse(text.trim())
        } else {
            Err(publication_line::not_utf8())
        };
        lines.push((*number, parsed));
    }
    Ok((lines, bytes))
}

fn merge_units(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let unusable = |text: String| format!("{}: {text}", file.display());
    let text = std::fs::read_to_string(file)
        .map_err(|error| unusable(format!("cannot be read: {error}")))?;
    let read = procuratorate::read_rows(&text).map_err(|problems| {
        unusable(
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        )
    })?;
    let db = app::open_database(settings).map_err(|error| error.to_string())?;
    app::prepare_schema(settings, &db).map_err(|error| error.to_string())?;
    let outcome =
        units::import(&db, read.rows, Clock::System.now_ms()).map_err(|error| error.to_string())?;
    let mut problems = read.problems;
    problems.extend(outcome.rejected);
    problems.sort_by_key(|problem| problem.line);
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    // A line with two problems is one rejected line.
    let rejected = problems
        .iter()
        .map(|problem| problem.line)
        .collect::<BTreeSet<_>>()
        .len();
    println!(
        "imported={} unchanged={} rejected={rejected}",
        outcome.imported, outcome.unchanged
    );
    Ok(ExitCode::from(u8::from(rejected > 0)))
}
