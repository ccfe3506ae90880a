//! Signing in at the console: picture code, password, second factor; and out again.

use std::sync::Arc;

use super::{Manager, digest, factor, find, password_mark};
use crate::app::{App, random_hex};
use crate::config::Secret;
use crate::service::audit::audit_entry;
use crate::service::error::ServiceError;
use crate::service::guesses::{self, Act, Try};
use crate::service::passwords::{self, Checked};
use crate::service::sign_in::note_failure;
use crate::store::accounts::{self, Account};
use crate::store::audit::{self, Entry};
use crate::store::console_sessions::{self as table, Row};
use crate::store::{Conn, StoreError, managers};

/// The code of the second factor must come within this time.
const PASSWORD_MS: i64 = 5 * 60_000;
const HOUR_MS: i64 = 3_600_000;

/// A session that begins: for the cookie.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The token; stored nowhere.
    pub token: String,
    /// Seconds it lives.
    pub max_age: i64,
}

/// What became of a try.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Signed in.
    In(Fresh),
    /// The password was right; the code of the phone is asked for.
    Code(Fresh),
    /// No such account, another password, or none of a manager: nobody is told which.
    Wrong,
    /// The code is not the phone's, or was used.
    WrongCode,
    /// Too many tries in an hour.
    TooMany,
    /// The account is disabled.
    Disabled,
    /// The account has no duties at the console.
    NoDuties,
    /// A password of the manager's own has to be set first, with the one-time address.
    NoPassword,
    /// A second factor has to be set up first, with the one-time address.
    NoFactor,
    /// The first step was too long ago.
    TooLate,
}

/// The first step: account and password. `browser` tells browsers apart that nobody has signed in with yet.
///
/// # Errors
/// When the database does not answer.
pub async fn password(
    app: &Arc<App>,
    browser: &str,
    name: &str,
    password: &Secret,
) -> Result<Outcome, ServiceError> {
    let tried = Try::new(app, Act::DeskPassword, name, &app.person_hash(browser));
    if !guesses::may_try(app, &tried).await? {
        return Ok(counted("too_many", Outcome::TooMany));
    }
    let name = name.trim().to_owned();
    let account = app
        .db
        .read(move |c| accounts::by_login_name(c, &name).map_err(StoreError::from))
        .await?;
    let stored = account.as_ref().and_then(|it| it.password_hash.as_deref());
    let checked = passwords::verify(app, password, stored).await?;
    let account = account.filter(|it| it.role == "manager" && checked != Checked::Wrong);
    let Some(account) = account else {
        note_failure(app, &tried, "console.failed").await?;
        return Ok(counted("wrong", Outcome::Wrong));
    };
    guesses::was_right(app, &tried).await?;
    if account.state != "active" {
        return Ok(counted("disabled", Outcome::Disabled));
    }
    if account.must_reset {
        return Ok(counted("no_password", Outcome::NoPassword));
    }
    let id = account.id;
    let desk = app
        .db
        .read(move |c| managers::of_account(c, id).map_err(StoreError::from))
        .await?;
    let Some(desk) = desk.filter(|desk| !desk.duties.is_empty()) else {
        return Ok(counted("no_duties", Outcome::NoDuties));
    };
    match desk.totp_secret {
        Some(_) => {
            let fresh = open(app, &account, table::PASSWORD).await?;
            Ok(counted("code", Outcome::Code(fresh)))
        }
        None if app.settings.console.require_second_factor => {
            Ok(counted("no_factor", Outcome::NoFactor))
        }
        None => {
            let fresh = open(app, &account, table::IN).await?;
            Ok(counted("in", Outcome::In(fresh)))
        }
    }
}

/// The second step: the phone's code. `token` is the session of the first step.
///
/// # Errors
/// When the database does not answer.
pub async fn code(app: &Arc<App>, token: &str, typed: &str) -> Result<Outcome, ServiceError> {
    let Some((_, manager)) = waiting(app, token).await? else {
        return Ok(counted("too_late", Outcome::TooLate));
    };
    match factor::check(app, &manager.account, typed).await? {
        factor::Shown::Right => {}
        factor::Shown::Wrong => return Ok(counted("wrong_code", Outcome::WrongCode)),
        factor::Shown::TooMany => return Ok(counted("too_many", Outcome::TooMany)),
        factor::Shown::None => return Ok(counted("no_factor", Outcome::NoFactor)),
    }
    let old = digest(token);
    app.db
        .write(move |c| table::end(c, &old).map_err(StoreError::from))
        .await?;
    let fresh = open(app, &manager.account, table::IN).await?;
    Ok(counted("in", Outcome::In(fresh)))
}

/// Whose code is waited for in this session.
///
/// # Errors
/// When the database does not answer.
pub async fn asked(app: &App, token: &str) -> Result<Option<Manager>, ServiceError> {
    Ok(waiting(app, token).await?.map(|(_, manager)| manager))
}

async fn waiting(app: &App, token: &str) -> Result<Option<(Row, Manager)>, ServiceError> {
    let found = find(app, token).await?;
    Ok(found.filter(|(row, _)| row.stage == table::PASSWORD))
}

/// Ends a session.
///
/// # Errors
/// When the database does not answer.
pub async fn out(app: &App, manager: &Manager, session: &str) -> Result<(), ServiceError> {
    let (session, entry) = (
        session.to_owned(),
        entry(app, &manager.account, "console.left"),
    );
    app.db
        .write(move |c| -> Result<(), StoreError> {
            if table::end(c, &session)? {
                audit::append(c, &entry)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Opens a session and writes down that it was opened.
pub(super) async fn open(
    app: &App,
    account: &Account,
    stage: &'static str,
) -> Result<Fresh, ServiceError> {
    let now = app.clock.now_ms();
    let is_in = stage == table::IN;
    let life = match is_in {
        true => i64::try_from(app.settings.console.session_hours).unwrap_or(12) * HOUR_MS,
        false => PASSWORD_MS,
    };
    let token = random_hex::<16>();
    let row = Row {
        token_hash: digest(&token),
        account_id: account.id,
        stage: stage.to_owned(),
        password_mark: password_mark(account),
        created_at: now,
        seen_at: now,
        expires_at: now + life,
        factor_at: is_in.then_some(now),
    };
    let entry = is_in.then(|| entry(app, account, "console.entered"));
    app.db
        .write(move |c| store(c, &row, entry.as_ref()))
        .await?;
    Ok(Fresh {
        token,
        max_age: life / 1000,
    })
}

fn store(c: &mut Conn, row: &Row, entry: Option<&Entry>) -> Result<(), StoreError> {
    table::insert(c, row)?;
    if let Some(entry) = entry {
        audit::append(c, entry)?;
    }
    Ok(())
}

fn entry(app: &App, account: &Account, action: &str) -> Entry {
    audit_entry(
        app.clock.now_ms(),
        super::actor(account),
        action,
        format!("account:{}", account.public_id),
    )
}

fn counted(result: &'static str, outcome: Outcome) -> Outcome {
    metrics::counter!("jianxin_console_sign_ins_total", "result" => result).increment(1);
    outcome
}
