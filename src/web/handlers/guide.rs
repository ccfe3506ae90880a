//! Texts that are the same for everybody: laws and terms.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::web::h5::guide::{LawPage, LawsPage, TermsPage};
use crate::web::h5::message::MessagePage;
use crate::web::pages::Pages;

pub(crate) async fn laws(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    pages.page(&LawsPage::new(
        pages.frame(&headers),
        &pages.app.office().laws,
    ))
}

pub(crate) async fn law(
    State(pages): State<Arc<Pages>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let office = pages.app.office();
    match office.laws.get(&id) {
        Some(law) => pages.page(&LawPage::new(pages.frame(&headers), law)),
        None => {
            let page = MessagePage::not_found(pages.frame(&headers));
            pages.message(StatusCode::NOT_FOUND, &page)
        }
    }
}

pub(crate) async fn terms(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    pages.page(&TermsPage::new(pages.frame(&headers)))
}
