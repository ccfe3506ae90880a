//! 案件导入: handing a file in, seeing what it would do, and deciding.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::desk::{Desk, console_frame, expired, failure};
use super::desk_form::DeskForm;
use super::import_upload::{Wrong, take};
use crate::domain::case_row::Column;
use crate::domain::desk::{Duty, UnitScope};
use crate::domain::shanghai;
use crate::service::case_imports::{
    self, BatchPage, BatchView, Importer, Refusal, RowView, UploadError,
};
use crate::service::error::ServiceError;
use crate::store::import_batches::Batch;
use crate::web::access::{Access, Table};
use crate::web::console::csv;
use crate::web::console::imports::{
    BatchLine, ChangeLine, ImportPage, ImportsPage, Progress, RefusedLine, RowLine, State as Shown,
};
use crate::web::pages::Pages;

const LIST: &str = "/console/imports";
const IMPORTERS: Access = Access::Desk(&[Duty::Importer]);
/// The file and what a form has around it. A little more than the largest file, so that its refusal can be read.
const MOST_BODY: usize = 66 * 1024 * 1024;
/// A page that nobody asks for.
const LAST_PAGE: i64 = 10_000;

pub(crate) fn routes(table: Table) -> Table {
    let upload = post(hand_in).layer(DefaultBodyLimit::max(MOST_BODY));
    table
        .get(LIST, IMPORTERS, get(list))
        .post(LIST, IMPORTERS, upload)
        .get("/console/imports/template", IMPORTERS, get(template))
        .get("/console/imports/{id}", IMPORTERS, get(show))
        .get("/console/imports/{id}/refused", IMPORTERS, get(refused))
        .post(
            "/console/imports/{id}/apply",
            IMPORTERS,
            post(|pages, id, form| order(pages, id, form, Order::Apply)),
        )
        .post(
            "/console/imports/{id}/discard",
            IMPORTERS,
            post(|pages, id, form| order(pages, id, form, Order::Discard)),
        )
        .post(
            "/console/imports/{id}/release",
            IMPORTERS,
            post(|pages, id, form| order(pages, id, form, Order::Release)),
        )
        .post(
            "/console/imports/{id}/roll-back",
            IMPORTERS,
            post(|pages, id, form| order(pages, id, form, Order::RollBack)),
        )
}

/// Who a request is, for the service.
pub(super) struct Who {
    scope: UnitScope,
    account_id: i64,
    actor: String,
}

impl Who {
    pub(super) fn of(desk: &Desk) -> Self {
        Self {
            scope: desk.manager.scope(),
            account_id: desk.manager.account.id,
            actor: desk.manager.actor(),
        }
    }

    pub(super) fn importer(&self) -> Importer<'_> {
        Importer {
            scope: &self.scope,
            account_id: self.account_id,
            actor: &self.actor,
        }
    }
}

#[derive(Deserialize)]
struct Paged {
    page: Option<i64>,
    /// `progress`: the page without its rows, as the script asks for it every second.
    part: Option<String>,
}

impl Paged {
    /// From 0.
    fn number(&self) -> i64 {
        self.page.unwrap_or(1).clamp(1, LAST_PAGE) - 1
    }
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Query(paged): Query<Paged>,
) -> Response {
    listed(&pages, &desk, paged.number(), None, StatusCode::OK).await
}

async fn listed(
    pages: &Pages,
    desk: &Desk,
    page: i64,
    error: Option<String>,
    status: StatusCode,
) -> Response {
    let who = Who::of(desk);
    let (batches, has_more) = match case_imports::list(&pages.app, who.importer(), page).await {
        Ok(found) => found,
        Err(error) => return failure(pages, &error),
    };
    let page = ImportsPage {
        frame: console_frame(pages, desk, "案件导入", "imports").await,
        batches: batches.iter().map(line).collect(),
        error,
        page: page + 1,
        has_more,
    };
    pages.personal(status, &page)
}

fn line(view: &BatchView) -> BatchLine {
    let batch = &view.batch;
    BatchLine {
        public_id: batch.public_id.clone(),
        file_name: batch.file_name.clone(),
        at: shanghai::minute_text(batch.created_at),
        state: Shown::of(&batch.state),
        rows: batch.rows_total,
        new: batch.rows_new,
        changed: batch.rows_changed,
        unchanged: batch.rows_unchanged,
        refused: batch.rows_refused,
        notices: batch.notices,
    }
}

async fn hand_in(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    body: Multipart,
) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match take(&pages, &desk, body).await {
        Ok(batch) => {
            case_imports::start(&pages.app, batch.id);
            Redirect::to(&format!("{LIST}/{}", batch.public_id)).into_response()
        }
        Err(Wrong::Session) => expired(&pages),
        Err(Wrong::Form) => {
            let sentence = "请重新选择文件上传。文件没有传完，没有导入任何内容。".to_owned();
            listed(&pages, &desk, 0, Some(sentence), status).await
        }
        Err(Wrong::NoFile) => {
            let sentence = "请选择要导入的文件。".to_owned();
            listed(&pages, &desk, 0, Some(sentence), status).await
        }
        Err(Wrong::Upload(UploadError::File(problem))) => {
            listed(&pages, &desk, 0, Some(problem.to_string()), status).await
        }
        Err(Wrong::Upload(UploadError::Failed(reason))) => {
            tracing::error!(reason, "a file of cases could not be kept");
            let sentence = "请过几分钟再上传。服务器暂时无法保存文件。".to_owned();
            let status = StatusCode::SERVICE_UNAVAILABLE;
            listed(&pages, &desk, 0, Some(sentence), status).await
        }
    }
}

