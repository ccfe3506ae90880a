//! 修改密码: the old password, then a new one. Other sessions of the follower end; the link to WeChat stays.
//! Also where an account with an initial or temporary password gets one of its own.

use crate::app::App;
use crate::config::Secret;
use crate::domain::password::{self, Flaw};
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::guesses::{self, Act, Try};
use crate::service::passwords::{self, Checked};
use crate::service::sessions::{self, Fresh};
use crate::service::sign_in::{self, Holder};
use crate::service::temporary_passwords;
use crate::store::accounts::{self, Account};
use crate::store::audit;
use crate::store::{Conn, StoreError, reset_tickets};

/// What was typed.
#[derive(Clone)]
pub struct Typed {
    /// 原密码.
    pub old: Secret,
    /// 新密码.
    pub new: Secret,
    /// 重复新密码.
    pub again: Secret,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is changed; the session has a new token and is the only one.
    Changed(Fresh),
    /// The new one does not do.
    Flawed(Flaw),
    /// The second one is not the same.
    Differs,
    /// The new one is the old one.
    Same,
    /// The old one is not right.
    WrongOld,
    /// The old one is a temporary one that is good no longer.
    Expired,
    /// Too many tries in an hour.
    TooMany,
}

/// Changes the password of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn change(
    app: &App,
    holder: &Holder,
    account: &Account,
    typed: &Typed,
) -> Result<Outcome, ServiceError> {
    if let Err(flaw) = password::check(typed.new.expose(), &account.login_name) {
        return Ok(Outcome::Flawed(flaw));
    }
    if typed.new != typed.again {
        return Ok(Outcome::Differs);
    }
    let follower = app.person_hash(holder.openid.as_str());
    let tried = Try::new(app, Act::Password, &account.login_name, &follower);
    if !guesses::may_try(app, &tried).await? {
        return Ok(Outcome::TooMany);
    }
    let stored = account.password_hash.as_deref();
    if passwords::verify(app, &typed.old, stored).await? == Checked::Wrong {
        sign_in::note_failure(app, &tried, "password.failed").await?;
        return Ok(Outcome::WrongOld);
    }
    guesses::was_right(app, &tried).await?;
    let (whose, now) = (account.clone(), app.clock.now_ms());
    let is_over = move |c: &mut Conn| temporary_passwords::is_over(c, &whose, now);
    if app.db.read(is_over).await? {
        return Ok(Outcome::Expired);
    }
    if typed.new == typed.old {
        return Ok(Outcome::Same);
    }
    // Before the transaction: a hash takes its time.
    let hash = passwords::hash(app, &typed.new).await?;
    let change = Change {
        holder: holder.clone(),
        follower,
        account: account.clone(),
        hash,
        now: app.clock.now_ms(),
    };
    let fresh = app.db.write(move |c| store(c, &change)).await?;
    Ok(fresh.map_or(Outcome::WrongOld, Outcome::Changed))
}

struct Change {
    holder: Holder,
    follower: String,
    account: Account,
    hash: String,
    now: i64,
}

/// `None` when the password was changed by somebody else since it was checked.
fn store(c: &mut Conn, change: &Change) -> Result<Option<Fresh>, StoreError> {
    let before = accounts::by_id(c, change.account.id)?;
    let same = |now: &Account| now.password_hash == change.account.password_hash;
    if !before.as_ref().is_some_and(same) {
        return Ok(None);
    }
    accounts::set_password(c, change.account.id, &change.hash, change.now)?;
    reset_tickets::void_for_openid(c, change.holder.openid.as_str(), change.now)?;
    let entry = audit_entry(
        change.now,
        format!("follower:{}", change.follower),
        "password.changed",
        format!("account:{}", change.account.public_id),
    );
    audit::append(c, &entry)?;
    let openid = &change.holder.openid;
    Ok(Some(sessions::only_this(c, openid, change.now)?))
}
