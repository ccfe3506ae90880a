//! The queues: what waits, what is read beside it, and what a manager does with a thing without deciding it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::desk::{Desk, failure};
use super::desk_form::DeskForm;
use super::queue_view::{self, Shown};
use super::{papers, queue_acts};
use crate::domain::desk::Duty;
use crate::service::claims::{self, Claim};
use crate::service::desk_queue::{self, Exported, Hidden, Queue};
use crate::service::error::ServiceError;
use crate::web::access::{Access, Table};
use crate::web::console::csv;
use crate::web::console::queue_place::QueuePlace;
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

/// Reviewers, of the own unit.
pub(super) const REVIEWERS: Access = Access::Desk(&[Duty::Reviewer]);

pub(crate) fn routes(table: Table) -> Table {
    let table = table
        .get("/console/queues", REVIEWERS, get(first))
        .get("/console/queues/{queue}", REVIEWERS, get(show))
        .get("/console/queues/{queue}/export.csv", REVIEWERS, get(export))
        .post("/console/queues/{queue}/{id}/claim", REVIEWERS, post(claim))
        .post("/console/queues/{queue}/{id}/show", REVIEWERS, post(reveal));
    papers::routes(queue_acts::routes(table))
}

/// The queue in which something waits, the most overdue first.
async fn first(State(pages): State<Arc<Pages>>, Extension(desk): Extension<Desk>) -> Response {
    match desk_queue::counts(&pages.app, &desk.manager).await {
        Ok(counts) => {
            let fullest = counts
                .iter()
                .max_by_key(|count| (count.overdue, count.waiting));
            let queue = fullest
                .filter(|count| count.waiting > 0)
                .map_or(Queue::Registration, |count| count.queue);
            Redirect::to(&format!("/console/queues/{}", queue.word())).into_response()
        }
        Err(error) => failure(&pages, &error),
    }
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(queue): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match place(&queue, &query) {
        Some(place) => queue_view::answer(&pages, &desk, &place, Shown::of(&query)).await,
        None => failure(&pages, &ServiceError::NotFound),
    }
}

/// A place in a queue that there is.
pub(super) fn place(queue: &str, query: &str) -> Option<QueuePlace> {
    let queue = Queue::parse(queue)?;
    Some(QueuePlace::parse(queue, query))
}

/// What every form about one thing carries: who sends it, where one is, the thing, the form.
pub(super) struct Sent {
    pub(super) desk: Desk,
    pub(super) place: QueuePlace,
    pub(super) id: String,
    pub(super) form: Posted,
}

impl FromRequest<Arc<Pages>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, pages: &Arc<Pages>) -> Result<Self, Response> {
        let lost = || failure(pages, &ServiceError::NotFound);
        let (mut parts, body) = request.into_parts();
        let path = Path::<(String, String)>::from_request_parts(&mut parts, pages).await;
        let Path((queue, id)) = path.map_err(|_rejection| lost())?;
        let place = place(&queue, parts.uri.query().unwrap_or_default());
        let request = Request::from_parts(parts, body);
        let DeskForm { desk, posted: form } = DeskForm::from_request(request, pages).await?;
        let place = place.ok_or_else(lost)?;
        Ok(Self {
            desk,
            place,
            id,
            form,
        })
    }
}

async fn export(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path(queue): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(place) = place(&queue, &query.unwrap_or_default()) else {
        return failure(&pages, &ServiceError::NotFound);
    };
    match desk_queue::export(&pages.app, &desk.manager, place.asked()).await {
        Ok(Exported { mut lines, next }) => {
            if let Some(next) = next {
                let origin = pages.app.public_url.trim_end_matches('/');
                lines.push(vec![
                    "没有导完".to_owned(),
                    format!(
                        "后面还有，请登录后打开这个地址继续导出：{origin}{}",
                        place.rest_of_file(&next)
                    ),
                ]);
            }
            let name = format!("{}-{}", place.queue.word(), place.view.word());
            csv::download(&name, csv::text(&desk_queue::HEADINGS, lines))
        }
        Err(error) => failure(&pages, &error),
    }
}

async fn claim(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let desk = &sent.desk;
    let claim = match sent.form.text("claim").as_str() {
        "take" => Claim::Take,
        "take_over" => Claim::TakeOver,
        "release" => Claim::Release,
        _ => return failure(&pages, &ServiceError::Rejected("claim".to_owned())),
    };
    let done = match sent.place.queue {
        Queue::Phone => claims::change_call(&pages.app, &desk.manager, &sent.id, claim).await,
        _ => claims::change(&pages.app, &desk.manager, &sent.id, claim).await,
    };
    match done {
        Ok(()) => Redirect::to(&sent.place.opening(&sent.id)).into_response(),
        Err(refused) => queue_view::refuse(&pages, &sent, &refused).await,
    }
}

/// 显示: written down first, then shown to this session for a minute.
async fn reveal(State(pages): State<Arc<Pages>>, sent: Sent) -> Response {
    let desk = &sent.desk;
    let Some(what) = Hidden::parse(&sent.form.text("what")) else {
        return failure(&pages, &ServiceError::Rejected("what".to_owned()));
    };
    let about = (sent.place.queue, sent.id.as_str());
    match desk_queue::reveal(&pages.app, &desk.manager, about, what).await {
        Ok(()) => {
            let ticket = desk_queue::ticket(&pages.app, &desk.session, &sent.id, what);
            let shown = [
                ("id", sent.id.as_str()),
                ("shown", what.word()),
                ("t", &ticket),
            ];
            Redirect::to(&sent.place.with(&shown)).into_response()
        }
        Err(error) => failure(&pages, &error),
    }
}

/// The status of a page that says why something was not done.
pub(super) const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
