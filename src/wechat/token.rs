//! Area «access token»: the ticket that every other call shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::client::{Client, ClientError};

/// How to ask for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// The valid one if there is one; asking again changes nothing.
    Normal,
    /// A new one; the old one is void at once. At most 20 a day and one in 30 s.
    Forced,
}

/// An access token. Opaque; its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct AccessToken {
    /// For `access_token` of the other calls; up to 512 characters or more.
    #[serde(rename = "access_token")]
    pub value: String,
    /// The seconds it still lives, at least 300 when asked normally.
    #[serde(rename = "expires_in")]
    pub expires_in_secs: u64,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_in_secs", &self.expires_in_secs)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Request<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    force_refresh: bool,
}

impl Client {
    /// Asks for the account's token. Several processes may ask at once: all get the same.
    ///
    /// `40164` means that our address is not on the account's list.
    /// Page: <https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn stable_token(&self, refresh: Refresh) -> Result<AccessToken, ClientError> {
        let request = Request {
            grant_type: "client_credential",
            appid: self.app_id(),
            secret: self.app_secret(),
            force_refresh: refresh == Refresh::Forced,
        };
        self.post("/cgi-bin/stable_token", &[], &request).await
    }
}
