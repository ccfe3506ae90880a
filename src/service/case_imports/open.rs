//! The import of the command line: the same steps, one after the other, without a server. Its notices are promised by a
//! server's or worker's chores once their time has come.

use std::io::{Read, Seek};
use std::sync::Arc;

use super::shift::Shift;
use super::{Tools, UNDECIDED_MS, WorkError, decide, identities, intake, work};
use crate::app::{self, Ids, StartError};
use crate::config::Settings;
use crate::domain::clock::Clock;
use crate::domain::units::UnitTree;
use crate::service::error::{RecordError, ServiceError};
use crate::store::import_batches::{
    self, APPLIED, APPLYING, Batch, INVALID, ROLLING_BACK, UPLOADED, VALID,
};
use crate::store::{Db, StoreError, import_leases, import_rows};

/// Who the audit says it was.
const ACTOR: &str = "command-line";
/// Refused rows that are read at a time.
const AT_ONCE: i64 = 1_000;

/// What the command works with.
pub struct Opened(Tools);

/// Opens what the import needs on a database that is open.
///
/// # Errors
/// When the keys do not fit the database.
pub fn open_for_command(
    settings: &Settings,
    db: Db,
    tree: Arc<UnitTree>,
) -> Result<Opened, StartError> {
    let seal = Arc::new(app::open_seal(settings, &db)?);
    let blind = app::open_blind(&db, &seal)?;
    Ok(Opened(Tools {
        tree,
        units_revision: -1,
        seal,
        blind,
        ids: Arc::new(Ids::default()),
        clock: Clock::System,
        identities: identities(settings.demo.test_identities),
        delay_ms: settings.imports.notice_delay_ms(),
        uploads: None,
        db,
    }))
}

impl Opened {
    /// With another way to tell the time, and nobody else's.
    pub fn with(tools: Tools) -> Self {
        Self(tools)
    }

