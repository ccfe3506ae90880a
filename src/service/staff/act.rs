//! What is done with managers, each in one transaction with its audit.

use std::sync::Arc;

use super::look::unit;
use super::{Refused, holder, reach, renew};
use crate::app::App;
use crate::domain::desk::{Duties, Duty};
use crate::service::counter::{links_desk, put_out, reason_of};
use crate::service::desk::Manager;
use crate::service::desk::enrol::{self, NewManager, Office};
use crate::service::error::RecordError;
use crate::service::slips;
use crate::store::accounts::{self, Account};
use crate::store::managers::{self, Row};
use crate::store::{Conn, StoreError, console_sessions, phone_factors, staff as table};

/// A manager to be.
#[derive(Clone, Debug)]
pub struct New {
    /// The unit's code; `None`: the administrator's own unit.
    pub unit_code: Option<String>,
    /// What is typed to sign in.
    pub login_name: String,
    /// The person's name.
    pub display_name: String,
    /// At least one.
    pub duties: Duties,
}

/// Whom something is done to, as the page showed it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The account's public id.
    pub public_id: String,
    /// The version that was looked at: of the account, or of its duties.
    pub version: i64,
}

/// Somebody was added, or has a new ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The account's public id.
    pub account: String,
    /// The public id of the slip that shows the address.
    pub slip: String,
}

/// Adds a manager; the slip shows the address at which password and second factor are set.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn add(app: &Arc<App>, manager: &Manager, new: New) -> Result<Added, Refused> {
    let reach = reach(manager)?;
    let unit_id = unit(app, manager, new.unit_code.as_deref())?;
    if !reach.covers(&unit_id) {
        return Err(Refused::NotFound);
    }
    if new.duties.has(Duty::SystemAdmin) && !manager.has(Duty::SystemAdmin) {
        return Err(Refused::NotAllowed);
    }
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let new = NewManager {
        unit_id,
        login_name: new.login_name.trim().to_owned(),
        display_name: new.display_name,
        duties: new.duties,
    };
    app.db
        .write(move |c| -> Result<Added, Refused> {
            let actor = manager.actor();
            let (account, token) = enrol::add(c, &office(&desk, &actor), &new)??;
            let about = format!("account:{} duties:{}", account.public_id, new.duties);
            manager.note(c, &desk, "manager.duties", about)?;
            Ok(Added {
                slip: slips::keep(c, &desk, &holder(&desk, &manager), account.id, &token)?,
                account: account.public_id,
            })
        })
        .await
}

fn office<'a>(app: &'a App, actor: &'a str) -> Office<'a> {
    Office {
        ids: &app.ids,
        seal: &app.seal,
        now: app.clock.now_ms(),
        actor,
    }
}

/// Gives a manager exactly these duties; what was taken away is gone with the manager's next request. `target.version` is
/// that of the duties.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn set_duties(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    duties: Duties,
) -> Result<(), Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let (account, row) = open(c, &manager, &target.public_id)?;
            let before = duties_of(row.as_ref());
            if row.as_ref().map_or(0, |row| row.version) != target.version || before == duties {
                return Err(Refused::Stale);
            }
            let touches_system = before.has(Duty::SystemAdmin) != duties.has(Duty::SystemAdmin);
            if touches_system && !manager.has(Duty::SystemAdmin) {
                return Err(Refused::NotAllowed);
            }
            let lost = |duty| before.has(duty) && !duties.has(duty);
            somebody_is_left(c, &desk, &manager, &account, &lost)?;
            let now = desk.clock.now_ms();
            let words = duties.to_string();
            match row {
                Some(row) => {
                    let seen = (account.id, row.version);
                    if !managers::set_duties(c, seen, &words, now)? {
                        return Err(Refused::Stale);
                    }
                }
                None => insert(c, &account, &words, now)?,
            }
            let about = format!(
                "account:{} duties:{words} before:{before}",
                account.public_id
            );
            manager.note(c, &desk, "manager.duties", about)?;
            Ok(())
        })
        .await
}

/// The first duties of a manager who came by import.
fn insert(c: &mut Conn, account: &Account, duties: &str, now: i64) -> Result<(), Refused> {
    let row = Row {
        account_id: account.id,
        duties: duties.to_owned(),
        totp_secret: None,
        totp_step: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    match managers::insert(c, &row).map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(Refused::Stale),
        Err(error) => Err(error.into()),
    }
}

