//! The worker: bell or poll → what is due → token → claim → post → settle; and a clean stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, mpsc, watch};

use crate::app::{App, random_bytes};
use crate::domain::lane::Grant;
use crate::push::announce;
use crate::push::bells::Bells;
use crate::push::chores;
use crate::push::gauges;
use crate::push::outcome::{Outcome, Unsendable, news, verdict};
use crate::push::reaction::Reaction;
use crate::push::rounds::Round;
use crate::push::rules::Rules;
use crate::push::sender::{Lease, Sender};
use crate::push::settler::{self, Done};
use crate::service::access_token::Token;
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::pushes::{self, Claim, ClaimedPush, NewAttempt, Now, Settlement};
use crate::store::row_id::row_id;
use crate::wechat::template::TemplateMessage;

/// Makes a message of a notice, or says why that cannot be.
pub type Render = Arc<dyn Fn(&ClaimedPush) -> Result<TemplateMessage, Unsendable> + Send + Sync>;

/// Claims beyond the sends that are under way, so that the next ones are at hand while outcomes are written down.
const AHEAD: usize = 32;
/// Claiming fewer at a time would cost a commit each.
const LEAST: usize = 16;
/// Most in one claim.
const MOST: usize = 64;
/// Where the rate holds things up, so many milliseconds' worth go together.
const PACE: Duration = Duration::from_millis(50);

/// Sends what is due. Any number of workers may run, in any number of processes.
pub struct Worker {
    pub(super) app: Arc<App>,
    pub(super) rules: Arc<Rules>,
    render: Render,
    sends: Arc<Semaphore>,
    claims: Arc<Semaphore>,
    halt: watch::Sender<bool>,
}

/// What to do before the next look.
enum Pause {
    None,
    Pace,
    Poll(Duration),
}

impl Worker {
    /// Prepares a worker; nothing happens yet.
    pub fn new(app: Arc<App>, rules: Rules, render: Render) -> Arc<Self> {
        let sends = Arc::new(Semaphore::new(rules.concurrency));
        let claims = Arc::new(Semaphore::new(rules.concurrency + AHEAD));
        Arc::new(Self {
            app,
            rules: Arc::new(rules),
            render,
            sends,
            claims,
            halt: watch::Sender::new(false),
        })
    }

