//! Storing what a batch would do, in pieces. What was there before is kept with each row, for the way back; a person or case
//! that somebody else changed since the file was looked through is left alone.

use super::piece::Piece;
use super::present::Present;
use super::shift::Shift;
use super::{PIECE, Tools, WorkError, carried};
use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::import_batches::{self, APPLIED, APPLYING, Batch};
use crate::store::import_rows::{self, STAGED, WAITING};

/// Stores all rows, up to the batch's state `applied`.
pub(super) fn run(tools: &Tools, shift: &Shift, batch: Batch) -> Result<Batch, WorkError> {
    shift.pieces(tools, batch, piece)
}

/// One transaction; whether it was the last.
fn piece(
    c: &mut Conn,
    tools: &Tools,
    present: &Present,
    mut batch: Batch,
) -> Result<(Batch, bool), RecordError> {
    let now = tools.clock.now_ms();
    let limit = i64::try_from(PIECE).unwrap_or(i64::MAX);
    let rows = import_rows::next(c, batch.id, STAGED, false, limit)?;
    let done = if rows.is_empty() {
        // Who goes with a case is looked at when it is known what became of the case.
        let rows = import_rows::next(c, batch.id, WAITING, false, limit)?;
        if rows.is_empty() {
            APPLIED.clone_into(&mut batch.state);
            batch.applied_at = Some(now);
            batch.notify_at = Some(now + tools.delay_ms);
            batch.updated_at = now;
            import_batches::replace(c, &batch)?;
            super::decide::audited(c, &batch.actor, now, "import.applied", &batch)?;
            return Ok((batch, true));
        }
        carried::take(c, tools, batch.id, &rows)?;
        rows.len()
    } else {
        let mut piece = Piece::read(c, (tools, present), &rows, now)?;
        for row in &rows {
            piece.take(c, row)?;
        }
        batch.rows_overtaken += i64::try_from(piece.overtaken()).unwrap_or(0);
        let done = rows.len() - piece.waiting();
        piece.write(c)?;
        done
    };
    batch.rows_done += i64::try_from(done).unwrap_or(0);
    batch.updated_at = now;
    APPLYING.clone_into(&mut batch.state);
    import_batches::replace(c, &batch)?;
    Ok((batch, false))
}
