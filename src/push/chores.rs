//! What has to be done now and then, by whichever worker comes first: reminders, calls in place of notices that did not
//! arrive, forgetting keys of old events. All of it may run in several processes at a time.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::service::{
    attachments, case_imports, desk, drafts, events, guesses, held_changes, link_messages, notices,
    password_requests, phones, publishing, pushes, reminders, retention, slips, stats, submissions,
    unit_upkeep,
};

const PAUSE: Duration = Duration::from_secs(60);
/// Keys of events are forgotten every so many rounds.
const FORGETTING: u32 = 60;
/// The day is counted for the dashboard every so many rounds.
const COUNTING: u32 = 5;

/// Runs until it is dropped. Imports go their own pace: one that a dead process left may take minutes, and nobody else's
/// reminders wait for it.
pub(super) async fn run(app: Arc<App>) {
    tokio::join!(Box::pin(rounds(&app)), Box::pin(imports(&app)));
}

async fn imports(app: &Arc<App>) {
    loop {
        if let Err(error) = case_imports::carry_on(app).await {
            tracing::warn!(%error, "imports could not be looked at");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn rounds(app: &Arc<App>) {
    let mut round = 0_u32;
    loop {
        if let Err(error) = reminders::run(app).await {
            tracing::warn!(%error, "managers could not be reminded");
        }
        if let Err(error) = held_changes::run(app).await {
            tracing::warn!(%error, "changes of cases that waited could not be told");
        }
        if let Err(error) = notices::undelivered::run(app).await {
            tracing::warn!(%error, "notices that did not arrive could not become calls");
        }
        if let Err(error) = unit_upkeep::apply_due(app).await {
            tracing::warn!(%error, "planned changes of units could not be made");
        }
        if round.is_multiple_of(COUNTING)
            && let Err(error) = stats::count(app).await
        {
            tracing::warn!(%error, "the day could not be counted");
        }
        if let Err(error) = publishing::keep_up(app).await {
            tracing::warn!(%error, "publications could not be shown or taken down in time");
        }
        if round.is_multiple_of(FORGETTING) {
            forget(app).await;
        }
        round = round.wrapping_add(1);
        tokio::time::sleep(PAUSE).await;
    }
}

/// What has had its day.
async fn forget(app: &Arc<App>) {
    let swept = attachments::sweep(app).await;
    retention::note(app, "files", swept.as_ref().ok().copied()).await;
    if let Err(error) = swept {
        tracing::warn!(%error, what = "files", "could not be forgotten");
    }
    if let Err(error) = phones::catch_up(app).await {
        tracing::warn!(%error, "telephone numbers could not be hashed");
    }
    let forgotten = [
        ("keys of old events", events::forget_old(app).await),
        ("old notices", pushes::forget_old(app).await),
        ("rows of imports", case_imports::forget_old(app).await),
        ("old drafts", drafts::forget_old(app).await),
        ("forms", submissions::forget_old(app).await),
        ("first passwords", slips::forget_old(app).await),
        ("tries", guesses::forget_old(app).await),
        ("sessions of the console", desk::forget_old(app).await),
        ("messages", link_messages::forget_old(app).await),
        ("requests", password_requests::forget_old(app).await),
    ];
    for (what, outcome) in forgotten {
        retention::note(app, what, outcome.as_ref().ok().copied()).await;
        if let Err(error) = outcome {
            tracing::warn!(%error, what, "could not be forgotten");
        }
    }
}
