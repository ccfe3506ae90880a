//! 案件查询: who may look at a case, and the end of it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::desk::{Desk, console_frame, failure, unavailable};
use super::desk_form::DeskForm;
use crate::domain::desk::Duty;
use crate::domain::shanghai;
use crate::service::case_access::{self as service, Access as Found, Refused};
use crate::service::desk_queue::Held;
use crate::service::error::ServiceError;
use crate::web::access::{Access, Table};
use crate::web::console::case_access::{CaseAccessPage, CaseView, PersonView};
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

const PATH: &str = "/console/cases";
/// Those who know what a case is about.
const WHO: Access = Access::Desk(&[Duty::Reviewer, Duty::Importer]);

pub(crate) fn routes(table: Table) -> Table {
    table
        .get(PATH, WHO, get(show))
        .post("/console/cases/{id}/stop", WHO, post(stop))
        .post("/console/cases/{id}/resume", WHO, post(resume))
}

async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let number = parameter(&query, "number").unwrap_or_default();
    let said = match parameter(&query, "done").as_deref() {
        Some("stopped") => Some(("ok", "已停止查询：所有人立即看不到这件案件。".to_owned())),
        Some("resumed") => Some(("ok", "已恢复查询：原来绑定的人又能查看。".to_owned())),
        _ => None,
    };
    page(&pages, &desk, StatusCode::OK, (&number, said)).await
}

async fn page(
    pages: &Pages,
    desk: &Desk,
    status: StatusCode,
    (number, said): (&str, Option<(&'static str, String)>),
) -> Response {
    let number = number.trim();
    let found = match number.is_empty() {
        true => None,
        false => match service::find(&pages.app, &desk.manager, number).await {
            Ok(found) => Some(found.into_iter().map(view).collect()),
            Err(error) => return failure(pages, &error),
        },
    };
    let page = CaseAccessPage {
        frame: console_frame(pages, desk, "案件查询", "cases").await,
        number: number.to_owned(),
        found,
        said,
    };
    pages.personal(status, &page)
}

fn view(found: Found) -> CaseView {
    CaseView {
        name: found.name,
        numbers: format!("{} {}", found.unified_number, found.department_number),
        category: found.category,
        stopped: found.stopped.map(|stop| {
            let at = shanghai::minute_text(stop.at);
            format!("{}于{at}停止查询：{}", stop.by, stop.reason)
        }),
        persons: found
            .persons
            .into_iter()
            .map(|person| PersonView {
                title: format!("{} {} {}", person.number, person.name, person.id_number),
                held: person
                    .held
                    .iter()
                    .map(Held::words)
                    .collect::<Vec<_>>()
                    .join("、"),
            })
            .collect(),
        path: format!("{PATH}/{}", found.public_id),
        unified_number: found.unified_number,
    }
}

async fn stop(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let done = service::stop(&pages.app, &desk.manager, &id, &posted.text("reason")).await;
    settle(
        &pages,
        &desk,
        &posted.text("number"),
        done.map(|number| (number, "stopped")),
    )
    .await
}

async fn resume(
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    DeskForm { desk, posted }: DeskForm,
) -> Response {
    let done = service::resume(&pages.app, &desk.manager, &id).await;
    settle(
        &pages,
        &desk,
        &posted.text("number"),
        done.map(|number| (number, "resumed")),
    )
    .await
}

async fn settle(
    pages: &Pages,
    desk: &Desk,
    number: &str,
    done: Result<(String, &'static str), Refused>,
) -> Response {
    let (status, words) = match done {
        Ok((number, done)) => {
            let address = format!("{PATH}?");
            let start = address.len();
            let mut address = form_urlencoded::Serializer::for_suffix(address, start);
            address.extend_pairs([("number", number.as_str()), ("done", done)]);
            return Redirect::to(&address.finish()).into_response();
        }
        Err(Refused::NotFound) => return failure(pages, &ServiceError::NotFound),
        Err(Refused::Record(error)) => return unavailable(pages, &error),
        Err(Refused::Already) => (
            StatusCode::CONFLICT,
            "没有改动：打开页面以后，同事已经办理过，下面是现在的情况。".to_owned(),
        ),
        Err(Refused::Said(words)) => (StatusCode::UNPROCESSABLE_ENTITY, words),
    };
    page(pages, desk, status, (number, Some(("bad", words)))).await
}
