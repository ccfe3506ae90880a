//! Connections that are open, and telling them to finish.

use std::time::Duration;

use tokio::sync::watch;

/// Counts connections and carries the word that the process is stopping.
#[derive(Clone)]
pub(super) struct Connections {
    stopping: watch::Receiver<bool>,
    /// Every connection holds a clone; when all are dropped the count is zero.
    _open: watch::Receiver<()>,
}

/// The other end of [`Connections`].
pub(super) struct Drain {
    stopping: watch::Sender<bool>,
    open: watch::Sender<()>,
}

pub(super) fn tracked() -> (Drain, Connections) {
    let (stopping, told) = watch::channel(false);
    let (open, held) = watch::channel(());
    (
        Drain { stopping, open },
        Connections {
            stopping: told,
            _open: held,
        },
    )
}

impl Connections {
    /// Returns when the process stops.
    pub(super) async fn stopping(&mut self) {
        // An error means that the other end is gone, which is stopping too.
        let _ = self.stopping.wait_for(|stopping| *stopping).await;
    }
}

impl Drain {
    /// Tells all connections to finish and waits for them; false when some did not in time.
    pub(super) async fn finish(self, deadline: Duration) -> bool {
        let _ = self.stopping.send(true);
        tokio::time::timeout(deadline, self.open.closed())
            .await
            .is_ok()
    }
}