/// Disables a manager: console, phone and to-dos end at once. `target.version` is that of the account.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn disable(
    app: &Arc<App>,
    manager: &Manager,
    target: Target,
    reason: &str,
) -> Result<(), Refused> {
    let reason = reason_of(reason).map_err(|fault| Refused::Said(fault.to_string()))?;
    let (desk, manager) = (Arc::clone(app), manager.clone());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let (account, row) = open(c, &manager, &target.public_id)?;
            if account.id == manager.account.id {
                return Err(Refused::Own);
            }
            let before = duties_of(row.as_ref());
            somebody_is_left(c, &desk, &manager, &account, &|duty| before.has(duty))?;
            switch(c, &desk, &account, (target.version, "active", "disabled"))?;
            console_sessions::end_all(c, account.id)?;
            phone_factors::forget_account(c, account.id)?;
            let actor = manager.actor();
            put_out(c, links_desk(&desk, &actor), (&account, "disabled"))?;
            let about = format!("account:{} reason:{reason}", account.public_id);
            manager.note(c, &desk, "manager.disabled", about)?;
            Ok(())
        })
        .await
}

/// Enables a manager again, with the duties, password and second factor of before.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn enable(app: &Arc<App>, manager: &Manager, target: Target) -> Result<(), Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let (account, _) = open(c, &manager, &target.public_id)?;
            switch(c, &desk, &account, (target.version, "disabled", "active"))?;
            let about = format!("account:{}", account.public_id);
            manager.note(c, &desk, "manager.enabled", about)?;
            Ok(())
        })
        .await
}

fn switch(
    c: &mut Conn,
    app: &App,
    account: &Account,
    (version, from, to): (i64, &str, &str),
) -> Result<(), Refused> {
    if account.version != version || account.state != from {
        return Err(Refused::Stale);
    }
    let changed = Account {
        state: to.to_owned(),
        updated_at: app.clock.now_ms(),
        ..account.clone()
    };
    match accounts::update(c, &changed)? {
        true => Ok(()),
        false => Err(Refused::Stale),
    }
}

/// A new address for a manager whose phone or password is lost, by another administrator.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn ticket(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<Added, Refused> {
    let (desk, manager, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    app.db
        .write(move |c| -> Result<Added, Refused> {
            let (account, row) = open(c, &manager, &id)?;
            if account.id == manager.account.id {
                return Err(Refused::OwnTicket);
            }
            if account.state != "active" || row.is_none() {
                return Err(Refused::Stale);
            }
            let actor = manager.actor();
            let token = renew::renew(c, &desk.seal, links_desk(&desk, &actor), &account)?;
            Ok(Added {
                slip: slips::keep(c, &desk, &holder(&desk, &manager), account.id, &token)?,
                account: account.public_id,
            })
        })
        .await
}

/// A manager within reach whom this administrator may touch.
fn open(
    c: &mut Conn,
    manager: &Manager,
    public_id: &str,
) -> Result<(Account, Option<Row>), Refused> {
    let found = table::one(c, &reach(manager)?, public_id)?;
    let (account, row) = found.ok_or(Refused::NotFound)?;
    let is_system = duties_of(row.as_ref()).has(Duty::SystemAdmin);
    match is_system && !manager.has(Duty::SystemAdmin) {
        true => Err(Refused::NotAllowed),
        false => Ok((account, row)),
    }
}

fn duties_of(row: Option<&Row>) -> Duties {
    row.map_or_else(Duties::default, |row| {
        Duties::parse(&row.duties).unwrap_or_default()
    })
}

/// Somebody who can sign in keeps the duties of administration that this account loses: 系统管理 anywhere; 单位管理 in the
/// unit, unless a system administrator takes it from somebody else.
fn somebody_is_left(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    account: &Account,
    lost: &dyn Fn(Duty) -> bool,
) -> Result<(), Refused> {
    let is_own = manager.account.id == account.id;
    let asked = [
        (Duty::SystemAdmin, None, true),
        (Duty::UnitAdmin, Some(account.unit_id.as_str()), is_own),
    ];
    for (duty, unit_id, matters) in asked {
        if !lost(duty) || !matters {
            continue;
        }
        let others = table::hold(c, duty, unit_id).map_err(RecordError::from)?;
        let can_enter = |(other, row): &(Account, Row)| {
            let has_factor =
                row.totp_secret.is_some() || !app.settings.console.require_second_factor;
            let is_able = other.state == "active" && !other.must_reset && has_factor;
            is_able && other.id != account.id && duties_of(Some(row)).has(duty)
        };
        if !others.iter().any(can_enter) {
            return Err(Refused::Last(duty));
        }
    }
    Ok(())
}
