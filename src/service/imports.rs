//! Importing publications: batch, idempotent, every bad row named with its reason and the good ones kept. What a unit
//! wrote or corrected at its desk, or took down there, is the desk's: an upstream system may withdraw it, not replace it.

mod row;

use std::collections::{HashMap, HashSet};

use self::row::{fingerprint, public_id, row};
use crate::domain::publication::PublicationRecord;
use crate::domain::publication_line::{ImportLine, RecordProblem};
use crate::domain::units::UnitTree;
use crate::service::audit::audit_entry;
use crate::service::publication_register::{self as register, Document};
use crate::store::audit;
use crate::store::desk_publications::{self, Taken};
use crate::store::publications::{self as table, Known};
use crate::store::{Conn, StoreError, counters, publication_holds};

/// Rows in one transaction: enough to share its cost, few enough not to keep others waiting.
pub const BATCH: usize = 5000;

/// A line with its number, parsed or not.
pub type Numbered = (usize, Result<ImportLine, RecordProblem>);

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Inserted, updated and withdrawn.
    pub imported: usize,
    /// Already exactly so.
    pub unchanged: usize,
    /// Line number and what is wrong.
    pub rejected: Vec<(usize, RecordProblem)>,
}

/// Whose lines they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// An upstream system's.
    Upstream,
    /// The desk's of a unit: checked and approved by two.
    Desk,
}

/// What goes for all lines of a batch.
#[derive(Clone, Copy)]
struct Batch<'a> {
    tree: &'a UnitTree,
    source: Source,
    now: i64,
}

/// What a line will do, after its own checks.
enum Step {
    Put(Box<PublicationRecord>, crate::domain::ids::UnitId),
    Withdraw(String),
}

impl Step {
    fn external_id(&self) -> &str {
        match self {
            Self::Put(record, _) => &record.external_id,
            Self::Withdraw(id) => id,
        }
    }
}

/// Imports up to [`BATCH`] lines on a connection inside a writing transaction.
///
/// # Errors
/// When the database refuses; then nothing of the batch is kept.
pub fn import(
    c: &mut Conn,
    tree: &UnitTree,
    lines: Vec<Numbered>,
    now: i64,
) -> Result<Outcome, StoreError> {
    let source = Source::Upstream;
    run(c, &Batch { tree, source, now }, lines)
}

/// The line of a desk: what it puts is the desk's from then on.
///
/// # Errors
/// As [`import`].
pub fn from_desk(
    c: &mut Conn,
    tree: &UnitTree,
    line: ImportLine,
    now: i64,
) -> Result<Outcome, StoreError> {
    let source = Source::Desk;
    run(c, &Batch { tree, source, now }, vec![(1, Ok(line))])
}

fn run(c: &mut Conn, batch: &Batch<'_>, lines: Vec<Numbered>) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::default();
    let mut steps: Vec<(usize, Step)> = Vec::with_capacity(lines.len());
    let mut seen: HashSet<String> = HashSet::new();
    for (number, line) in lines {
        match line.and_then(|line| check(batch.tree, line)) {
            Err(problem) => outcome.rejected.push((number, problem)),
            Ok(step) => {
                // The same id twice: the second line must find what the first one stored.
                if !seen.insert(step.external_id().to_owned()) {
                    apply(c, batch, std::mem::take(&mut steps), &mut outcome)?;
                    seen.clear();
                    seen.insert(step.external_id().to_owned());
                }
                steps.push((number, step));
            }
        }
    }
    apply(c, batch, steps, &mut outcome)?;
    outcome.rejected.sort_by_key(|(number, _)| *number);
    Ok(outcome)
}

/// [`import`] on behalf of somebody: one entry in the audit for each batch that changed something.
///
/// # Errors
/// As [`import`].
pub fn import_by(
    c: &mut Conn,
    tree: &UnitTree,
    actor: &str,
    lines: Vec<Numbered>,
    now: i64,
) -> Result<Outcome, StoreError> {
    let outcome = import(c, tree, lines, now)?;
    if outcome.imported > 0 {
        let entry = audit_entry(
            now,
            actor,
            "publications.put",
            format!("publications:{}", outcome.imported),
        );
        audit::append_for(c, &entry, None)?;
    }
    Ok(outcome)
}

fn check(tree: &UnitTree, line: ImportLine) -> Result<Step, RecordProblem> {
    match line {
        ImportLine::Withdrawal { external_id } => Ok(Step::Withdraw(external_id)),
        ImportLine::Record(record) => match tree.by_code(&record.unit_code) {
            Some(unit) => Ok(Step::Put(Box::new(record), unit.unit_id.clone())),
            None => Err(RecordProblem::at(
                "unit_code",
                "no procuratorate has this unit_id or code_alias: see config/procuratorates.csv",
            )),
        },
    }
}

fn apply(
    c: &mut Conn,
    batch: &Batch<'_>,
    steps: Vec<(usize, Step)>,
    outcome: &mut Outcome,
) -> Result<(), StoreError> {
    if steps.is_empty() {
        return Ok(());
    }
    // The row lock first: whoever imports at the same time waits here, so that what is read below stays true.
    counters::raise(c, counters::PUBLICATIONS, 0)?;
    let ids: Vec<&str> = steps.iter().map(|(_, step)| step.external_id()).collect();
    let known: HashMap<String, Known> = table::known(c, &ids)?
        .into_iter()
        .map(|known| (known.external_id.clone(), known))
        .collect();
    let barred = Barred::of(c, batch.source, &known)?;
    let mut changes = Vec::new();
    for (number, step) in steps {
        let before = known.get(step.external_id());
        match barred.fate(&step, before) {
            Fate::Changes => changes.push((step, before)),
            Fate::Unchanged => outcome.unchanged += 1,
            Fate::Refused(reason) => {
                let problem = RecordProblem::at("external_id", reason);
                outcome.rejected.push((number, problem));
            }
        }
    }
    outcome.imported += changes.len();
    write(c, batch, changes)
}

