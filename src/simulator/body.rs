//! A request body that trickles: the whole text in small pieces, spread over a given time.
//!
//! Its length is announced beforehand, as WeChat does; only the pace is unusual.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// Pieces a body is cut into.
const PIECES: usize = 20;

/// A body sent slowly.
pub(crate) struct TrickledBody {
    pieces: VecDeque<Bytes>,
    left: u64,
    pause: Duration,
    sleeping: Pin<Box<Sleep>>,
}

impl TrickledBody {
    /// Spreads `text` over `total`.
    pub(crate) fn new(text: String, total: Duration) -> Self {
        let bytes = Bytes::from(text);
        let size = bytes.len().div_ceil(PIECES).max(1);
        let mut pieces = VecDeque::new();
        let mut rest = bytes.clone();
        while !rest.is_empty() {
            pieces.push_back(rest.split_to(size.min(rest.len())));
        }
        let pause = total / u32::try_from(pieces.len().max(1)).unwrap_or(1);
        Self {
            pieces,
            left: bytes.len() as u64,
            pause,
            sleeping: Box::pin(sleep(pause)),
        }
    }
}

impl Body for TrickledBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.pieces.is_empty() {
            return Poll::Ready(None);
        }
        std::task::ready!(self.sleeping.as_mut().poll(context));
        let pause = self.pause;
        self.sleeping = Box::pin(sleep(pause));
        match self.pieces.pop_front() {
            Some(piece) => {
                self.left -= piece.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
