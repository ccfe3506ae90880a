//! What the HTTP framework refuses before a handler sees it (an address or a form that is no UTF-8, a body that is too
//! large or of another kind) is one line of English. People get a page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::web::h5::message::MessagePage;
use crate::web::pages::Pages;

/// Passes a request on, and puts a page in the place of a refusal in plain words.
pub(crate) async fn as_page(
    State(pages): State<Arc<Pages>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, cookies) = (
        request.method().clone(),
        request.headers().get(header::COOKIE).cloned(),
    );
    let response = next.run(request).await;
    if !is_plain_refusal(&response) {
        return response;
    }
    let mut headers = HeaderMap::new();
    if let Some(cookies) = cookies {
        // Only for the reading mode.
        headers.insert(header::COOKIE, cookies);
    }
    let frame = pages.frame(&headers);
    let page = if method == Method::POST {
        MessagePage::bad_form(frame)
    } else {
        MessagePage::bad_request(frame)
    };
    pages.message(response.status(), &page)
}

/// Handlers answer with pages, with JSON or with nothing; only the framework writes plain text.
fn is_plain_refusal(response: &Response) -> bool {
    let is_framework = matches!(
        response.status(),
        StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    is_framework
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}
