//! Whose account a follower has: asked anew with every request, so that what was revoked is revoked.

use crate::app::App;
use crate::domain::ids::OpenId;
use crate::service::error::ServiceError;
use crate::store::accounts::Account;
use crate::store::{Conn, StoreError, accounts, links};

/// The account that this follower is linked to now; one that is disabled has no link.
///
/// # Errors
/// When the database does not answer.
pub async fn account_of(app: &App, openid: &OpenId) -> Result<Option<Account>, ServiceError> {
    let openid = openid.as_str().to_owned();
    let account = app
        .db
        .read(move |c| links::account_of(c, &openid).map_err(StoreError::from))
        .await?;
    Ok(account.filter(|account| account.state != "disabled"))
}

/// An account by its internal key if it is approved at this moment, in the transaction of what it wants to do.
///
/// # Errors
/// When the database refuses.
pub fn still_active(c: &mut Conn, account_id: i64) -> Result<Option<Account>, StoreError> {
    let account = accounts::by_id(c, account_id)?;
    Ok(account.filter(|account| account.state == "active"))
}
