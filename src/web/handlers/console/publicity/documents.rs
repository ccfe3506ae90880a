//! The unit's own list of documents that should be public: seen by every manager of the unit, kept by its publishers, by
//! form and by file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Multipart, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{address, days};
use crate::domain::desk::Duty;
use crate::domain::publishing::{Fault, NotPublic, Status, number_key};
use crate::domain::shanghai;
use crate::service::error::ServiceError;
use crate::service::publication_register::{self as register, Entry, Outcome, RegisterError};
use crate::store::publication_register::{Row, Wanted};
use crate::web::console::csv;
use crate::web::console::publicity::{Document, DocumentsPage};
use crate::web::handlers::console::desk::{Desk, console_frame, expired, failure};
use crate::web::handlers::console::desk_form::DeskForm;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const PAGE: i64 = 100;

/// What of the unit's list is asked for.
fn wanted(query: &str) -> Wanted {
    let q: String = parameter(query, "q")
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect();
    Wanted {
        status: parameter(query, "status").and_then(|word| Status::parse(&word)),
        text: number_key(&q),
    }
}

pub(super) async fn show(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let mut entry = Entry::default();
    if let Some(id) = parameter(&query, "edit") {
        match register::one(&pages.app, &desk.manager, &id).await {
            Ok(row) => entry = of_row(&row),
            Err(error) => return failure(&pages, &told(error)),
        }
    }
    let notice = match parameter(&query, "done").as_deref() {
        Some("entered") => Some(("已登记。".to_owned(), "ok")),
        Some("same") => Some(("已经登记过，没有变化。".to_owned(), "ok")),
        _ => None,
    };
    let said = Said {
        entry,
        notice,
        ..Said::default()
    };
    list(&pages, &desk, &query, StatusCode::OK, said).await
}

fn of_row(row: &Row) -> Entry {
    Entry {
        document_number: row.document_number.clone(),
        document_type: row.document_type.clone(),
        decided_on: shanghai::wall_clock(row.decided_at)
            .format("%Y-%m-%d")
            .to_string(),
        reason: row.reason.clone().unwrap_or_default(),
        note: row.note.clone().unwrap_or_default(),
    }
}

fn told(error: RegisterError) -> ServiceError {
    match error {
        RegisterError::NotFound => ServiceError::NotFound,
        RegisterError::Store(error) => ServiceError::Store(error),
        RegisterError::Stale | RegisterError::Invalid(_) => {
            ServiceError::Rejected("the entry changed meanwhile".to_owned())
        }
    }
}

