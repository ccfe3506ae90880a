//! What is published, whoever brought it: taking it down, and beginning a new version.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{board, draft_path, failed, minute, notice, shelf_path, to, told, view};
use crate::domain::publishing::State;
use crate::service::publishing::{self, PublishError, Shelf};
use crate::web::console::publications::PublicationPage;
use crate::web::h5::paths;
use crate::web::handlers::console::desk::{Desk, console_frame};
use crate::web::handlers::console::desk_form::DeskForm;
use crate::web::pages::Pages;

pub(super) async fn show(
    Shared(pages): Shared<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let done = notice(&query.unwrap_or_default()).map(|text| (text.to_owned(), "ok"));
    shown(&pages, &desk, &id, (done, String::new())).await
}

async fn shown(
    pages: &Pages,
    desk: &Desk,
    id: &str,
    (notice, reason): (Option<(String, &'static str)>, String),
) -> Response {
    let shelf = match publishing::publication(&pages.app, &desk.manager, id).await {
        Ok(shelf) => shelf,
        Err(error) => return failed(pages, error),
    };
    let row = &shelf.publication;
    let state = view::shelf_state(row.published_at, row.withdrawn_at, pages.app.clock.now_ms());
    let page = PublicationPage {
        frame: console_frame(pages, desk, board(&row.kind), "publications").await,
        action: shelf_path(id),
        state: view::pill(state),
        notice,
        facts: facts(&shelf),
        public: (state == State::Published).then(|| paths::publication(&row.public_id)),
        draft: shelf.draft.as_deref().map(draft_path),
        open: shelf.open.as_deref().map(draft_path),
        may_withdraw: row.withdrawn_at.is_none(),
        body: row.body.clone(),
        reason,
    };
    pages.personal(StatusCode::OK, &page)
}

fn facts(shelf: &Shelf) -> Vec<(&'static str, String)> {
    let row = &shelf.publication;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let source = match shelf.draft {
        Some(_) => "本院在这里发布",
        None => "接口或者批量导入",
    };
    let charges: Vec<String> = serde_json::from_str(&row.charges).unwrap_or_default();
    let hold = shelf.hold.as_ref();
    let all = [
        ("标题", row.title.clone()),
        ("摘要", row.summary.clone()),
        ("文书种类", text(&row.document_type)),
        ("文书号", text(&row.document_number)),
        ("罪名", charges.join("；")),
        ("公开时间", minute(row.published_at)),
        ("来源", source.to_owned()),
        ("撤下时间", row.withdrawn_at.map(minute).unwrap_or_default()),
        (
            "撤下原因",
            hold.map(|hold| hold.reason.clone()).unwrap_or_default(),
        ),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

pub(super) async fn withdraw(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let reason = posted.text("reason");
    match publishing::withdraw(&pages.app, &desk.manager, &id, &reason).await {
        Ok(()) => to(&shelf_path(&id), "withdrawn"),
        Err(error) => match told(&error) {
            Some(told) => {
                let mut response = shown(&pages, &desk, &id, (Some((told, "bad")), reason)).await;
                if response.status() == StatusCode::OK {
                    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                }
                response
            }
            None => failed(&pages, error),
        },
    }
}

pub(super) async fn correct(
    Shared(pages): Shared<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, .. }: DeskForm,
) -> Response {
    match publishing::correct(&pages.app, &desk.manager, &id).await {
        Ok(draft) | Err(PublishError::Open(draft)) => {
            Redirect::to(&draft_path(&draft)).into_response()
        }
        Err(error) => failed(&pages, error),
    }
}
