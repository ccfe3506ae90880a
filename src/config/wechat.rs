//! `[wechat]`: the account, and how the platform reaches us and we it.

use super::reader::{Reader, choice};
use super::secret::Secret;

/// How the platform delivers messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// 明文: clear messages only.
    Plain,
    /// 兼容: clear and encrypted; only the encrypted half counts.
    Compatible,
    /// 安全: encrypted only.
    Safe,
}

impl Mode {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compatible => "compatible",
            Self::Safe => "safe",
        }
    }
}

/// How menu clicks answer with the latest items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuReply {
    /// Up to five articles.
    News,
    /// One text with up to five links.
    Text,
    /// One article that opens the list.
    Card,
}

/// `[wechat]`
#[derive(Clone, Debug)]
pub struct Wechat {
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub app_secret: Secret,
    /// Token of the server configuration.
    pub token: Secret,
    /// EncodingAESKey; empty only in plain mode.
    pub encoding_aes_key: Secret,
    /// `gh_…`; empty: not checked.
    pub original_id: String,
    /// Accepted during a rotation; may be empty.
    pub previous_encoding_aes_key: Secret,
    /// Accepted during a rotation; may be empty.
    pub previous_token: Secret,
    /// Delivery mode.
    pub mode: Mode,
    /// Empty: the simulator of this process.
    pub api_base_url: String,
    /// Tried in this order where `api_base_url` cannot be reached.
    pub api_fallback_urls: Vec<String>,
    /// Empty: the simulator of this process.
    pub oauth_base_url: String,
    /// Window for `timestamp`, both ways; 0: no check.
    pub max_clock_skew_secs: u64,
    /// Form of the menu answers.
    pub menu_reply: MenuReply,
    /// Ids of `/MP_verify_ID.txt`.
    pub domain_verification: Vec<String>,
}

impl Wechat {
    pub(super) fn read(r: &mut Reader<'_>, simulator: bool) -> Self {
        let modes = [
            ("plain", Mode::Plain),
            ("compatible", Mode::Compatible),
            ("safe", Mode::Safe),
        ];
        let replies = [
            ("news", MenuReply::News),
            ("text", MenuReply::Text),
            ("card", MenuReply::Card),
        ];
        let base = |configured: String, official: &str| match (configured.is_empty(), simulator) {
            (false, _) => configured.trim_end_matches('/').to_owned(),
            (true, true) => String::new(),
            (true, false) => official.to_owned(),
        };
        Self {
            app_id: r.text("wechat.app_id"),
            app_secret: r.secret("wechat.app_secret"),
            token: r.secret("wechat.token"),
            encoding_aes_key: r.secret("wechat.encoding_aes_key"),
            original_id: r.text("wechat.original_id"),
            previous_encoding_aes_key: r.secret("wechat.previous_encoding_aes_key"),
            previous_token: r.secret("wechat.previous_token"),
            mode: choice(
                r,
                "wechat.mode",
                &modes,
                if simulator { Mode::Plain } else { Mode::Safe },
            ),
            api_base_url: base(r.text("wechat.api_base_url"), "https://api.weixin.qq.com"),
            api_fallback_urls: r.list("wechat.api_fallback_urls"),
            oauth_base_url: base(
                r.text("wechat.oauth_base_url"),
                "https://open.weixin.qq.com",
            ),
            max_clock_skew_secs: r.number("wechat.max_clock_skew_secs").unwrap_or(600),
            menu_reply: choice(r, "wechat.menu_reply", &replies, MenuReply::News),
            domain_verification: r.list("wechat.domain_verification"),
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[wechat]".to_owned(),
            format!("app_id = {:?}", self.app_id),
            format!("app_secret = {:?}", self.app_secret),
            format!("token = {:?}", self.token),
            format!("encoding_aes_key = {:?}", self.encoding_aes_key),
            format!("original_id = {:?}", self.original_id),
            format!(
                "previous_encoding_aes_key = {:?}",
                self.previous_encoding_aes_key
            ),
            format!("previous_token = {:?}", self.previous_token),
            format!("mode = {:?}", self.mode.as_str()),
            format!("api_base_url = {:?}", self.api_base_url),
            format!("api_fallback_urls = {:?}", self.api_fallback_urls),
            format!("oauth_base_url = {:?}", self.oauth_base_url),
            format!("max_clock_skew_secs = {}", self.max_clock_skew_secs),
            format!(
                "menu_reply = {:?}",
                format!("{:?}", self.menu_reply).to_lowercase()
            ),
            format!("domain_verification = {:?}", self.domain_verification),
        ]
        .join("\n")
    }
}
