//! What somebody is typing, sent by the page's script now and then.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::service::drafts::{self, Typed};
use crate::service::error::ServiceError;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

/// Forms that keep drafts, and the fields that are no part of one.
const FORMS: &[&str] = &["register", "registration", "binding", "appointment"];
const NOT_KEPT: &[&str] = &[
    "csrf",
    "once",
    "captcha",
    "captcha_token",
    "password",
    "again",
    "version",
];

pub(crate) async fn keep(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path(form): Path<String>,
    body: String,
) -> StatusCode {
    // `binding` for a new one, `binding-ID` for one that is being changed.
    let name = form.split('-').next().unwrap_or_default();
    let is_id = |text: &str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !FORMS.contains(&name) || !form.splitn(2, '-').all(is_id) {
        return StatusCode::NOT_FOUND;
    }
    if !visitor.sent(&body) {
        return StatusCode::FORBIDDEN;
    }
    let mut typed = Typed::new();
    for (field, value) in form_urlencoded::parse(body.as_bytes()) {
        if !NOT_KEPT.contains(&field.as_ref()) {
            // Boxes with the same name are kept together.
            let kept = typed.entry(field.into_owned()).or_default();
            if !kept.is_empty() {
                kept.push('\n');
            }
            kept.push_str(&value);
        }
    }
    match drafts::keep(&pages.app, &visitor.openid, &form, &typed).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(ServiceError::Rejected(_)) => StatusCode::PAYLOAD_TOO_LARGE,
        Err(error) => {
            tracing::warn!(%error, "a draft was not kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
