//! One's turn at a batch: one process at a time, by a lease that every piece renews. Whoever died is followed by whoever
//! comes next, at the piece where they stopped.

use std::fmt;
use std::io::{Read, Seek};

use super::present::Present;
use super::{LEASE_MS, Tools, WorkError, apply, undo, validate};
use crate::app::random_hex;
use crate::service::error::RecordError;
use crate::store::import_batches::Batch;
use crate::store::import_leases::{self, Taken};
use crate::store::{Conn, StoreError, counters, import_rows};

/// Rows forgotten in a transaction.
pub(super) const FORGOTTEN_AT_ONCE: i64 = 2_000;
/// A file that ended its reader so often is not read again.
const MOST_CRASHES: i32 = 3;
/// What fails every time is tried at least so often.
const LONGEST_REST_MS: i64 = 3_600_000;

/// Told after every piece.
type Progress = Box<dyn Fn(&Batch)>;

/// One's turn at a batch.
pub(super) struct Shift {
    batch_id: i64,
    worker: String,
    found: Taken,
    progress: Option<Progress>,
}

impl fmt::Debug for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shift")
            .field("batch_id", &self.batch_id)
            .finish_non_exhaustive()
    }
}

/// One transaction of a step: the batch after it, and whether it was the last.
type Work = fn(&mut Conn, &Tools, &Present, Batch) -> Result<(Batch, bool), RecordError>;

impl Shift {
    /// Takes a batch; `None` when somebody else has it.
    pub(super) fn begin(tools: &Tools, batch_id: i64) -> Result<Option<Self>, StoreError> {
        let (name, now) = (random_hex::<16>(), tools.clock.now_ms());
        let worker = name.clone();
        let taken = tools.db.write_blocking(move |c| {
            let times = (now, now + LEASE_MS);
            import_leases::take(c, batch_id, &name, times).map_err(StoreError::from)
        })?;
        Ok(taken.map(|found| Self {
            batch_id,
            worker,
            found,
            progress: None,
        }))
    }

    /// Whether this batch ended the processes that worked on it before, time and again.
    pub(super) fn is_hopeless(&self) -> bool {
        self.found.crashes >= MOST_CRASHES
    }

    /// Who is told of progress.
    pub(super) fn watched(mut self, progress: impl Fn(&Batch) + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    pub(super) fn tell(&self, batch: &Batch) {
        if let Some(progress) = &self.progress {
            progress(batch);
        }
    }

    /// A piece of work in one transaction, and the lease renewed in the same: whoever lost it changes nothing.
    pub(super) fn write<T, F>(&self, tools: &Tools, work: F) -> Result<T, WorkError>
    where
        F: FnOnce(&mut Conn) -> Result<T, RecordError> + Send + 'static,
        T: Send + 'static,
    {
        let (id, worker) = (self.batch_id, self.worker.clone());
        let now = tools.clock.now_ms();
        tools.db.write_blocking(move |c| {
            if !import_leases::hold(c, id, &worker, (now, now + LEASE_MS))? {
                return Err(WorkError::Lost);
            }
            work(c).map_err(WorkError::from)
        })
    }

    /// Works a batch off piece by piece, each in one transaction; a piece says whether it was the last.
    pub(super) fn pieces(
        &self,
        tools: &Tools,
        mut batch: Batch,
        piece: Work,
    ) -> Result<Batch, WorkError> {
        let mut present = Present::of(tools);
        loop {
            let (desk, before, mut units) = (tools.clone(), batch.clone(), present.clone());
            let (after, is_over, units) = self.write(tools, move |c| {
                // Pieces of other batches and merges of units wait here, so that what is read below stays true.
                counters::raise(c, counters::CASE_IMPORTS, 0)?;
                units.look(c)?;
                let (after, is_over) = piece(c, &desk, &units, before)?;
                Ok((after, is_over, units))
            })?;
            (batch, present) = (after, units);
            self.tell(&batch);
            if is_over {
                return Ok(batch);
            }
        }
    }

    /// Forgets rows of the batch.
    pub(super) fn forget_rows(
        &self,
        tools: &Tools,
        batch_id: i64,
        keep_refused: bool,
    ) -> Result<(), WorkError> {
        loop {
            let gone = self.write(tools, move |c| {
                Ok(import_rows::forget(
                    c,
                    batch_id,
                    keep_refused,
                    FORGOTTEN_AT_ONCE,
                )?)
            })?;
            if gone == 0 {
                return Ok(());
            }
        }
    }

    /// Lets go at the end of a step.
    pub(super) fn end(&self, tools: &Tools) -> Result<(), StoreError> {
        let (id, worker) = (self.batch_id, self.worker.clone());
        tools.db.write_blocking(move |c| {
            import_leases::release(c, id, &worker).map_err(StoreError::from)
        })?;
        Ok(())
    }

    /// Lets go of what failed, for a while that grows with every failure.
    pub(super) fn rest(&self, tools: &Tools) -> Result<(), StoreError> {
        let failures = self.found.failures.saturating_add(1);
        let doublings = u32::try_from(self.found.failures).unwrap_or(0).min(10);
        let pause = LEASE_MS.saturating_mul(1 << doublings).min(LONGEST_REST_MS);
        let (id, worker) = (self.batch_id, self.worker.clone());
        let until = tools.clock.now_ms() + pause;
        tools.db.write_blocking(move |c| {
            import_leases::rest(c, id, &worker, (failures, until)).map_err(StoreError::from)
        })?;
        Ok(())
    }

    /// Looks through a file that does not have to be stored first.
    pub(super) fn look_through(
        &self,
        tools: &Tools,
        batch: Batch,
        source: impl Read + Seek,
    ) -> Result<Batch, WorkError> {
        validate::run(tools, self, batch, source)
    }

    /// Stores the rows.
    pub(super) fn apply(&self, tools: &Tools, batch: Batch) -> Result<Batch, WorkError> {
        apply::run(tools, self, batch)
    }

    /// Takes them back.
    pub(super) fn undo(&self, tools: &Tools, batch: Batch) -> Result<Batch, WorkError> {
        undo::run(tools, self, batch)
    }
}
