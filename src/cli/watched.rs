//! A connection that is closed when its peer dawdles: no first byte, a head that trickles in, or too long a pause
//! between requests. The HTTP library has one timer for all of that; these three need different patience.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// For the first byte of a connection, and for a head once its first byte came.
const HEAD: Duration = Duration::from_secs(5);
/// Between two requests. Longer than what proxies keep a connection for, so that they close it first.
const IDLE: Duration = Duration::from_secs(75);

/// Requests of a connection that are being answered, and how many there were; shared with its service.
#[derive(Default)]
pub(super) struct Requests {
    begun: AtomicUsize,
    ended: AtomicUsize,
}

impl Requests {
    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// The connection with its patience.
pub(super) struct Watched<I> {
    io: I,
    requests: Arc<Requests>,
    /// Requests seen when the present wait began.
    seen: usize,
    /// When the present wait ends; moved lazily, so that a busy connection costs no timer operation a request.
    deadline: Instant,
    head_began: bool,
    sleep: Pin<Box<Sleep>>,
}

impl<I> Watched<I> {
    pub(super) fn new(io: I, requests: Arc<Requests>) -> Self {
        let deadline = Instant::now() + HEAD;
        Self {
            io,
            requests,
            seen: 0,
            deadline,
            head_began: false,
            sleep: Box::pin(sleep_until(deadline)),
        }
    }

    /// Whether the peer has waited too long; registers for the moment when it will have.
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        let begun = self.requests.begun.load(Ordering::Relaxed);
        if begun != self.requests.ended.load(Ordering::Relaxed) {
            // A request is being answered: bodies have limits of their own.
            self.seen = begun;
            self.head_began = false;
            self.deadline = Instant::now() + IDLE;
            return false;
        }
        if self.seen != begun {
            self.seen = begun;
            self.head_began = false;
            self.deadline = Instant::now() + IDLE;
        }
        while self.sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.deadline {
                return true;
            }
            let deadline = self.deadline;
            self.sleep.as_mut().reset(deadline);
        }
        false
    }

    fn received(&mut self) {
        let begun = self.requests.begun.load(Ordering::Relaxed);
        let answering = begun != self.requests.ended.load(Ordering::Relaxed);
        if !answering && (!self.head_began || self.seen != begun) {
            self.seen = begun;
            self.head_began = true;
            self.deadline = Instant::now() + HEAD;
            if self.sleep.deadline() > self.deadline {
                let deadline = self.deadline;
                self.sleep.as_mut().reset(deadline);
            }
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                if buf.filled().len() > before {
                    self.received();
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending if self.is_overdue(cx) => {
                Poll::Ready(Err(std::io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }
}
