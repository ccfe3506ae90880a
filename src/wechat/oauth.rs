//! Area «page authorisation»: who is looking at our page?

use serde::Deserialize;

use super::client::{Client, ClientError, flag};

/// What a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `snsapi_base`: the openid, without a question.
    Base,
    /// `snsapi_userinfo`: the profile, after a question.
    UserInfo,
}

impl Scope {
    fn as_word(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

/// Who is looking at the page. The page's own access token is not kept: nothing here needs the profile.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct PageUser {
    /// The visitor's openid at this account.
    pub openid: String,
    /// The visitor's id across accounts, where the platform gives one.
    #[serde(default)]
    pub unionid: Option<String>,
    /// The page is shown as a snapshot (快照页) and the openid belongs to nobody: it must never be bound to a person.
    #[serde(default, deserialize_with = "flag")]
    pub is_snapshotuser: bool,
}

impl std::fmt::Debug for PageUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageUser")
            .field("is_snapshotuser", &self.is_snapshotuser)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The address to send a visitor to. The platform insists on this order of parameters and on the fragment.
    ///
    /// `redirect_uri` must be on the host that the account has registered; `state` is at most 128 letters and digits.
    /// Page: <https://developers.weixin.qq.com/doc/service/guide/h5/auth.html>.
    pub fn authorize_url(&self, redirect_uri: &str, scope: Scope, state: &str) -> String {
        let mut url = format!("{}/connect/oauth2/authorize?", self.oauth_base_url());
        let mut query = form_urlencoded::Serializer::for_suffix(String::new(), 0);
        query
            .append_pair("appid", self.app_id())
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", scope.as_word())
            .append_pair("state", state);
        url.push_str(&query.finish());
        url.push_str("#wechat_redirect");
        url
    }

    /// Exchanges the `code` that the visitor brought back. It works once and for five minutes: 40029 and 40163 mean
    /// that it is wrong or was used, so the caller must not let a second attempt spoil a good session.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn exchange(&self, code: &str) -> Result<PageUser, ClientError> {
        let query = [
            ("appid", self.app_id()),
            ("secret", self.app_secret()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        self.get("/sns/oauth2/access_token", &query).await
    }
}
