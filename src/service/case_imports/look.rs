//! What the importer sees of batches.

use std::sync::Arc;

use super::{Importer, Tools};
use crate::app::App;
use crate::domain::case_row::{CaseRow, Difference};
use crate::service::audit::audit_entry;
use crate::service::error::{RecordError, ServiceError};
use crate::store::audit;
use crate::store::import_batches::{self, Batch};
use crate::store::import_rows::{self, CARRIED, CHANGED, ImportRow, NEW, REFUSED};
use crate::store::{Conn, StoreError};

/// Batches on a page.
const A_PAGE: i64 = 30;
/// Rows on a page.
const ROWS_A_PAGE: i64 = 50;
/// In the place of a page's number: none of the rows.
pub const NO_ROWS: i64 = -1;
/// Refused rows that are handed out at most.
const MOST_REFUSALS: i64 = 300_000;

/// A batch as it is shown.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// What its importer should know.
    pub warnings: Vec<String>,
}

/// A page of a batch.
pub struct BatchPage {
    /// The batch.
    pub view: BatchView,
    /// Persons whose bound people are told.
    pub watched: i64,
    /// What it does or did, a page of it.
    pub rows: Vec<RowView>,
    /// Refused rows, the first ones.
    pub refused: Vec<Refusal>,
    /// Rows that were set aside later, with the reason.
    pub set_aside: Vec<Refusal>,
    /// Whether there are more rows behind this page.
    pub has_more: bool,
}

/// A row that does or did something.
pub struct RowView {
    /// The line of the file.
    pub line: i64,
    /// `new`, `changed` or `carried`.
    pub verdict: String,
    /// `staged` and what follows.
    pub state: String,
    /// 统一受案号.
    pub unified_number: String,
    /// 当事人编号.
    pub person_number: String,
    /// Whether people are told.
    pub is_watched: bool,
    /// 案件名称 and 姓名, of a row that adds somebody.
    pub adds: Option<(String, String)>,
    /// What changes.
    pub changes: Vec<Difference>,
}

/// A row that was not taken.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The line of the file.
    pub line: i64,
    /// The column at fault; empty when it is the whole row.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// Batches of the unit, newest first; `page` counts from 0. Whether there are more.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &App,
    who: Importer<'_>,
    page: i64,
) -> Result<(Vec<BatchView>, bool), ServiceError> {
    let scope = who.scope.clone();
    let mut batches = app
        .db
        .read(move |c| {
            import_batches::list(c, &scope, page * A_PAGE, A_PAGE + 1).map_err(StoreError::from)
        })
        .await?;
    let limit = usize::try_from(A_PAGE).unwrap_or(usize::MAX);
    let has_more = batches.len() > limit;
    batches.truncate(limit);
    Ok((batches.into_iter().map(view).collect(), has_more))
}

fn view(batch: Batch) -> BatchView {
    BatchView {
        warnings: serde_json::from_str(&batch.warnings).unwrap_or_default(),
        batch,
    }
}

/// One batch; `page` of its rows counts from 0. A look is written down, for rows show names.
///
/// # Errors
/// [`ServiceError::NotFound`] for a batch of another unit.
pub async fn one(
    app: &Arc<App>,
    who: Importer<'_>,
    public_id: &str,
    page: i64,
) -> Result<BatchPage, ServiceError> {
    let tools = Tools::of(app);
    let (scope, actor) = (who.scope.clone(), who.actor.to_owned());
    let public_id = public_id.to_owned();
    let found = app.db.write(move |c| -> Result<_, RecordError> {
        let Some(batch) = import_batches::one(c, &scope, &public_id)? else {
            return Ok(None);
        };
        let verdicts = [NEW, CHANGED, CARRIED];
        let mut rows = match page {
            NO_ROWS => Vec::new(),
            page => {
                let offset = page * ROWS_A_PAGE;
                import_rows::page(c, batch.id, &verdicts, offset, ROWS_A_PAGE + 1)?
            }
        };
        let limit = usize::try_from(ROWS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        if !rows.is_empty() {
            let about = format!("import:{public_id}");
            looked(c, &tools, &actor, "import.viewed", about)?;
        }
        let rows: Result<Vec<RowView>, RecordError> =
            rows.into_iter().map(|row| row_view(&tools, row)).collect();
        let refused = import_rows::page(c, batch.id, &[REFUSED], 0, ROWS_A_PAGE)?;
        let set_aside = import_rows::set_aside_rows(c, batch.id, ROWS_A_PAGE)?;
        Ok(Some(BatchPage {
            watched: import_rows::count_watched(c, batch.id)?,
            view: view(batch),
            rows: rows?,
            refused: refused.into_iter().map(refusal).collect(),
            set_aside: set_aside.into_iter().map(refusal).collect(),
            has_more,
        }))
    });
    let page = found.await.map_err(failed)?;
    page.ok_or(ServiceError::NotFound)
}

/// All rows that were not taken, for handing out.
///
/// # Errors
/// [`ServiceError::NotFound`] for a batch of another unit.
pub async fn refusals(
    app: &App,
    who: Importer<'_>,
    public_id: &str,
) -> Result<(Batch, Vec<Refusal>), ServiceError> {
    let (scope, public_id) = (who.scope.clone(), public_id.to_owned());
    let found = app.db.read(move |c| -> Result<_, StoreError> {
        let Some(batch) = import_batches::one(c, &scope, &public_id)? else {
            return Ok(None);
        };
        let mut rows = import_rows::page(c, batch.id, &[REFUSED], 0, MOST_REFUSALS)?;
        rows.extend(import_rows::set_aside_rows(c, batch.id, MOST_REFUSALS)?);
        Ok(Some((batch, rows.into_iter().map(refusal).collect())))
    });
    found.await?.ok_or(ServiceError::NotFound)
}

fn refusal(row: ImportRow) -> Refusal {
    Refusal {
        line: row.line,
        field: row.field,
        reason: row.reason,
    }
}

fn row_view(tools: &Tools, row: ImportRow) -> Result<RowView, RecordError> {
    let changes: Option<Vec<Difference>> = tools.open("changes", row.id, row.changes.as_deref())?;
    let said: Option<CaseRow> = match row.verdict.as_str() {
        NEW => tools.open("said", row.id, row.said.as_deref())?,
        _ => None,
    };
    Ok(RowView {
        line: row.line,
        verdict: row.verdict,
        state: row.state,
        unified_number: row.unified_number,
        person_number: row.person_number,
        is_watched: row.is_watched,
        adds: said.map(|said| (said.case.name, said.person.name)),
        changes: changes.unwrap_or_default(),
    })
}

fn looked(
    c: &mut Conn,
    tools: &Tools,
    actor: &str,
    action: &str,
    subject: String,
) -> Result<(), StoreError> {
    let entry = audit_entry(tools.clock.now_ms(), actor, action, subject);
    audit::append(c, &entry)?;
    Ok(())
}

fn failed(error: RecordError) -> ServiceError {
    match error {
        RecordError::Store(error) => ServiceError::Store(error),
        RecordError::Bad(problem) | RecordError::Conflict(problem) => {
            ServiceError::Rejected(problem.to_string())
        }
        RecordError::Seal(_) => {
            ServiceError::Rejected("数据密钥不匹配，请联系系统管理员。".to_owned())
        }
    }
}
