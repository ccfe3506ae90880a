//! The unit table as CSV: header line, then one unit a line. Columns are found by name, so their order and additional
//! columns do not matter; several aliases in one field are separated by `|`. A byte order mark is tolerated, and so
//! are lines that hold nothing but commas: spreadsheets write both.

use std::collections::HashMap;

use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::procuratorate::hierarchy::{self, HierarchyFlaw};

/// More than the longest code in use, and short enough for an address and for a label.
const ID_CHARS: usize = 32;

/// What a follower may type for a unit is cut at the same length, so a longer name could never be asked for.
const NAME_CHARS: usize = 64;

/// One thing that is wrong with a unit table.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct CsvProblem {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// What is wrong there.
    pub reason: CsvReason,
}

/// Why a line of a unit table was refused.
#[derive(Debug, thiserror::Error)]
pub enum CsvReason {
    /// The header lacks a column that every table must have.
    #[error("the column {0} is missing from the header")]
    MissingColumn(&'static str),
    /// The line is not CSV.
    #[error("not readable as CSV")]
    Unreadable(#[source] csv::Error),
    /// The line has more or fewer fields than the header.
    #[error("{found} fields where the header has {expected}")]
    FieldCount {
        /// Fields of this line.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A field that must not be empty is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A field is longer than the program can use.
    #[error("{column} has more than {limit} characters")]
    TooLong {
        /// The column.
        column: &'static str,
        /// The limit in characters.
        limit: usize,
    },
    /// A code with white space or control characters inside.
    #[error("{0:?} is not a code")]
    BadCode(String),
    /// The level is not a number from 1 to 4.
    #[error("{0:?} is not a level from 1 to 4")]
    BadLevel(String),
    /// The unit stands too far below the root.
    #[error("more than {0} steps below the root: give it a higher parent")]
    TooDeep(usize),
    /// The lines do not make one tree.
    #[error("{0}")]
    Hierarchy(HierarchyFlaw),
}

/// A readable line of a unit table.
#[derive(Debug)]
pub struct CsvRow {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// What it says.
    pub unit: Procuratorate,
}

/// The lines of a unit table, each looked at by itself.
#[derive(Debug, Default)]
pub struct CsvRows {
    /// Those whose fields are as they should be.
    pub rows: Vec<CsvRow>,
    /// What is wrong with the others; a line may have several problems.
    pub problems: Vec<CsvProblem>,
}

/// Reads a unit table that must be whole.
///
/// # Errors
///
/// Every problem of the whole file, in the order of its lines: nothing is accepted from a table with one bad line.
pub fn parse_csv(text: &str) -> Result<Vec<Procuratorate>, Vec<CsvProblem>> {
    let mut all = Vec::new();
    let mut problems = read(text, |line, unit, _good| all.push(CsvRow { line, unit }))?;
    // A line with a bad field still takes part in the check of the tree: otherwise its children would be reported as
    // orphans, and the one real mistake would drown.
    let (lines, units): (Vec<u64>, Vec<Procuratorate>) =
        all.into_iter().map(|row| (row.line, row.unit)).unzip();
    for (position, flaw) in hierarchy::flaws(&units) {
        let line = lines.get(position).copied().unwrap_or(1);
        let reason = CsvReason::Hierarchy(flaw);
        problems.push(CsvProblem { line, reason });
    }
    if problems.is_empty() {
        return Ok(units);
    }
    problems.sort_by_key(|problem| problem.line);
    Err(problems)
}

/// Reads a unit table line by line: good lines are kept whatever is wrong with others. Whether they make a tree with
/// the units that are there is for the caller.
///
/// # Errors
///
/// When the header is not usable.
pub fn read_rows(text: &str) -> Result<CsvRows, Vec<CsvProblem>> {
    let mut rows = Vec::new();
    let problems = read(text, |line, unit, good| {
        if good {
            rows.push(CsvRow { line, unit });
        }
    })?;
    Ok(CsvRows { rows, problems })
}

fn read(
    text: &str,
    mut take: impl FnMut(u64, Procuratorate, bool),
) -> Result<Vec<CsvProblem>, Vec<CsvProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(header) => Columns::find(header)?,
        Err(error) => {
            let reason = CsvReason::Unreadable(error);
            return Err(vec![CsvProblem { line: 1, reason }]);
        }
    };
    let mut problems = Vec::new();
    for row in reader.into_records() {
        let record = match row {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                let reason = CsvReason::Unreadable(error);
                problems.push(CsvProblem { line, reason });
                continue;
            }
        };
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(1, csv::Position::line);
        let before = problems.len();
        let mut bad = |reason| problems.push(CsvProblem { line, reason });
        if record.len() != columns.count {
            bad(CsvReason::FieldCount {
                found: record.len(),
                expected: columns.count,
            });
        }
        let unit = columns.unit(&record, &mut bad);
        take(line, unit, problems.len() == before);
    }
    Ok(problems)
}

