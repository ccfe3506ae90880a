//! Area «customer service messages» (客服消息): a few words within the window after an interaction.

use serde_json::json;

use super::client::{Client, ClientError, Nothing};

impl Client {
    /// Sends a text. Possible for 48 h and five times after a message of the follower, for a minute and three times
    /// after a menu tap, a scan or a follow; later `45015`, more `45047`. Content above 2048 bytes is `45002`.
    ///
    /// The platform does not recognise a repetition: after a time-out the follower may have it already.
    /// Page: <https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage.html>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn custom_send_text(
        &self,
        access_token: &str,
        openid: &str,
        content: &str,
    ) -> Result<(), ClientError> {
        let message = json!({"touser": openid, "msgtype": "text", "text": {"content": content}});
        let query = [("access_token", access_token)];
        let Nothing {} = self
            .post("/cgi-bin/message/custom/send", &query, &message)
            .await?;
        Ok(())
    }
}
