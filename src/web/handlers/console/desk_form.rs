//! A form of the desk: whoever reads one has had its hidden token compared with the session's.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};

use super::desk::{Desk, expired};
use crate::web::handlers::form::Posted;
use crate::web::pages::Pages;

/// Who sends a form, and what it carries. A handler takes this instead of the body, and cannot forget the token: a form of
/// another session, or of none, never reaches it.
pub(crate) struct DeskForm {
    pub(crate) desk: Desk,
    pub(crate) posted: Posted,
}

impl FromRequest<Arc<Pages>> for DeskForm {
    type Rejection = Response;

    async fn from_request(request: Request, pages: &Arc<Pages>) -> Result<Self, Response> {
        // The guard of the route put it there; without a guard nobody is known.
        let Some(desk) = request.extensions().get::<Desk>().cloned() else {
            return Err(expired(pages));
        };
        let body = String::from_request(request, pages).await;
        let body = body.map_err(IntoResponse::into_response)?;
        match desk.sent(&body) {
            true => Ok(Self {
                posted: Posted::parse(&body),
                desk,
            }),
            false => Err(expired(pages)),
        }
    }
}
