//! The first page after signing in.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::desk::{Desk, console_frame};
use crate::domain::desk::Duty;
use crate::web::access::{Access, Table};
use crate::web::console::home::HomePage;
use crate::web::pages::Pages;

pub(crate) fn routes(table: Table) -> Table {
    table.get("/console/", Access::Desk(&Duty::ALL), get(show))
}

async fn show(State(pages): State<Arc<Pages>>, Extension(desk): Extension<Desk>) -> Response {
    let frame = console_frame(&pages, &desk, "首页", "home").await;
    pages.personal(StatusCode::OK, &HomePage { frame })
}
