//! What has to be done now and then, by whichever worker comes first: reminders, and forgetting keys of old events. Both
//! may run in several processes at a time.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::service::{events, reminders};

const PAUSE: Duration = Duration::from_secs(60);
/// Keys of events are forgotten every so many rounds.
const FORGETTING: u32 = 60;

/// Runs until it is dropped.
pub(super) async fn run(app: Arc<App>) {
    let mut round = 0_u32;
    loop {
        if let Err(error) = reminders::run(&app).await {
            tracing::warn!(%error, "managers could not be reminded");
        }
        if round.is_multiple_of(FORGETTING)
            && let Err(error) = events::forget_old(&app).await
        {
            tracing::warn!(%error, "keys of old events could not be forgotten");
        }
        round = round.wrapping_add(1);
        tokio::time::sleep(PAUSE).await;
    }
}
