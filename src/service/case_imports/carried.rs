//! Persons of whom a file says nothing, but whose case goes to another 办案部门 with it: they are told too, if the case
//! really went, and by this batch.

use std::collections::HashMap;

use super::Tools;
use crate::domain::case_row::{Column, Difference};
use crate::service::error::RecordError;
use crate::store::Conn;
use crate::store::cases::{self, Case};
use crate::store::import_rows::{self, APPLIED, ImportRow, OVERTAKEN};

/// The change of a person who goes with the case.
pub(super) fn change(old: Option<&String>, new: Option<&String>) -> Difference {
    Difference {
        field: "department".to_owned(),
        title: Column::Department.heading().to_owned(),
        old: old.cloned(),
        new: new.cloned(),
    }
}

/// Those of the cases that the batch has changed, as they were before it.
pub(super) fn moved_cases(
    c: &mut Conn,
    batch_id: i64,
    numbers: &[&str],
) -> Result<HashMap<String, Case>, RecordError> {
    let mut moved = HashMap::new();
    for (number, before) in import_rows::movers(c, batch_id, numbers)? {
        // Of several rows that changed a case the first one saw it as it was. `null`: there was none.
        if let Ok(Some(case)) = serde_json::from_str::<Option<Case>>(&before) {
            moved.entry(number).or_insert(case);
        }
    }
    Ok(moved)
}

/// Decides on rows that wait: all others of the batch are stored.
pub(super) fn take(
    c: &mut Conn,
    tools: &Tools,
    batch_id: i64,
    rows: &[ImportRow],
) -> Result<(), RecordError> {
    let mut numbers: Vec<&str> = rows.iter().map(|row| row.unified_number.as_str()).collect();
    numbers.dedup();
    let before = moved_cases(c, batch_id, &numbers)?;
    let after = cases::with_numbers(c, &numbers)?;
    let after: HashMap<&str, &Case> = after
        .iter()
        .map(|case| (case.unified_number.as_str(), case))
        .collect();
    let (mut told, mut dropped) = (Vec::new(), Vec::new());
    for row in rows {
        let number = row.unified_number.as_str();
        let went = match (before.get(number), after.get(number)) {
            (Some(before), Some(after)) if before.department != after.department => Some(change(
                before.department.as_ref(),
                after.department.as_ref(),
            )),
            _ => None,
        };
        let Some(went) = went else {
            dropped.push(row.id);
            continue;
        };
        told.push(row.id);
        let seen: Option<Vec<Difference>> =
            tools.open("changes", row.id, row.changes.as_deref())?;
        if seen.as_deref() != Some(std::slice::from_ref(&went)) {
            let text = serde_json::to_string(&[went]).unwrap_or_default();
            let sealed = tools.seal("changes", row.id, &text)?;
            import_rows::tell_otherwise(c, row.id, &sealed, true)?;
        }
    }
    import_rows::mark(c, &told, APPLIED, 0)?;
    import_rows::mark_state(c, &dropped, OVERTAKEN)?;
    Ok(())
}
