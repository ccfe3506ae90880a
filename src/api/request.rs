//! What every operation of the interface begins with: whose key it is, and the whole body within bounds.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::api::problem::Problem;
use crate::app::App;
use crate::service::api_keys;

const DEADLINE: Duration = Duration::from_secs(20);

/// The name of the API key, or 401.
pub(super) async fn holder(app: &App, headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = given
        .and_then(|value| value.split_once(' '))
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let Some((_, key)) = key else {
        return Err(Problem::unauthorized());
    };
    let holder = api_keys::holder(app, key.trim())
        .await
        .map_err(|error| Problem::of_service(&error))?;
    holder.ok_or_else(Problem::unauthorized)
}

/// The body as text, or what is wrong with it.
pub(super) async fn text(body: Body, max_bytes: usize) -> Result<String, Problem> {
    let bytes = match tokio::time::timeout(DEADLINE, Limited::new(body, max_bytes).collect()).await
    {
        Ok(Ok(collected)) => collected.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The record is too large",
                format!("send at most {max_bytes} bytes"),
            ));
        }
        Ok(Err(_)) | Err(_) => {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "The request broke off",
                "send the whole body within 20 s",
            ));
        }
    };
    String::from_utf8(bytes)
        .map_err(|error| Problem::of_field(None, format!("not UTF-8: {}", error.utf8_error())))
}
