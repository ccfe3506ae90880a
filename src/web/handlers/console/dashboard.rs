//! The first page after signing in: what waits, what was done, what became of notices.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::desk::{Desk, console_frame, failure};
use crate::domain::application::ApplicationKind;
use crate::domain::desk::Duty;
use crate::service::{dashboard, push_desk};
use crate::web::access::{Access, Table};
use crate::web::console::dashboard::DashboardPage;
use crate::web::console::lane;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

pub(crate) fn routes(table: Table) -> Table {
    table.get("/console/", Access::Desk(&Duty::ALL), get(show))
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let app = &pages.app;
    let at = parameter(&query.unwrap_or_default(), "unit");
    let (own, tree) = (desk.manager.scope(), desk.manager.tree(app));
    let view = match dashboard::view(app, &own, &tree, at.as_deref()).await {
        Ok(view) => view,
        Err(error) => return failure(&pages, &error),
    };
    let lane = match desk.manager.has(Duty::SystemAdmin) {
        true => held_up(&pages).await,
        false => None,
    };
    let may_decide = desk.manager.has(Duty::Reviewer);
    let queue = |kind: ApplicationKind| {
        let place = match kind {
            ApplicationKind::PasswordReset => "reset",
            kind => kind.as_str(),
        };
        may_decide.then(|| format!("/console/queues/{place}"))
    };
    let frame = console_frame(&pages, &desk, "首页", "home").await;
    let page = DashboardPage::new(frame, &view, queue, lane);
    pages.personal(StatusCode::OK, &page)
}

/// The worst that can be said of the notice lane; nothing when all is well or nobody knows.
async fn held_up(pages: &Pages) -> Option<(&'static str, String)> {
    let view = push_desk::view(&pages.app).await.ok()?;
    let mut said = lane::state(&view);
    said.retain(|(tone, _)| *tone != "ok");
    said.into_iter().next()
}
