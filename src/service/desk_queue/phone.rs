//! Calls: people who are not linked, or whom a result did not reach, are telephoned, and told a password that is made for
//! the call and shown once (decision 7, R-3.10, R-I.9).

use std::sync::Arc;

use super::{Claimed, DueBy, Queue, due_by, note, reviewer};
use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::config::Secret;
use crate::domain::notice::{Fields, Kind, Outcome, Untold};
use crate::domain::shanghai;
use crate::service::claims;
use crate::service::decisions::{Closing, Refused};
use crate::service::desk::Manager;
use crate::service::error::ServiceError;
use crate::service::{passwords, temporary_passwords};
use crate::store::accounts::{self, Account};
use crate::store::desk_phone_tasks::{self as calls, Task};
use crate::store::first_passwords::{self, FirstPassword};
use crate::store::{Conn, StoreError, links, pushes, reset_tickets};

/// A password that was made for a call is shown again to the same manager this long after the first time: a browser may
/// load a page twice.
const AGAIN_MS: i64 = 60 * 1000;

/// A call.
#[derive(Clone)]
pub struct PhonePane {
    /// For addresses.
    pub public_id: String,
    /// What the person is to be told.
    pub about: String,
    /// Whom to call.
    pub account: Account,
    /// Why the person must be called.
    pub why: Option<Untold>,
    /// The notice that could not be sent, field by field, as the person would have read it.
    pub fields: Fields,
    /// The telephone number; the page hides it until it is asked for.
    pub phone: Option<Secret>,
    /// Whether the call needs a password.
    pub needs_password: bool,
    /// The person is linked by now.
    pub is_linked: bool,
    /// Milliseconds UTC.
    pub created_at: i64,
    /// By when; for calls to be made.
    pub due: Option<DueBy>,
    /// When somebody had called, milliseconds UTC.
    pub done_at: Option<i64>,
    /// Who had.
    pub done_by: Option<String>,
    /// Who made a password for it last, and when, milliseconds UTC.
    pub password_made: Option<(String, i64)>,
    /// Who has taken it.
    pub claimed: Option<Claimed>,
}

/// What a call is about, in a line.
pub(super) fn about(task: &Task) -> String {
    let fields: Fields = serde_json::from_str(&task.details).unwrap_or_default();
    let said = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let title = Kind::parse(&task.kind).map_or("通知", Kind::title);
    match said("result") {
        result if result.is_empty() => title.to_owned(),
        result => format!("{title}：{result}"),
    }
}

/// Whether the person has to be told a new password.
fn needs_password(task: &Task) -> bool {
    let fields: Fields = serde_json::from_str(&task.details).unwrap_or_default();
    let is_reset = fields.get("result").map(String::as_str) == Some(Outcome::Reset.phrase());
    task.kind == Kind::PasswordResetDone.as_str() && is_reset
}

