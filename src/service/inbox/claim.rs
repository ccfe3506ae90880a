//! A claim on a message among all instances, in the shared cache.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::Answer;
use super::{MessageKey, TTL};
use crate::app::{hex, random_bytes};
use crate::cache::{Cache, CacheError};

/// How often a waiting instance looks whether another one has answered.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// A claim lives this long unless its owner renews it; then the owner is taken for dead and whoever waits takes over.
/// Short enough to leave the other instance most of its budget.
const CLAIM_TTL: Duration = Duration::from_millis(1200);
/// How often an owner renews its claim.
const RENEW: Duration = Duration::from_millis(300);
/// What a claim (followed by its owner's random mark) and an answer begin with.
const CLAIMED: u8 = b'?';
const ANSWERED: u8 = b'=';

/// How claiming a message ended.
pub(super) enum Claimed {
    /// This instance answers it.
    Ours(Box<Claim>),
    /// The shared cache is away: this instance answers it without a claim.
    Nobodys,
    /// Another instance answered it.
    Answered(Answer),
    /// Another instance is alive and still at it.
    Others,
}

/// This instance's claim.
pub(super) struct Claim {
    cache: Cache,
    name: String,
    /// Tells this claim from one that another instance made after ours ran out.
    mark: Vec<u8>,
}

impl Claim {
    pub(super) fn new(cache: Cache, key: &MessageKey) -> Self {
        let mut mark = vec![CLAIMED];
        mark.extend_from_slice(&random_bytes::<8>());
        Self {
            cache,
            name: format!("answer:{}", hex(key)),
            mark,
        }
    }

    /// Claims the message, waiting for another instance's answer until the deadline.
    pub(super) async fn among_all(self, deadline: Instant) -> Claimed {
        loop {
            match self.take().await {
                Ok(true) => return Claimed::Ours(Box::new(self)),
                Ok(false) => {}
                Err(error) => {
                    count_cache_error(&error);
                    return Claimed::Nobodys;
                }
            }
            match self.cache.get(&self.name).await {
                Ok(Some(value)) => {
                    if let Some((&ANSWERED, bytes)) = value.split_first()
                        && let Some(answer) = Answer::from_bytes(bytes)
                    {
                        return Claimed::Answered(answer);
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    count_cache_error(&error);
                    return Claimed::Nobodys;
                }
            }
            if Instant::now() >= deadline {
                return Claimed::Others;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub(super) async fn take(&self) -> Result<bool, CacheError> {
        self.cache
            .set_if_absent(&self.name, &self.mark, CLAIM_TTL)
            .await
    }

    /// Renews the claim for ever; a claim that was lost is not taken back.
    pub(super) async fn renew(&self) {
        loop {
            tokio::time::sleep(RENEW).await;
            if let Err(error) = self.cache.extend(&self.name, &self.mark, CLAIM_TTL).await {
                count_cache_error(&error);
            }
        }
    }

    /// Puts the answer in the claim's place, for the other instances.
    pub(super) async fn answer(&self, answer: &Answer) {
        let mut value = vec![ANSWERED];
        value.extend(answer.to_bytes());
        let stored = self.cache.replace(&self.name, &self.mark, &value, TTL);
        if let Err(error) = stored.await {
            count_cache_error(&error);
        }
    }
}

fn count_cache_error(error: &CacheError) {
    metrics::counter!("jianxin_cache_errors_total", "use" => "inbox").increment(1);
    tracing::debug!(%error, "answering without the shared cache");
}
