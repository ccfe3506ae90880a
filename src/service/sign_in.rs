//! 登录: an account and a follower are brought together by a password, and parted again (R-12.1 to
//! What an account is (its role, its state) is told only to who knows its password.

use std::sync::Arc;

use crate::app::App;
use crate::config::Secret;
use crate::domain::ids::OpenId;
use crate::domain::role::Role;
use crate::service::audit::{audit_entry, write_down};
use crate::service::error::ServiceError;
use crate::service::guesses::{self, Act, Try};
use crate::service::link_messages::{self, Kind};
use crate::service::links::{self, Desk, Linked};
use crate::service::passwords::{self, Checked};
use crate::service::sessions::{self, Fresh};
use crate::service::temporary_passwords;
use crate::store::accounts::{self, Account};
use crate::store::link_tickets::{self as tickets, Row as Ticket};
use crate::store::{Conn, StoreError, drafts, sessions as session_table};

/// The question whether to take an account over stays open so long.
const TICKET_MS: i64 = 5 * 60_000;

/// Who signs in: both come from the session, never from the request.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The follower.
    pub openid: OpenId,
    /// The session, by the hash of its token.
    pub session: String,
}

/// What was typed.
#[derive(Clone)]
pub struct Typed {
    /// The role of the page.
    pub role: Role,
    /// 账号.
    pub account: String,
    /// 密码.
    pub password: Secret,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Linked; the session has a new token.
    In(Fresh),
    /// The password was right; another follower has the account. The session may confirm for five minutes.
    Ask,
    /// No such account, or another password: nobody is told which.
    Wrong,
    /// Too many tries in an hour.
    TooMany,
    /// The account is one of another role.
    OtherRole(Role),
    /// The account is disabled.
    Disabled,
    /// The password was right, but a temporary one that is good no longer.
    Expired,
    /// This follower has another account.
    FollowerTaken,
    /// The question was open too long, or the account changed meanwhile.
    TooLate,
}

/// Signs a follower in.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_in(
    app: &Arc<App>,
    holder: &Holder,
    typed: &Typed,
) -> Result<Outcome, ServiceError> {
    let follower = app.person_hash(holder.openid.as_str());
    let tried = Try::new(app, Act::Password, &typed.account, &follower);
    if !guesses::may_try(app, &tried).await? {
        return Ok(counted("too_many", Outcome::TooMany));
    }
    let name = typed.account.trim().to_owned();
    let account = app
        .db
        .read(move |c| accounts::by_login_name(c, &name).map_err(StoreError::from))
        .await?;
    let Some(account) = check(app, account, &typed.password, &tried).await? else {
        return Ok(counted("wrong", Outcome::Wrong));
    };
    guesses::was_right(app, &tried).await?;
    match Role::parse(&account.role) {
        Some(role) if role == typed.role => {}
        role => {
            let role = role.unwrap_or(typed.role);
            return Ok(counted("other_role", Outcome::OtherRole(role)));
        }
    }
    let (holder, clerk) = (holder.clone(), Clerk::new(app));
    let outcome = again_if_raced(app, move |c| {
        bring_together(c, &clerk, &holder, &account, false)
    });
    Ok(told(outcome.await?))
}

/// The account when the password is its own. What was weakly hashed is hashed anew.
async fn check(
    app: &App,
    account: Option<Account>,
    password: &Secret,
    tried: &Try,
) -> Result<Option<Account>, ServiceError> {
    let stored = account
        .as_ref()
        .and_then(|account| account.password_hash.as_deref());
    match passwords::verify(app, password, stored).await? {
        Checked::Right => Ok(account),
        Checked::RightButWeak => match account {
            Some(account) => Ok(Some(rehash(app, account, password).await?)),
            None => Ok(None),
        },
        Checked::Wrong => {
            note_failure(app, tried, "sign_in.failed").await?;
            Ok(None)
        }
    }
}

/// Hashes a password with today's work, in the place of the weaker hash; the account as it is then.
async fn rehash(app: &App, account: Account, password: &Secret) -> Result<Account, ServiceError> {
    let fresh = passwords::hash(app, password).await?;
    let (id, old) = (
        account.id,
        account.password_hash.clone().unwrap_or_default(),
    );
    let new = fresh.clone();
    let stored = app
        .db
        .write(move |c| accounts::rehash(c, id, &old, &new).map_err(StoreError::from));
    let password_hash = match stored.await? {
        true => Some(fresh),
        false => account.password_hash,
    };
    Ok(Account {
        password_hash,
        ..account
    })
}

/// The audit of a password that was not right, under the keyed hash of what was typed as a name.
pub(super) async fn note_failure(
    app: &App,
    tried: &Try,
    action: &'static str,
) -> Result<(), ServiceError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        format!("follower:{}", tried.follower),
        action,
        format!("account-name:{}", tried.name),
    );
    write_down(app, entry).await?;
    Ok(())
}

/// Who would lose an account, when this session may take it over: its name with its middle hidden.
///
/// # Errors
/// When the database does not answer.
pub async fn asked(
    app: &App,
    holder: &Holder,
    role: Role,
) -> Result<Option<Account>, ServiceError> {
    let (session, now) = (holder.session.clone(), app.clock.now_ms());
    let account = app.db.read(move |c| waiting(c, &session, now)).await?;
    Ok(account.filter(|account| account.role == role.as_str()))
}

