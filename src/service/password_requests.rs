//! 找回密码: somebody asks the managers of a procuratorate for a new password.
//!
//! A stranger must not learn whether an account exists. What a stranger is told follows from `password_asks` alone: who
//! asked for which name where within the last day. Only the follower an account is linked to is told how things really
//! stand, because that person knows that the account exists. What the account's state forbids is left undone in silence,
//! and the page of the result says what would happen either way.

use std::sync::Arc;

use serde_json::json;

use crate::app::{App, random_hex};
use crate::domain::application::ApplicationKind;
use crate::domain::ids::{OpenId, UnitId};
use crate::domain::notice::{Kind as NoticeKind, mask_account};
use crate::domain::role::Role;
use crate::domain::shanghai;
use crate::service::applications::{self, Submission};
use crate::service::audit::audit_entry;
use crate::service::effects::Effects;
use crate::service::error::{RecordError, ServiceError};
use crate::service::guesses::{self, Act, Try};
use crate::service::link_messages::{self, Kind};
use crate::service::notices::{self, Notice};
use crate::service::pushes;
use crate::service::submissions::{self, Claim};
use crate::store::accounts::{self, Account};
use crate::store::audit;
use crate::store::password_asks::{self as table, Row};
use crate::store::{Conn, StoreError, applications as application_table, links};

/// The same request of the same follower is refused for a day.
const SAME_MS: i64 = 24 * 3600 * 1000;
/// Procuratorates that one account may wait for at a time.
const UNITS: usize = 3;

/// A request.
#[derive(Clone)]
pub struct Asked {
    /// Who asks, from the session.
    pub openid: OpenId,
    /// 账号.
    pub account: String,
    /// 检察院.
    pub unit: UnitId,
    /// The form's hidden key.
    pub once: String,
    /// Where its result is shown.
    pub result: &'static str,
}

/// What the follower is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The page of the result.
    Taken(String),
    /// Asked there before, and not answered yet as far as may be told.
    Waiting,
    /// Asked at too many procuratorates.
    TooManyUnits,
    /// Too many requests in an hour.
    TooMany,
}

/// Takes a request: the application, its notices to the managers and the audit in one transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(app: &Arc<App>, asked: &Asked) -> Result<Outcome, ServiceError> {
    let follower = app.person_hash(asked.openid.as_str());
    let tried = Try::new(app, Act::ResetRequest, &asked.account, &follower);
    if !guesses::may_try(app, &tried).await? {
        return Ok(Outcome::TooMany);
    }
    let (desk, work) = (Arc::clone(app), (asked.clone(), tried));
    let taken = app
        .db
        .write(move |c| {
            let mut effects = Effects::default();
            let outcome = take(c, &desk, &work.0, &work.1, &mut effects)?;
            Ok::<_, RecordError>((outcome, effects))
        })
        .await;
    match taken {
        Ok((outcome, effects)) => {
            effects.report();
            if effects.notices > 0 {
                pushes::bell(app).await;
            }
            Ok(outcome)
        }
        // Somebody asked the same at this very moment.
        Err(RecordError::Conflict(_)) => Ok(Outcome::Taken(asked.result.to_owned())),
        Err(RecordError::Store(error)) => Err(error.into()),
        Err(RecordError::Bad(problem)) => Err(ServiceError::Rejected(problem.to_string())),
        Err(RecordError::Seal(error)) => Err(ServiceError::Rejected(error.to_string())),
    }
}

