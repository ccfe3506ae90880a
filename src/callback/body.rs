//! Reads a request body within a size and a time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The largest callback body (contract, "Callback outcomes").
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// A body that takes longer than this is not the platform's: it sends a few hundred bytes.
const DEADLINE: Duration = Duration::from_secs(5);

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyProblem {
    TooLarge,
    TooSlow,
    Broken,
}

pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyProblem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(BodyProblem::TooLarge);
    }
    match tokio::time::timeout(DEADLINE, Limited::new(body, MAX_BYTES).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyProblem::TooLarge),
        Ok(Err(_broken)) => Err(BodyProblem::Broken),
        Err(_elapsed) => Err(BodyProblem::TooSlow),
    }
}
