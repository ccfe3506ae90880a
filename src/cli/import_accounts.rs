//! `jianxin import accounts|links FILE`: people of an older platform. JSON lines, or CSV when the name ends in `.csv`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::{self, Ids, PersonHasher, seal::Seal};
use crate::cli::{Failure, progress};
use crate::config::Settings;
use crate::domain::account_record::{self, AccountRecord, LinkRecord};
use crate::domain::clock::Clock;
use crate::domain::publication_line::RecordProblem;
use crate::domain::shape::{self, Field};
use crate::domain::units::UnitTree;
use crate::service::accounts::{self, Put, Registry};
use crate::service::error::RecordError;
use crate::store::{Conn, Db};

/// Rows in one transaction.
const BATCH: usize = 500;

/// One row, read.
#[derive(Clone)]
enum Record {
    Account(Box<AccountRecord>),
    Link(LinkRecord),
}

type Numbered = (usize, Result<Record, RecordProblem>);
/// Line number and what became of it.
type Outcome = (usize, Result<Put, RecordProblem>);

/// Accounts, one record a line.
pub(super) fn run_accounts(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let read =
        |object| account_record::account(object).map(|record| Record::Account(Box::new(record)));
    run(settings, file, account_record::ACCOUNT, read)
}

/// Links between accounts and followers, one record a line.
pub(super) fn run_links(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let read = |object| account_record::link(object).map(Record::Link);
    run(settings, file, account_record::LINK, read)
}

fn run(
    settings: &Settings,
    file: &Path,
    fields: &'static [Field],
    read: fn(Map<String, Value>) -> Result<Record, RecordProblem>,
) -> Result<ExitCode, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
    let is_csv = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let rows = if is_csv {
        csv_rows(&bytes, fields, read)
    } else {
        json_rows(&bytes, read)
    };
    let (db, tree) = crate::cli::open_for_bulk(settings)?;
    let desk = Desk {
        seal: Arc::new(app::open_seal(settings, &db).map_err(|error| error.to_string())?),
        person: app::open_person(&db).map_err(|error| error.to_string())?,
        ids: Arc::new(Ids::default()),
        tree,
    };
    let bar = progress::bar(u64::try_from(rows.len()).unwrap_or(0));
    let mut totals = [0_usize; 3];
    for batch in rows.chunks(BATCH) {
        let first = batch.first().map_or(0, |(number, _)| *number);
        let outcomes = desk.store(&db, batch.to_vec()).map_err(|error| {
            format!("stopped before line {first}: {error}; the lines before are kept")
        })?;
        for (number, outcome) in outcomes {
            let [imported, unchanged, rejected] = &mut totals;
            match outcome {
                Ok(Put::Imported(_)) => *imported += 1,
                Ok(Put::Unchanged(_)) => *unchanged += 1,
                Err(problem) => {
                    *rejected += 1;
                    bar.suspend(|| eprintln!("line {number}: {problem}"));
                }
            }
        }
        bar.inc(u64::try_from(batch.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    let [imported, unchanged, rejected] = totals;
    println!("imported={imported} unchanged={unchanged} rejected={rejected}");
    Ok(ExitCode::from(u8::from(rejected > 0)))
}

#[derive(Clone)]
struct Desk {
    tree: Arc<UnitTree>,
    seal: Arc<Seal>,
    person: PersonHasher,
    ids: Arc<Ids>,
}

impl Desk {
    /// Stores a batch in one transaction; when a statement fails, each row in its own, so that the good ones are kept.
    fn store(&self, db: &Db, batch: Vec<Numbered>) -> Result<Vec<Outcome>, RecordError> {
        let (desk, rows) = (self.clone(), batch.clone());
        let together = db.write_blocking(move |c| {
            let rows = rows.into_iter();
            rows.map(|row| desk.one(c, row))
                .collect::<Result<Vec<_>, _>>()
        });
        if let Ok(outcomes) = together {
            return Ok(outcomes);
        }
        let mut outcomes = Vec::with_capacity(batch.len());
        for row in batch {
            let desk = self.clone();
            outcomes.push(db.write_blocking(move |c| desk.one(c, row))?);
        }
        Ok(outcomes)
    }

    fn one(&self, c: &mut Conn, (number, row): Numbered) -> Result<Outcome, RecordError> {
        let record = match row {
            Ok(record) => record,
            Err(problem) => return Ok((number, Err(problem))),
        };
        let registry = Registry {
            tree: &self.tree,
            seal: &self.seal,
            person: &self.person,
            ids: &self.ids,
            now: Clock::System.now_ms(),
            actor: "command-line",
        };
        let stored = match &record {
            Record::Account(record) => accounts::put(c, registry, record),
            Record::Link(record) => accounts::put_link(c, registry, record),
        };
        match stored {
            Ok(put) => Ok((number, Ok(put))),
            Err(RecordError::Bad(problem) | RecordError::Conflict(problem)) => {
                Ok((number, Err(problem)))
            }
            Err(error @ (RecordError::Store(_) | RecordError::Seal(_))) => Err(error),
        }
    }
}

fn json_rows(
    bytes: &[u8],
    read: fn(Map<String, Value>) -> Result<Record, RecordProblem>,
) -> Vec<Numbered> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(at, line)| {
            let text = std::str::from_utf8(line).map_err(|_utf8| not_utf8());
            let row = text.and_then(shape::parse).and_then(read);
            (at + 1, row)
        })
        .collect()
}

fn csv_rows(
    bytes: &[u8],
    fields: &'static [Field],
    read: fn(Map<String, Value>) -> Result<Record, RecordProblem>,
) -> Vec<Numbered> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(_) => return vec![(1, Err(not_utf8()))],
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let object = account_record::row(fields, &header, &record);
                (usize::try_from(line).unwrap_or(0), read(object))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let reason = "cannot be read: give every row the columns of the first, in UTF-8";
                let line = usize::try_from(line).unwrap_or(0);
                (line, Err(RecordProblem::whole(reason)))
            }
        });
    }
    rows
}

fn not_utf8() -> RecordProblem {
    RecordProblem::whole("is not UTF-8; save the file as UTF-8")
}
