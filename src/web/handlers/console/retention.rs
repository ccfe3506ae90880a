//! How long things are kept.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::desk::{Desk, console_frame, failure};
use super::upkeep::SYSTEM;
use crate::service::retention;
use crate::web::access::Table;
use crate::web::console::lane::RetentionPage;
use crate::web::pages::Pages;

pub(crate) fn routes(table: Table) -> Table {
    table.get("/console/upkeep/retention", SYSTEM, get(show))
}

async fn show(State(pages): State<Arc<Pages>>, Extension(desk): Extension<Desk>) -> Response {
    let kept = match retention::overview(&pages.app).await {
        Ok(kept) => kept,
        Err(error) => return failure(&pages, &error),
    };
    let frame = console_frame(&pages, &desk, "数据保存期限", "upkeep").await;
    pages.personal(StatusCode::OK, &RetentionPage::new(frame, kept))
}
