//! Chaining the audit trail, beside whatever else a process does.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::app::App;
use crate::service::audit::seal;

/// A row can be changed unnoticed for about so long.
const PAUSE: Duration = Duration::from_secs(1);
/// While the database is away, one line in so many rounds.
const QUIET_ROUNDS: u32 = 60;
/// What the rows of the last requests get at the end.
const LAST: Duration = Duration::from_secs(2);

/// The task under way.
pub(super) struct Sealing {
    app: Arc<App>,
    task: JoinHandle<()>,
}

/// Starts it in this process; any number of processes may.
pub(super) fn start(app: &Arc<App>) -> Sealing {
    let task = tokio::spawn(run(Arc::clone(app)));
    Sealing {
        app: Arc::clone(app),
        task,
    }
}

impl Sealing {
    /// Chains what the last requests left, so that a stopped installation has nothing unsealed.
    pub(super) async fn finish(self) {
        self.task.abort();
        let _ = self.task.await;
        match tokio::time::timeout(LAST, seal::round(&self.app)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last audit rows are not sealed yet"),
            Err(_elapsed) => tracing::warn!("the last audit rows are not sealed yet"),
        }
    }
}

async fn run(app: Arc<App>) {
    let mut failed = 0_u32;
    loop {
        match seal::round(&app).await {
            Ok(_) => failed = 0,
            Err(error) => {
                if failed.is_multiple_of(QUIET_ROUNDS) {
                    tracing::warn!(%error, "audit rows could not be sealed");
                }
                failed = failed.wrapping_add(1);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