fn take(
    c: &mut Conn,
    app: &App,
    asked: &Asked,
    tried: &Try,
    effects: &mut Effects,
) -> Result<Outcome, RecordError> {
    let now = app.clock.now_ms();
    if let Claim::Before(path) = submissions::claim(c, &asked.once, &tried.follower, now)? {
        return Ok(Outcome::Taken(path));
    }
    let account = accounts::by_login_name(c, asked.account.trim())?;
    let account = account.filter(may_ask);
    let link = match &account {
        Some(account) => links::of_account(c, account.id)?,
        None => None,
    };
    let is_own = link
        .as_ref()
        .is_some_and(|link| link.openid == asked.openid.as_str());
    let unit = asked.unit.as_str().to_owned();
    let open = match &account {
        Some(account) => open_units(c, account)?,
        None => Vec::new(),
    };
    let known = match is_own {
        true => open.clone(),
        false => table::units(c, &tried.follower, &tried.name, now - SAME_MS)?,
    };
    if known.contains(&unit) {
        submissions::release(c, &asked.once, &tried.follower)?;
        return Ok(Outcome::Waiting);
    }
    // Whatever others asked for in vain places: the account's own office can always be asked.
    let is_home = account
        .as_ref()
        .is_some_and(|account| account.unit_id == unit);
    if known.len() >= UNITS && !(is_own && is_home) {
        submissions::release(c, &asked.once, &tried.follower)?;
        return Ok(Outcome::TooManyUnits);
    }
    let row = Row {
        openid_hash: tried.follower.clone(),
        name_hash: tried.name.clone(),
        unit_id: unit.clone(),
        asked_at: now,
    };
    table::put(c, &row)?;
    let subject = match &account {
        Some(account) => {
            if !open.contains(&unit) && (open.len() < UNITS || is_home) {
                submit(c, app, asked, account, is_own, effects)?;
                if link.is_some() && !is_own {
                    tell_owner(c, app, asked, account, effects)?;
                }
            }
            if let Some(link) = link.filter(|_| !is_own) {
                let hash = &link.openid_hash;
                link_messages::leave(c, Kind::ResetRequested, hash, account, now)?;
            }
            format!("account:{}", account.public_id)
        }
        None => format!("account-name:{}", tried.name),
    };
    let entry = audit_entry(
        now,
        format!("follower:{}", tried.follower),
        "password.requested",
        subject,
    );
    audit::append(c, &entry)?;
    submissions::lead_to(c, &asked.once, &tried.follower, asked.result)?;
    Ok(Outcome::Taken(asked.result.to_owned()))
}

/// Lawyers and parties; managers ask their administrator, and a disabled account needs no password.
fn may_ask(account: &Account) -> bool {
    let role = Role::parse(&account.role);
    matches!(role, Some(Role::Lawyer | Role::Party)) && account.state != "disabled"
}

fn open_units(c: &mut Conn, account: &Account) -> Result<Vec<String>, StoreError> {
    let kind = ApplicationKind::PasswordReset.as_str();
    let open = application_table::open_of_account(c, account.id, kind)?;
    Ok(open.into_iter().map(|open| open.unit_id).collect())
}

fn submit(
    c: &mut Conn,
    app: &App,
    asked: &Asked,
    account: &Account,
    is_own: bool,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let cause = format!("w{}", random_hex::<12>());
    let submission = Submission {
        kind: ApplicationKind::PasswordReset,
        account,
        unit_id: asked.unit.as_str(),
        number: None,
        is_change: false,
        // Managers are told whether it came from the account's own follower.
        details: json!({ "asked_in": "wechat", "by_own_follower": is_own }),
        items: None,
        at: app.clock.now_ms(),
        cause: &cause,
    };
    applications::submit(c, app, &submission, effects)?;
    Ok(())
}

/// Whoever has the account is told that somebody else asks for its password (requirements §1.15): they may be the only one
/// who knows that it is a stranger.
fn tell_owner(
    c: &mut Conn,
    app: &App,
    asked: &Asked,
    account: &Account,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit = asked.unit.as_str();
    let fields = [
        ("applicant", mask_account(&account.login_name)),
        ("result", "待核实".to_owned()),
        ("unit", applications::unit_name(app, unit)),
        ("time", shanghai::minute_text(app.clock.now_ms())),
        ("hint", "有人申请重置密码，非本人请联系办理单位".to_owned()),
    ];
    let notice = Notice {
        kind: NoticeKind::PasswordResetDone,
        unit_id: unit.to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
        cause: format!("o{}", random_hex::<12>()),
        order_key: None,
    };
    let reached = notices::to_account(c, app, &notice, account, None)?;
    effects.add(notice.kind, reached);
    Ok(())
}

/// Forgets who asked for what more than two days ago; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<usize, StoreError> {
    let before = app.clock.now_ms() - 2 * SAME_MS;
    app.db
        .write(move |c| table::forget(c, before).map_err(StoreError::from))
        .await
}