    /// Goes on with what commands before this one left: a batch that was being stored is stored whole, one that was only
    /// looked through is thrown away.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish_what_was_left(&self) -> Result<usize, WorkError> {
        let tools = &self.0;
        let now = tools.clock.now_ms();
        let idle = tools.db.read_blocking(|c| {
            let times = (now, now - UNDECIDED_MS);
            import_leases::idle(c, times, 0, AT_ONCE).map_err(StoreError::from)
        })?;
        let mut finished = 0;
        for id in idle {
            let batch = tools
                .db
                .read_blocking(|c| import_batches::by_id(c, id).map_err(StoreError::from))?;
            let Some(batch) = batch.filter(|batch| batch.unit_id.is_none()) else {
                continue;
            };
            let Some(shift) = Shift::begin(tools, id)? else {
                continue;
            };
            match batch.state.as_str() {
                VALID => work::discard(tools, &shift, batch)?,
                UPLOADED => {
                    shift.forget_rows(tools, id, false)?;
                    let now = tools.clock.now_ms();
                    let gone = Batch {
                        state: INVALID.to_owned(),
                        problem: Some("导入中断，请重新导入。".to_owned()),
                        ended_at: Some(now),
                        updated_at: now,
                        ..batch
                    };
                    shift.write(tools, move |c| Ok(import_batches::replace(c, &gone)?))?;
                }
                APPLYING => {
                    shift.apply(tools, batch)?;
                    finished += 1;
                }
                ROLLING_BACK => {
                    shift.undo(tools, batch)?;
                    finished += 1;
                }
                _ => {}
            }
            shift.end(tools)?;
        }
        Ok(finished)
    }

    /// Imports a file: looks through it and stores what is good of it.
    ///
    /// # Errors
    /// When the database fails. What is wrong with the file stands in the batch.
    pub fn import(
        &self,
        file_name: &str,
        source: impl Read + Seek,
        progress: impl Fn(&Batch) + 'static,
    ) -> Result<Batch, WorkError> {
        let tools = &self.0;
        let now = tools.clock.now_ms();
        let batch = intake::empty(tools, ACTOR, file_name, now);
        let row = batch.clone();
        tools
            .db
            .write_blocking(move |c| -> Result<(), RecordError> {
                import_batches::insert(c, &row)?;
                decide::audited(c, ACTOR, now, "import.uploaded", &row)
            })?;
        let shift = Shift::begin(tools, batch.id)?.ok_or(WorkError::Lost)?;
        let shift = shift.watched(progress);
        let mut batch = shift.look_through(tools, batch, source)?;
        if batch.state == VALID {
            let (id, now) = (batch.id, tools.clock.now_ms());
            shift.write(tools, move |c| {
                Ok(import_batches::turn(c, id, &[VALID], APPLYING, now)?)
            })?;
            batch.rows_done = 0;
            APPLYING.clone_into(&mut batch.state);
            batch = shift.apply(tools, batch)?;
        }
        shift.end(tools)?;
        Ok(batch)
    }

    /// Lets the notices of a batch go with the next round of a server's chores.
    ///
    /// # Errors
    /// When there is no such batch, or its notices do not wait.
    pub fn release(&self, public_id: &str) -> Result<(), ServiceError> {
        let (public_id, now) = (public_id.to_owned(), self.0.clock.now_ms());
        let found = self
            .0
            .db
            .write_blocking(move |c| -> Result<_, RecordError> {
                let batch = import_batches::one_of_all(c, &public_id)?;
                let Some(batch) = batch.filter(|batch| batch.state == APPLIED) else {
                    return Ok(false);
                };
                let due = Batch {
                    notify_at: Some(now),
                    updated_at: now,
                    ..batch
                };
                import_batches::replace(c, &due)?;
                decide::audited(c, ACTOR, now, "import.notices_released", &due)?;
                Ok(true)
            });
        let found = found.map_err(failed)?;
        found.then_some(()).ok_or(ServiceError::NotFound)
    }

    /// Takes a batch of the command line back, if its notices have not left.
    ///
    /// # Errors
    /// When there is no such batch, or they have.
    pub fn roll_back(&self, public_id: &str) -> Result<Batch, ServiceError> {
        let tools = &self.0;
        let step = (APPLIED, ROLLING_BACK, "import.rollback_ordered");
        let batch = decide::command(tools, (ACTOR, public_id), step)?;
        let stopped = |error: WorkError| match error {
            WorkError::Record(error) => failed(error),
            WorkError::Lost | WorkError::File(_) => ServiceError::Store(StoreError::Stopped),
        };
        let shift = Shift::begin(tools, batch.id)?.ok_or(ServiceError::NotFound)?;
        let batch = shift.undo(tools, batch).map_err(stopped)?;
        shift.end(tools)?;
        Ok(batch)
    }

    /// The rows that were not taken: line, column and reason.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refused(
        &self,
        batch: &Batch,
        mut each: impl FnMut(i64, &str, &str),
    ) -> Result<(), StoreError> {
        let id = batch.id;
        let mut offset = 0;
        loop {
            let rows = self.0.db.read_blocking(|c| -> Result<_, StoreError> {
                Ok(import_rows::page(
                    c,
                    id,
                    &[import_rows::REFUSED],
                    offset,
                    AT_ONCE,
                )?)
            })?;
            if rows.is_empty() {
                break;
            }
            offset += AT_ONCE;
            rows.iter()
                .for_each(|row| each(row.line, &row.field, &row.reason));
        }
        let overtaken = self.0.db.read_blocking(|c| -> Result<_, StoreError> {
            Ok(import_rows::set_aside_rows(c, id, AT_ONCE)?)
        })?;
        overtaken
            .iter()
            .for_each(|row| each(row.line, &row.field, &row.reason));
        Ok(())
    }
}

fn failed(error: RecordError) -> ServiceError {
    match error {
        RecordError::Store(error) => ServiceError::Store(error),
        RecordError::Bad(_) | RecordError::Conflict(_) | RecordError::Seal(_) => {
            ServiceError::Store(StoreError::Stopped)
        }
    }
}
