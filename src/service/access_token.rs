//! The account's access token: one for all instances, fetched by one of them, never one known to be refused
//! (reliability F3, protocol §4.1).
//!
//! The truth is one row of the database. Whoever finds that a new token is needed takes a claim by compare-and-set and
//! asks the platform; the others wait for the row to change and take the claim over when its owner died. A copy in the
//! process is served for some seconds. Refusals name a generation, so that a late one does no harm to a newer token.

mod rules;
mod seal;
#[cfg(test)]
mod tests;

use std::time::Duration;

use thiserror::Error;

use self::rules::Step;
use crate::app::App;
use crate::app::tokens::{Copied, Failure, Tokens};
use crate::config::Secret;
use crate::domain::clock::Clock;
use crate::store::access_tokens::{self as table, Row};
use crate::store::{Db, StoreError};
use crate::wechat::client::{Client, ClientError};
use crate::wechat::errcode::ErrorClass;
use crate::wechat::token::{AccessToken, Refresh};

/// The platform gets this long to give a token.
const FETCH: Duration = Duration::from_secs(8);
/// A claim outlives that, and not by much: a dead process delays the others by this.
const CLAIM_MS: i64 = 9_000;
/// A caller gets this long: a dead process's claim, then an own call.
const WAIT: Duration = Duration::from_secs(20);
/// How often a waiting process looks at the row.
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// The platform's tokens have some hundred characters.
const MAX_TOKEN_LEN: usize = 4096;
/// Rows of accounts that were used for trying out are deleted after this time.
const FORGET_MS: i64 = 30 * 24 * 3_600_000;

/// A token to call the platform with. Its `Debug` does not show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// For `access_token` of a call.
    pub value: Secret,
    /// Which one; for [`rejected`].
    pub generation: i64,
}

/// Why there is no token now.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The platform gave none.
    #[error("the platform gave no access token: {message}")]
    Platform {
        /// Its `errcode`, when it answered.
        code: Option<i64>,
        /// What it said; holds no secret.
        message: String,
        /// Secret, appid or our address are not accepted: nothing works until the operator acts.
        needs_operator: bool,
    },
    /// The platform goes on giving a token that it refuses.
    #[error("the platform refuses the access token that it gives")]
    Held,
    /// Another task or instance is at it and did not finish in time.
    #[error("the access token was not there in time")]
    Late,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TokenError {
    /// [`ErrorClass::Account`] when nothing works until the operator acts, otherwise [`ErrorClass::Retry`]: no notice
    /// was touched.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Platform {
                needs_operator: true,
                ..
            } => ErrorClass::Account,
            Self::Platform { .. } | Self::Held | Self::Late | Self::Store(_) => ErrorClass::Retry,
        }
    }

    /// The platform's `errcode`, when it answered.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Platform { code, .. } => *code,
            Self::Held | Self::Late | Self::Store(_) => None,
        }
    }
}

impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        Self::Platform {
            code: failure.code,
            message: failure.message,
            needs_operator: failure.needs_operator,
        }
    }
}

/// The token to call the platform with now.
///
/// # Errors
/// A [`TokenError`]; its class says whether to try later or to stop. Comes within 20 s.
pub async fn current(app: &App) -> Result<Token, TokenError> {
    if let Some(copy) = app.tokens.fresh(app.clock.now_ms()) {
        return Ok(copy.into());
    }
    let desk = Desk::of(app);
    let looked_up = tokio::time::timeout(WAIT, async {
        let _alone = desk.tokens.flight().lock().await;
        let now = desk.clock.now_ms();
        if let Some(copy) = desk.tokens.fresh(now) {
            return Ok(copy.into());
        }
        desk.look_up().await
    });
    looked_up.await.unwrap_or(Err(TokenError::Late))
}

/// Tells that the platform refused a call because of this token (40001, 40014, 42001). [`current`] will not give it
/// again; a token that was replaced meanwhile is not touched.
///
/// # Errors
/// When the database does not answer; this process remembers the refusal all the same.
pub async fn rejected(app: &App, token: &Token) -> Result<(), TokenError> {
    Desk::of(app).reject(token.generation).await
}

impl From<Copied> for Token {
    fn from(copy: Copied) -> Self {
        Self {
            value: copy.value,
            generation: copy.generation,
        }
    }
}

