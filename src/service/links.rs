//! Which follower an account belongs to: one openid, at most one active account; one account, at most one
//! openid.

use crate::app::{App, Ids, PersonHasher};
use crate::domain::ids::OpenId;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::store::accounts::Account;
use crate::store::audit;
use crate::store::links::{self as table, NewLink, OpenLink};
use crate::store::{Conn, StoreError, pushes, reset_tickets};

/// What became of a wish to be linked.
#[derive(Debug, PartialEq, Eq)]
pub enum Linked {
    /// They belong together now.
    Yes,
    /// They did before.
    Already,
    /// They do now, and the follower who had the account before does not any more and is to be told.
    Replaced(OpenId),
    /// The account is disabled.
    Disabled,
    /// Another follower has this account; ask, then link with `replace`.
    AccountTaken,
    /// This follower has another account and must sign out there first.
    FollowerTaken,
}

impl Linked {
    /// What the person is told; `None` when it worked.
    pub fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Yes | Self::Already | Self::Replaced(_) => None,
            Self::Disabled => Some("该账号已停用，不能绑定微信。"),
            Self::AccountTaken => {
                Some("该账号已绑定其他微信。确认更换后，原微信将不再收到该账号的通知。")
            }
            Self::FollowerTaken => Some("此微信已绑定其他账号，请先退出登录后再绑定。"),
        }
    }
}

/// What links are made with.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Keys of new rows.
    pub ids: &'a Ids,
    /// Hashes openids.
    pub person: &'a PersonHasher,
    /// Milliseconds UTC.
    pub now: i64,
    /// For the audit: `follower:HASH`, `command-line` …
    pub actor: &'a str,
}

/// Links a follower and an account, in the caller's transaction. With `replace` a follower who had the account loses it.
///
/// # Errors
/// When the database refuses. A unique violation means that somebody was faster; the caller may ask again.
pub fn link(
    c: &mut Conn,
    desk: Desk<'_>,
    account: &Account,
    openid: &OpenId,
    replace: bool,
) -> Result<Linked, StoreError> {
    if account.state == "disabled" {
        return Ok(Linked::Disabled);
    }
    match table::of_openid(c, openid.as_str())? {
        Some(link) if link.account_id == account.id => return Ok(Linked::Already),
        Some(_) => return Ok(Linked::FollowerTaken),
        None => {}
    }
    let before = table::of_account(c, account.id)?;
    if let Some(before) = &before {
        if !replace {
            return Ok(Linked::AccountTaken);
        }
        end(c, desk, before, "replaced")?;
    }
    let hash = desk.person.hash(openid.as_str());
    table::insert(
        c,
        &NewLink {
            id: desk.ids.next(desk.now),
            account_id: account.id,
            openid: openid.as_str(),
            openid_hash: &hash,
            linked_at: desk.now,
        },
    )?;
    audit(c, desk, "link.made", &hash, &account.public_id)?;
    Ok(before.map_or(Linked::Yes, |before| {
        Linked::Replaced(OpenId::new(before.openid))
    }))
}

/// Ends the link of a follower, if there is one: what waits for the follower is cancelled, tickets are void, the openid
/// goes. In the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub fn end_for_openid(
    c: &mut Conn,
    desk: Desk<'_>,
    openid: &str,
    reason: &str,
) -> Result<bool, StoreError> {
    match table::of_openid(c, openid)? {
        Some(link) => end(c, desk, &link, reason),
        None => Ok(false),
    }
}

/// Ends the link of an account, if there is one, as [`end_for_openid`] does.
///
/// # Errors
/// When the database refuses.
pub fn end_for_account(
    c: &mut Conn,
    desk: Desk<'_>,
    account_id: i64,
    reason: &str,
) -> Result<bool, StoreError> {
    match table::of_account(c, account_id)? {
        Some(link) => end(c, desk, &link, reason),
        None => Ok(false),
    }
}

fn end(c: &mut Conn, desk: Desk<'_>, link: &OpenLink, reason: &str) -> Result<bool, StoreError> {
    if !table::end(c, link.id, reason, desk.now)? {
        return Ok(false);
    }
    pushes::cancel_for_openid(c, &link.openid, reason, desk.now)?;
    reset_tickets::void_for_openid(c, &link.openid, desk.now)?;
    audit(c, desk, "link.ended", &link.openid_hash, reason)?;
    Ok(true)
}

fn audit(
    c: &mut Conn,
    desk: Desk<'_>,
    action: &str,
    openid_hash: &str,
    about: &str,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        desk.now,
        desk.actor,
        action,
        format!("follower:{openid_hash} {about}"),
    );
    audit::append(c, &entry)?;
    Ok(())
}

/// The follower of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(app: &App, account_id: i64) -> Result<Option<OpenId>, ServiceError> {
    let link = app
        .db
        .read(move |c| table::of_account(c, account_id).map_err(StoreError::from))
        .await?;
    Ok(link.map(|link| OpenId::new(link.openid)))
}
