//! What is applied for by those who have an account.

use serde_json::json;

use super::apply::{Cause, account, unit};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::event::{AppointmentSubmitted, BindingSubmitted, PasswordResetRequested};
use crate::domain::notice::{Item, items_phrase};
use crate::service::applications::{self, Submission};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::store::Conn;

pub(super) fn binding_submitted(
    c: &mut Conn,
    app: &App,
    said: &BindingSubmitted,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let account = account(c, &said.account, "data/account")?;
    let submission = Submission {
        kind: ApplicationKind::Binding,
        account: &account,
        unit_id: &unit_id,
        number: Some(said.application.clone()),
        is_change: said.is_change,
        details: json!({
            "case_name": said.case_name,
            "party_name": said.party_name,
            "applicant_role": said.applicant_role,
        }),
        items: None,
        at: cause.at,
        cause: &cause.key,
    };
    applications::submit(c, app, &submission, effects)?;
    Ok(())
}

pub(super) fn appointment_submitted(
    c: &mut Conn,
    app: &App,
    said: &AppointmentSubmitted,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let account = account(c, &said.account, "data/account")?;
    let mut items = Vec::new();
    for (at, word) in said.items.iter().enumerate() {
        match Item::parse(word) {
            Some(item) if !items.contains(&item) => items.push(item),
            _ => {
                return Err(RecordError::bad(
                    &format!("data/items/{at}"),
                    "appears twice; send it once",
                ));
            }
        }
    }
    let submission = Submission {
        kind: ApplicationKind::Appointment,
        account: &account,
        unit_id: &unit_id,
        number: Some(said.application.clone()),
        is_change: false,
        details: json!({
            "items": said.items,
            "case_name": said.case_name,
            "case_number": said.case_number,
            "remark": said.remark,
        }),
        items: Some(items_phrase(&items)),
        at: cause.at,
        cause: &cause.key,
    };
    applications::submit(c, app, &submission, effects)?;
    Ok(())
}

pub(super) fn reset_requested(
    c: &mut Conn,
    app: &App,
    said: &PasswordResetRequested,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let account = account(c, &said.account, "data/account")?;
    let submission = Submission {
        kind: ApplicationKind::PasswordReset,
        account: &account,
        unit_id: &unit_id,
        number: Some(said.application.clone()),
        is_change: false,
        details: json!({}),
        items: None,
        at: cause.at,
        cause: &cause.key,
    };
    applications::submit(c, app, &submission, effects)?;
    Ok(())
}
