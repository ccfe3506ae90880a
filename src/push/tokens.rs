//! The access token as the worker takes it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::app::App;
use crate::config::Secret;
use crate::wechat::client::ClientError;
use crate::wechat::errcode::ErrorClass;
use crate::wechat::token::Refresh;

/// Tokens are taken anew so long before they end.
const MARGIN_SECS: u64 = 120;

/// A token to call the platform with.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) value: Secret,
    generation: i64,
}

/// Why there is no token now.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct TokenError(#[from] ClientError);

impl TokenError {
    /// What to do about it.
    pub(super) fn class(&self) -> ErrorClass {
        self.0.class()
    }

    /// The platform's `errcode`, when it answered.
    pub(super) fn code(&self) -> Option<i64> {
        match &self.0 {
            ClientError::Api(error) => Some(error.code),
            ClientError::Timeout | ClientError::Transport(_) | ClientError::Unreadable { .. } => {
                None
            }
        }
    }
}

/// The token of this process.
#[derive(Default)]
pub(super) struct Tokens {
    held: Mutex<Option<(Token, Instant)>>,
    fetching: tokio::sync::Mutex<i64>,
}

impl Tokens {
    /// The present one.
    pub(super) async fn current(&self, app: &App) -> Result<Token, TokenError> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        let mut generation = self.fetching.lock().await;
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        let fetched = app.wechat.stable_token(Refresh::Normal).await?;
        *generation += 1;
        let token = Token {
            value: Secret::new(fetched.value),
            generation: *generation,
        };
        let lives = Duration::from_secs(fetched.expires_in_secs.saturating_sub(MARGIN_SECS));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some((token.clone(), Instant::now() + lives));
        Ok(token)
    }

    /// The platform did not accept it.
    pub(super) fn rejected(&self, token: &Token) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_held = held
            .as_ref()
            .is_some_and(|(held, _)| held.generation == token.generation);
        if is_held {
            *held = None;
        }
    }

    fn fresh(&self) -> Option<Token> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, until) = held.as_ref()?;
        (*until > Instant::now()).then(|| token.clone())
    }
}
