//! Area «users»: is this person (still) following?

use serde::Deserialize;

use super::client::{Client, ClientError, flag};

/// What the platform tells about a follower. Names and pictures are no longer among it. Its `Debug` shows no id.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct UserInfo {
    /// Whether the person follows; when not, everything else is empty.
    #[serde(deserialize_with = "flag")]
    pub subscribe: bool,
    /// The id at this account.
    pub openid: String,
    /// The id across accounts, where the platform gives one.
    #[serde(default)]
    pub unionid: Option<String>,
    /// Since when, seconds since 1970; the latest time if there were several.
    #[serde(default)]
    pub subscribe_time: Option<i64>,
    /// How the person came, for example `ADD_SCENE_QR_CODE`.
    #[serde(default)]
    pub subscribe_scene: Option<String>,
    /// The number of the QR code, 0 without one.
    #[serde(default)]
    pub qr_scene: Option<i64>,
    /// The text of the QR code.
    #[serde(default)]
    pub qr_scene_str: Option<String>,
}

impl std::fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserInfo")
            .field("subscribe", &self.subscribe)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Asks about one person. `subscribe` is the authority for «may we send a template message».
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo.html>.
    ///
    /// # Errors
    /// See [`ClientError`]; `40003` is an openid of another account.
    pub async fn user_info(
        &self,
        access_token: &str,
        openid: &str,
    ) -> Result<UserInfo, ClientError> {
        let query = [
            ("access_token", access_token),
            ("openid", openid),
            ("lang", "zh_CN"),
        ];
        self.get("/cgi-bin/user/info", &query).await
    }
}
