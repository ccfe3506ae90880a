//! Who looks at a page: web authorisation by the platform and our own sessions (protocol §7.1, decision 8).
//!
//! The token is only in the follower's cookie; the database has its hash. An authorisation belongs to the browser that
//! began it. WeChat's browser is known to follow the redirect twice, even with different codes: the first one claims
//! the exchange, the second waits for its outcome.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::app::{App, hex, random_hex};
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::store::oauth_states::{self, Row as State};
use crate::store::sessions::{self as table, Row};
use crate::store::{Conn, StoreError};
use crate::wechat::client::ClientError;
use crate::wechat::oauth::Scope;

/// A session ends this long after it began: a follower's phone, no case data behind it yet.
const SESSION_MS: i64 = 30 * 24 * 3600 * 1000;
/// An authorisation must come back within this time.
const STATE_MS: i64 = 10 * 60 * 1000;
/// A second redirect comes within seconds; later the state is used up.
const TWIN_MS: i64 = 60 * 1000;
/// How long a second redirect waits for the first one's outcome.
const WAIT: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// An authorisation that begins: the address to go to and the cookie that binds it.
#[derive(Debug)]
pub struct Begun {
    /// The platform's page.
    pub authorize_url: String,
    /// Value of the pre-session cookie.
    pub browser: String,
    /// What the platform gives back with the browser.
    pub state: String,
}

/// How an authorisation ended.
#[derive(Debug)]
pub enum Outcome {
    /// Logged in: the session's token and the key of the page to return to.
    Session {
        /// For the cookie; seconds it lives.
        token: String,
        /// Seconds.
        max_age: i64,
        /// Key of the page.
        return_to: String,
    },
    /// The platform showed a snapshot page: its openid belongs to nobody.
    Snapshot,
    /// Unknown, foreign or old state, or the follower refused: begin again.
    Again,
}

/// Begins an authorisation that will return to the page with the key `return_to`. `browser` is the pre-session
/// cookie when there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(
    app: &App,
    return_to: &str,
    browser: Option<&str>,
) -> Result<Begun, ServiceError> {
    let browser = browser
        .filter(|b| b.len() == 32)
        .map_or_else(random_hex::<16>, str::to_owned);
    let state = random_hex::<16>();
    let now = app.clock.now_ms();
    let row = State {
        state_hash: digest(&state),
        browser_hash: digest(&browser),
        return_to: return_to.to_owned(),
        created_at: now,
        claimed_at: None,
        openid: None,
    };
    app.db
        .write(move |c| -> Result<(), StoreError> {
            oauth_states::prune(c, now - STATE_MS)?;
            table::prune(c, now)?;
            oauth_states::insert(c, &row)?;
            Ok(())
        })
        .await?;
    let callback = format!("{}/h5/oauth", app.public_url);
    Ok(Begun {
        authorize_url: app.wechat.authorize_url(&callback, Scope::Base, &state),
        browser,
        state,
    })
}

