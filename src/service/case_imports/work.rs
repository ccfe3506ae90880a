//! Who works on a batch: one process at a time, by a lease that every piece renews. Whoever died is followed by whoever
//! comes next, at the piece where they stopped.

use std::fmt;
use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use super::intake::Sealed;
use super::{LEASE_MS, Tools, WorkError, apply, release, undo, validate};
use crate::app::{App, random_hex};
use crate::service::error::RecordError;
use crate::service::pushes;
use crate::store::import_batches::{
    self, APPLIED, APPLYING, Batch, INVALID, NOTIFYING, ROLLING_BACK, UPLOADED,
};
use crate::store::{Conn, StoreError, import_rows};

/// Batches that a chore goes on with at a time.
const AT_ONCE: i64 = 8;
/// Rows forgotten in a transaction.
const FORGOTTEN_AT_ONCE: i64 = 2_000;
/// Rows of an ended batch are kept for so long: whoever imported them may want the reasons.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// Uploads that no batch took in so long belong to nobody.
const ABANDONED: Duration = Duration::from_secs(2 * 24 * 3600);

/// Told after every piece.
type Progress = Box<dyn Fn(&Batch)>;

/// One's turn at a batch.
pub(super) struct Shift {
    batch_id: i64,
    worker: String,
    progress: Option<Progress>,
}

impl fmt::Debug for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shift")
            .field("batch_id", &self.batch_id)
            .finish_non_exhaustive()
    }
}

impl Shift {
    /// Takes a batch; `None` when somebody else has it.
    pub(super) fn begin(tools: &Tools, batch_id: i64) -> Result<Option<Self>, StoreError> {
        let shift = Self {
            batch_id,
            worker: random_hex::<16>(),
            progress: None,
        };
        match shift.write(tools, |_| Ok(())) {
            Ok(()) => Ok(Some(shift)),
            Err(WorkError::Lost) => Ok(None),
            Err(WorkError::Record(RecordError::Store(error))) => Err(error),
            Err(WorkError::Record(_)) => Err(StoreError::Stopped),
        }
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
            if !import_batches::hold(c, id, &worker, (now, now + LEASE_MS))? {
                return Err(WorkError::Lost);
            }
            work(c).map_err(WorkError::from)
        })
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

    /// Lets go.
    pub(super) fn end(&self, tools: &Tools) -> Result<(), StoreError> {
        let (id, worker) = (self.batch_id, self.worker.clone());
        tools.db.write_blocking(move |c| {
            import_batches::release(c, id, &worker).map_err(StoreError::from)
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

/// Begins to work on a batch, in the background.
pub fn start(app: &Arc<App>, batch_id: i64) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = run(&app, batch_id).await {
            tracing::warn!(%error, batch_id, "an import stopped; it goes on within some minutes");
        }
    });
}

/// Works on a batch until it waits for a person, or is over. When somebody else has it, nothing happens.
///
/// # Errors
/// When the database or the disk fails; the batch stays where it is, and the next to come goes on.
pub async fn run(app: &Arc<App>, batch_id: i64) -> Result<(), WorkError> {
    let office = Arc::clone(app);
    let span = tracing::Span::current();
    let work = tokio::task::spawn_blocking(move || span.in_scope(|| work(&office, batch_id)));
    let told = work.await.map_err(|_panicked| StoreError::Stopped)??;
    if told {
        pushes::bell(app).await;
    }
    Ok(())
}

/// Whether notices were promised.
fn work(app: &Arc<App>, batch_id: i64) -> Result<bool, WorkError> {
    let tools = Tools::of(app);
    let Some(shift) = Shift::begin(&tools, batch_id)? else {
        return Ok(false);
    };
    let done = step(app, &tools, &shift, batch_id);
    shift.end(&tools)?;
    match done {
        Err(WorkError::Lost) => Ok(false),
        other => other,
    }
}

