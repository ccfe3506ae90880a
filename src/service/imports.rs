//! Importing publications: batch, idempotent, every bad row named with its reason and the good ones kept.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::app::{hex, random_bytes, random_hex};
use crate::domain::publication::PublicationRecord;
use crate::domain::publication_line::{ImportLine, RecordProblem};
use crate::domain::units::UnitTree;
use crate::service::publication_register::{self as register, Document};
use crate::service::publications::filing_scopes;
use crate::store::audit::{self, Entry};
use crate::store::publications::{self as table, Known, Row};
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
    let mut outcome = Outcome::default();
    let mut steps: Vec<(usize, Step)> = Vec::with_capacity(lines.len());
    let mut seen: HashSet<String> = HashSet::new();
    for (number, line) in lines {
        match line.and_then(|line| check(tree, line)) {
            Err(problem) => outcome.rejected.push((number, problem)),
            Ok(step) => {
                // The same id twice: the second line must find what the first one stored.
                if !seen.insert(step.external_id().to_owned()) {
                    apply(c, tree, std::mem::take(&mut steps), now, &mut outcome)?;
                    seen.clear();
                    seen.insert(step.external_id().to_owned());
                }
                steps.push((number, step));
            }
        }
    }
    apply(c, tree, steps, now, &mut outcome)?;
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
        let entry = Entry {
            id: random_hex::<16>(),
            at: now,
            actor: actor.to_owned(),
            action: "publications.put".to_owned(),
            subject: format!("publications:{}", outcome.imported),
        };
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
    tree: &UnitTree,
    steps: Vec<(usize, Step)>,
    now: i64,
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
    let held = held(c, &known)?;
    let mut changes = Vec::new();
    for (number, step) in steps {
        let before = known.get(step.external_id());
        match (&step, before) {
            (Step::Put(..), Some(before)) if held.contains(&before.external_id) => {
                let problem = RecordProblem::at(
                    "external_id",
                    "the unit took this publication down at its desk, or it had its time: it can only be published again there",
                );
                outcome.rejected.push((number, problem));
            }
            (Step::Withdraw(_), None) => {
                let problem = RecordProblem::at(
                    "external_id",
                    "no publication has this external_id to withdraw",
                );
                outcome.rejected.push((number, problem));
            }
            (Step::Withdraw(_), Some(before)) if before.withdrawn_at.is_some() => {
                outcome.unchanged += 1
            }
            (Step::Put(record, unit), Some(before))
                if before.withdrawn_at.is_none()
                    && before.fingerprint == fingerprint(record, unit.as_str()) =>
            {
                outcome.unchanged += 1;
            }
            _ => changes.push((step, before)),
        }
    }
    outcome.imported += changes.len();
    write(c, tree, changes, now)
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
    tree: &UnitTree,
    changes: Vec<(Step, Option<&Known>)>,
    now: i64,
) -> Result<(), StoreError> {
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

/// What the register of a unit has to know of a record.
fn document(record: &PublicationRecord, unit: &str) -> Option<Document> {
    Some(Document {
        unit_id: unit.to_owned(),
        number: record.document_number.clone()?,
        external_id: record.external_id.clone(),
        published_at: record.published_at,
    })
}

fn row(
    tree: &UnitTree,
    record: PublicationRecord,
    unit: &str,
    id: i64,
    public_id: String,
    revision: i64,
    now: i64,
) -> Row {
    let fingerprint = fingerprint(&record, unit);
    let (scope_1, scope_2) = filing_scopes(tree, &crate::domain::ids::UnitId::new(unit));
    Row {
        id,
        public_id,
        external_id: record.external_id,
        kind: record.kind.as_str().to_owned(),
        unit_id: unit.to_owned(),
        scope_1,
        scope_2,
        title: record.title,
        summary: record.summary,
        body: record.body,
        document_type: record.document_type,
        document_number: record.document_number,
        charges: serde_json::Value::from(record.charges).to_string(),
        published_at: record.published_at,
        source_url: record.source_url,
        withdrawn_at: None,
        revision,
        fingerprint,
        stored_at: now,
    }
}

/// A hash of everything a record says; the length before each part keeps the parts apart.
fn fingerprint(record: &PublicationRecord, unit: &str) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for text in [
        record.kind.as_str(),
        unit,
        &record.title,
        &record.summary,
        &record.body,
    ] {
        part(text);
    }
    for text in [
        &record.document_type,
        &record.document_number,
        &record.source_url,
    ] {
        part(text.as_deref().unwrap_or("\0"));
    }
    part(&record.published_at.to_string());
    for charge in &record.charges {
        part(charge);
    }
    hex(hash.finalize().get(..16).unwrap_or_default())
}

/// 80 random bits in letters and digits that are easy to read out.
fn public_id() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    random_bytes::<16>()
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect()
}
