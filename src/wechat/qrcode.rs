//! Area «parametric QR codes»: a code that tells us which one was scanned.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Client, ClientError};

/// What a code carries and how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrRequest<'a> {
    /// A number other than 0; at most 2 592 000 s (30 days).
    TemporaryNumber {
        /// What the event will carry.
        scene_id: u32,
        /// Seconds.
        expire_secs: u32,
    },
    /// A text of 1 to 64 characters; at most 2 592 000 s (30 days).
    TemporaryText {
        /// What the event will carry.
        scene: &'a str,
        /// Seconds.
        expire_secs: u32,
    },
    /// A number of 1 to 100 000. Cannot be deleted, and an account has only 100 000 permanent codes.
    PermanentNumber {
        /// What the event will carry.
        scene_id: u32,
    },
    /// A text of 1 to 64 characters. Cannot be deleted, and an account has only 100 000 permanent codes.
    PermanentText {
        /// What the event will carry.
        scene: &'a str,
    },
}

impl QrRequest<'_> {
    fn to_json(self) -> Value {
        match self {
            Self::TemporaryNumber {
                scene_id,
                expire_secs,
            } => json!({
                "expire_seconds": expire_secs,
                "action_name": "QR_SCENE",
                "action_info": {"scene": {"scene_id": scene_id}},
            }),
            Self::TemporaryText { scene, expire_secs } => json!({
                "expire_seconds": expire_secs,
                "action_name": "QR_STR_SCENE",
                "action_info": {"scene": {"scene_str": scene}},
            }),
            Self::PermanentNumber { scene_id } => json!({
                "action_name": "QR_LIMIT_SCENE",
                "action_info": {"scene": {"scene_id": scene_id}},
            }),
            Self::PermanentText { scene } => json!({
                "action_name": "QR_LIMIT_STR_SCENE",
                "action_info": {"scene": {"scene_str": scene}},
            }),
        }
    }
}

/// A code that was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct QrCode {
    /// For [`QrCode::picture_url`], and again in the event.
    pub ticket: String,
    /// How long it lives; `None` for ever.
    #[serde(default)]
    pub expire_seconds: Option<u64>,
    /// What the code says, for drawing it ourselves.
    pub url: String,
}

impl QrCode {
    /// Where the platform draws it.
    pub fn picture_url(&self) -> String {
        let ticket: String = form_urlencoded::byte_serialize(self.ticket.as_bytes()).collect();
        format!("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={ticket}")
    }
}

impl Client {
    /// Makes a code. Scanning it arrives as `subscribe` or `SCAN`.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.html>.
    ///
    /// # Errors
    /// See [`ClientError`]; `40053` is a scene that is too long.
    pub async fn qrcode_create(
        &self,
        access_token: &str,
        request: QrRequest<'_>,
    ) -> Result<QrCode, ClientError> {
        self.post(
            "/cgi-bin/qrcode/create",
            &[("access_token", access_token)],
            &request.to_json(),
        )
        .await
    }
}
