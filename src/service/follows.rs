//! 我的关注: the procuratorates a follower follows, at most five.

use crate::app::App;
use crate::domain::ids::{OpenId, UnitId};
use crate::service::error::ServiceError;
use crate::store::StoreError;
use crate::store::follows::{self as table, Added};

/// What adding came to.
pub use crate::store::follows::Added as Outcome;

/// The units a person follows, oldest first. Units that no longer exist are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, openid: &OpenId) -> Result<Vec<UnitId>, ServiceError> {
    let openid = openid.as_str().to_owned();
    let ids = app
        .db
        .read(move |c| table::of(c, &openid).map_err(StoreError::from))
        .await?;
    let book = app.units();
    Ok(ids
        .into_iter()
        .map(UnitId::new)
        .filter(|id| book.tree.get(id).is_some())
        .collect())
}

/// Follows a unit.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no such unit; when the database does not answer.
pub async fn add(app: &App, openid: &OpenId, unit: &UnitId) -> Result<Added, ServiceError> {
    if app.units().tree.get(unit).is_none() {
        return Err(ServiceError::NotFound);
    }
    let (openid, unit) = (openid.as_str().to_owned(), unit.as_str().to_owned());
    let now = app.clock.now_ms();
    Ok(app
        .db
        .write(move |c| table::add(c, &openid, &unit, now).map_err(StoreError::from))
        .await?)
}

/// Follows a unit no more; false when it was not followed.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(app: &App, openid: &OpenId, unit: &UnitId) -> Result<bool, ServiceError> {
    let (openid, unit) = (openid.as_str().to_owned(), unit.as_str().to_owned());
    Ok(app
        .db
        .write(move |c| table::remove(c, &openid, &unit).map_err(StoreError::from))
        .await?)
}
