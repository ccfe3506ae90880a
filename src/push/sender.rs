//! One notice: rendered, posted once (twice or thrice with newer tokens), and what came of it.

use std::time::Instant;

use crate::app::App;
use crate::domain::clock::Clock;
use crate::push::outcome::{Outcome, Unsendable};
use crate::push::reaction::{Reaction, reaction};
use crate::push::rules::Rules;
use crate::service::access_token::{self, Token};
use crate::store::pushes::ClaimedPush;
use crate::wechat::client::ClientError;
use crate::wechat::template::TemplateMessage;

/// Changes of the access token on behalf of one notice.
const TOKEN_SWAPS: i32 = 2;
/// Of an error text that is kept.
const DETAIL_CHARS: usize = 200;

/// A lease as its holder sees it: by two clocks, because one of them stands still while a machine is suspended and the
/// other one may be set.
#[derive(Clone)]
pub(super) struct Lease {
    /// The word in the rows.
    pub(super) token: String,
    /// The store's time when it began.
    pub(super) store_now: i64,
    clock: Clock,
    wall: i64,
    steady: Instant,
}

impl Lease {
    /// Begins now, that is before the store is asked for it.
    pub(super) fn begin(token: String, clock: &Clock) -> Self {
        Self {
            token,
            store_now: 0,
            clock: clock.clone(),
            wall: clock.now_ms(),
            steady: Instant::now(),
        }
    }

    /// Milliseconds since it began, by the clock that is further.
    pub(super) fn age_ms(&self) -> i64 {
        let steady = i64::try_from(self.steady.elapsed().as_millis()).unwrap_or(i64::MAX);
        steady.max(self.clock.now_ms() - self.wall)
    }

    /// Whether a send that begins now ends within the lease.
    pub(super) fn has_room(&self, rules: &Rules) -> bool {
        let room = rules.timing.lease.saturating_sub(rules.timing.send);
        !rules.guards.fence || self.age_ms() < i64::try_from(room.as_millis()).unwrap_or(i64::MAX)
    }
}

/// What is needed to send.
pub(super) struct Sender<'a> {
    pub(super) app: &'a App,
    pub(super) rules: &'a Rules,
    pub(super) lease: &'a Lease,
}

impl Sender<'_> {
    /// Posts a message. Returns what came of it and how often the token was changed altogether.
    pub(super) async fn post(
        &self,
        push: &ClaimedPush,
        message: Result<TemplateMessage, Unsendable>,
        mut token: Token,
    ) -> (Outcome, i32) {
        let mut swaps = push.token_swaps;
        let message = match message {
            Ok(message) => message,
            Err(Unsendable { reason }) => return (Outcome::Unsendable(reason), swaps),
        };
        loop {
            if !self.lease.has_room(self.rules) {
                return (Outcome::Returned, swaps);
            }
            let send = self
                .app
                .wechat
                .template_send(token.value.expose(), &message);
            let answer = match tokio::time::timeout(self.rules.timing.send, send).await {
                Ok(answer) => answer,
                Err(_elapsed) => Err(ClientError::Timeout),
            };
            let error = match answer {
                Ok(msgid) => return (Outcome::Delivered(msgid), swaps),
                Err(error) => error,
            };
            let failed = failed(&error);
            if reaction(&error) != Reaction::Token {
                return (failed, swaps);
            }
            if let Err(error) = access_token::rejected(self.app, &token).await {
                tracing::warn!(%error, "a refused access token could not be noted");
            }
            if swaps >= TOKEN_SWAPS {
                return (failed, swaps);
            }
            swaps += 1;
            token = match access_token::current(self.app).await {
                Ok(newer) => newer,
                // The refusal of the old one is what is known about this notice: it did not arrive.
                Err(_) => return (failed, swaps),
            };
        }
    }
}

/// The error without anything personal in it: the platform's own text is kept, as it names the field that it refuses.
fn failed(error: &ClientError) -> Outcome {
    Outcome::Failed {
        reaction: reaction(error),
        code: match error {
            ClientError::Api(error) => Some(error.code),
            ClientError::Timeout | ClientError::Transport(_) | ClientError::Unreadable { .. } => {
                None
            }
        },
        detail: error.to_string().chars().take(DETAIL_CHARS).collect(),
    }
}
