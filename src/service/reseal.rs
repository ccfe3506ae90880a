//! Sealing everything anew with the first of `security.data_keys`, so that the older ones can go. Beside a running
//! service: a value that changes meanwhile was sealed with the first key by whoever changed it.

use crate::app::seal::{Place, Seal, SealError};
use crate::files::Directory;
use crate::service::attachments;
use crate::service::audit::audit_entry;
use crate::store::audit;
use crate::store::case_persons::CasePerson;
use crate::store::sealed::{self, COLUMNS, Column, PERSONS_BEFORE, Value};
use crate::store::{Db, StoreError, attachments as files_table};

/// Values in one transaction.
const BATCH: usize = 500;
/// Files in one look.
const FILES: i64 = 200;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values and parts of files that were sealed anew.
    pub resealed: u64,
    /// Those that had the first key already.
    pub current: u64,
    /// Those that none of the keys opens; they stay as they are.
    pub failed: u64,
}

/// How much there is to look at, for a progress bar: values and files.
///
/// # Errors
/// When the database does not answer.
pub fn total(db: &Db) -> Result<u64, StoreError> {
    db.read_blocking(|c| -> Result<_, StoreError> {
        let mut total = files_table::count(c)?;
        for column in COLUMNS.iter().chain([&PERSONS_BEFORE]) {
            total += sealed::count(c, column)?;
        }
        Ok(u64::try_from(total).unwrap_or(0))
    })
}

/// Seals everything anew; `progress` hears how many values and files were looked at since it was last told.
///
/// # Errors
/// When the database or the disk does not answer; what was done stays, and it may be called again.
pub fn run(
    db: &Db,
    seal: &std::sync::Arc<Seal>,
    files: &Directory,
    now: i64,
    mut progress: impl FnMut(u64),
) -> Result<Resealed, StoreError> {
    let mut done = Resealed::default();
    // The check of the key last: whoever starts with the first key alone is told as long as anything is left.
    let (check, rest) = (COLUMNS.iter().take(1), COLUMNS.iter().skip(1));
    for column in rest {
        values(db, seal, (column, anew), &mut done, &mut progress)?;
    }
    let before = (&PERSONS_BEFORE, person_anew as Anew);
    values(db, seal, before, &mut done, &mut progress)?;
    parts(db, seal, files, &mut done, &mut progress)?;
    if done.failed == 0 {
        for column in check {
            values(db, seal, (column, anew), &mut done, &mut progress)?;
        }
    }
    let entry = audit_entry(
        now,
        "command-line",
        "security.resealed",
        format!("key:{}", seal.first_id()),
    );
    db.write_blocking(move |c| audit::append(c, &entry).map_err(StoreError::from))?;
    Ok(done)
}

/// What stands in a column, with the first key; `None`: it has it already.
type Anew = fn(&Seal, &Column, &Value) -> Result<Option<String>, SealError>;

fn values(
    db: &Db,
    seal: &std::sync::Arc<Seal>,
    (column, anew): (&'static Column, Anew),
    done: &mut Resealed,
    progress: &mut impl FnMut(u64),
) -> Result<(), StoreError> {
    let mut behind = String::new();
    loop {
        let (ring, from) = (std::sync::Arc::clone(seal), behind.clone());
        let (looked, last, batch) = db.write_blocking(move |c| -> Result<_, StoreError> {
            let found = sealed::after(c, column, &from, BATCH)?;
            let mut batch = Resealed::default();
            for value in &found {
                match anew(&ring, column, value) {
                    Ok(None) => batch.current += 1,
                    Ok(Some(fresh)) => {
                        let is_ours = sealed::replace(c, column, value, &fresh)?;
                        *(if is_ours {
                            &mut batch.resealed
                        } else {
                            &mut batch.current
                        }) += 1;
                    }
                    Err(error) => {
                        tracing::error!(%error, table = column.table, column = column.column, "a value cannot be opened");
                        batch.failed += 1;
                    }
                }
            }
            let last = found.last().map(|value| value.row_key.clone());
            Ok((found.len(), last, batch))
        })?;
        done.resealed += batch.resealed;
        done.current += batch.current;
        done.failed += batch.failed;
        progress(looked as u64);
        match last {
            Some(last) if looked == BATCH => behind = last,
            _ => return Ok(()),
        }
    }
}

fn anew(seal: &Seal, column: &Column, value: &Value) -> Result<Option<String>, SealError> {
    let place = Place {
        table: column.table,
        column: column.column,
        row: &value.row_key,
    };
    renewed(seal, place, &value.sealed)
}

fn renewed(seal: &Seal, place: Place<'_>, sealed: &str) -> Result<Option<String>, SealError> {
    if seal.is_current(sealed) {
        return Ok(None);
    }
    let clear = seal.open(place, sealed)?;
    seal.close(place, clear.expose()).map(Some)
}

/// A person as JSON. What is no person of ours has nothing sealed in it.
fn person_anew(seal: &Seal, _column: &Column, value: &Value) -> Result<Option<String>, SealError> {
    let Ok(mut person) = serde_json::from_str::<CasePerson>(&value.sealed) else {
        return Ok(None);
    };
    let row = person.public_id.clone();
    let place = |column| Place {
        table: "case_persons",
        column,
        row: &row,
    };
    let name = renewed(seal, place("name"), &person.name)?;
    let number = match person.id_number.as_deref() {
        Some(number) => renewed(seal, place("id_number"), number)?,
        None => None,
    };
    if name.is_none() && number.is_none() {
        return Ok(None);
    }
    person.name = name.unwrap_or(person.name);
    person.id_number = number.or(person.id_number);
    Ok(serde_json::to_string(&person).ok())
}

fn parts(
    db: &Db,
    seal: &Seal,
    files: &Directory,
    done: &mut Resealed,
    progress: &mut impl FnMut(u64),
) -> Result<(), StoreError> {
    let mut behind = 0;
    loop {
        let page =
            db.read_blocking(|c| files_table::after(c, behind, FILES).map_err(StoreError::from))?;
        for (id, public_id, stem, pages) in &page {
            behind = *id;
            for part in 0..=u32::try_from(*pages).unwrap_or(0) {
                match attachments::seal_part_anew(seal, files, public_id, stem, part) {
                    Ok(true) => done.resealed += 1,
                    Ok(false) => done.current += 1,
                    Err(error) => {
                        tracing::error!(%error, part, "the bytes of a file cannot be sealed anew");
                        done.failed += 1;
                    }
                }
            }
            progress(1);
        }
        if page.len() < FILES as usize {
            return Ok(());
        }
    }
}
