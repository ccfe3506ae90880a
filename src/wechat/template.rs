//! Area «template messages» (模板消息): notices outside any window.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::client::{Client, ClientError};

/// A notice for one follower.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TemplateMessage {
    /// The follower's openid.
    pub touser: String,
    /// One of the account's templates.
    pub template_id: String,
    /// The page behind it; without one a tap does nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Our own id. For ten minutes the platform sends only one message per follower and id.
    pub client_msg_id: String,
    /// The keywords' values. The platform cuts or refuses what its keyword's kind does not allow (`47003`).
    pub data: BTreeMap<String, TemplateValue>,
}

/// The value of one keyword.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateValue {
    /// One line, not empty.
    pub value: String,
}

impl std::fmt::Debug for TemplateMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TemplateMessage")
            .field("client_msg_id", &self.client_msg_id)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Sent {
    #[serde(deserialize_with = "digits")]
    msgid: String,
}

/// A 64-bit number, which some gateways turn into text.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum NumberOrText {
        Number(serde_json::Number),
        Text(String),
    }
    Ok(match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(number) => number.to_string(),
        NumberOrText::Text(text) => text,
    })
}

impl Client {
    /// Hands a notice over and returns the platform's id of it, which `TEMPLATESENDJOBFINISH` repeats as `MsgID`.
    /// Accepted is not delivered; only that event tells, and it may come before this answer.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.html>.
    ///
    /// # Errors
    /// See [`ClientError`]. After [`ClientError::Timeout`] repeat with the same `client_msg_id` within ten minutes.
    pub async fn template_send(
        &self,
        access_token: &str,
        message: &TemplateMessage,
    ) -> Result<String, ClientError> {
        let query = [("access_token", access_token)];
        let sent: Sent = self
            .post("/cgi-bin/message/template/send", &query, message)
            .await?;
        Ok(sent.msgid)
    }
}
