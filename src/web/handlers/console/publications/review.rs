//! The approval: the text with its findings, approve or send back; and the steps that need no text.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;

use super::{draft_path, editor, failed, minute, to, told, view};
use crate::domain::publishing::State;
use crate::service::publishing::{self, Draft, PublishError, Report};
use crate::web::console::publications::DraftPage;
use crate::web::handlers::console::desk::{Desk, console_frame};
use crate::web::handlers::console::desk_form::DeskForm;
use crate::web::pages::Pages;

/// The page of a draft that cannot be changed.
pub(super) async fn page(
    pages: &Pages,
    desk: &Desk,
    (draft, report): (&Draft, &Report),
    notice: Option<(String, &'static str)>,
) -> Response {
    let history = match publishing::history(&pages.app, draft).await {
        Ok(history) => history,
        Err(error) => return failed(pages, error),
    };
    let now = pages.app.clock.now_ms();
    let state = draft.state();
    let page = DraftPage {
        frame: console_frame(pages, desk, draft.content.kind.title(), "publications").await,
        action: draft_path(&draft.row.public_id),
        version: draft.row.version,
        state: view::pill(state),
        notice,
        facts: view::facts(&draft.content),
        checked: view::checked(report, &draft.content),
        may_decide: publishing::may_decide(&desk.manager, report),
        may_recall: draft.row.submitted_by == Some(desk.manager.account.id),
        is_submitted: state == State::Submitted,
        shown_at: draft.content.publish_at.filter(|at| *at > now).map(minute),
        publication: publishing::address(&pages.app, &desk.manager, draft)
            .await
            .ok()
            .flatten()
            .map(|id| super::shelf_path(&id)),
        reason: String::new(),
        steps: view::steps(history),
    };
    pages.personal(StatusCode::OK, &page)
}

/// Approved, or sent back.
pub(super) async fn decide(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted: form }: DeskForm,
) -> Response {
    let version: i64 = form.text("version").parse().unwrap_or(0);
    let (app, manager) = (&pages.app, &desk.manager);
    let done = match form.text("act").as_str() {
        "approve" => publishing::approve(app, manager, (&id, version))
            .await
            .map(State::as_str),
        _ => publishing::send_back(app, manager, (&id, version), &form.text("reason"))
            .await
            .map(|()| "returned"),
    };
    finished(&pages, &desk, &id, done).await
}

/// Taken back by whoever submitted it.
pub(super) async fn recall(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let version: i64 = posted.text("version").parse().unwrap_or(0);
    let done = publishing::recall(&pages.app, &desk.manager, (&id, version)).await;
    finished(&pages, &desk, &id, done.map(|()| "recalled")).await
}

/// Thrown away.
pub(super) async fn discard(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let version: i64 = posted.text("version").parse().unwrap_or(0);
    match publishing::discard(&pages.app, &desk.manager, (&id, version)).await {
        Ok(()) => to("/console/publications", "discarded"),
        Err(error) => finished(&pages, &desk, &id, Err(error)).await,
    }
}

async fn finished(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    done: Result<&'static str, PublishError>,
) -> Response {
    match done {
        Ok(word) => to(&draft_path(id), word),
        Err(error) => match told(&error) {
            Some(told) => {
                let mut response = editor::shown(pages, desk, id, Some((told, "bad"))).await;
                if response.status() == StatusCode::OK {
                    *response.status_mut() = StatusCode::CONFLICT;
                }
                response
            }
            None => failed(pages, error),
        },
    }
}