/// What becomes of a step.
enum Fate {
    Changes,
    Unchanged,
    Refused(&'static str),
}

/// What the desk has its hand on.
struct Barred {
    /// Taken down there, or over.
    held: HashSet<String>,
    /// Written or corrected there.
    taken: HashMap<String, Taken>,
}

impl Barred {
    fn of(
        c: &mut Conn,
        source: Source,
        known: &HashMap<String, Known>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            held: held(c, known)?,
            taken: match source {
                Source::Upstream => taken(c, known)?,
                Source::Desk => HashMap::new(),
            },
        })
    }

    fn fate(&self, step: &Step, before: Option<&Known>) -> Fate {
        let is_down = before.is_some_and(|before| before.withdrawn_at.is_some());
        match (step, before) {
            (Step::Withdraw(_), None) => {
                Fate::Refused("no publication has this external_id to withdraw")
            }
            (Step::Withdraw(_), Some(_)) if is_down => Fate::Unchanged,
            (Step::Withdraw(_), Some(_)) | (Step::Put(..), None) => Fate::Changes,
            (Step::Put(record, unit), Some(before)) => {
                if self.held.contains(&before.external_id) {
                    return Fate::Refused(
                        "the unit took this publication down at its desk, or it had its time: it can only be published again there",
                    );
                }
                let print = fingerprint(record, unit.as_str());
                if !is_down && before.fingerprint == print {
                    return Fate::Unchanged;
                }
                match self.taken.get(&before.external_id) {
                    None => Fate::Changes,
                    // What the desk replaced comes again with every export: nothing new is said by it.
                    Some(taken) if !is_down && taken.replaced.as_ref() == Some(&print) => {
                        Fate::Unchanged
                    }
                    Some(_) => Fate::Refused(
                        "the unit wrote or corrected this publication at its desk: it can only be changed there, or withdrawn",
                    ),
                }
            }
        }
    }
}

/// Those that are the desk's.
fn taken(
    c: &mut Conn,
    known: &HashMap<String, Known>,
) -> Result<HashMap<String, Taken>, StoreError> {
    let ids: Vec<&str> = known.keys().map(String::as_str).collect();
    let taken = desk_publications::of(c, &ids)?;
    let keyed = |taken: Taken| (taken.external_id.clone(), taken);
    Ok(taken.into_iter().map(keyed).collect())
}

/// Those of the withdrawn ones that no import brings back.
fn held(c: &mut Conn, known: &HashMap<String, Known>) -> Result<HashSet<String>, StoreError> {
    let withdrawn: Vec<&str> = known
        .values()
        .filter(|known| known.withdrawn_at.is_some())
        .map(|known| known.external_id.as_str())
        .collect();
    if withdrawn.is_empty() {
        return Ok(HashSet::new());
    }
    let held = publication_holds::held(c, &withdrawn)?;
    Ok(held.into_iter().collect())
}

fn write(
    c: &mut Conn,
    batch: &Batch<'_>,
    changes: Vec<(Step, Option<&Known>)>,
) -> Result<(), StoreError> {
    let Batch { tree, source, now } = *batch;
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let mut revision = counters::raise(c, counters::PUBLICATIONS, count)? - count;
    let mut fresh = Vec::new();
    let (mut shown, mut gone) = (Vec::new(), Vec::new());
    for (step, before) in changes {
        revision += 1;
        if let Step::Put(record, unit) = &step {
            shown.extend(document(record, unit.as_str()));
            // It may have had another number.
            gone.extend(before.map(|before| before.external_id.as_str()));
            if source == Source::Desk {
                desk_publications::take(c, taken_now(record, before, now))?;
            }
        }
        match (step, before) {
            (Step::Withdraw(_), Some(before)) => {
                table::withdraw(c, before.id, revision, now)?;
                gone.push(before.external_id.as_str());
            }
            (Step::Withdraw(_), None) => {}
            (Step::Put(record, unit), Some(before)) => {
                let row = row(
                    tree,
                    *record,
                    unit.as_str(),
                    before.id,
                    before.public_id.clone(),
                    revision,
                    now,
                );
                table::update(c, &row)?;
            }
            (Step::Put(record, unit), None) => {
                fresh.push(row(
                    tree,
                    *record,
                    unit.as_str(),
                    revision,
                    public_id(),
                    revision,
                    now,
                ));
            }
        }
    }
    table::insert(c, &fresh)?;
    register::gone(c, &gone, now)?;
    register::shown(c, &shown, now)
}

fn taken_now(record: &PublicationRecord, before: Option<&Known>, now: i64) -> Taken {
    Taken {
        external_id: record.external_id.clone(),
        replaced: before.map(|before| before.fingerprint.clone()),
        taken_at: now,
    }
}

/// What the register of a unit has to know of a record.
fn document(record: &PublicationRecord, unit: &str) -> Option<Document> {
    Some(Document {
        unit_id: unit.to_owned(),
        number: record.document_number.clone()?,
        external_id: record.external_id.clone(),
        published_at: record.published_at,
    })
}
