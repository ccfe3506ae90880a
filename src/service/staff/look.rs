//! Who manages what.

use std::sync::Arc;

use super::{Refused, holder, reach};
use crate::app::App;
use crate::config::Secret;
use crate::domain::desk::Duties;
use crate::service::bindings::full_name;
use crate::service::desk::Manager;
use crate::service::slips;
use crate::store::accounts::Account;
use crate::store::managers::Row;
use crate::store::{Conn, StoreError, links, staff as table};

/// A manager in the list.
#[derive(Clone)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// The unit's full name.
    pub unit_name: String,
    /// May be none.
    pub duties: Duties,
    /// The version of the duties; 0: there were never any.
    pub version: i64,
    /// The second factor is set up.
    pub has_factor: bool,
    /// To-dos reach a phone.
    pub is_linked: bool,
}

/// The managers of a unit, or of the manager's own.
///
/// # Errors
/// [`Refused::NotFound`] for a unit that is not within reach or is none.
pub async fn list(
    app: &Arc<App>,
    manager: &Manager,
    unit_code: Option<&str>,
) -> Result<(String, Vec<Listed>), Refused> {
    let (reach, unit_id) = (reach(manager)?, unit(app, manager, unit_code)?);
    if !reach.covers(&unit_id) {
        return Err(Refused::NotFound);
    }
    let (desk, id) = (Arc::clone(app), unit_id.clone());
    let listed = app.db.read(move |c| -> Result<_, StoreError> {
        let rows = table::of_unit(c, &reach, &id)?;
        rows.into_iter().map(|row| listed(c, &desk, row)).collect()
    });
    Ok((unit_id, listed.await?))
}

/// The unit of that code, or the manager's own.
pub(super) fn unit(
    app: &App,
    manager: &Manager,
    unit_code: Option<&str>,
) -> Result<String, Refused> {
    let Some(code) = unit_code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Ok(manager.account.unit_id.clone());
    };
    let book = app.units();
    let unit = book.tree.by_code(code).ok_or(Refused::NotFound)?;
    Ok(unit.unit_id.as_str().to_owned())
}

fn listed(
    c: &mut Conn,
    app: &App,
    (account, row): (Account, Option<Row>),
) -> Result<Listed, StoreError> {
    Ok(Listed {
        unit_name: full_name(app, &account.unit_id),
        is_linked: links::of_account(c, account.id)?.is_some(),
        version: row.as_ref().map_or(0, |row| row.version),
        has_factor: row.as_ref().is_some_and(|row| row.totp_secret.is_some()),
        duties: row.map_or_else(Duties::default, |row| {
            Duties::parse(&row.duties).unwrap_or_default()
        }),
        account,
    })
}

/// One manager within reach.
///
/// # Errors
/// [`Refused::NotFound`] when there is none.
pub async fn one(app: &Arc<App>, manager: &Manager, public_id: &str) -> Result<Listed, Refused> {
    let (reach, desk, id) = (reach(manager)?, Arc::clone(app), public_id.to_owned());
    let found = app.db.read(move |c| -> Result<_, StoreError> {
        let row = table::one(c, &reach, &id)?;
        row.map(|row| listed(c, &desk, row)).transpose()
    });
    found.await?.ok_or(Refused::NotFound)
}

/// The address that a manager begins at.
pub struct Ticket {
    /// Whose.
    pub account: Account,
    /// What stands in the address, this one time; `None`: it was shown before.
    pub token: Option<Secret>,
}

/// A ticket, once, for whoever made it.
///
/// # Errors
/// [`Refused::NotFound`] when there is none for this manager.
pub async fn show_ticket(
    app: &Arc<App>,
    manager: &Manager,
    (account, slip): (&str, &str),
) -> Result<Ticket, Refused> {
    let seen = one(app, manager, account).await?;
    let (whose, token) = slips::show(app, holder(app, manager), slip).await?;
    match whose.id == seen.account.id {
        true => Ok(Ticket {
            account: whose,
            token,
        }),
        false => Err(Refused::NotFound),
    }
}