/// What looking after the token needs, to hand to a task of its own.
#[derive(Clone)]
struct Desk {
    db: Db,
    wechat: Client,
    clock: Clock,
    tokens: Tokens,
    app_id: String,
    app_secret: Secret,
}

impl Desk {
    fn of(app: &App) -> Self {
        let wechat = &app.settings.wechat;
        Self {
            db: app.db.clone(),
            wechat: app.wechat.clone(),
            clock: app.clock.clone(),
            tokens: app.tokens.clone(),
            app_id: wechat.app_id.clone(),
            app_secret: wechat.app_secret.clone(),
        }
    }

    async fn look_up(&self) -> Result<Token, TokenError> {
        loop {
            let now = self.clock.now_ms();
            let row = self.read().await?;
            let known_bad = self.tokens.known_bad();
            if row.generation > row.rejected_generation && row.generation <= known_bad {
                // The refusal could not be written then.
                self.reject(row.generation).await?;
                continue;
            }
            let opened = self.open(&row);
            let mut step = rules::decide(&row, now);
            if opened.is_none() && matches!(step, Step::Serve | Step::ServeAndRenew) {
                // Sealed under another secret.
                step = Step::Fetch;
            }
            match (step, opened) {
                (Step::Serve | Step::ServeAndRenew, Some(value)) => {
                    let copy = Copied {
                        value: Secret::new(value),
                        generation: row.generation,
                        expires_at: row.expires_at,
                        read_at: now,
                    };
                    if step == Step::ServeAndRenew && self.tokens.recent_failure(now).is_none() {
                        tokio::spawn(self.clone().renew(row, now));
                    }
                    if self.tokens.keep(copy.clone()) {
                        return Ok(copy.into());
                    }
                }
                (Step::Held(_), _) => return Err(TokenError::Held),
                _ => self.fetch_or_wait(row, step == Step::Force, now).await?,
            }
        }
    }

