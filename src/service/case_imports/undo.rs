//! Taking a batch back before its notices leave: every row puts back what was there before it, the last one first.

use super::shift::Shift;
use super::{PIECE, Tools, WorkError, facts};
use crate::domain::case_row::CaseRow;
use crate::service::error::RecordError;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_batches::{self, Batch, ROLLED_BACK};
use crate::store::import_rows::{self, APPLIED, CARRIED, ImportRow, KEPT, NEW, UNDONE};
use crate::store::{Conn, counters};

const WHY_CHANGED: &str = "导入之后另一批次又改动过，保留现在的数据。";
const WHY_BOUND: &str = "已有人绑定这名当事人，保留数据。";

/// Takes all rows back, up to the batch's state `rolled_back`.
pub(super) fn run(tools: &Tools, shift: &Shift, mut batch: Batch) -> Result<Batch, WorkError> {
    loop {
        let (desk, before) = (tools.clone(), batch.clone());
        let (after, is_over) = shift.write(tools, move |c| piece(c, &desk, before))?;
        batch = after;
        shift.tell(&batch);
        if is_over {
            return Ok(batch);
        }
    }
}

fn piece(c: &mut Conn, tools: &Tools, mut batch: Batch) -> Result<(Batch, bool), RecordError> {
    counters::raise(c, counters::CASE_IMPORTS, 0)?;
    let now = tools.clock.now_ms();
    let limit = i64::try_from(PIECE).unwrap_or(i64::MAX);
    let rows = import_rows::next(c, batch.id, APPLIED, true, limit)?;
    batch.updated_at = now;
    if rows.is_empty() {
        ROLLED_BACK.clone_into(&mut batch.state);
        batch.ended_at = Some(now);
        import_batches::replace(c, &batch)?;
        super::decide::audited(c, &batch.actor, now, "import.rolled_back", &batch)?;
        return Ok((batch, true));
    }
    let mut undone = Vec::new();
    for row in &rows {
        match take_back(c, tools, row, now)? {
            None => undone.push(row.id),
            Some(why) => {
                batch.rows_kept += 1;
                import_rows::set_aside(c, row.id, KEPT, why)?;
            }
        }
    }
    import_rows::mark_state(c, &undone, UNDONE)?;
    batch.rows_done += i64::try_from(rows.len()).unwrap_or(0);
    import_batches::replace(c, &batch)?;
    Ok((batch, false))
}

/// Puts back what one row changed; why not, when it stays.
fn take_back(
    c: &mut Conn,
    tools: &Tools,
    row: &ImportRow,
    now: i64,
) -> Result<Option<&'static str>, RecordError> {
    if row.verdict == CARRIED {
        return Ok(None);
    }
    let Some(case) = cases::by_unified_number(c, &row.unified_number)? else {
        return Ok(None);
    };
    let person = case_persons::by_numbers(c, &row.unified_number, &row.person_number)?;
    let mut kept = None;
    match person {
        None => {}
        Some(person) if person.version != row.after_version => kept = Some(WHY_CHANGED),
        Some(person) if row.verdict == NEW => {
            let is_gone = case_persons::remove(c, person.id)?;
            kept = (!is_gone).then_some(WHY_BOUND);
        }
        Some(person) => {
            let before: Option<CasePerson> = read(row.before.as_deref());
            if let Some(before) = before {
                // Versions only grow: another batch that looked meanwhile must notice.
                let back = CasePerson {
                    version: person.version + 1,
                    ..before
                };
                case_persons::replace(c, &back)?;
            }
        }
    }
    let said: Option<CaseRow> = tools.open("said", row.id, row.said.as_deref())?;
    let is_ours = said.is_some_and(|said| said.case == facts::of_case(&case));
    match row.case_before.as_deref() {
        Some("null") if case_persons::is_deserted(c, case.id)? => {
            cases::remove(c, case.id)?;
        }
        Some("null") => {}
        Some(text) if is_ours => {
            if let Some(before) = read::<Case>(Some(text)) {
                let back = Case {
                    version: case.version + 1,
                    updated_at: before.updated_at.min(now),
                    ..before
                };
                cases::replace(c, &back)?;
            }
        }
        _ => {}
    }
    Ok(kept)
}

fn read<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Option<T> {
    serde_json::from_str(text?).ok()
}
