//! What a follower must learn although none of the nine notices says it: the landing page shows it at the next visit.

use crate::app::{App, random_hex};
use crate::domain::ids::OpenId;
use crate::domain::notice::mask_account;
use crate::service::error::ServiceError;
use crate::store::accounts::Account;
use crate::store::link_messages::{self as table, Row};
use crate::store::{Conn, StoreError};

/// Longer than anybody stays away and still wants to know.
const KEPT_MS: i64 = 180 * 24 * 3600 * 1000;

/// What there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The account belongs to another follower now.
    Moved,
    /// Somebody else asked for a new password.
    ResetRequested,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::ResetRequested => "reset_requested",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Moved, Self::ResetRequested]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A message as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What.
    pub kind: Kind,
    /// The account's name with its middle hidden.
    pub account: String,
    /// Milliseconds UTC.
    pub at: i64,
}

/// Leaves a message, in the transaction of what it tells of.
///
/// # Errors
/// When the database refuses.
pub fn leave(
    c: &mut Conn,
    kind: Kind,
    openid_hash: &str,
    account: &Account,
    now: i64,
) -> Result<(), StoreError> {
    let row = Row {
        id: random_hex::<16>(),
        openid_hash: openid_hash.to_owned(),
        kind: kind.as_str().to_owned(),
        account: mask_account(&account.login_name),
        created_at: now,
    };
    table::leave(c, &row)?;
    Ok(())
}

/// What waits for a follower, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, openid: &OpenId) -> Result<Vec<Message>, ServiceError> {
    let hash = app.person_hash(openid.as_str());
    let rows = app
        .db
        .read(move |c| table::of(c, &hash).map_err(StoreError::from))
        .await?;
    let known = rows.into_iter().filter_map(|row| {
        Some(Message {
            kind: Kind::parse(&row.kind)?,
            account: row.account,
            at: row.created_at,
        })
    });
    Ok(known.collect())
}

/// The follower has read them.
///
/// # Errors
/// When the database does not answer.
pub async fn read(app: &App, openid: &OpenId) -> Result<(), ServiceError> {
    let hash = app.person_hash(openid.as_str());
    app.db
        .write(move |c| table::clear(c, &hash).map_err(StoreError::from))
        .await?;
    Ok(())
}

/// Forgets what nobody came to read; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - KEPT_MS;
    app.db
        .write(move |c| table::forget(c, before).map_err(StoreError::from))
        .await
}
