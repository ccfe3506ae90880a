//! What a queue shows, as a table to take along: the own unit's, masked, written into the audit.

use std::sync::Arc;

use super::list::{self, Asked};
use super::{note, reviewer};
use crate::app::App;
use crate::domain::notice::mask_account;
use crate::domain::shanghai;
use crate::service::decisions::state_words;
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::StoreError;

/// Most lines of a file; a longer queue goes on in another one.
const MOST_LINES: usize = 5000;
/// Lines read at a time, so that nobody waits for the database meanwhile; [`MOST_LINES`] is a multiple.
const CHUNK: i64 = 500;

/// A line, in the order of [`HEADINGS`].
pub type Line = Vec<String>;

/// What stands above the columns.
pub const HEADINGS: [&str; 9] = [
    "编号",
    "申请人",
    "账号",
    "事项",
    "状态",
    "提交时间",
    "办理期限",
    "处理时间",
    "处理人",
];

/// A table to take along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The lines.
    pub lines: Vec<Line>,
    /// There is more: what the rest is asked for with.
    pub next: Option<String>,
}

/// The lines of what was asked for, at most 5,000, behind `asked.after`.
///
/// # Errors
/// [`ServiceError::NotFound`] for who is no reviewer; when the database does not answer.
pub async fn export(
    app: &Arc<App>,
    manager: &Manager,
    mut asked: Asked,
) -> Result<Exported, ServiceError> {
    reviewer(manager)?;
    let mut lines: Vec<Line> = Vec::new();
    let behind = asked.after.clone();
    let mut next = None;
    while lines.len() < MOST_LINES {
        let (desk, whose, wanted) = (Arc::clone(app), manager.clone(), asked.clone());
        let page = app
            .db
            .read(move |c| list::load(c, &desk, &whose, &wanted, CHUNK));
        let page = page.await?;
        lines.extend(page.rows.iter().map(line));
        next = page.next;
        if next.is_none() {
            break;
        }
        asked.after.clone_from(&next);
    }
    let (actor, now) = (manager.actor(), app.clock.now_ms());
    let mut subject = format!(
        "queue:{}:{} lines:{}",
        asked.queue.word(),
        asked.view.word(),
        lines.len()
    );
    if let Some(behind) = behind {
        subject.push_str(" after:");
        subject.push_str(&behind);
    }
    let noted = app.db.write(move |c| -> Result<_, StoreError> {
        note(c, (&actor, now), "queue.exported", subject)
    });
    noted.await?;
    Ok(Exported { lines, next })
}

fn line(row: &list::Row) -> Line {
    let time = |ms: Option<i64>| ms.map(shanghai::minute_text).unwrap_or_default();
    let due = row.due.as_ref();
    vec![
        row.number.clone(),
        mask_name(&row.applicant),
        mask_account(&row.login_name),
        row.about.clone(),
        state_words(&row.state).to_owned(),
        time(Some(row.submitted_at)),
        due.map(|due| format!("{} {}", due.day, due.words()))
            .unwrap_or_default(),
        time(row.decided_at),
        row.decided_by.clone().unwrap_or_default(),
    ]
}

/// 李**: the first letter.
fn mask_name(name: &str) -> String {
    let rest = name.chars().count().saturating_sub(1);
    let first: String = name.chars().take(1).collect();
    format!("{first}{}", "*".repeat(rest.min(3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_first_letter() {
        assert_eq!(mask_name("欧阳植入"), "欧***");
        assert_eq!(mask_name("李明"), "李*");
        assert_eq!(mask_name(""), "");
    }
}
