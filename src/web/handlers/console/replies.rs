//! The answers of the chat.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::app::book::kind;
use crate::domain::replies;
use crate::service::error::ServiceError;
use crate::service::office::{self, Over, Unsaved};
use crate::web::access::Table;
use crate::web::console::replies::{Open, RepliesPage};
use crate::web::console::upkeep::{overtaken, sentences};
use crate::web::pages::Pages;
use crate::wechat::reply::MAX_TEXT_BYTES;

const PATH: &str = "/console/upkeep/replies";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(list))
        .get("/console/upkeep/replies/{key}", SYSTEM, get(show))
        .post("/console/upkeep/replies/{key}", SYSTEM, post(save))
}

async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    page(&pages, &desk, None, upkeep::done(query.as_deref())).await
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(key): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let shown = Shown {
        key,
        ..Shown::default()
    };
    page(&pages, &desk, Some(shown), upkeep::done(query.as_deref())).await
}

/// One of them, and what was typed.
#[derive(Default)]
struct Shown {
    key: String,
    typed: Option<String>,
    version: Option<i64>,
    errors: Vec<String>,
    warning: Option<String>,
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    shown: Option<Shown>,
    done: Option<&'static str>,
) -> Response {
    let book = pages.app.office();
    let changed = |key: &str| {
        book.overrides
            .get(&(kind::REPLY.to_owned(), key.to_owned()))
    };
    let mut versions = Vec::new();
    let mut text = String::new();
    let mut status = StatusCode::OK;
    if let Some(shown) = &shown {
        let Some(known) = book.raw_replies.get(&shown.key) else {
            return failure(pages, &ServiceError::NotFound);
        };
        versions = match office::versions(&pages.app, kind::REPLY, &shown.key).await {
            Ok(versions) => versions,
            Err(error) => return failure(pages, &error),
        };
        text = shown.typed.clone().unwrap_or_else(|| known.to_owned());
        if shown.typed.is_some() {
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
    }
    let newest = versions.first().map_or(0, |row| row.version);
    let open = shown.map(|shown| Open {
        filled: pages.app.base.values.fill(&text),
        text: text.trim_matches('\n').to_owned(),
        changed: changed(&shown.key),
        version: shown.version.unwrap_or(newest),
        errors: shown.errors,
        warning: shown.warning,
        versions: &versions,
        key: shown.key,
    });
    let frame = console_frame(pages, desk, "自动回复", "upkeep").await;
    let page = RepliesPage::new(frame, done, |key| changed(key).is_some(), open);
    pages.personal(status, &page)
}

async fn save(
    State(pages): State<Arc<Pages>>,
    Path(key): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let text = posted.raw("text").replace("\r\n", "\n");
    let (by, version) = (desk.manager.actor(), upkeep::version(&posted));
    let over = Over { by: &by, version };
    let path = format!("{PATH}/{key}");
    let mut shown = Shown {
        typed: Some(text.clone()),
        version: Some(version),
        key,
        ..Shown::default()
    };
    let (outcome, done) = match posted.text("do").as_str() {
        "reset" => {
            let which = (kind::REPLY, shown.key.as_str());
            (office::reset(&pages.app, over, which).await, "reset")
        }
        "preview" => {
            shown.errors = replies::flaws(&text, &pages.app.base.values, MAX_TEXT_BYTES);
            if shown.errors.is_empty() {
                shown.warning = Some("这是预览，还没有保存。".to_owned());
            }
            return page(&pages, &desk, Some(shown), None).await;
        }
        _ => {
            let saved = office::save_reply(&pages.app, over, &shown.key, &text).await;
            (saved, "saved")
        }
    };
    match outcome {
        Ok(()) => return upkeep::to(&path, done),
        Err(Unsaved::Failed(error)) => return failure(&pages, &error),
        Err(Unsaved::Changed(newest)) => {
            shown.warning = Some(overtaken(&newest));
            shown.version = Some(newest.version);
        }
        Err(flaws) => shown.errors = sentences(&flaws),
    }
    page(&pages, &desk, Some(shown), None).await
}
