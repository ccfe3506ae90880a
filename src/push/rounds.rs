//! One look into the outbox: is anything due, is it allowed, is there a token; then the claim.

use std::time::Duration;

use crate::app::random_hex;
use crate::domain::lane::Grant;
use crate::push::announce;
use crate::push::outcome::{Outcome, news};
use crate::push::reaction::Reaction;
use crate::push::sender::Lease;

use crate::push::worker::Worker;
use crate::service::access_token::{self, Token};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::pushes::{self, Claim, ClaimOrder, SettleOrder};
use crate::wechat::errcode::ErrorClass;

/// What a look into the outbox came to.
pub(super) enum Round {
    /// These are ours now.
    Claimed(Lease, Token, Box<Claim>),
    /// Nothing may go or nothing is due.
    Idle {
        /// Look again after this time; `None`: with the next bell or poll.
        again: Option<Duration>,
    },
}

impl Worker {
    /// Claims up to `wanted`, when anything is due, allowed and payable with a token.
    pub(super) async fn look(&self, wanted: usize) -> Result<Round, ServiceError> {
        let (at, lane) = (self.now(), self.rules.lane.clone());
        let due = self
            .app
            .db
            .read(move |c| pushes::is_due(c, at, &lane).map_err(StoreError::from))
            .await?;
        let is_probe = match due {
            None => return Ok(Round::Idle { again: None }),
            Some(Grant::Nothing { again_in_ms }) => {
                let again = again_in_ms.and_then(|millis| u64::try_from(millis).ok());
                return Ok(Round::Idle {
                    again: again.map(Duration::from_millis),
                });
            }
            Some(Grant::Probe) => true,
            Some(Grant::UpTo(_)) => false,
        };
        // The token first: whatever waits for it must not use up a lease.
        let token = tokio::select! {
            token = access_token::current(&self.app) => token,
            // A stop does not wait for a platform that gives none.
            () = self.halted() => return Ok(Round::Idle { again: None }),
        };
        let token = match token {
            Ok(token) => token,
            Err(error) => {
                tracing::warn!(%error, "there is no access token");
                self.report_token(error.class(), error.code(), is_probe)
                    .await?;
                return Ok(Round::Idle { again: None });
            }
        };
        let mut lease = Lease::begin(random_hex::<16>(), &self.app.clock);
        let order = ClaimOrder {
            now: self.now(),
            wanted,
            lease_ms: i64::try_from(self.rules.timing.lease.as_millis()).unwrap_or(i64::MAX),
            lease_token: lease.token.clone(),
            lane: self.rules.lane.clone(),
            ruling: self.rules.ruling(),
            write_ahead: self.rules.guards.write_ahead,
        };
        let claim = self
            .app
            .db
            .write(move |c| pushes::claim(c, &order).map_err(StoreError::from))
            .await?;
        lease.store_now = claim.now;
        announce::turns(&claim.turns);
        claim
            .ended
            .iter()
            .for_each(|(state, number)| announce::ended(state, *number));
        Ok(Round::Claimed(lease, token, Box::new(claim)))
    }

    /// Without a token nothing was tried, but it tells about the platform all the same.
    async fn report_token(
        &self,
        class: ErrorClass,
        code: Option<i64>,
        is_probe: bool,
    ) -> Result<(), ServiceError> {
        metrics::counter!("jianxin_push_outcomes_total", "class" => "no_token").increment(1);
        let failed = Outcome::Failed {
            reaction: match class {
                // What the token's own call refuses is the secret, the appid or our address.
                ErrorClass::Account | ErrorClass::RefreshToken => Reaction::Account,
                ErrorClass::Retry
                | ErrorClass::Throttle
                | ErrorClass::Quota
                | ErrorClass::Recipient
                | ErrorClass::Content
                | ErrorClass::OauthCode
                | ErrorClass::Bug
                | ErrorClass::Unknown => Reaction::Busy,
            },
            code,
            detail: String::new(),
        };
        let order = SettleOrder {
            now: self.now(),
            batch: Vec::new(),
            news: news(is_probe, &failed),
            lane: self.rules.lane.clone(),
            fence: true,
        };
        let settled = self
            .app
            .db
            .write(move |c| pushes::settle(c, &order).map_err(StoreError::from))
            .await?;
        announce::turns(&settled.turns);
        Ok(())
    }
}