/// A call of the manager's unit.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not there, or not this unit's.
pub async fn open_call(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<PhonePane, ServiceError> {
    reviewer(manager)?;
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let (scope, actor, me) = (manager.scope(), manager.actor(), manager.account.id);
    let seen = app.db.write(move |c| -> Result<_, StoreError> {
        let Some(task) = calls::one(c, &scope, &public_id)? else {
            return Ok(None);
        };
        let Some(account) = accounts::by_id(c, task.account_id)? else {
            return Ok(None);
        };
        let now = desk.clock.now_ms();
        note(c, (&actor, now), "call.viewed", format!("call:{public_id}"))?;
        let is_open = task.done_at.is_none();
        Ok(Some(PhonePane {
            about: about(&task),
            why: Untold::parse(&task.reason),
            fields: serde_json::from_str(&task.details).unwrap_or_default(),
            phone: phone_of(&desk, &account),
            needs_password: needs_password(&task),
            is_linked: links::of_account(c, account.id)?.is_some(),
            created_at: task.created_at,
            due: is_open.then(|| due_by(&desk, Queue::Phone, task.created_at)),
            done_at: task.done_at,
            done_by: claims::name_of(c, task.done_by)?,
            password_made: password_made(c, &task)?,
            claimed: claimed(c, &desk, &task, me)?,
            public_id,
            account,
        }))
    });
    seen.await?.ok_or(ServiceError::NotFound)
}

fn password_made(c: &mut Conn, task: &Task) -> Result<Option<(String, i64)>, StoreError> {
    let Some(at) = task.password_at else {
        return Ok(None);
    };
    let by = claims::name_of(c, task.password_by)?.unwrap_or_default();
    Ok(Some((by, at)))
}

fn claimed(c: &mut Conn, app: &App, task: &Task, me: i64) -> Result<Option<Claimed>, StoreError> {
    let since = app.clock.now_ms() - claims::life_ms(app);
    let holder = task.holder(since).filter(|_| task.done_at.is_none());
    let Some((who, at)) = holder else {
        return Ok(None);
    };
    Ok(Some(Claimed {
        by: claims::name_of(c, Some(who))?.unwrap_or_default(),
        at,
        is_mine: who == me,
    }))
}

/// The telephone number of an account.
pub(super) fn phone_of(app: &App, account: &Account) -> Option<Secret> {
    let place = Place {
        table: "accounts",
        column: "phone",
        row: &account.public_id,
    };
    app.seal.open(place, account.phone.as_deref()?).ok()
}

/// 已电话告知: who called, and when. The second one is told who was first.
///
/// # Errors
/// [`Refused`].
pub async fn told(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<(), Refused> {
    reviewer(manager).map_err(|_no_reviewer| Refused::NotFound)?;
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let done = app.db.write(move |c| {
        let task = calls::hold(c, &scope, &public_id)?.ok_or(Refused::NotFound)?;
        let now = desk.clock.now_ms();
        if task.done_at.is_some() {
            return Err(already_called(c, &task)?);
        }
        claims::free_for(c, task.holder(now - claims::life_ms(&desk)), who)?;
        calls::done(c, task.id, who, now)?;
        note(c, (&actor, now), "call.made", format!("call:{public_id}"))?;
        Ok(())
    });
    done.await
}

/// Who called first, for who came second.
pub(in crate::service) fn already_called(c: &mut Conn, task: &Task) -> Result<Refused, StoreError> {
    Ok(Refused::Decided {
        by: claims::name_of(c, task.done_by)?,
        at: task.done_at.unwrap_or_default(),
        state: "called".to_owned(),
        closing: Closing::Decided,
    })
}

/// What the page of a call said about its password when another one was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// When the last one had been made, milliseconds UTC; 0: none had been.
    pub made_at: i64,
    /// The manager knows that the one before is void then.
    pub again: bool,
}

/// Makes a temporary password for a call; the id under which [`shown_password`] shows it once. The person must choose
/// another one at the first sign-in. A second one voids the first, which a colleague may be saying at this moment: it is
/// made only for who has seen when the first one was made, and by whom, and wants it nevertheless.
///
/// # Errors
/// [`Refused`]; nothing is changed then.
pub async fn make_password(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
    seen: Seen,
) -> Result<String, Refused> {
    reviewer(manager).map_err(|_no_reviewer| Refused::NotFound)?;
    let password = passwords::temporary();
    let hash = passwords::hash(app, &password)
        .await
        .map_err(|_stopping| Refused::from(StoreError::Stopped))?;
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let (scope, actor, who) = (manager.scope(), manager.actor(), manager.account.id);
    let made = app.db.write(move |c| {
        let (app, now) = (&*desk, desk.clock.now_ms());
        let task = calls::one(c, &scope, &public_id)?.ok_or(Refused::NotFound)?;
        // Account, then call: the order of the counter, which closes calls.
        accounts::hold(c, task.account_id)?;
        let task = calls::hold(c, &scope, &public_id)?.ok_or(Refused::NotFound)?;
        if task.done_at.is_some() {
            return Err(already_called(c, &task)?);
        }
        claims::free_for(c, task.holder(now - claims::life_ms(app)), who)?;
        if let Some((by, at)) = password_made(c, &task)?
            && !(seen.again && seen.made_at == at)
        {
            return Err(Refused::Said(format!(
                "{by}于{}生成过密码。确需再次生成的，请勾选“重新生成”；以前的密码立即失效。",
                shanghai::minute_text(at)
            )));
        }
        if !needs_password(&task) {
            return Err(Refused::Said("这项电话告知不需要密码。".to_owned()));
        }
        let account = accounts::by_id(c, task.account_id)?;
        let account = account.filter(|account| account.state != "disabled");
        let account =
            account.ok_or_else(|| Refused::Said("没有生成密码：这个账号已经停用。".to_owned()))?;
        let good_until = now + temporary_passwords::BY_TELEPHONE_MS;
        temporary_passwords::limit(c, account.id, &hash, good_until)?;
        let changed = Account {
            password_hash: Some(hash),
            must_reset: true,
            updated_at: now,
            ..account
        };
        if !accounts::update(c, &changed)? {
            return Err(Refused::Changed);
        }
        let id = random_hex::<16>();
        let row = FirstPassword {
            sealed: Some(
                app.seal
                    .close(place(&id), password.expose())
                    .map_err(|error| Refused::Record(error.into()))?,
            ),
            holder: actor.clone(),
            account_id: changed.id,
            created_at: now,
            shown_at: None,
            public_id: id.clone(),
        };
        first_passwords::insert(c, &row)?;
        calls::note_password(c, task.id, who, now)?;
        // Notices of a password, and the pages behind them, are overtaken by what is said in this call.
        reset_tickets::void_for_account(c, changed.id, now)?;
        pushes::waive_fallback(c, changed.id, Kind::PasswordResetDone.as_str(), now)?;
        note(
            c,
            (&actor, now),
            "password.generated",
            format!("call:{public_id}"),
        )?;
        Ok(id)
    });
    made.await
}

/// Ends the open calls that were to tell a person a new password, because the person has another one from the counter, and
/// keeps notices of one that do not arrive from becoming calls; in the caller's transaction, which holds the account.
///
/// # Errors
/// When the database refuses.
pub(in crate::service) fn close_resets(
    c: &mut Conn,
    manager: &Manager,
    account_id: i64,
    now: i64,
) -> Result<(), StoreError> {
    let kind = Kind::PasswordResetDone.as_str();
    pushes::waive_fallback(c, account_id, kind, now)?;
    for task in calls::all_open(c, account_id, kind)? {
        if needs_password(&task) && calls::done(c, task.id, manager.account.id, now)? {
            let subject = format!("call:{}", task.public_id);
            note(c, (&manager.actor(), now), "call.closed", subject)?;
        }
    }
    Ok(())
}

fn place(public_id: &str) -> Place<'_> {
    Place {
        table: "first_passwords",
        column: "sealed",
        row: public_id,
    }
}

