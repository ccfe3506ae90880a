//! What has to be done for imports now and then, by whichever worker comes first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::shift::FORGOTTEN_AT_ONCE;
use super::{Tools, UNDECIDED_MS, work};
use crate::app::App;
use crate::store::{StoreError, import_batches, import_leases, import_rows};

/// Batches that are asked for at a time.
const AT_ONCE: i64 = 8;
/// Rows of an ended batch are kept for so long: whoever imported them may want the reasons.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// Uploads that no batch took in so long belong to nobody.
const ABANDONED: Duration = Duration::from_secs(2 * 24 * 3600);
/// Other chores wait meanwhile: the rest is for the next round.
const FORGETTING: Duration = Duration::from_secs(20);

/// Goes on with what dead processes left, with batches whose notices are due, and with previews that nobody decided on;
/// each once, also when it fails. How many were looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn carry_on(app: &Arc<App>) -> Result<usize, StoreError> {
    let (mut looked, mut last) = (0, 0);
    loop {
        let now = app.clock.now_ms();
        let times = (now, now - UNDECIDED_MS);
        let idle = app
            .db
            .read(move |c| import_leases::idle(c, times, last, AT_ONCE).map_err(StoreError::from))
            .await?;
        let Some(next) = idle.last() else {
            return Ok(looked);
        };
        last = *next;
        looked += idle.len();
        for batch_id in idle {
            if let Err(error) = work::run(app, batch_id).await {
                tracing::warn!(%error, batch_id, "an import stopped; it is tried again later");
            }
        }
    }
}

/// Forgets rows of batches that ended long ago, and uploads of nobody. How many rows.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &Arc<App>) -> Result<usize, StoreError> {
    let gone = forget_rows(app).await?;
    if let Some(place) = Tools::of(app).uploads {
        let sweep = move || {
            for stem in place.older_than(ABANDONED).unwrap_or_default() {
                let _ = place.remove(&stem);
            }
        };
        tokio::task::spawn_blocking(sweep)
            .await
            .map_err(|_panicked| StoreError::Stopped)?;
    }
    Ok(gone)
}

async fn forget_rows(app: &Arc<App>) -> Result<usize, StoreError> {
    let (before, began) = (app.clock.now_ms() - KEPT_MS, Instant::now());
    let mut gone = 0;
    loop {
        let ended = app
            .db
            .read(move |c| {
                import_batches::ended_before(c, before, AT_ONCE).map_err(StoreError::from)
            })
            .await?;
        let gone_before = gone;
        for batch_id in ended {
            gone += app
                .db
                .write(move |c| {
                    import_rows::forget(c, batch_id, false, FORGOTTEN_AT_ONCE)
                        .map_err(StoreError::from)
                })
                .await?;
        }
        if gone == gone_before || began.elapsed() > FORGETTING {
            return Ok(gone);
        }
    }
}