/// Ends an authorisation with what the redirect carried.
///
/// # Errors
/// When the database or the platform does not answer.
pub async fn complete(
    app: &App,
    code: Option<&str>,
    state: &str,
    browser: Option<&str>,
) -> Result<Outcome, ServiceError> {
    let (Some(code), Some(browser)) = (code, browser) else {
        return Ok(Outcome::Again);
    };
    let (state_hash, browser_hash) = (digest(state), digest(browser));
    let deadline = tokio::time::Instant::now() + WAIT;
    loop {
        let Some(found) = find(app, &state_hash, &browser_hash).await? else {
            return Ok(Outcome::Again);
        };
        if let Some(openid) = found.openid {
            let claimed_at = found.claimed_at.unwrap_or(found.created_at);
            if app.clock.now_ms() - claimed_at > TWIN_MS {
                return Ok(Outcome::Again);
            }
            return open_session(app, OpenId::new(openid), found.return_to).await;
        }
        let now = app.clock.now_ms();
        let claimed_hash = state_hash.clone();
        let claimed = app
            .db
            .write(move |c| oauth_states::claim(c, &claimed_hash, now).map_err(StoreError::from))
            .await?;
        if claimed {
            return exchange(app, code, state_hash, found.return_to).await;
        }
        if tokio::time::Instant::now() >= deadline {
            return Ok(Outcome::Again);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn find(
    app: &App,
    state_hash: &str,
    browser_hash: &str,
) -> Result<Option<State>, ServiceError> {
    let (state_hash, browser_hash) = (state_hash.to_owned(), browser_hash.to_owned());
    let since = app.clock.now_ms() - STATE_MS;
    let found = app
        .db
        .read(move |c| {
            oauth_states::find(c, &state_hash, &browser_hash, since).map_err(StoreError::from)
        })
        .await?;
    Ok(found)
}

async fn exchange(
    app: &App,
    code: &str,
    state_hash: String,
    return_to: String,
) -> Result<Outcome, ServiceError> {
    let granted = match app.wechat.exchange(code).await {
        Ok(granted) => granted,
        Err(error) => {
            // Another code for the same state may still come, or the follower taps again.
            app.db
                .write(move |c| oauth_states::release(c, &state_hash).map_err(StoreError::from))
                .await?;
            tracing::info!(%error, "a web authorisation was not granted");
            return match error {
                ClientError::Api(_) => Ok(Outcome::Again),
                other => Err(other.into()),
            };
        }
    };
    if granted.is_snapshotuser {
        app.db
            .write(move |c| oauth_states::release(c, &state_hash).map_err(StoreError::from))
            .await?;
        return Ok(Outcome::Snapshot);
    }
    let openid = granted.openid.clone();
    app.db
        .write(move |c| oauth_states::settle(c, &state_hash, &openid).map_err(StoreError::from))
        .await?;
    open_session(app, OpenId::new(granted.openid), return_to).await
}

async fn open_session(
    app: &App,
    openid: OpenId,
    return_to: String,
) -> Result<Outcome, ServiceError> {
    let (fresh, row) = fresh(&openid, app.clock.now_ms());
    app.db
        .write(move |c| table::insert(c, &row).map_err(StoreError::from))
        .await?;
    Ok(Outcome::Session {
        token: fresh.token,
        max_age: fresh.max_age,
        return_to,
    })
}

/// A session that begins, for the cookie.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The token; stored nowhere.
    pub token: String,
    /// Seconds it lives.
    pub max_age: i64,
}

fn fresh(openid: &OpenId, now: i64) -> (Fresh, Row) {
    let token = random_hex::<16>();
    let row = Row {
        token_hash: digest(&token),
        openid: openid.as_str().to_owned(),
        created_at: now,
        expires_at: now + SESSION_MS,
    };
    let max_age = SESSION_MS / 1000;
    (Fresh { token, max_age }, row)
}

/// Gives a session another token, in the caller's transaction: who knew the old one has nothing (S9).
///
/// # Errors
/// When the database refuses.
pub fn renew(c: &mut Conn, old: &str, openid: &OpenId, now: i64) -> Result<Fresh, StoreError> {
    table::end(c, old)?;
    let (fresh, row) = fresh(openid, now);
    table::insert(c, &row)?;
    Ok(fresh)
}

/// Ends all sessions of a follower and begins one, in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub fn only_this(c: &mut Conn, openid: &OpenId, now: i64) -> Result<Fresh, StoreError> {
    table::end_all(c, openid.as_str())?;
    let (fresh, row) = fresh(openid, now);
    table::insert(c, &row)?;
    Ok(fresh)
}

/// Whose session a token is.
///
/// # Errors
/// When the database does not answer.
pub async fn owner(app: &App, token: &str) -> Result<Option<OpenId>, ServiceError> {
    if token.len() != 32 {
        return Ok(None);
    }
    let (hash, now) = (digest(token), app.clock.now_ms());
    let openid = app
        .db
        .read(move |c| table::openid(c, &hash, now).map_err(StoreError::from))
        .await?;
    Ok(openid.map(OpenId::new))
}

/// What the database knows a session by.
pub fn hash(token: &str) -> String {
    digest(token)
}

/// The token that forms of a session carry, so that no other site can send them.
pub fn csrf(token: &str) -> String {
    digest(&format!("csrf:{token}"))
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
