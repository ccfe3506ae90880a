//! The page that sets a new password. Opening it, by whomever and however often, uses nothing up.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::config::Secret;
use crate::service::reset_page::{self, Holder, Outcome, ResetPage};
use crate::web::h5::paths;
use crate::web::h5::reset::{self, ResetForm};
use crate::web::handlers::form::parameter;
use crate::web::handlers::login::{self, Visitor};
use crate::web::pages::Pages;

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let visitor = match visitor(&pages, &headers, &token).await {
        Ok(visitor) => visitor,
        Err(response) => return *response,
    };
    shown(&pages, &headers, &token, visitor, None).await
}

/// After whatever ends the page the browser is led back to it: it shows the end, and neither going back nor loading it
/// anew sends the form again.
pub(crate) async fn set(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let visitor = match visitor(&pages, &headers, &token).await {
        Ok(visitor) => visitor,
        Err(response) => return *response,
    };
    if !visitor.sent(&body) {
        return shown(
            &pages,
            &headers,
            &token,
            visitor,
            Some(StatusCode::FORBIDDEN),
        )
        .await;
    }
    let typed = |name| Secret::new(parameter(&body, name).unwrap_or_default());
    let passwords = (typed("password"), typed("again"));
    let outcome = reset_page::set(&pages.app, &token, &holder(&visitor), passwords).await;
    let frame = pages.frame(&headers);
    match outcome {
        Ok(Outcome::Ended) => Redirect::to(&paths::reset(&token)).into_response(),
        Ok(Outcome::Flawed { account, problem }) => {
            let page = ResetForm::new(frame, visitor.csrf, account).flawed(problem);
            pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Ok(Outcome::TooMany) => {
            pages.message(StatusCode::TOO_MANY_REQUESTS, &reset::too_many(frame))
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

/// The page as it is for the visitor; with `refused` the form says that it must be filled in again.
async fn shown(
    pages: &Pages,
    headers: &HeaderMap,
    token: &str,
    visitor: Visitor,
    refused: Option<StatusCode>,
) -> Response {
    let frame = pages.frame(headers);
    match reset_page::of(&pages.app, token, &holder(&visitor)).await {
        Ok(ResetPage::Open { account }) => {
            let form = ResetForm::new(frame, visitor.csrf, account);
            match refused {
                Some(status) => pages.personal(status, &form.expired()),
                None => pages.personal(StatusCode::OK, &form),
            }
        }
        Ok(ResetPage::Done { at }) => pages.message(StatusCode::OK, &reset::done(frame, at)),
        Ok(ResetPage::Void) => void(pages, headers),
        Err(error) => pages.failure(headers, &error),
    }
}

/// What is no token at all gets the same page as one that does not open anything.
async fn visitor(
    pages: &Pages,
    headers: &HeaderMap,
    token: &str,
) -> Result<Visitor, Box<Response>> {
    if !reset_page::is_token(token) {
        return Err(Box::new(void(pages, headers)));
    }
    login::visitor(pages, headers, &login::reset_key(&pages.app, token)).await
}

fn void(pages: &Pages, headers: &HeaderMap) -> Response {
    pages.message(StatusCode::NOT_FOUND, &reset::void(pages.frame(headers)))
}

fn holder(visitor: &Visitor) -> Holder {
    Holder {
        openid: visitor.openid.clone(),
        session: visitor.session.clone(),
    }
}
