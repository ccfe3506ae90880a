//! The way out: calls to the platform's HTTPS interface.
//!
//! One small core that sends, waits at most ten seconds and reads the `errcode`; each area of the platform adds its
//! methods in its own file. Nothing is repeated here: who calls knows whether a second attempt is safe. Tokens, the
//! secret and page codes travel in addresses, as the platform demands, so no error ever carries an address.

mod hosts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{RequestBuilder, Response, Url, redirect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use self::hosts::Hosts;
use crate::wechat::errcode::{ApiError, ErrorClass};

/// A healthy connection stands in well under a second.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// For the whole exchange.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer we ask for is a menu of some kilobytes.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Calls the platform for one account. Cheap to clone; clones share connections. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    api: Arc<Hosts>,
    oauth_base_url: String,
    app_id: String,
    app_secret: String,
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Not an absolute `http` or `https` address.
    #[error("{0:?} is not an http or https address")]
    BaseUrl(String),
    /// The HTTP library refused, for example because no trusted certificates were found.
    #[error("the HTTPS client cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The platform answered, and said no.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// No answer in time. Whether the platform acted is not known.
    #[error("the platform did not answer in time")]
    Timeout,
    /// The connection failed. Carries no address.
    #[error("the connection to the platform failed")]
    Transport(#[source] reqwest::Error),
    /// Something answered that is not the platform's interface: a gateway's page, a redirect, half an answer. Whether
    /// the platform acted is not known.
    #[error("the answer is not the platform's (HTTP {status})")]
    Unreadable {
        /// The HTTP status of that answer.
        status: u16,
        /// It had no body at all.
        is_empty: bool,
    },
}

impl ClientError {
    /// What to do about it. Without a word of the platform that is a later attempt.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Api(error) => error.class(),
            Self::Timeout | Self::Transport(_) | Self::Unreadable { .. } => ErrorClass::Retry,
        }
    }

    /// Whether the request certainly never reached the platform, so that repeating it cannot do anything twice.
    pub fn was_never_sent(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_connect() || error.is_builder(),
            Self::Api(_) | Self::Timeout | Self::Unreadable { .. } => false,
        }
    }

    /// Whether no connection was made.
    fn is_unconnected(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        // A connection that was not made in time is known not to have carried anything.
        if error.is_timeout() && !error.is_connect() {
            Self::Timeout
        } else {
            Self::Transport(error.without_url())
        }
    }
}

/// What an answer says about success; most successful ones say nothing.
#[derive(Deserialize)]
struct Verdict {
    #[serde(default)]
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// The answer of a call that returns nothing.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The platform writes flags as 0 and 1.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    i64::deserialize(deserializer).map(|number| number != 0)
}

impl Client {
    /// Makes a client. The addresses are without a path, for example `https://api.weixin.qq.com`.
    ///
    /// The process must have installed a default TLS provider.
    ///
    /// # Errors
    /// A [`SetupError`] when an address is none or the HTTP library refuses.
    pub fn new(
        api_base_url: &str,
        oauth_base_url: &str,
        app_id: &str,
        app_secret: &str,
    ) -> Result<Self, SetupError> {
        let api = base_url(api_base_url)?;
        let oauth = base_url(oauth_base_url)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(redirect::Policy::none());
        if is_local(&api) {
            // A proxy of the environment is for the way out, not for a platform on this machine.
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(SetupError::Http)?,
            api: Arc::new(Hosts::new([without_slash(&api)])),
            oauth_base_url: without_slash(&oauth),
            app_id: app_id.to_owned(),
            app_secret: app_secret.to_owned(),
        })
    }

    /// The same with further addresses of the platform's interface, in the order in which they are tried. A request goes
    /// to the next one only if it certainly never reached the one before; a host that could not be reached is left alone
    /// for a minute.
    ///
    /// # Errors
    /// A [`SetupError`] when an address is none.
    pub fn with_fallbacks(self, urls: &[String]) -> Result<Self, SetupError> {
        let mut all = vec![self.api.first().to_owned()];
        for url in urls {
            let url = without_slash(&base_url(url)?);
            if !all.contains(&url) {
                all.push(url);
            }
        }
        Ok(Self {
            api: Arc::new(Hosts::new(all)),
            ..self
        })
    }

    pub(super) fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(super) fn app_secret(&self) -> &str {
        &self.app_secret
    }

    pub(super) fn oauth_base_url(&self) -> &str {
        &self.oauth_base_url
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        self.call(|base| self.http.get(format!("{base}{path}")).query(query))
            .await
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        // serde_json writes raw UTF-8, which the platform insists on: an escaped character is error 40033.
        self.call(|base| {
            let request = self.http.post(format!("{base}{path}"));
            request.query(query).json(body)
        })
        .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        request: impl Fn(&str) -> RequestBuilder,
    ) -> Result<T, ClientError> {
        let mut outcome = Err(ClientError::Timeout);
        for (at, base) in self.api.order() {
            outcome = send(request(base)).await;
            if !outcome.as_ref().is_err_and(ClientError::is_unconnected) {
                if self.api.reached(at) {
                    tracing::info!(host = base, "the platform can be reached again here");
                }
                break;
            }
            if self.api.unreached(at) {
                tracing::warn!(host = base, "the platform cannot be reached here");
            }
        }
        outcome
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("api_base_url", &self.api.first())
            .finish_non_exhaustive()
    }
}

fn base_url(text: &str) -> Result<Url, SetupError> {
    let refused = || SetupError::BaseUrl(text.to_owned());
    let url = Url::parse(text).ok().ok_or_else(refused)?;
    let usable =
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    if usable { Ok(url) } else { Err(refused()) }
}

fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn is_local(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    let response = request.send().await?;
    let status = response.status();
    let body = read(response).await?;
    let unreadable = || ClientError::Unreadable {
        status: status.as_u16(),
        is_empty: body.as_ref().is_some_and(Vec::is_empty),
    };
    let body = body.as_ref().ok_or_else(unreadable)?;
    let answer: Map<String, Value> = serde_json::from_slice(body).ok().ok_or_else(unreadable)?;
    let answer = Value::Object(answer);
    let verdict = Verdict::deserialize(&answer).ok().ok_or_else(unreadable)?;
    if verdict.errcode != 0 {
        return Err(ApiError::new(verdict.errcode, &verdict.errmsg).into());
    }
    if !status.is_success() {
        return Err(unreadable());
    }
    T::deserialize(answer).ok().ok_or_else(unreadable)
}

/// The body, or `None` when it is larger than any answer of the platform.
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

#[cfg(test)]
pub(super) mod tests;
