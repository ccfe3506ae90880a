//! Accounts are disabled and enabled, and get a new password at the counter. Whoever is disabled is out at once: link, page
//! sessions and what was still to be sent end in the same transaction.

use std::sync::Arc;

use super::issue::claim;
use super::links::reason_of;
use super::{Refused, found, holder, person, store};
use crate::app::App;
use crate::service::desk::Manager;
use crate::service::links::{self, Desk};
use crate::service::{desk_queue, passwords, registrations, resets, slips, temporary_passwords};
use crate::store::accounts::Account;
use crate::store::{
    Conn, StoreError, applications, drafts, links as link_table, reset_tickets, sessions,
};

/// Disables an account of the unit, whoever it belongs to. `version` is the one that was seen.
///
/// # Errors
/// [`Refused::Stale`] when it changed meanwhile, [`Refused::NotForThis`] when another unit issued it.
pub async fn disable(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
    reason: &str,
) -> Result<(), Refused> {
    let reason = reason_of(reason)?;
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let mut account = own(c, &manager, (&id, version))?;
            if account.state == "disabled" {
                return Err(Refused::Stale);
            }
            "disabled".clone_into(&mut account.state);
            account.updated_at = desk.clock.now_ms();
            store(c, &account)?;
            let actor = manager.actor();
            put_out(c, links_desk(&desk, &actor), (&account, "disabled"))?;
            let about = format!("account:{} reason:{reason}", account.public_id);
            manager.note(c, &desk, "account.disabled", about)?;
            Ok(())
        })
        .await
}

/// Ends whatever a follower has of an account that was disabled or whose phone is lost, in the caller's transaction; the
/// reason is the word that link and notices keep.
///
/// # Errors
/// When the database refuses.
pub(in crate::service) fn put_out(
    c: &mut Conn,
    desk: Desk<'_>,
    (account, reason): (&Account, &str),
) -> Result<(), StoreError> {
    reset_tickets::void_for_account(c, account.id, desk.now)?;
    let Some(link) = link_table::of_account(c, account.id)? else {
        return Ok(());
    };
    links::end_for_account(c, desk, account.id, reason)?;
    sessions::end_all(c, &link.openid)?;
    drafts::drop_all(c, &link.openid_hash)?;
    Ok(())
}

/// What links are made and ended with by this process.
pub(in crate::service) fn links_desk<'a>(app: &'a App, actor: &'a str) -> Desk<'a> {
    Desk {
        ids: &app.ids,
        person: &app.person,
        now: app.clock.now_ms(),
        actor,
    }
}

/// Enables an account of the unit again: a lawyer goes on where the registration stood.
///
/// # Errors
/// As [`disable`]; [`Refused::Taken`] or [`Refused::Elsewhere`] when the person got another account meanwhile.
pub async fn enable(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<(), Refused> {
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let mut account = own(c, &manager, (&id, version))?;
            if account.state != "disabled" {
                return Err(Refused::Stale);
            }
            if let Some((_, person)) = person(c, &desk, &account)? {
                claim(c, &desk, &manager, &account, &person)?;
            }
            account.state = match account.role.as_str() {
                "lawyer" => lawyer_state(c, &desk, &account)?,
                _ => "active".to_owned(),
            };
            account.updated_at = desk.clock.now_ms();
            store(c, &account)?;
            let about = format!("account:{}", account.public_id);
            manager.note(c, &desk, "account.enabled", about)?;
            Ok(())
        })
        .await
}

/// Where a lawyer's registration stands; numbers that somebody else has by now are not taken back.
fn lawyer_state(c: &mut Conn, app: &App, account: &Account) -> Result<String, Refused> {
    if !registrations::claim_again(c, app, account.id)? {
        return Err(Refused::Limit(
            "这名律师的身份证号或者执业证号已经用于另一个账号，请先处理那个账号。".to_owned(),
        ));
    }
    let newest = applications::newest_of_account(c, account.id, "registration")?;
    let state = newest.map(|application| application.state);
    Ok(match state.as_deref() {
        Some("pending") => "pending",
        Some("rejected") => "rejected",
        _ => "active",
    }
    .to_owned())
}

/// A new password for somebody who stands at the counter; the slip's public id. Open requests for one are done with it.
///
/// # Errors
/// [`Refused::NotForThis`] for a lawyer and for an account that is disabled.
pub async fn reset_password(
    app: &Arc<App>,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<String, Refused> {
    let (clerk, id) = (manager.clone(), public_id.to_owned());
    // Asked before: a hash of a password costs 19 MiB.
    let asked = app.db.read(move |c| may_reset(c, &clerk, (&id, version)));
    asked.await?;
    let password = passwords::temporary();
    let hash = passwords::hash(app, &password).await?;
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<String, Refused> {
            let mut account = may_reset(c, &manager, (&id, version))?;
            let now = desk.clock.now_ms();
            let good_until = now + temporary_passwords::ON_PAPER_MS;
            temporary_passwords::limit(c, account.id, &hash, good_until)?;
            account.password_hash = Some(hash);
            account.must_reset = true;
            account.updated_at = now;
            store(c, &account)?;
            reset_tickets::void_for_account(c, account.id, now)?;
            resets::close_open(c, account.id, "counter", now)?;
            desk_queue::close_resets(c, &manager, account.id, now)?;
            let slip = slips::keep(c, &desk, &holder(&desk, &manager), account.id, &password)?;
            let about = format!("account:{}", account.public_id);
            manager.note(c, &desk, "account.password_reset", about)?;
            Ok(slip)
        })
        .await
}

fn may_reset(
    c: &mut Conn,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<Account, Refused> {
    let account = found(c, manager, public_id)?;
    if account.role != "party" || account.state == "disabled" {
        return Err(Refused::NotForThis);
    }
    match account.version == version {
        true => Ok(account),
        false => Err(Refused::Stale),
    }
}

/// An account of the manager's own unit, as it was seen.
fn own(
    c: &mut Conn,
    manager: &Manager,
    (public_id, version): (&str, i64),
) -> Result<Account, Refused> {
    let account = found(c, manager, public_id)?;
    if !manager.scope().covers(&account.unit_id) {
        return Err(Refused::NotForThis);
    }
    match account.version == version {
        true => Ok(account),
        false => Err(Refused::Stale),
    }
}
