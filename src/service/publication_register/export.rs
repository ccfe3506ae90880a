//! Tables to take along: the statistics of a tree, and the unit's own list. Each file is written into the audit before
//! anybody has it.

use super::RegisterError;
use super::count::{self, Counts, Line};
use crate::app::App;
use crate::domain::desk::TreeScope;
use crate::service::audit::{audit_entry, write_down};
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::publication_register::{Period, Row, Wanted};

/// Rows of the unit's list in one file.
const MOST: i64 = 50_000;

/// The statistics of a part of the manager's tree, for a file.
///
/// # Errors
/// When the database does not answer.
pub async fn statistics_file(
    app: &App,
    manager: &Manager,
    tree: TreeScope,
    period: Period,
) -> Result<(Vec<Line>, Counts), ServiceError> {
    let root = tree.root().to_owned();
    let (lines, sum) = count::statistics(app, tree, period).await?;
    let about = format!("unit:{root} lines:{}", lines.len());
    note(app, manager, "publicity.exported", about).await?;
    Ok((lines, sum))
}

/// The unit's documents of a period, for a file, at most 50,000.
///
/// # Errors
/// When the database does not answer.
pub async fn documents_file(
    app: &App,
    manager: &Manager,
    period: Period,
    wanted: Wanted,
) -> Result<Vec<Row>, RegisterError> {
    let rows = super::list(app, manager, period, wanted, (0, MOST)).await?;
    let about = format!("unit:{} lines:{}", manager.account.unit_id, rows.len());
    note(app, manager, "documents.exported", about).await?;
    Ok(rows)
}

async fn note(
    app: &App,
    manager: &Manager,
    action: &str,
    subject: String,
) -> Result<(), StoreError> {
    let entry = audit_entry(app.clock.now_ms(), manager.actor(), action, subject);
    write_down(app, entry).await
}
