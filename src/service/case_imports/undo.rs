//! Taking a batch back before its notices leave: every row puts back what was there before it, the last one first. What
//! somebody else has built on since stays: a person whom another batch changed, a case that another batch has spoken of.
//! Where the other batch was taken back before, nothing stands in the way: versions only grow, so the rows of the earlier
//! one are told by which version theirs goes now.

use super::present::Present;
use super::shift::Shift;
use super::{PIECE, Tools, WorkError, facts};
use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::import_batches::{self, Batch, ROLLED_BACK};
use crate::store::import_rows::{self, APPLIED, CARRIED, ImportRow, KEPT, NEW, UNDONE};

const WHY_CHANGED: &str = "导入之后另一批次又改动过，保留现在的数据。";
const WHY_BOUND: &str = "已有人绑定这名当事人，保留数据。";
const WHY_CASE: &str =
    "导入之后这一案件又导入过，或有当事人保留，案件的公共信息（如办案部门）保留现在的数据。";

/// Takes all rows back, up to the batch's state `rolled_back`.
pub(super) fn run(tools: &Tools, shift: &Shift, batch: Batch) -> Result<Batch, WorkError> {
    shift.pieces(tools, batch, piece)
}

fn piece(
    c: &mut Conn,
    tools: &Tools,
    present: &Present,
    mut batch: Batch,
) -> Result<(Batch, bool), RecordError> {
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
    let others = Others {
        later: import_batches::stored_after(c, &batch)?,
        held: import_batches::held(c, &batch)?,
    };
    for row in &rows {
        match take_back(c, (present, &others), row, now)? {
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

/// Batches beside the one that is taken back.
struct Others {
    /// Stored after it.
    later: Vec<i64>,
    /// Can still be taken back themselves.
    held: Vec<i64>,
}

/// Puts back what one row changed; why not, when it stays.
fn take_back(
    c: &mut Conn,
    (present, others): (&Present, &Others),
    row: &ImportRow,
    now: i64,
) -> Result<Option<&'static str>, RecordError> {
    if row.verdict == CARRIED {
        return Ok(None);
    }
    let Some(case) = cases::by_unified_number(c, &row.unified_number)? else {
        return Ok(None);
    };
    let kept = person_back(c, &others.held, row)?;
    match row.case_before.as_deref() {
        None => return Ok(kept),
        Some("null") => {
            if case_persons::is_deserted(c, case.id)? {
                cases::remove(c, case.id)?;
            }
            return Ok(kept);
        }
        Some(_) => {}
    }
    let Some(before) = read::<Case>(row.case_before.as_deref()) else {
        return Ok(kept);
    };
    // Other rows of this case went back before this one, which was the first of them: what is kept is known.
    let is_ours = case.version == before.version + 1;
    let is_free = kept.is_none()
        && !import_rows::is_any_kept(c, row.batch_id, &row.unified_number)?
        && (others.later.is_empty()
            || !import_rows::is_any_stored(c, &others.later, &row.unified_number)?);
    let version = case.version + 1;
    if is_ours && is_free {
        let back = Case {
            version,
            unit_id: present.unit(&before.unit_id),
            updated_at: before.updated_at.min(now),
            ..before
        };
        cases::replace(c, &back)?;
        follow_case(c, &others.held, &back, before.version)?;
        return Ok(None);
    }
    let stays = facts::of_case(&case) != facts::of_case(&before);
    if is_ours && kept.is_none() {
        let mut back = Case { version, ..case };
        facts::put_lists_back(&mut back, before);
        cases::replace(c, &back)?;
    }
    Ok(kept.or(stays.then_some(WHY_CASE)))
}

/// Puts back the person of a row.
fn person_back(
    c: &mut Conn,
    held: &[i64],
    row: &ImportRow,
) -> Result<Option<&'static str>, RecordError> {
    let person = case_persons::by_numbers(c, &row.unified_number, &row.person_number)?;
    match person {
        None => {}
        Some(person) if person.version != row.after_version => return Ok(Some(WHY_CHANGED)),
        Some(person) if row.verdict == NEW => {
            let is_gone = case_persons::remove(c, person.id)?;
            return Ok((!is_gone).then_some(WHY_BOUND));
        }
        Some(person) => {
            if let Some(before) = read::<CasePerson>(row.before.as_deref()) {
                // Versions only grow: another batch that looked meanwhile must notice.
                let versions = (before.version, person.version + 1);
                let back = CasePerson {
                    version: versions.1,
                    ..before
                };
                case_persons::replace(c, &back)?;
                if !held.is_empty() {
                    import_rows::follow_person(c, held, row, versions)?;
                }
            }
        }
    }
    Ok(None)
}

/// The case is again as it was in version `was`, by a higher number: the row that had left it so, and those before that one,
/// are told by which versions they find their way back.
fn follow_case(c: &mut Conn, held: &[i64], back: &Case, was: i64) -> Result<(), RecordError> {
    if held.is_empty() {
        return Ok(());
    }
    let movers = import_rows::movers_of(c, held, &back.unified_number)?;
    let mut movers: Vec<(i64, Case)> = movers
        .into_iter()
        .filter_map(|(id, text)| Some((id, read::<Case>(Some(&text))?)))
        .collect();
    movers.sort_by_key(|(_, before)| std::cmp::Reverse(before.version));
    let mut left = was;
    for (id, before) in movers {
        if before.version + 1 != left {
            continue;
        }
        left = before.version;
        let moved = Case {
            version: before.version + back.version - was,
            ..before
        };
        if let Ok(text) = serde_json::to_string(&moved) {
            import_rows::set_case_before(c, id, &text)?;
        }
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Option<T> {
    serde_json::from_str(text?).ok()
}
