//! The notice lane.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure};
use super::desk_form::DeskForm;
use super::upkeep::{self, SYSTEM};
use crate::service::applications::unit_name;
use crate::service::push_desk::{self, Act};
use crate::web::access::Table;
use crate::web::console::lane::LanePage;
use crate::web::pages::Pages;

const PATH: &str = "/console/upkeep/lane";

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, SYSTEM, get(show))
        .post("/console/upkeep/lane/resume", SYSTEM, post(resume))
        .post("/console/upkeep/lane/parked", SYSTEM, post(treat))
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    page(&pages, &desk, upkeep::done(query.as_deref()), None).await
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    done: Option<&'static str>,
    error: Option<&str>,
) -> Response {
    let view = match push_desk::view(&pages.app).await {
        Ok(view) => view,
        Err(error) => return failure(pages, &error),
    };
    let frame = console_frame(pages, desk, "通知发送", "upkeep").await;
    let unit = |id: &str| unit_name(&pages.app, id);
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    pages.personal(status, &LanePage::new(frame, done, error, &view, unit))
}

async fn resume(State(pages): State<Arc<Pages>>, DeskForm { desk, .. }: DeskForm) -> Response {
    match push_desk::resume(&pages.app, &desk.manager.actor()).await {
        Ok(true) => upkeep::to(PATH, "resumed"),
        Ok(false) => upkeep::to(PATH, "running"),
        Err(error) => failure(&pages, &error),
    }
}

async fn treat(State(pages): State<Arc<Pages>>, DeskForm { desk, posted }: DeskForm) -> Response {
    let mut ids = posted.all("id");
    ids.truncate(usize::try_from(push_desk::PAGE).unwrap_or(50));
    if ids.is_empty() {
        return page(&pages, &desk, None, Some("请先勾选要处理的通知。")).await;
    }
    let (act, done) = match posted.text("do").as_str() {
        "redrive" => (Act::Redrive, "redriven"),
        "cancel" => (Act::Cancel, "dropped"),
        _ => return page(&pages, &desk, None, Some("请选择重新发送或者取消。")).await,
    };
    match push_desk::treat(&pages.app, &desk.manager.actor(), act, ids).await {
        Ok(treated) if treated.iter().all(|(_, outcome)| outcome.is_ok()) => upkeep::to(PATH, done),
        Ok(_) => upkeep::to(PATH, "partly"),
        Err(error) => failure(&pages, &error),
    }
}
