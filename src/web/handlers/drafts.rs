//! What somebody is typing, sent by the page's script now and then.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::service::drafts::{self, SEPARATOR, Typed};
use crate::service::error::ServiceError;
use crate::service::notice_page::is_public_id;
use crate::web::handlers::login::Visitor;
use crate::web::pages::Pages;

/// Forms that keep drafts, and the fields that are no part of one.
const FORMS: &[&str] = &["register", "registration", "binding", "appointment"];
/// Those of them that there may be one for each thing.
const OF_SOMETHING: &[&str] = &["binding", "appointment"];
const NOT_KEPT: &[&str] = &[
    // Whoever comes back agrees anew.
    "agree",
    "agree_scans",
    "freeze",
    "csrf",
    "once",
    "captcha",
    "captcha_token",
    "password",
    "again",
    "version",
    "form_page",
    "form_draft",
];

pub(crate) async fn keep(
    State(pages): State<Arc<Pages>>,
    Extension(visitor): Extension<Visitor>,
    Path(form): Path<String>,
    body: String,
) -> StatusCode {
    if !is_form(&form) {
        return StatusCode::NOT_FOUND;
    }
    if !visitor.sent(&body) {
        return StatusCode::FORBIDDEN;
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let typed = typed(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    match drafts::keep(&pages.app, &visitor.openid, &form, &typed).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(ServiceError::Rejected(_)) => StatusCode::PAYLOAD_TOO_LARGE,
        Err(error) => {
            tracing::warn!(%error, "a draft was not kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Whether a form of that name keeps drafts: `binding` for a new one, `binding-ID` for one that is being changed.
pub(super) fn is_form(form: &str) -> bool {
    match form.split_once('-') {
        None => FORMS.contains(&form),
        Some((name, id)) => OF_SOMETHING.contains(&name) && is_public_id(id),
    }
}

/// What of a form is kept.
pub(super) fn typed<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Typed {
    let mut typed = Typed::new();
    for (field, value) in pairs.filter(|(field, _)| !NOT_KEPT.contains(field)) {
        // Boxes with the same name are kept together.
        let kept = typed.entry(field.to_owned()).or_default();
        if !kept.is_empty() {
            kept.push(SEPARATOR);
        }
        kept.push_str(value);
    }
    typed
}
