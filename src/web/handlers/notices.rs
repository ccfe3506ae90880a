//! The page behind a notice.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::service::error::ServiceError;
use crate::service::notice_page;
use crate::web::h5::notice::NoticeDetail;
use crate::web::handlers::login;
use crate::web::pages::Pages;

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    if !notice_page::is_public_id(&public_id) {
        return pages.failure(&headers, &ServiceError::NotFound);
    }
    let key = login::notice_key(&public_id);
    let visitor = match login::visitor(&pages, &headers, &key).await {
        Ok(visitor) => visitor,
        Err(response) => return *response,
    };
    match notice_page::of(&pages.app, &visitor.openid, &public_id).await {
        Ok(notice) => {
            let page = NoticeDetail::new(pages.frame(&headers), &notice);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}