/// Where each column stands in this file.
struct Columns {
    count: usize,
    positions: HashMap<String, usize>,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Result<Self, Vec<CsvProblem>> {
        let positions: HashMap<String, usize> = header
            .iter()
            .enumerate()
            .map(|(position, name)| (name.trim().to_ascii_lowercase(), position))
            .collect();
        let missing: Vec<CsvProblem> = ["unit_id", "name", "level", "parent_id"]
            .into_iter()
            .filter(|required| !positions.contains_key(*required))
            .map(|required| CsvProblem {
                line: 1,
                reason: CsvReason::MissingColumn(required),
            })
            .collect();
        if missing.is_empty() {
            Ok(Self {
                count: header.len(),
                positions,
            })
        } else {
            Err(missing)
        }
    }

    fn field<'r>(&self, record: &'r csv::StringRecord, column: &str) -> &'r str {
        self.positions
            .get(column)
            .and_then(|position| record.get(*position))
            .map_or("", str::trim)
    }

    fn list(&self, record: &csv::StringRecord, column: &str) -> Vec<String> {
        let parts = self.field(record, column).split('|').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn unit(&self, record: &csv::StringRecord, bad: &mut impl FnMut(CsvReason)) -> Procuratorate {
        let unit_id = self.field(record, "unit_id");
        let name = self.field(record, "name");
        let level = self.field(record, "level");
        let parent_id = self.field(record, "parent_id");
        let code_aliases = self.list(record, "code_aliases");

        if unit_id.is_empty() {
            bad(CsvReason::Empty("unit_id"));
        }
        for code in std::iter::once(unit_id).chain(code_aliases.iter().map(String::as_str)) {
            if code.chars().any(|c| c.is_whitespace() || c.is_control()) {
                bad(CsvReason::BadCode(code.to_owned()));
            }
            if code.chars().nth(ID_CHARS).is_some() {
                bad(CsvReason::TooLong {
                    column: "unit_id or code_aliases",
                    limit: ID_CHARS,
                });
            }
        }
        if name.is_empty() {
            bad(CsvReason::Empty("name"));
        }
        if name.chars().nth(NAME_CHARS).is_some() {
            bad(CsvReason::TooLong {
                column: "name",
                limit: NAME_CHARS,
            });
        }
        let level = level
            .parse()
            .ok()
            .filter(|level| (1..=4).contains(level))
            .unwrap_or_else(|| {
                bad(CsvReason::BadLevel(level.to_owned()));
                4
            });
        Procuratorate {
            unit_id: UnitId::new(unit_id),
            name: name.to_owned(),
            level,
            parent_id: (!parent_id.is_empty()).then(|| UnitId::new(parent_id)),
            kind: self.field(record, "kind").to_owned(),
            area_name: self.field(record, "area_name").to_owned(),
            aliases: self.list(record, "aliases"),
            code_aliases,
        }
    }
}

#[cfg(test)]
mod tests;
