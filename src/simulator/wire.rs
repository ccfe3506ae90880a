//! The wire: a record of each exchange between the platform and the account's server.
//!
//! Deliveries, platform calls and authorisations are opened here when they start and closed with a verdict. Only
//! the newest [`MAX_EXCHANGES`] are kept. Secrets of the platform call are shown shortened.

use serde::Serialize;

/// Oldest exchanges are dropped beyond this.
pub(crate) const MAX_EXCHANGES: usize = 500;

/// Longest body kept for showing, in bytes.
const MAX_SHOWN: usize = 64 * 1024;

/// Which way an exchange went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// WeChat calls the account's server.
    Callback,
    /// The account's server calls WeChat.
    Api,
    /// A browser is sent round for a code.
    Oauth,
}

/// How an exchange is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Under way.
    Wait,
    /// As it should be.
    Ok,
    /// Works, but the platform would grumble, or a switch interfered.
    Warn,
    /// Refused, malformed or missing.
    Bad,
}

/// A level and a short sentence, in the language of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) level: Level,
    pub(crate) text: String,
}

impl Verdict {
    pub(crate) fn ok(text: impl Into<String>) -> Self {
        Self {
            level: Level::Ok,
            text: text.into(),
        }
    }

    pub(crate) fn warn(text: impl Into<String>) -> Self {
        Self {
            level: Level::Warn,
            text: text.into(),
        }
    }

    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self {
            level: Level::Bad,
            text: text.into(),
        }
    }
}

/// One exchange, as shown.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    /// Version of the world at the last change.
    pub(crate) version: u64,
    /// Unix milliseconds of the start.
    pub(crate) at: i64,
    pub(crate) direction: Direction,
    /// What it is about, in a few words.
    pub(crate) title: String,
    /// Whose phone, empty for calls that concern nobody.
    pub(crate) follower: String,
    pub(crate) method: String,
    pub(crate) url: String,
    /// Body as sent.
    pub(crate) request: String,
    /// The message inside the envelope, empty if there was none.
    pub(crate) request_clear: String,
    /// HTTP status, 0 while there is none.
    pub(crate) status: u16,
    /// Body as received.
    pub(crate) reply: String,
    /// The reply inside the envelope, empty if there was none.
    pub(crate) reply_clear: String,
    pub(crate) verdict: Verdict,
    /// Duration in milliseconds.
    pub(crate) ms: u64,
}

impl Exchange {
    /// An exchange that has just started; id, version and time are filled in when it is recorded.
    pub(crate) fn start(direction: Direction, title: String, method: &str, url: String) -> Self {
        Self {
            id: 0,
            version: 0,
            at: 0,
            direction,
            title,
            follower: String::new(),
            method: method.to_owned(),
            url,
            request: String::new(),
            request_clear: String::new(),
            status: 0,
            reply: String::new(),
            reply_clear: String::new(),
            verdict: Verdict {
                level: Level::Wait,
                text: "进行中".to_owned(),
            },
            ms: 0,
        }
    }
}

/// The text of a body, cut to a length a page can show.
pub(crate) fn shown(body: &[u8]) -> String {
    match body.split_at_checked(MAX_SHOWN) {
        Some((head, rest)) if !rest.is_empty() => {
            format!(
                "{}…（另有 {} 字节）",
                String::from_utf8_lossy(head),
                rest.len()
            )
        }
        _ => String::from_utf8_lossy(body).into_owned(),
    }
}
