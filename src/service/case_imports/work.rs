//! The next step of a batch, whoever comes to it.

use std::io;
use std::sync::Arc;

use super::decide::audited;
use super::intake::Sealed;
use super::shift::Shift;
use super::{Tools, UNDECIDED_MS, WorkError, release};
use crate::app::App;
use crate::service::pushes;
use crate::store::StoreError;
use crate::store::import_batches::{
    self, APPLIED, APPLYING, Batch, DISCARDED, INVALID, NOTIFYING, ROLLING_BACK, UPLOADED, VALID,
};

const GONE: &str = "文件已经不在，请重新上传。";
const UNREADABLE: &str =
    "这个文件多次没有读完，不再读取。请重新导出后上传；仍然不行的，改用CSV格式。";

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
    match step(app, &tools, &shift, batch_id) {
        Ok(told) => {
            shift.end(&tools)?;
            Ok(told)
        }
        // Somebody else has it, or a person decided otherwise meanwhile: what they want is the next step.
        Err(WorkError::Lost) => {
            shift.end(&tools)?;
            Ok(false)
        }
        Err(error) => {
            shift.rest(&tools)?;
            Err(error)
        }
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
        VALID if is_stale(&batch, now) => discard(tools, shift, batch).map(|()| false),
        APPLYING => shift.apply(tools, batch).map(|_| false),
        ROLLING_BACK => shift.undo(tools, batch).map(|_| false),
        NOTIFYING => release::run(app, tools, shift, batch),
        _ => Ok(false),
    }
}

fn look_through(tools: &Tools, shift: &Shift, batch: Batch) -> Result<(), WorkError> {
    let Some(stem) = batch.file_stem.clone() else {
        // The command that read it is gone, and its file with it.
        return give_up(tools, shift, batch, GONE);
    };
    let place = tools.uploads.as_ref().ok_or(io::ErrorKind::NotConnected);
    let place = place.map_err(io::Error::from)?;
    if shift.is_hopeless() {
        give_up(tools, shift, batch, UNREADABLE)?;
    } else {
        match Sealed::open(tools, place, &stem, batch.file_parts, batch.file_bytes) {
            Ok(source) => shift.look_through(tools, batch, source).map(|_| ())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                give_up(tools, shift, batch, GONE)?;
            }
            // The disk is away, or a key is missing: that can be mended, and the file is still there.
            Err(error) => return Err(error.into()),
        }
    }
    // What cannot be removed now is removed as abandoned.
    let _ = place.remove(&stem);
    Ok(())
}

/// Nobody will be able to read it.
fn give_up(tools: &Tools, shift: &Shift, batch: Batch, why: &str) -> Result<(), WorkError> {
    shift.forget_rows(tools, batch.id, false)?;
    let now = tools.clock.now_ms();
    let broken = Batch {
        state: INVALID.to_owned(),
        problem: Some(why.to_owned()),
        file_stem: None,
        ended_at: Some(now),
        updated_at: now,
        ..batch
    };
    shift.write(tools, move |c| {
        import_batches::replace(c, &broken)?;
        Ok(())
    })
}

/// Nobody decided on the preview in time. The command decides at once: what it left there has nobody.
fn is_stale(batch: &Batch, now: i64) -> bool {
    batch.unit_id.is_none() || batch.updated_at < now - UNDECIDED_MS
}

/// Throws a preview away that nobody decided on, with the names in it.
pub(super) fn discard(tools: &Tools, shift: &Shift, batch: Batch) -> Result<(), WorkError> {
    let (id, now) = (batch.id, tools.clock.now_ms());
    let discarded = shift.write(tools, move |c| {
        if !import_batches::turn(c, id, &[VALID], DISCARDED, now)? {
            return Ok(false);
        }
        let ended = Batch {
            state: DISCARDED.to_owned(),
            ended_at: Some(now),
            updated_at: now,
            ..batch
        };
        import_batches::replace(c, &ended)?;
        audited(c, "program", now, "import.expired", &ended)?;
        Ok(true)
    })?;
    match discarded {
        true => shift.forget_rows(tools, id, true),
        // Somebody decided after all.
        false => Ok(()),
    }
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
