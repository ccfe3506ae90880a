//! One person, one account: identity card and licence belong to one account each. The database's key decides, so
//! that two people at the same moment cannot both have a number.

use super::Refused;
use crate::app::App;
use crate::domain::registration::Registration;
use crate::service::error::RecordError;
use crate::store::identity_claims::{self as table, Claim};
use crate::store::{Conn, StoreError, accounts, registrations};

/// The claims of a registration: field of the form, and keyed hash.
pub(super) fn of(app: &App, registration: &Registration) -> [(&'static str, String); 2] {
    [
        (
            "id_number",
            app.blind.of("id_number", &registration.id_number),
        ),
        ("licence", app.blind.of("licence", &registration.licence)),
    ]
}

/// Claims the numbers of a registration for an account.
pub(super) fn claim(
    c: &mut Conn,
    app: &App,
    account_id: i64,
    registration: &Registration,
) -> Result<(), Refused> {
    for (field, hash) in of(app, registration) {
        let claim = Claim {
            claim: hash,
            kind: field.to_owned(),
            account_id,
            created_at: app.clock.now_ms(),
        };
        if table::insert(c, &claim)? {
            continue;
        }
        match table::owner(c, &claim.claim)? {
            Some(owner) if owner == account_id => {}
            Some(owner) if is_void(c, owner)? && table::hand_over(c, &claim, owner)? => {}
            _ => return Err(Refused::Taken(field)),
        }
    }
    Ok(())
}

/// An account is enabled again: the numbers of the registration that counts become its own. False when somebody else has
/// one of them by now.
///
/// # Errors
/// When the database refuses or a revision cannot be opened.
pub fn claim_again(c: &mut Conn, app: &App, account_id: i64) -> Result<bool, RecordError> {
    let revisions = registrations::of_account(c, account_id)?;
    let counts = super::approved_of(&revisions).or(revisions.last());
    let Some(revision) = counts else {
        return Ok(true);
    };
    let known = super::open(app, revision)?;
    match claim(c, app, account_id, &known.registration) {
        Ok(()) => Ok(true),
        Err(Refused::Record(error)) => Err(error),
        Err(_taken) => Ok(false),
    }
}

/// Whose number it is already, without claiming it: the field.
pub(super) fn taken(
    c: &mut Conn,
    app: &App,
    registration: &Registration,
) -> Result<Option<&'static str>, StoreError> {
    for (field, hash) in of(app, registration) {
        if let Some(owner) = table::owner(c, &hash)?
            && !is_void(c, owner)?
        {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// Whether an account does not count: disabled, or refused without ever having been approved. Else a number that somebody
/// made up would lock its true owner out.
fn is_void(c: &mut Conn, account_id: i64) -> Result<bool, StoreError> {
    let account = accounts::by_id(c, account_id)?;
    let state = account.map(|account| account.state);
    Ok(match state.as_deref() {
        None | Some("disabled") => true,
        Some("rejected") => {
            super::approved_of(&registrations::of_account(c, account_id)?).is_none()
        }
        Some(_) => false,
    })
}