/// What stands around the list.
#[derive(Default)]
struct Said {
    entry: Entry,
    faults: Vec<Fault>,
    notice: Option<(String, &'static str)>,
    refused: Vec<(u64, String, String)>,
}

async fn list(pages: &Pages, desk: &Desk, query: &str, status: StatusCode, said: Said) -> Response {
    let (from, to, period) = days(pages, query);
    let number: i64 = parameter(query, "page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let range = (number.clamp(0, 100_000) * PAGE, PAGE + 1);
    let found = register::list(&pages.app, &desk.manager, period, wanted(query), range).await;
    let rows = match found {
        Ok(rows) => rows,
        Err(error) => return failure(pages, &told(error)),
    };
    let is_more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    let word = parameter(query, "status").unwrap_or_default();
    let q = parameter(query, "q").unwrap_or_default();
    let pairs = [
        ("from", from.as_str()),
        ("to", &to),
        ("status", &word),
        ("q", &q),
    ];
    let at = |page: i64| {
        let page = page.to_string();
        let mut all = pairs.to_vec();
        all.push(("page", &page));
        address("/console/publicity/documents", &all)
    };
    let page = DocumentsPage {
        frame: console_frame(pages, desk, "应公开文书清单", "publicity").await,
        rows: rows
            .iter()
            .take(usize::try_from(PAGE).unwrap_or(100))
            .map(shown)
            .collect(),
        newer: (number > 0).then(|| at(number - 1)),
        older: is_more.then(|| at(number + 1)),
        export: address("/console/publicity/documents/export", &pairs),
        may_enter: desk.manager.has(Duty::Publisher),
        typed: said.entry,
        faults: said.faults,
        notice: said.notice,
        refused: said.refused,
        status: word.clone(),
        q: q.clone(),
        from: from.clone(),
        to: to.clone(),
    };
    pages.personal(status, &page)
}

fn shown(row: &Row) -> Document {
    let status = Status::parse(&row.status).unwrap_or(Status::Waiting);
    let tone = match status {
        Status::Public => "ok",
        Status::Waiting => "wait",
        Status::Closed => "warn",
    };
    Document {
        number: row.document_number.clone(),
        kind: row.document_type.clone(),
        day: shanghai::wall_clock(row.decided_at)
            .format("%Y-%m-%d")
            .to_string(),
        status: (status.title(), tone),
        reason: reason(row),
        edit: format!("/console/publicity/documents?edit={}#entry", row.public_id),
    }
}

fn reason(row: &Row) -> String {
    let title = row
        .reason
        .as_deref()
        .and_then(NotPublic::parse)
        .map(NotPublic::title);
    match (title, &row.note) {
        (Some(title), Some(note)) => format!("{title}：{note}"),
        (Some(title), None) => title.to_owned(),
        (None, _) => String::new(),
    }
}

pub(super) async fn enter(
    Shared(pages): Shared<Arc<Pages>>,
    DeskForm { desk, posted: form }: DeskForm,
) -> Response {
    let entry = Entry {
        document_number: form.text("document_number"),
        document_type: form.text("document_type"),
        decided_on: form.text("decided_on"),
        reason: form.text("reason"),
        note: form.text("note"),
    };
    match register::put(&pages.app, &desk.manager, &entry).await {
        Ok(put) => {
            let done = match put {
                register::Put::Unchanged => "same",
                register::Put::Added | register::Put::Changed => "entered",
            };
            let path = format!("/console/publicity/documents?done={done}");
            Redirect::to(&path).into_response()
        }
        Err(RegisterError::Invalid(faults)) => {
            let said = Said {
                entry,
                faults,
                ..Said::default()
            };
            list(&pages, &desk, "", StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(error) => failure(&pages, &told(error)),
    }
}

pub(super) async fn upload(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    body: Multipart,
) -> Response {
    let Some(bytes) = sent(&desk, body).await else {
        return expired(&pages);
    };
    let outcome = match register::import(&pages.app, &desk.manager, bytes).await {
        Ok(outcome) => outcome,
        Err(RegisterError::Invalid(faults)) => {
            let notice = faults
                .into_iter()
                .next()
                .map(|fault| (fault.message, "bad"));
            let said = Said {
                notice,
                ..Said::default()
            };
            return list(&pages, &desk, "", StatusCode::UNPROCESSABLE_ENTITY, said).await;
        }
        Err(error) => return failure(&pages, &told(error)),
    };
    let (status, tone) = match outcome.refused.is_empty() {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::UNPROCESSABLE_ENTITY, "warn"),
    };
    let said = Said {
        notice: Some((summary(&outcome), tone)),
        refused: outcome
            .refused
            .into_iter()
            .take(200)
            .map(|one| (one.line, one.column, one.message))
            .collect(),
        ..Said::default()
    };
    list(&pages, &desk, "", status, said).await
}

fn summary(outcome: &Outcome) -> String {
    format!(
        "新登记{}份，更新{}份，没有变化{}份，没有登记{}行。",
        outcome.added,
        outcome.changed,
        outcome.unchanged,
        outcome.refused.len()
    )
}

/// The file of a form of this session; the token comes before it.
async fn sent(desk: &Desk, mut body: Multipart) -> Option<Vec<u8>> {
    let mut is_ours = false;
    while let Ok(Some(field)) = body.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.ok()?;
        if name == "csrf" {
            is_ours = desk.has_sent(std::str::from_utf8(&bytes).unwrap_or_default());
        } else if name == "file" && is_ours {
            return Some(bytes.to_vec());
        }
    }
    None
}

pub(super) async fn export(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let (_, _, period) = days(&pages, &query);
    let wanted = wanted(&query);
    let rows = match register::documents_file(&pages.app, &desk.manager, period, wanted).await {
        Ok(rows) => rows,
        Err(error) => return failure(&pages, &told(error)),
    };
    let head = [
        "文书号",
        "文书种类",
        "文书日期",
        "状态",
        "不公开原因",
        "说明",
    ];
    let cells = rows.iter().map(|row| {
        let document = shown(row);
        let title = row
            .reason
            .as_deref()
            .and_then(NotPublic::parse)
            .map(NotPublic::title);
        vec![
            document.number,
            document.kind,
            document.day,
            document.status.0.to_owned(),
            title.unwrap_or_default().to_owned(),
            row.note.clone().unwrap_or_default(),
        ]
    });
    csv::download("documents", csv::text(&head, cells))
}
