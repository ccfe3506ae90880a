//! The access token, by `stable_token`: every caller gets the same one while it is valid (protocol §4.1).

use std::time::Duration;

use crate::app::App;
use crate::service::error::ServiceError;
use crate::wechat::token::Refresh;

const NAME: &str = "access-token";
/// Kept this much shorter than the platform says, so that none expires on its way. Below the 300 s that the
/// platform promises at least.
const MARGIN: Duration = Duration::from_secs(120);

/// A token that was valid when it was handed out.
///
/// # Errors
/// When the platform refuses: wrong secret, address not on the whitelist.
pub async fn current(app: &App) -> Result<String, ServiceError> {
    if let Ok(Some(token)) = app.cache.get(NAME).await
        && let Ok(token) = String::from_utf8(token)
    {
        return Ok(token);
    }
    let fresh = app.wechat.stable_token(Refresh::Normal).await?;
    let lives = Duration::from_secs(fresh.expires_in_secs).saturating_sub(MARGIN);
    if !lives.is_zero()
        && let Err(error) = app.cache.set(NAME, fresh.value.as_bytes(), lives).await
    {
        tracing::debug!(%error, "the access token could not be shared");
    }
    Ok(fresh.value)
}

/// Forgets the token after the platform refused it.
pub async fn forget(app: &App) {
    let _ = app.cache.remove(NAME).await;
}
