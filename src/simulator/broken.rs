//! An answer that breaks off: its length is announced, only a part of it comes, then the connection is dropped.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// Lets the part that is sent reach the other side before the connection goes.
const FLUSH: Duration = Duration::from_millis(30);

/// A body that ends in a dropped connection. With nothing to send not even the head goes out.
pub(crate) struct BrokenBody {
    part: Option<Bytes>,
    announced: u64,
    flushing: Pin<Box<Sleep>>,
}

impl BrokenBody {
    /// Sends `part` of what is announced as `announced` bytes.
    pub(crate) fn new(part: Bytes, announced: u64) -> Self {
        Self {
            part: Some(part).filter(|part| !part.is_empty()),
            announced,
            flushing: Box::pin(sleep(Duration::ZERO)),
        }
    }
}

impl Body for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(part) = self.part.take() {
            self.flushing = Box::pin(sleep(FLUSH));
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        if self.announced > 0 {
            std::task::ready!(self.flushing.as_mut().poll(context));
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced.max(1))
    }
}
