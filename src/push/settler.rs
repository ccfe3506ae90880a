//! Writes outcomes down: those that come within some milliseconds share a transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::app::App;
use crate::domain::clock::Clock;
use crate::domain::lane::News;
use crate::push::rules::Rules;
use crate::push::{announce, outcome};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::pushes::{self, CANCELLED, Now, SettleOrder, Settlement};

/// Outcomes in one transaction.
const BATCH: usize = 64;
/// Between two tries when the database is away.
const PAUSE: Duration = Duration::from_millis(200);

/// An outcome on its way into the database, with the permit that lets another notice be claimed afterwards.
pub(super) struct Done {
    pub(super) settlement: Settlement,
    pub(super) news: News,
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

/// Runs until the last sender of outcomes is gone and all are written down.
pub(super) async fn run(app: Arc<App>, rules: Arc<Rules>, mut done: mpsc::Receiver<Done>) {
    while let Some(first) = done.recv().await {
        let mut batch = vec![first];
        let full = tokio::time::sleep(rules.timing.linger);
        tokio::pin!(full);
        while batch.len() < BATCH {
            tokio::select! {
                biased;
                next = done.recv() => match next {
                    Some(next) => batch.push(next),
                    None => break,
                },
                () = &mut full => break,
            }
        }
        let mut failing = false;
        while let Err(error) = write(&app, &rules, &batch).await {
            // Nothing may be forgotten: an outcome that is not written down becomes a doubt when the lease is over.
            if !failing {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "outcomes cannot be stored; trying on"
                );
            }
            failing = true;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// One batch, in one transaction.
pub(super) async fn write(app: &App, rules: &Rules, batch: &[Done]) -> Result<(), ServiceError> {
    let mut news = News::default();
    batch
        .iter()
        .for_each(|one| outcome::add(&mut news, &one.news));
    let order = SettleOrder {
        now: now(app),
        batch: batch.iter().map(|one| one.settlement.clone()).collect(),
        news,
        lane: rules.lane.clone(),
        fence: rules.guards.fence,
    };
    let settled = app
        .db
        .write(move |c| pushes::settle(c, &order).map_err(StoreError::from))
        .await?;
    if settled.lost > 0 {
        tracing::warn!(
            number = settled.lost,
            "outcomes came after their lease; the notices are somebody else's"
        );
        let number = u64::try_from(settled.lost).unwrap_or(u64::MAX);
        metrics::counter!("jianxin_push_lease_lost_total").increment(number);
    }
    announce::ended(CANCELLED, settled.cancelled);
    announce::turns(&settled.turns);
    Ok(())
}

/// Machines agree on the database's clock; a test's clock is everybody's.
pub(super) fn now(app: &App) -> Now {
    match app.clock {
        Clock::System => Now::OfDatabase(app.clock.now_ms()),
        Clock::Set(_) => Now::Given(app.clock.now_ms()),
    }
}
