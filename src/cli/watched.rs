//! A connection that is closed when its peer dawdles: no first byte, a head that trickles in, or too long a pause
//! between requests, a body or an answer that does not move. The HTTP library has one timer for all of that; these need
//! different patience.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// For the first byte of a connection, and for a head once its first byte came.
const HEAD: Duration = Duration::from_secs(5);
/// For a whole request once its head is there. Handlers have shorter limits of their own; this one is for bodies that
/// trickle in.
const REQUEST: Duration = Duration::from_secs(30);
/// Bytes of a body that buy another [`REQUEST`]: a photograph over a slow line may take minutes, a trickle may not.
const MOVING: usize = 256 * 1024;
/// Between two requests. Longer than what proxies keep a connection for, so that they close it first.
const IDLE: Duration = Duration::from_secs(75);
/// For a peer that takes nothing of its answer.
const STALLED: Duration = Duration::from_secs(30);

/// How many requests of a connection began and ended; shared with its service.
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

    fn counts(&self) -> (usize, usize) {
        (
            self.begun.load(Ordering::Relaxed),
            self.ended.load(Ordering::Relaxed),
        )
    }
}

/// The connection with its patience.
pub(super) struct Watched<I> {
    io: I,
    requests: Arc<Requests>,
    /// The counts when the present wait began.
    counts: (usize, usize),
    head_began: bool,
    /// Bytes of the present body since the deadline was last moved.
    body: usize,
    /// When the present wait ends. The timer is moved only when it fires, so that a busy connection costs no timer
    /// operation a request.
    deadline: Instant,
    timer: Pin<Box<Sleep>>,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<I> Watched<I> {
    pub(super) fn new(io: I, requests: Arc<Requests>) -> Self {
        let deadline = Instant::now() + HEAD;
        Self {
            io,
            requests,
            counts: (0, 0),
            head_began: false,
            body: 0,
            deadline,
            timer: Box::pin(sleep_until(deadline)),
            stalled: None,
        }
    }

    /// Whether a request is being answered; begins a new wait when that changed.
    fn is_answering(&mut self) -> bool {
        let counts = self.requests.counts();
        let answering = counts.0 != counts.1;
        if counts != self.counts {
            self.counts = counts;
            self.head_began = false;
            self.body = 0;
            self.deadline = Instant::now() + if answering { REQUEST } else { IDLE };
        }
        answering
    }

    /// Whether the peer has waited too long; registers for the moment when it will have.
    fn is_overdue(&mut self, cx: &mut Context<'_>) -> bool {
        self.is_answering();
        while self.timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.deadline {
                return true;
            }
            let deadline = self.deadline;
            self.timer.as_mut().reset(deadline);
        }
        false
    }

    fn received(&mut self, bytes: usize) {
        if self.is_answering() {
            self.body += bytes;
            if self.body >= MOVING {
                self.body = 0;
                self.deadline = Instant::now() + REQUEST;
            }
        } else if !self.head_began {
            self.head_began = true;
            self.deadline = Instant::now() + HEAD;
            if self.timer.deadline() > self.deadline {
                let deadline = self.deadline;
                self.timer.as_mut().reset(deadline);
            }
        }
    }

    /// Passes on what a write came to, unless the peer has taken nothing for too long.
    fn wrote<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<std::io::Result<T>>,
    ) -> Poll<std::io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let timer = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + STALLED)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(std::io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
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
                let bytes = buf.filled().len() - before;
                if bytes > 0 {
                    self.received(bytes);
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
        let outcome = Pin::new(&mut self.io).poll_write(cx, buf);
        self.wrote(cx, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let outcome = Pin::new(&mut self.io).poll_flush(cx);
        self.wrote(cx, outcome)
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
        let outcome = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.wrote(cx, outcome)
    }
}
