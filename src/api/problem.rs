//! Errors as `application/problem+json` (RFC 9457): what is wrong, and in which field.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::service::error::{RecordError, ServiceError};

/// One problem.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail: detail.into(),
            field: None,
        }
    }

    pub(super) fn of_field(field: Option<&str>, detail: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The record is not valid",
            detail,
        );
        Self {
            field: field.map(str::to_owned),
            ..problem
        }
    }

    pub(super) fn of_record(error: &RecordError) -> Self {
        match error {
            RecordError::Bad(fault) => Self::of_field(fault.field(), fault.reason()),
            RecordError::Conflict(fault) => {
                let problem = Self::new(
                    StatusCode::CONFLICT,
                    "The record contradicts what is there",
                    fault.reason(),
                );
                Self {
                    field: fault.field().map(str::to_owned),
                    ..problem
                }
            }
            RecordError::Store(_) | RecordError::Seal(_) => Self::of_fault(error),
        }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "No valid API key",
            "send `Authorization: Bearer KEY` with a key made by `jianxin api-key add NAME`",
        )
    }

    pub(super) fn of_service(error: &ServiceError) -> Self {
        Self::of_fault(error)
    }

    fn of_fault(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "an API request failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not possible now",
            "try again in a moment; nothing was stored",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (
            status,
            [(header::CONTENT_TYPE, "application/problem+json")],
            body,
        )
            .into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                header::HeaderValue::from_static("Bearer"),
            );
        }
        response
    }
}
