//! Papers of applicants, for the managers of the unit that the application belongs to: every page carries the manager's
//! account, every look is written down.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::desk::{Desk, failure};
use super::queues::REVIEWERS;
use crate::service::attachments::{self, Look, Viewer};
use crate::service::error::ServiceError;
use crate::web::access::Table;
use crate::web::handlers::form::parameter;
use crate::web::pages::Pages;

pub(super) fn routes(table: Table) -> Table {
    table.get(
        "/console/attachments/{public_id}/pages/{number}",
        REVIEWERS,
        get(picture),
    )
}

/// The address of a picture of a file, for this session; 0 is the small one.
pub(super) fn address(pages: &Pages, desk: &Desk, public_id: &str, number: u32) -> String {
    let ticket = attachments::ticket(&pages.app, &desk.session, public_id);
    format!("/console/attachments/{public_id}/pages/{number}?t={ticket}")
}

async fn picture(
    State(pages): State<Arc<Pages>>,
    Extension(desk): Extension<Desk>,
    Path((public_id, number)): Path<(String, u32)>,
    RawQuery(query): RawQuery,
) -> Response {
    let ticket = parameter(&query.unwrap_or_default(), "t").unwrap_or_default();
    if !attachments::ticket_is_good(&pages.app, &desk.session, &public_id, &ticket) {
        return failure(&pages, &ServiceError::NotFound);
    }
    let viewer = Viewer::Manager {
        unit_id: desk.manager.scope().unit_id().to_owned(),
        login_name: desk.manager.account.login_name.clone(),
        public_id: desk.manager.account.public_id.clone(),
    };
    let look = match number {
        0 => Look::Small,
        page => Look::Page(page),
    };
    match attachments::page(&pages.app, &viewer, &public_id, look).await {
        Ok(Some((_, jpeg))) => {
            let named = format!("inline; filename=\"page-{number}.jpg\"");
            let fixed = [
                (CONTENT_TYPE, "image/jpeg"),
                (CONTENT_DISPOSITION, named.as_str()),
                (
                    CONTENT_SECURITY_POLICY,
                    "default-src 'none'; sandbox; frame-ancestors 'none'",
                ),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (REFERRER_POLICY, "no-referrer"),
                (CACHE_CONTROL, "no-store"),
            ];
            let same = [("cross-origin-resource-policy", "same-origin")];
            (fixed, same, jpeg).into_response()
        }
        Ok(None) => failure(&pages, &ServiceError::NotFound),
        Err(error) => failure(&pages, &error),
    }
}