/// A password that was just made.
pub enum Fresh {
    /// This one time.
    Now(Secret),
    /// It was shown before, or is not this manager's.
    Gone,
}

/// The password that [`make_password`] made, to the manager who made it, once; and again within a minute.
///
/// # Errors
/// When the database does not answer.
pub async fn shown_password(
    app: &Arc<App>,
    manager: &Manager,
    id: &str,
) -> Result<Fresh, ServiceError> {
    let (desk, id, holder) = (Arc::clone(app), id.to_owned(), manager.actor());
    let found = app.db.write(move |c| -> Result<_, StoreError> {
        let now = desk.clock.now_ms();
        let row = first_passwords::of(c, &id, &holder)?;
        let Some(row) = row else {
            return Ok(Fresh::Gone);
        };
        if row.shown_at.is_some_and(|at| now - at > AGAIN_MS) {
            first_passwords::empty(c, &id)?;
            return Ok(Fresh::Gone);
        }
        let Some(sealed) = row.sealed else {
            return Ok(Fresh::Gone);
        };
        first_passwords::note_shown(c, &id, now)?;
        Ok(match desk.seal.open(place(&id), &sealed) {
            Ok(password) => Fresh::Now(password),
            Err(_damaged) => Fresh::Gone,
        })
    });
    Ok(found.await?)
}
