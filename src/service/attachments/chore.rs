//! Files go when their time has come: first the bytes, then the row, so that a process that dies in between leaves a row
//! that the next sweep finds. Bytes without a row are of a process that died while it took them in.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::files::Directory;
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::attachments as table;

/// Files of one sweep; the rest waits for the next.
const AT_ONCE: i64 = 200;
/// Bytes younger than this may be of a file that is being taken in.
const ORPHANED: Duration = Duration::from_secs(3600);

/// Deletes what is due, and bytes that nobody knows, which takes a look at the whole directory; how many files.
///
/// # Errors
/// When the database does not answer. What the disk refuses is tried again the next time.
pub async fn sweep(app: &Arc<App>) -> Result<usize, ServiceError> {
    Ok(due(app).await? + orphans(app).await?)
}

/// Deletes what is due; how many files.
///
/// # Errors
/// As [`sweep`].
pub(super) async fn due(app: &Arc<App>) -> Result<usize, ServiceError> {
    let now = app.clock.now_ms();
    let due = app
        .db
        .read(move |c| table::due(c, now, AT_ONCE).map_err(StoreError::from))
        .await?;
    let files = app.files.clone();
    let gone = tokio::task::spawn_blocking(move || -> Vec<i64> {
        let removed = due.iter().filter(|(_, stem)| remove(&files, stem));
        removed.map(|(id, _)| *id).collect()
    });
    let gone = gone.await.map_err(|_panicked| StoreError::Stopped)?;
    let deleted = gone.len();
    if !gone.is_empty() {
        app.db
            .write(move |c| table::forget(c, &gone, now).map_err(StoreError::from))
            .await?;
    }
    Ok(deleted)
}

async fn orphans(app: &Arc<App>) -> Result<usize, ServiceError> {
    let files = app.files.clone();
    let old = tokio::task::spawn_blocking(move || files.older_than(ORPHANED));
    let old = match old.await {
        Ok(Ok(old)) => old,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the directory of attachments cannot be listed");
            return Ok(0);
        }
        Err(_panicked) => return Err(StoreError::Stopped.into()),
    };
    let mut orphans = Vec::new();
    for stems in old.chunks(200) {
        let asked = stems.to_vec();
        let known = app
            .db
            .read(move |c| table::known_stems(c, &asked).map_err(StoreError::from))
            .await?;
        orphans.extend(stems.iter().filter(|stem| !known.contains(stem)).cloned());
    }
    let files = app.files.clone();
    let removed = tokio::task::spawn_blocking(move || {
        orphans.iter().filter(|stem| remove(&files, stem)).count()
    });
    Ok(removed.await.map_err(|_panicked| StoreError::Stopped)?)
}

fn remove(files: &Directory, stem: &str) -> bool {
    files
        .remove(stem)
        .inspect_err(|error| tracing::warn!(%error, "the bytes of a file could not be deleted"))
        .is_ok()
}
