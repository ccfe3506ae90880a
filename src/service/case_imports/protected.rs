//! Cases that are secret or of minors by now, and were imported before: who is bound goes on seeing them until somebody
//! says that nobody may.

use super::{PIECE, Tools};
use crate::store::{StoreError, cases, stopped_cases};

/// What the preview says of them; `None` when there are none. `protected` are lines of the file and their 统一受案号, `own`
/// is the unit of whoever imports.
///
/// # Errors
/// When the database does not answer.
pub(super) fn warning(
    tools: &Tools,
    own: Option<&str>,
    protected: &[(u64, String)],
) -> Result<Option<String>, StoreError> {
    let mut lines: Vec<u64> = Vec::new();
    for piece in protected.chunks(PIECE) {
        let numbers: Vec<String> = piece.iter().map(|(_, number)| number.clone()).collect();
        let known = tools.db.read_blocking(move |c| {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            let stopped = stopped_cases::among(c, &numbers)?;
            let mut known = cases::with_numbers(c, &numbers)?;
            known.retain(|case| !stopped.contains(&case.unified_number));
            Ok::<_, StoreError>(known)
        })?;
        let can_be_seen = |(_, number): &&(u64, String)| {
            known.iter().any(|case| {
                case.unified_number == *number && own.is_none_or(|own| case.unit_id == own)
            })
        };
        lines.extend(piece.iter().filter(can_be_seen).map(|(line, _)| *line));
    }
    Ok(lines.first().map(|first| {
        format!(
            "有{}行（如第{first}行）写明涉密或者未成年人，这些案件以前已经导入，绑定的人现在还能查看。请立即在“案件查询”里按案号停止查询。",
            lines.len()
        )
    }))
}