async fn template() -> Response {
    let head: Vec<&str> = Column::all().map(Column::heading).collect();
    let example = Column::all().map(|column| column.example().to_owned());
    csv::download("case-import-template", csv::text(&head, [example]))
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    Query(paged): Query<Paged>,
) -> Response {
    let who = Who::of(&desk);
    let number = match paged.part.as_deref() {
        Some("progress") => case_imports::NO_ROWS,
        _ => paged.number(),
    };
    match case_imports::one(&pages.app, who.importer(), &id, number).await {
        Ok(found) => {
            let page = page(&pages, &desk, &found, number + 1).await;
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => failure(&pages, &error),
    }
}

async fn page(pages: &Pages, desk: &Desk, found: &BatchPage, number: i64) -> ImportPage {
    let batch = &found.view.batch;
    let kind = match batch.file_format.as_str() {
        "" => String::new(),
        kind => format!("{kind}，"),
    };
    ImportPage {
        frame: console_frame(pages, desk, "导入批次", "imports").await,
        line: line(&found.view),
        word: batch.state.clone(),
        file: format!("{kind}{}", size(batch.file_bytes)),
        problem: batch.problem.clone(),
        warnings: found.view.warnings.clone(),
        progress: progress(batch, found.watched),
        watched: found.watched,
        overtaken: batch.rows_overtaken,
        kept: batch.rows_kept,
        phone_tasks: batch.phone_tasks,
        notify_at: batch.notify_at.map(shanghai::minute_text),
        rows: found.rows.iter().map(row).collect(),
        page: number,
        has_more: found.has_more,
        refused: found.refused.iter().map(refusal).collect(),
        set_aside: found.set_aside.iter().map(refusal).collect(),
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes}字节"),
        1024..1_048_576 => format!("{}KB", bytes / 1024),
        _ => format!("{}MB", bytes / 1_048_576),
    }
}

fn progress(batch: &Batch, watched: i64) -> Option<Progress> {
    let touched = batch.rows_new + batch.rows_changed;
    let (label, total) = match batch.state.as_str() {
        "uploaded" => ("正在校验，已读", 0),
        "applying" => ("正在导入", touched),
        "rolling_back" => ("正在撤回", touched),
        "notifying" => ("正在生成通知", watched),
        _ => return None,
    };
    Some(Progress {
        label,
        done: batch.rows_done,
        total,
    })
}

fn row(row: &RowView) -> RowLine {
    let verdict = match row.verdict.as_str() {
        "new" => "新增",
        "changed" => "变更",
        _ => "随案变更",
    };
    let outcome = match row.state.as_str() {
        "overtaken" => Some("未导入"),
        "kept" => Some("未撤回"),
        "undone" => Some("已撤回"),
        _ => None,
    };
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "（空）".to_owned());
    RowLine {
        line: row.line,
        verdict,
        key: format!("{} / {}", row.unified_number, row.person_number),
        adds: row.adds.clone(),
        is_watched: row.is_watched,
        outcome,
        changes: row
            .changes
            .iter()
            .map(|change| ChangeLine {
                title: change.title.clone(),
                old: shown(&change.old),
                new: shown(&change.new),
            })
            .collect(),
    }
}

fn refusal(refusal: &Refusal) -> RefusedLine {
    RefusedLine {
        line: refusal.line,
        field: refusal.field.clone(),
        reason: refusal.reason.clone(),
    }
}

async fn refused(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
) -> Response {
    let who = Who::of(&desk);
    match case_imports::refusals(&pages.app, who.importer(), &id).await {
        Ok((_, rows)) => {
            let rows = rows
                .into_iter()
                .map(|row| [row.line.to_string(), row.field, row.reason]);
            let text = csv::text(&["行号", "列", "原因和处理办法"], rows);
            csv::download("refused-rows", text)
        }
        Err(error) => failure(&pages, &error),
    }
}

#[derive(Clone, Copy)]
enum Order {
    Apply,
    Discard,
    Release,
    RollBack,
}

async fn order(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, .. }: DeskForm,
    order: Order,
) -> Response {
    let who = Who::of(&desk);
    let (app, who) = (&pages.app, who.importer());
    let ordered = match order {
        Order::Apply => case_imports::apply(app, who, &id).await,
        Order::Discard => case_imports::discard(app, who, &id).await,
        Order::Release => case_imports::release_now(app, who, &id).await,
        Order::RollBack => case_imports::roll_back(app, who, &id).await,
    };
    match ordered {
        Ok(batch) => {
            case_imports::start(app, batch);
            Redirect::to(&format!("{LIST}/{id}")).into_response()
        }
        // The page shows what the batch is now: somebody else, or the same person in another window, was first.
        Err(ServiceError::Rejected(why)) => {
            let found = case_imports::one(app, who, &id, 0).await;
            match found {
                Ok(found) => {
                    let mut page = page(&pages, &desk, &found, 1).await;
                    page.warnings.insert(0, why);
                    pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page)
                }
                Err(error) => failure(&pages, &error),
            }
        }
        Err(error) => failure(&pages, &error),
    }
}