fn step(app: &Arc<App>, tools: &Tools, shift: &Shift, batch_id: i64) -> Result<bool, WorkError> {
    let batch = tools
        .db
        .read_blocking(|c| import_batches::by_id(c, batch_id).map_err(StoreError::from))?;
    let Some(mut batch) = batch else {
        return Ok(false);
    };
    let now = tools.clock.now_ms();
    if batch.state == APPLIED && batch.notify_at.is_some_and(|at| at <= now) {
        turn(tools, shift, batch_id, APPLIED, NOTIFYING)?;
        NOTIFYING.clone_into(&mut batch.state);
        batch.rows_done = 0;
    }
    match batch.state.as_str() {
        UPLOADED => look_through(tools, shift, batch).map(|()| false),
        APPLYING => shift.apply(tools, batch).map(|_| false),
        ROLLING_BACK => shift.undo(tools, batch).map(|_| false),
        NOTIFYING => release::run(app, tools, shift, batch),
        _ => Ok(false),
    }
}

fn look_through(tools: &Tools, shift: &Shift, batch: Batch) -> Result<(), WorkError> {
    let (stem, parts) = (batch.file_stem.clone(), batch.file_parts);
    let sealed = match (&tools.uploads, &stem) {
        (Some(place), Some(stem)) => {
            Sealed::open(tools, place, stem, parts, batch.file_bytes).map(Some)
        }
        _ => Ok(None),
    };
    match sealed {
        Ok(Some(source)) => {
            shift.look_through(tools, batch, source)?;
        }
        // Nobody else will find it either: the command that read it is gone.
        Ok(None) | Err(_) => {
            let now = tools.clock.now_ms();
            let broken = Batch {
                state: INVALID.to_owned(),
                problem: Some("文件已经不在，请重新上传。".to_owned()),
                file_stem: None,
                ended_at: Some(now),
                updated_at: now,
                ..batch
            };
            shift.forget_rows(tools, broken.id, false)?;
            shift.write(tools, move |c| Ok(import_batches::replace(c, &broken)?))?;
        }
    }
    if let (Some(place), Some(stem)) = (&tools.uploads, &stem) {
        // What cannot be removed now is removed as abandoned.
        let _ = place.remove(stem);
    }
    Ok(())
}

fn turn(
    tools: &Tools,
    shift: &Shift,
    id: i64,
    from: &'static str,
    to: &'static str,
) -> Result<(), WorkError> {
    let now = tools.clock.now_ms();
    let turned = shift.write(tools, move |c| {
        Ok(import_batches::turn(c, id, &[from], to, now)?)
    })?;
    turned.then_some(()).ok_or(WorkError::Lost)
}

/// Goes on with what dead processes left, and with batches whose notices are due. How many were looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn carry_on(app: &Arc<App>) -> Result<usize, StoreError> {
    let now = app.clock.now_ms();
    let idle = app
        .db
        .read(move |c| import_batches::idle(c, now, AT_ONCE).map_err(StoreError::from))
        .await?;
    for batch_id in &idle {
        if let Err(error) = run(app, *batch_id).await {
            tracing::warn!(%error, batch_id, "an import stopped; it goes on within some minutes");
        }
    }
    Ok(idle.len())
}

/// Forgets rows of batches that ended long ago, and uploads of nobody. How many rows.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &Arc<App>) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - KEPT_MS;
    let mut gone = 0;
    let ended = app
        .db
        .read(move |c| import_batches::ended_before(c, before, AT_ONCE).map_err(StoreError::from))
        .await?;
    for batch_id in ended {
        gone += app
            .db
            .write(move |c| {
                import_rows::forget(c, batch_id, false, FORGOTTEN_AT_ONCE).map_err(StoreError::from)
            })
            .await?;
    }
    if let Some(place) = Tools::of(app).uploads {
        let sweep = move || {
            for stem in place.older_than(ABANDONED).unwrap_or_default() {
                let _ = place.remove(&stem);
            }
        };
        tokio::task::spawn_blocking(sweep)
            .await
            .map_err(|_panicked| StoreError::Stopped)?;
    }
    Ok(gone)
}
