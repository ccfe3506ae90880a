//! Reads a request body within a size and a time.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body;

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

pub(super) async fn read<B>(headers: &HeaderMap, mut body: B) -> Result<Bytes, BodyProblem>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(BodyProblem::TooLarge);
    }
    // Mostly the whole body came with the head, and no timer is needed.
    let first = match at_once(body.frame()).await {
        Some(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        Some(Some(Err(_broken))) => return Err(BodyProblem::Broken),
        Some(None) => return Ok(Bytes::new()),
        None => Bytes::new(),
    };
    if body.is_end_stream() {
        return within_limit(first);
    }
    let Some(room) = MAX_BYTES.checked_sub(first.len()) else {
        return Err(BodyProblem::TooLarge);
    };
    let rest = match tokio::time::timeout(DEADLINE, Limited::new(body, room).collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(BodyProblem::TooLarge),
        Ok(Err(_broken)) => return Err(BodyProblem::Broken),
        Err(_elapsed) => return Err(BodyProblem::TooSlow),
    };
    if first.is_empty() {
        return Ok(rest);
    }
    Ok([first, rest].concat().into())
}

fn within_limit(bytes: Bytes) -> Result<Bytes, BodyProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(BodyProblem::TooLarge);
    }
    Ok(bytes)
}

/// What the future gives at the first look.
async fn at_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
