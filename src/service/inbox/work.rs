//! A handler at work: polled once, run on when whoever waits goes away, its panics caught.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::answer::Answer;

/// A handler that has not begun; `None` when it panics.
pub(super) type Work = Pin<Box<dyn Future<Output = Option<Answer>> + Send>>;

/// Polls the handler once.
pub(super) async fn first_look(work: &mut Work) -> Poll<Option<Answer>> {
    poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await
}

/// A future that goes on by itself when whoever waits for it goes away.
pub(super) struct RunOn<T: Send + 'static>(
    pub(super) Option<Pin<Box<dyn Future<Output = T> + Send>>>,
);

impl<T: Send + 'static> Future for RunOn<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(future) = self.0.as_mut() else {
            return Poll::Pending;
        };
        let outcome = future.as_mut().poll(cx);
        if outcome.is_ready() {
            self.0 = None;
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for RunOn<T> {
    fn drop(&mut self) {
        if let (Some(future), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(future);
        }
    }
}

/// Turns a panic of the handler into `None`: the follower gets the polite text, the process goes on.
pub(super) async fn caught(run: impl Future<Output = Answer>) -> Option<Answer> {
    let mut run = std::pin::pin!(run);
    poll_fn(
        |cx| match std::panic::catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(cx))) {
            Ok(outcome) => outcome.map(Some),
            Err(_panic) => {
                metrics::counter!("jianxin_handler_panics_total").increment(1);
                tracing::error!("a message handler panicked");
                Poll::Ready(None)
            }
        },
    )
    .await
}
