//! 我的预约: the list, one appointment, and taking it back.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::appointments::{self, Asked};
use crate::service::error::ServiceError;
use crate::web::h5::layout::Link;
use crate::web::h5::message::MessagePage;
use crate::web::h5::{appointment_page, binding_page, paths};
use crate::web::handlers::bindings::{failed, files, page_of, rest, stale};
use crate::web::handlers::form::{Posted, parameter};
use crate::web::handlers::guard::Member;
use crate::web::pages::Pages;

/// Rows of a page.
const ROWS: i64 = 20;

pub(crate) async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let word = parameter(query, "state").unwrap_or_default();
    let (word, _, states) = binding_page::tab(appointment_page::TABS, &word);
    let page = page_of(query);
    let range = (page * ROWS, ROWS + 1);
    match appointments::list(&pages.app, member.account.id, states, range).await {
        Ok(mut found) => {
            let more = rest(&mut found, ROWS);
            let next = more.then(|| binding_page::next_page(paths::APPOINTMENTS, word, page));
            let list = appointment_page::cards(pages.frame(&headers), &found, word, next);
            pages.personal(StatusCode::OK, &list)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    match appointments::one(&pages.app, member.account.id, &public_id).await {
        Ok(one) => {
            let frame = pages.frame(&headers);
            let mut page = appointment_page::detail(frame, &one, &member.visitor.csrf);
            page.files = files(&pages, &member, &one.files);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn withdraw(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
    body: String,
) -> Response {
    if !member.visitor.sent(&body) {
        let again = Link::new(
            "回到这次预约",
            paths::below(paths::APPOINTMENTS, &public_id),
        );
        let page = MessagePage::form_expired(pages.frame(&headers), again);
        return pages.message(StatusCode::FORBIDDEN, &page);
    }
    let version = Posted::parse(&body).text("version").parse().unwrap_or(-1);
    let who = (member.account.id, member.visitor.openid.clone());
    match appointments::withdraw(&pages.app, who, &public_id, version).await {
        Ok(Asked::At(path)) => Redirect::to(&path).into_response(),
        Ok(Asked::Stale | Asked::Refused(_)) => {
            stale(&pages, &headers, paths::APPOINTMENTS, "查看我的预约")
        }
        Ok(Asked::NotFound) => pages.failure(&headers, &ServiceError::NotFound),
        Err(error) => failed(&pages, &headers, error),
    }
}