    /// Gets a new token into the row, or waits a moment while somebody else does.
    async fn fetch_or_wait(&self, row: Row, force: bool, now: i64) -> Result<(), TokenError> {
        if let Some(failure) = self.tokens.recent_failure(now) {
            return Err(failure.into());
        }
        let is_claimed = row.claimed_until > now && row.claimed_until <= now + CLAIM_MS;
        if !is_claimed && self.claim(&row, force, now).await? {
            // A task of its own: whoever asked may go away, the claim must not be left behind.
            let fetching = tokio::spawn(self.clone().fetch(row, force, now + CLAIM_MS));
            return fetching.await.unwrap_or(Err(TokenError::Late));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        Ok(())
    }

    async fn renew(self, row: Row, now: i64) {
        match self.claim(&row, false, now).await {
            Ok(false) => {}
            Ok(true) => {
                if let Err(error) = self.fetch(row, false, now + CLAIM_MS).await {
                    tracing::warn!(%error, "the access token could not be renewed yet");
                }
            }
            Err(error) => tracing::warn!(%error, "the access token could not be renewed yet"),
        }
    }

    /// Asks the platform under a claim that was taken.
    async fn fetch(self, row: Row, force: bool, claim: i64) -> Result<(), TokenError> {
        let refresh = if force {
            Refresh::Forced
        } else {
            Refresh::Normal
        };
        let kind = if force { "forced" } else { "normal" };
        metrics::counter!("jianxin_token_calls_total", "kind" => kind).increment(1);
        let answer = match tokio::time::timeout(FETCH, self.wechat.stable_token(refresh)).await {
            Ok(Ok(token)) if is_token(&token) => Ok(token),
            Ok(Ok(_)) => Err(not_a_token()),
            Ok(Err(error)) => Err(failure(&error, force)),
            Err(_elapsed) => Err(failure(&ClientError::Timeout, force)),
        };
        match answer {
            Ok(token) => {
                self.tokens.succeeded();
                self.settle(row, &token, claim).await
            }
            Err(failure) => {
                metrics::counter!("jianxin_token_failures_total").increment(1);
                if failure.needs_operator {
                    tracing::error!(code = ?failure.code, reason = failure.message, "the platform gives no access token until the account's settings are put right");
                }
                self.tokens.failed(failure.clone(), self.clock.now_ms());
                self.release(claim).await?;
                Err(failure.into())
            }
        }
    }

    async fn settle(&self, row: Row, token: &AccessToken, claim: i64) -> Result<(), TokenError> {
        let same = self
            .open(&row)
            .is_some_and(|value| value == token.value && row.generation > 0);
        let now = self.clock.now_ms();
        let mut answer = rules::answered(&row, same, token.expires_in_secs, now);
        if same && row.rejected_generation >= answer.generation {
            tracing::error!(
                forced_today = row.forced_today,
                "the platform refuses the access token that it gives, and no forced renewal is allowed now"
            );
        }
        answer.token = seal::seal_token(
            &self.app_secret,
            &self.app_id,
            answer.generation,
            &token.value,
        )
        .ok_or(TokenError::Late)?;
        let id = self.app_id.clone();
        let stored = self
            .db
            .write(move |c| -> Result<bool, StoreError> {
                table::prune(c, &id, now - FORGET_MS)?;
                let stored = table::settle(c, &id, &row, &answer)?;
                if !stored {
                    table::release(c, &id, claim)?;
                }
                Ok(stored)
            })
            .await?;
        if !stored {
            tracing::info!("an access token was not stored: the row had gone on");
        }
        Ok(())
    }

    async fn read(&self) -> Result<Row, StoreError> {
        let id = self.app_id.clone();
        let found = self
            .db
            .read(move |c| table::find(c, &id).map_err(StoreError::from))
            .await?;
        if let Some(row) = found {
            return Ok(row);
        }
        let id = self.app_id.clone();
        self.db
            .write(move |c| table::find_or_insert(c, &id).map_err(StoreError::from))
            .await
    }

    async fn claim(&self, row: &Row, force: bool, now: i64) -> Result<bool, StoreError> {
        let forced = force.then(|| rules::forced(row, now));
        let noted = forced.clone();
        let (id, seen) = (self.app_id.clone(), row.clone());
        let claimed = self
            .db
            .write(move |c| {
                table::claim(c, &id, &seen, noted.as_ref(), now, now + CLAIM_MS)
                    .map_err(StoreError::from)
            })
            .await?;
        if claimed && let Some(forced) = forced {
            tracing::error!(
                today = forced.today,
                limit = rules::FORCE_A_DAY,
                "the platform refuses the access token that it gives: a forced renewal; does somebody else use this account?"
            );
        }
        Ok(claimed)
    }

    async fn release(&self, claim: i64) -> Result<(), StoreError> {
        let id = self.app_id.clone();
        self.db
            .write(move |c| table::release(c, &id, claim).map_err(StoreError::from))
            .await?;
        Ok(())
    }

    async fn reject(&self, generation: i64) -> Result<(), TokenError> {
        self.tokens.refused(generation);
        let (id, now) = (self.app_id.clone(), self.clock.now_ms());
        let first = self
            .db
            .write(move |c| {
                table::reject(c, &id, generation, now, rules::FRESH_MS).map_err(StoreError::from)
            })
            .await?;
        if first {
            metrics::counter!("jianxin_token_rejections_total").increment(1);
            tracing::info!(generation, "the platform refused the access token");
        }
        Ok(())
    }

    fn open(&self, row: &Row) -> Option<String> {
        seal::open_token(&self.app_secret, &self.app_id, row.generation, &row.token)
    }
}

fn is_token(token: &AccessToken) -> bool {
    let text = &token.value;
    (1..=MAX_TOKEN_LEN).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_graphic())
        && token.expires_in_secs > 0
}

fn not_a_token() -> Failure {
    Failure {
        code: None,
        message: "the answer is not a token".to_owned(),
        needs_operator: false,
    }
}

/// At this endpoint 40001 speaks of the secret, and a call that is wrong will be wrong again. A forced call that is
/// refused says nothing about the account.
fn failure(error: &ClientError, force: bool) -> Failure {
    let code = match error {
        ClientError::Api(error) => Some(error.code),
        ClientError::Timeout | ClientError::Transport(_) | ClientError::Unreadable { .. } => None,
    };
    let grave = matches!(
        error.class(),
        ErrorClass::Account | ErrorClass::RefreshToken | ErrorClass::Bug
    );
    Failure {
        code,
        message: error.to_string(),
        needs_operator: grave && (!force || error.class() == ErrorClass::Account),
    }
}