/// Takes the account over, once: the password was right a few minutes ago. The follower who had it is told at the next
/// visit.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(app: &Arc<App>, holder: &Holder, role: Role) -> Result<Outcome, ServiceError> {
    let (holder, clerk) = (holder.clone(), Clerk::new(app));
    let outcome = again_if_raced(app, move |c| {
        let account = waiting(c, &holder.session, clerk.now)?;
        let account = account.filter(|account| account.role == role.as_str());
        match account {
            Some(account) if tickets::take(c, &holder.session)? => {
                bring_together(c, &clerk, &holder, &account, true)
            }
            _ => Ok(Outcome::TooLate),
        }
    });
    Ok(told(outcome.await?))
}

/// Ends the link and all page sessions of the follower; follows stay. False when there was no link.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(app: &Arc<App>, openid: &OpenId) -> Result<bool, ServiceError> {
    let (openid, clerk) = (openid.clone(), Clerk::new(app));
    let ended = app
        .db
        .write(move |c| -> Result<bool, StoreError> {
            let actor = clerk.actor(&openid);
            let ended =
                links::end_for_openid(c, clerk.desk(&actor), openid.as_str(), "signed_out")?;
            session_table::end_all(c, openid.as_str())?;
            // Whoever signs in next may be somebody else.
            drafts::drop_all(c, &clerk.app.person_hash(openid.as_str()))?;
            Ok(ended)
        })
        .await?;
    if ended {
        metrics::counter!("jianxin_sign_outs_total").increment(1);
    }
    Ok(ended)
}

/// What links are made with, to be carried into a transaction.
#[derive(Clone)]
struct Clerk {
    app: Arc<App>,
    now: i64,
}

impl Clerk {
    fn new(app: &Arc<App>) -> Self {
        Self {
            app: Arc::clone(app),
            now: app.clock.now_ms(),
        }
    }

    fn actor(&self, openid: &OpenId) -> String {
        format!("follower:{}", self.app.person_hash(openid.as_str()))
    }

    fn desk<'a>(&'a self, actor: &'a str) -> Desk<'a> {
        Desk {
            ids: &self.app.ids,
            person: &self.app.person,
            now: self.now,
            actor,
        }
    }
}

/// Two phones at the same moment: the constraints let one through, the other looks again.
async fn again_if_raced<F>(app: &App, act: F) -> Result<Outcome, ServiceError>
where
    F: Fn(&mut Conn) -> Result<Outcome, StoreError> + Clone + Send + 'static,
{
    let second = act.clone();
    match app.db.write(move |c| act(c)).await {
        Err(error) if error.is_duplicate() => Ok(app.db.write(move |c| second(c)).await?),
        outcome => Ok(outcome?),
    }
}

fn bring_together(
    c: &mut Conn,
    clerk: &Clerk,
    holder: &Holder,
    account: &Account,
    replace: bool,
) -> Result<Outcome, StoreError> {
    // As it is now: it may have been disabled since its password was read.
    let account = match accounts::by_id(c, account.id)? {
        Some(now) if now.password_hash == account.password_hash || replace => now,
        _ => return Ok(Outcome::TooLate),
    };
    if temporary_passwords::is_over(c, &account, clerk.now)? {
        return Ok(Outcome::Expired);
    }
    let actor = clerk.actor(&holder.openid);
    let desk = clerk.desk(&actor);
    match links::link(c, desk, &account, &holder.openid, replace)? {
        Linked::Yes | Linked::Already => {}
        Linked::Replaced(before) => {
            let before = clerk.app.person_hash(before.as_str());
            link_messages::leave(c, Kind::Moved, &before, &account, clerk.now)?;
        }
        Linked::Disabled => return Ok(Outcome::Disabled),
        Linked::FollowerTaken => return Ok(Outcome::FollowerTaken),
        Linked::AccountTaken => {
            let ticket = Ticket {
                session: holder.session.clone(),
                account_id: account.id,
                account_version: account.version,
                expires_at: clerk.now + TICKET_MS,
            };
            tickets::issue(c, &ticket, clerk.now)?;
            return Ok(Outcome::Ask);
        }
    }
    let fresh = sessions::renew(c, &holder.session, &holder.openid, clerk.now)?;
    Ok(Outcome::In(fresh))
}

/// The account that a session may take over, unless it changed since.
fn waiting(c: &mut Conn, session: &str, now: i64) -> Result<Option<Account>, StoreError> {
    let Some(ticket) = tickets::of_session(c, session, now)? else {
        return Ok(None);
    };
    let account = accounts::by_id(c, ticket.account_id)?;
    Ok(account.filter(|account| account.version == ticket.account_version))
}

fn told(outcome: Outcome) -> Outcome {
    let result = match &outcome {
        Outcome::In(_) => "in",
        Outcome::Ask => "ask",
        Outcome::Wrong => "wrong",
        Outcome::TooMany => "too_many",
        Outcome::OtherRole(_) => "other_role",
        Outcome::Disabled => "disabled",
        Outcome::Expired => "expired",
        Outcome::FollowerTaken => "follower_taken",
        Outcome::TooLate => "too_late",
    };
    counted(result, outcome)
}

fn counted(result: &'static str, outcome: Outcome) -> Outcome {
    metrics::counter!("jianxin_sign_ins_total", "result" => result).increment(1);
    outcome
}
