//! Coming and going: subscribe and unsubscribe (R-1.1, decision 1).

use crate::app::{App, Ids};
use crate::domain::ids::OpenId;
use crate::service::audit::audit_entry;
use crate::service::choices;
use crate::service::error::ServiceError;
use crate::service::links::{self, Desk};
use crate::store::audit;
use crate::store::followers::{self as table, Change};
use crate::store::{StoreError, drafts, link_messages, password_asks, pushes};

/// Somebody follows the account, perhaps by a QR code with a scene.
///
/// # Errors
/// When the database does not answer.
pub async fn subscribed(
    app: &App,
    openid: &OpenId,
    event_time: i64,
    scene: Option<String>,
) -> Result<(), ServiceError> {
    let (hash, openid) = (app.person_hash(openid.as_str()), openid.as_str().to_owned());
    let now = app.clock.now_ms();
    app.db
        .write(move |c| -> Result<(), StoreError> {
            let change = Change {
                openid_hash: &hash,
                openid: &openid,
                event_time,
                now,
            };
            table::subscribe(c, &change, scene.as_deref())?;
            Ok(())
        })
        .await?;
    Ok(())
}

/// Somebody left: whatever we hold under the openid is deleted, as the platform demands, the link to an account ends and
/// what waits to be pushed is cancelled (decisions 1 and 16). The audit keeps that it happened, under a keyed hash.
///
/// # Errors
/// When the database does not answer.
pub async fn unsubscribed(app: &App, openid: &OpenId, event_time: i64) -> Result<(), ServiceError> {
    choices::forget(app, openid).await;
    let (hash, openid) = (app.person_hash(openid.as_str()), openid.as_str().to_owned());
    let now = app.clock.now_ms();
    let (ids, person) = (Ids::default(), app.person.clone());
    app.db
        .write(move |c| -> Result<(), StoreError> {
            let change = Change {
                openid_hash: &hash,
                openid: &openid,
                event_time,
                now,
            };
            if table::unsubscribe(c, &change)? {
                drafts::drop_all(c, &hash)?;
                link_messages::clear(c, &hash)?;
                password_asks::clear(c, &hash)?;
                audit::append(
                    c,
                    &audit_entry(
                        now,
                        "platform",
                        "follower.erased",
                        format!("follower:{hash}"),
                    ),
                )?;
                let desk = Desk {
                    ids: &ids,
                    person: &person,
                    now,
                    actor: "platform",
                };
                if !links::end_for_openid(c, desk, &openid, "unsubscribed")? {
                    pushes::cancel_for_openid(c, &openid, "unsubscribed", now)?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}
