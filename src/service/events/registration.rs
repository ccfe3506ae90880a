//! Registrations: the account comes and changes with them.

use serde_json::json;

use super::apply::{Cause, unit};
use super::reviewed::{by, review_of, reviewed};
use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::domain::application::ApplicationKind;
use crate::domain::event::{Lawyer, RegistrationSubmitted, Reviewed};
use crate::service::applications::{self, Submission};
use crate::service::decisions;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::accounts::{self, Account};
use crate::store::{Conn, StoreError};

pub(super) fn registration_submitted(
    c: &mut Conn,
    app: &App,
    said: &RegistrationSubmitted,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let now = app.clock.now_ms();
    let account = match accounts::by_external_id(c, &said.account)? {
        None => new_lawyer(c, app, said, &unit_id, now)?,
        Some(account) if account.role != "lawyer" => {
            return Err(RecordError::bad(
                "data/account",
                "belongs to an account that is no lawyer's",
            ));
        }
        Some(account) if account.state == "disabled" => {
            return Err(RecordError::conflict("data/account", "is disabled"));
        }
        Some(mut account) => {
            account.state = "pending".to_owned();
            account.unit_id.clone_from(&unit_id);
            account.updated_at = now;
            if let Some(lawyer) = &said.lawyer {
                fill_in(app, &mut account, lawyer)?;
            }
            store_account(c, &account)?;
            account
        }
    };
    let submission = Submission {
        kind: ApplicationKind::Registration,
        account: &account,
        unit_id: &unit_id,
        number: Some(said.application.clone()),
        is_change: said.is_change,
        details: json!({}),
        items: None,
        at: cause.at,
        cause: &cause.key,
    };
    applications::submit(c, app, &submission, effects)?;
    Ok(())
}

pub(super) fn registration_reviewed(
    c: &mut Conn,
    app: &App,
    said: &Reviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let (application, account) = reviewed(c, app, ApplicationKind::Registration, said, cause)?;
    let reason = said.reason.clone();
    let review = review_of(application, &account, &said.result, reason, cause)?;
    decisions::registration::settle(c, app, review, by(cause), effects)?;
    Ok(())
}

fn new_lawyer(
    c: &mut Conn,
    app: &App,
    said: &RegistrationSubmitted,
    unit_id: &str,
    now: i64,
) -> Result<Account, RecordError> {
    let Some(lawyer) = &said.lawyer else {
        return Err(RecordError::bad(
            "data/lawyer",
            "is missing; it is required because the account is not known",
        ));
    };
    let mut account = Account {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        external_id: Some(said.account.clone()),
        role: "lawyer".to_owned(),
        login_name: String::new(),
        display_name: String::new(),
        unit_id: unit_id.to_owned(),
        phone: None,
        password_hash: None,
        must_reset: true,
        state: "pending".to_owned(),
        notices_off: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    fill_in(app, &mut account, lawyer)?;
    match accounts::insert(c, &account).map_err(StoreError::from) {
        Ok(_) => Ok(account),
        Err(error) if error.is_duplicate() => Err(taken("data/lawyer/login_name")),
        Err(error) => Err(error.into()),
    }
}

fn fill_in(app: &App, account: &mut Account, lawyer: &Lawyer) -> Result<(), RecordError> {
    account.login_name.clone_from(&lawyer.login_name);
    account.display_name.clone_from(&lawyer.display_name);
    if let Some(phone) = &lawyer.phone {
        let place = Place {
            table: "accounts",
            column: "phone",
            row: &account.public_id,
        };
        account.phone = Some(app.seal.close(place, phone)?);
    }
    Ok(())
}

fn store_account(c: &mut Conn, account: &Account) -> Result<(), RecordError> {
    match accounts::update(c, account).map_err(StoreError::from) {
        Ok(true) => Ok(()),
        Ok(false) => Err(RecordError::conflict(
            "data/account",
            "was changed by somebody else at this moment; send it again",
        )),
        Err(error) if error.is_duplicate() => Err(taken("data/lawyer/login_name")),
        Err(error) => Err(error.into()),
    }
}

fn taken(field: &str) -> RecordError {
    RecordError::bad(field, "belongs to another account")
}
