//! 修改密码 at the console: the old password, the phone's code, a new password. Every other session of the manager ends.

use std::sync::Arc;

use super::sign_in::{self, Fresh};
use super::{Manager, factor};
use crate::app::App;
use crate::config::Secret;
use crate::domain::password::{self, Flaw};
use crate::service::audit::{audit_entry, write_down};
use crate::service::error::ServiceError;
use crate::service::guesses::{self, Act, Try};
use crate::service::passwords::{self, Checked};
use crate::store::accounts::{self, Account};
use crate::store::audit::{self, Entry};
use crate::store::{Conn, StoreError, console_sessions, managers, phone_factors, reset_tickets};

/// What was typed.
#[derive(Clone)]
pub struct Typed {
    /// 原密码.
    pub old: Secret,
    /// The phone's code; nothing for who has no second factor.
    pub code: String,
    /// 新密码.
    pub new: Secret,
    /// 重复新密码.
    pub again: Secret,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is changed; this is the one session that is left.
    Changed(Fresh),
    /// The new one does not do.
    Flawed(Flaw),
    /// The second one is not the same.
    Differs,
    /// The new one is the old one.
    Same,
    /// The old one is not right, or was changed at this moment.
    WrongOld,
    /// The code is not the phone's, or was used.
    WrongCode,
    /// Too many tries in an hour.
    TooMany,
}

/// Whether the manager has to show the phone's code.
///
/// # Errors
/// When the database does not answer.
pub async fn asks_code(app: &App, manager: &Manager) -> Result<bool, ServiceError> {
    let id = manager.account.id;
    let row = app
        .db
        .read(move |c| managers::of_account(c, id).map_err(StoreError::from));
    Ok(row.await?.is_some_and(|row| row.totp_secret.is_some()))
}

/// Changes the manager's own password. A code is used up only when everything else was right.
///
/// # Errors
/// When the database does not answer.
pub async fn change(
    app: &Arc<App>,
    manager: &Manager,
    typed: &Typed,
) -> Result<Outcome, ServiceError> {
    let account = &manager.account;
    if let Err(flaw) = password::check(typed.new.expose(), &account.login_name) {
        return Ok(Outcome::Flawed(flaw));
    }
    if typed.new != typed.again {
        return Ok(Outcome::Differs);
    }
    let whose = app.person_hash(&manager.actor());
    let tried = Try::new(app, Act::DeskPassword, &account.login_name, &whose);
    if !guesses::may_try(app, &tried).await? {
        return Ok(Outcome::TooMany);
    }
    let stored = account.password_hash.as_deref();
    if passwords::verify(app, &typed.old, stored).await? == Checked::Wrong {
        let entry = audit_entry(
            app.clock.now_ms(),
            manager.actor(),
            "password.failed",
            format!("account:{}", account.public_id),
        );
        write_down(app, entry).await?;
        return Ok(Outcome::WrongOld);
    }
    guesses::was_right(app, &tried).await?;
    if typed.new == typed.old {
        return Ok(Outcome::Same);
    }
    if asks_code(app, manager).await? {
        match factor::check(app, account, &typed.code).await? {
            factor::Shown::Right => {}
            factor::Shown::Wrong | factor::Shown::None => return Ok(Outcome::WrongCode),
            factor::Shown::TooMany => return Ok(Outcome::TooMany),
        }
    }
    // Before the transaction: a hash takes its time.
    let hash = passwords::hash(app, &typed.new).await?;
    let (before, now) = (account.clone(), app.clock.now_ms());
    let entry = audit_entry(
        now,
        manager.actor(),
        "password.changed",
        format!("account:{}", account.public_id),
    );
    let set = app
        .db
        .write(move |c| store(c, &before, &hash, &entry))
        .await?;
    match set {
        Some(account) => {
            let fresh = sign_in::open(app, &account, console_sessions::IN).await?;
            Ok(Outcome::Changed(fresh))
        }
        None => Ok(Outcome::WrongOld),
    }
}

/// `None` when the password was changed by somebody else since it was checked.
fn store(
    c: &mut Conn,
    before: &Account,
    hash: &str,
    entry: &Entry,
) -> Result<Option<Account>, StoreError> {
    accounts::hold(c, before.id)?;
    let now = accounts::by_id(c, before.id)?;
    if now.is_none_or(|now| now.password_hash != before.password_hash) {
        return Ok(None);
    }
    accounts::set_password(c, before.id, hash, entry.at)?;
    console_sessions::end_all(c, before.id)?;
    phone_factors::forget_account(c, before.id)?;
    reset_tickets::void_for_account(c, before.id, entry.at)?;
    audit::append(c, entry)?;
    Ok(accounts::by_id(c, before.id)?)
}
