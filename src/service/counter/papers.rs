//! Scans of papers at the counter: they wait for the form of the manager who handed them in, like a follower's.

use std::sync::Arc;

use super::holder;
use crate::app::App;
use crate::service::attachments::{self, Failed, Giver, Handed, Shown};
use crate::service::desk::Manager;
use crate::service::error::ServiceError;

/// Who hands papers in at the counter.
pub fn giver(app: &App, manager: &Manager) -> Giver {
    Giver {
        holder: holder(app, manager),
        actor: manager.actor(),
    }
}

/// Takes a scan in.
///
/// # Errors
/// As [`attachments::take`].
pub async fn take_paper(
    app: &Arc<App>,
    manager: &Manager,
    handed: Handed,
) -> Result<Shown, Failed> {
    attachments::take_from(app, &giver(app, manager), handed).await
}

/// Takes a scan back that waits for its form; false when there is none of this manager's.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_paper(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<bool, ServiceError> {
    attachments::remove_from(app, &giver(app, manager), public_id).await
}