    /// Runs until `stop` is done. Then what was posted gets its outcome written down, and what was not goes back.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let (done, outcomes) = mpsc::channel(2 * self.rules.concurrency + AHEAD);
        let (app, rules) = (Arc::clone(&self.app), Arc::clone(&self.rules));
        let settling = tokio::spawn(settler::run(app, rules, outcomes));
        let sweeping = tokio::spawn(Arc::clone(&self).sweep_on());
        let watching = tokio::spawn(Arc::clone(&self).watch_on());
        let reminding = tokio::spawn(chores::run(Arc::clone(&self.app)));
        let claiming = tokio::spawn(Arc::clone(&self).claim_on(done));
        stop.await;
        self.halt.send_replace(true);
        sweeping.abort();
        reminding.abort();
        watching.abort();
        let _ = claiming.await;
        // The tasks that post hold the other ends of the channel; each ends with an outcome or gives its notice back.
        let _ = settling.await;
    }

    /// Sends all that is due at the present time and returns how many notices were tried. Waits for every outcome.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drain(self: &Arc<Self>) -> Result<usize, ServiceError> {
        let mut tried = 0;
        self.sweep().await?;
        while let Round::Claimed(lease, token, claim) =
            self.look(MOST.min(self.rules.concurrency)).await?
        {
            if claim.pushes.is_empty() {
                break;
            }
            tried += claim.pushes.len();
            let mut sends = tokio::task::JoinSet::new();
            for push in claim.pushes {
                let (worker, lease, token) = (Arc::clone(self), lease.clone(), token.clone());
                sends.spawn(async move { worker.send(&lease, token, push).await });
            }
            let batch: Vec<Done> = sends.join_all().await;
            settler::write(&self.app, &self.rules, &batch).await?;
        }
        Ok(tried)
    }

    async fn claim_on(self: Arc<Self>, done: mpsc::Sender<Done>) {
        let mut bells = Bells::new(&self.app);
        let mut failing = false;
        let least = LEAST.min(self.rules.concurrency);
        loop {
            let permits = tokio::select! {
                biased;
                () = self.halted() => return,
                permits = self.permits(least) => permits,
            };
            let Ok(mut permits) = permits else { return };
            let wanted = permits.num_permits();
            // Never broken off: a claim that nobody answers for would be a doubt until its lease is over.
            let pause = match self.look(wanted).await {
                Ok(Round::Claimed(lease, token, claim)) => {
                    failing = false;
                    let pause = self.pause_after(&claim, wanted);
                    for push in claim.pushes {
                        let Some(permit) = permits.split(1) else {
                            break;
                        };
                        self.start(&done, &lease, &token, push, permit);
                    }
                    pause
                }
                Ok(Round::Idle { again }) => {
                    failing = false;
                    self.pause(again)
                }
                Err(error) => {
                    metrics::counter!("jianxin_push_failures_total").increment(1);
                    if !failing {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the outbox cannot be read"
                        );
                    }
                    failing = true;
                    Pause::Poll(self.rules.timing.poll)
                }
            };
            drop(permits);
            match pause {
                Pause::None => {}
                Pause::Pace => tokio::time::sleep(PACE).await,
                Pause::Poll(time) => tokio::select! {
                    () = self.halted() => return,
                    () = bells.heard() => {}
                    () = tokio::time::sleep(time) => {}
                },
            }
        }
    }

    fn pause_after(&self, claim: &Claim, wanted: usize) -> Pause {
        match claim.grant {
            Grant::UpTo(granted) if claim.pushes.len() < granted => {
                Pause::Poll(self.rules.timing.poll)
            }
            Grant::UpTo(granted) if granted < wanted => Pause::Pace,
            Grant::UpTo(_) => Pause::None,
            Grant::Probe => Pause::Poll(self.rules.timing.poll),
            Grant::Nothing { again_in_ms } => {
                let again = again_in_ms.and_then(|millis| u64::try_from(millis).ok());
                self.pause(again.map(Duration::from_millis))
            }
        }
    }

    fn pause(&self, again: Option<Duration>) -> Pause {
        match again {
            Some(again) if again <= PACE => Pause::Pace,
            again => Pause::Poll(
                again
                    .unwrap_or(self.rules.timing.poll)
                    .min(self.rules.timing.poll),
            ),
        }
    }

    /// At least `least` permits to claim, and more when they are free.
    async fn permits(&self, least: usize) -> Result<OwnedSemaphorePermit, AcquireError> {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut permits = Arc::clone(&self.claims)
            .acquire_many_owned(count(least))
            .await?;
        let more = self.claims.available_permits().min(MOST - LEAST);
        if let Ok(more) = Arc::clone(&self.claims).try_acquire_many_owned(count(more)) {
            permits.merge(more);
        }
        Ok(permits)
    }

    fn start(
        self: &Arc<Self>,
        done: &mpsc::Sender<Done>,
        lease: &Lease,
        token: &Token,
        push: ClaimedPush,
        permit: OwnedSemaphorePermit,
    ) {
        let worker = Arc::clone(self);
        let (done, lease, token) = (done.clone(), lease.clone(), token.clone());
        tokio::spawn(async move {
            let mut settled = worker.send(&lease, token, push).await;
            settled.permit = Some(permit);
            let _ = done.send(settled).await;
        });
    }

    /// Posts one notice and says what becomes of it.
    async fn send(&self, lease: &Lease, token: Token, push: ClaimedPush) -> Done {
        let sending = Arc::clone(&self.sends).acquire_owned().await;
        let began = lease.age_ms();
        let (result, swaps) = if *self.halt.borrow() {
            (Outcome::Returned, push.token_swaps)
        } else {
            let sender = Sender {
                app: &self.app,
                rules: &self.rules,
                lease,
            };
            Box::pin(sender.post(&push, (self.render)(&push), token)).await
        };
        drop(sending);
        announce::outcome(&push, &result);
        let chance = u32::from_le_bytes(random_bytes());
        let record = record(
            &push,
            &result,
            lease.store_now + began,
            lease.store_now + lease.age_ms(),
        );
        Done {
            news: news(push.is_probe, &result),
            settlement: Settlement {
                id: push.id,
                lease_token: lease.token.clone(),
                verdict: verdict(&self.rules, &push, &result, chance),
                openid: push.openid,
                openid_hash: push.openid_hash,
                order_key: push.order_key,
                attempt: push.attempt,
                token_swaps: swaps,
                record,
            },
            permit: None,
        }
    }

    /// Waits until nothing new may be begun.
    pub(super) async fn halted(&self) {
        let mut halt = self.halt.subscribe();
        // The sender lives in here.
        let _ = halt.wait_for(|halt| *halt).await;
    }

    pub(super) fn now(&self) -> Now {
        settler::now(&self.app)
    }

    async fn sweep_on(self: Arc<Self>) {
        loop {
            tokio::time::sleep(self.rules.timing.sweep).await;
            if let Err(error) = self.sweep().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outbox cannot be swept"
                );
            }
            // A process with pages does so with its index; this one may have none.
            let app = Arc::clone(&self.app);
            if let Ok(Err(error)) = tokio::task::spawn_blocking(move || app.refresh_units()).await {
                tracing::warn!(%error, "templates and units could not be read again");
            }
        }
    }

    async fn watch_on(self: Arc<Self>) {
        loop {
            if let Err(error) = gauges::set(&self.app, &self.rules).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outbox cannot be counted"
                );
            }
            tokio::time::sleep(self.rules.timing.gauges).await;
        }
    }

    async fn sweep(&self) -> Result<(), ServiceError> {
        let (at, ruling) = (self.now(), self.rules.ruling());
        let swept = self
            .app
            .db
            .write(move |c| pushes::sweep(c, at, &ruling).map_err(StoreError::from))
            .await?;
        announce::ended(pushes::EXPIRED, swept.expired);
        announce::ended(pushes::PARKED, swept.parked);
        announce::ended(pushes::SENT, swept.arrived);
        Ok(())
    }
}

fn record(push: &ClaimedPush, result: &Outcome, began: i64, ended: i64) -> Option<NewAttempt> {
    let (word, errcode, detail, msgid) = match result {
        Outcome::Unsendable(_) | Outcome::Returned => return None,
        Outcome::Delivered(msgid) => ("sent", None, None, Some(msgid.clone())),
        Outcome::Failed {
            reaction,
            code,
            detail,
        } => {
            let word = if *reaction == Reaction::Doubt {
                "unknown"
            } else {
                "not_sent"
            };
            (word, *code, Some(detail.clone()), None)
        }
    };
    Some(NewAttempt {
        id: row_id(ended, u32::from_le_bytes(random_bytes())),
        push_id: push.id,
        attempt: push.attempt,
        started_at: began,
        ended_at: ended,
        outcome: word.to_owned(),
        errcode,
        detail,
        msgid,
    })
}
