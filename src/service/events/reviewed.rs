//! What became of it.

use serde_json::json;

use super::apply::{Cause, account, unit};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::event::{AppointmentReviewed, Reviewed, hash};
use crate::domain::notice::{Item, Outcome, items_phrase};
use crate::domain::shanghai;
use crate::service::applications::{self, Review};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as application_table, Application};
use crate::store::{Conn, StoreError};

pub(super) fn binding_reviewed(
    c: &mut Conn,
    app: &App,
    said: &Reviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let (application, account) = reviewed(c, app, ApplicationKind::Binding, said, cause)?;
    let review = review_of(
        application,
        &account,
        &said.result,
        said.reason.clone(),
        cause,
    )?;
    let outcome = review.outcome;
    let decided = applications::review(c, app, review, None)?;
    tell_applicant(c, app, &decided, &account, (outcome, None), cause, effects)
}

pub(super) fn appointment_reviewed(
    c: &mut Conn,
    app: &App,
    said: &AppointmentReviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let whose = Reviewed {
        application: said.application.clone(),
        result: said.result.clone(),
        reason: None,
        account: said.account.clone(),
        unit_code: said.unit_code.clone(),
    };
    let (application, account) = reviewed(c, app, ApplicationKind::Appointment, &whose, cause)?;
    let mut items = Vec::new();
    for (at, reply) in said.replies.iter().enumerate() {
        match Item::parse(&reply.item) {
            Some(item) if !items.contains(&item) => items.push(item),
            _ => {
                return Err(RecordError::bad(
                    &format!("data/replies/{at}/item"),
                    "appears twice; send one reply an item",
                ));
            }
        }
    }
    let mut details: serde_json::Value =
        serde_json::from_str(&application.details).unwrap_or_else(|_| json!({}));
    if let Some(details) = details.as_object_mut() {
        details.insert("replies".to_owned(), json!(said.replies));
        details.insert("answer_remark".to_owned(), json!(said.remark));
    }
    let review = review_of(application, &account, &said.result, None, cause)?;
    let outcome = review.outcome;
    let decided = applications::review(c, app, review, Some(details.to_string()))?;
    let items = Some(items_phrase(&items));
    tell_applicant(c, app, &decided, &account, (outcome, items), cause, effects)
}

/// The application that was decided, and whose it is. One that was never submitted here is adopted when the event says
/// whose it is.
pub(super) fn reviewed(
    c: &mut Conn,
    app: &App,
    kind: ApplicationKind,
    said: &Reviewed,
    cause: &Cause,
) -> Result<(Application, Account), RecordError> {
    let Some(application) = application_table::by_external_id(c, &said.application)? else {
        let unknown = |field: &str| {
            RecordError::bad(
                field,
                "is missing; it is required because no application has this number",
            )
        };
        let external_id = said
            .account
            .as_deref()
            .ok_or_else(|| unknown("data/account"))?;
        let unit_code = said
            .unit_code
            .as_deref()
            .ok_or_else(|| unknown("data/unit_code"))?;
        let unit_id = unit(app, unit_code, "data/unit_code")?;
        let account = account(c, external_id, "data/account")?;
        let whose = (&account, unit_id.as_str());
        let adopted = applications::adopt(c, app, kind, whose, &said.application, cause.at)?;
        return Ok((adopted, account));
    };
    if application.kind != kind.as_str() {
        return Err(RecordError::bad(
            "data/application",
            "is the number of an application for something else",
        ));
    }
    let account = accounts::by_id(c, application.account_id)?;
    let account = account.ok_or(RecordError::Store(StoreError::Stopped))?;
    let is_same = said
        .account
        .as_deref()
        .is_none_or(|given| account.external_id.as_deref() == Some(given));
    if !is_same {
        return Err(RecordError::bad(
            "data/account",
            "is not the account that this application belongs to",
        ));
    }
    if let Some(code) = &said.unit_code
        && unit(app, code, "data/unit_code")? != application.unit_id
    {
        return Err(RecordError::bad(
            "data/unit_code",
            "is not the unit that this application was submitted to",
        ));
    }
    Ok((application, account))
}

pub(super) fn review_of<'a>(
    application: Application,
    account: &'a Account,
    result: &str,
    reason: Option<String>,
    cause: &Cause,
) -> Result<Review<'a>, RecordError> {
    let outcome = Outcome::parse(result)
        .ok_or_else(|| RecordError::bad("data/result", "is no result of this event"))?;
    if outcome == Outcome::Rejected && reason.is_none() {
        return Err(RecordError::bad(
            "data/reason",
            "is missing; it is required when result is rejected",
        ));
    }
    Ok(Review {
        application,
        account,
        outcome,
        reason,
        at: cause.at,
    })
}

pub(super) fn tell_applicant(
    c: &mut Conn,
    app: &App,
    decided: &Application,
    account: &Account,
    (outcome, items): (Outcome, Option<String>),
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let Some(kind) = ApplicationKind::parse(&decided.kind) else {
        return Ok(());
    };
    let mut fields = applications::result_fields(app, decided, account);
    for (name, value) in [
        ("result", Some(outcome.phrase().to_owned())),
        ("time", Some(shanghai::minute_text(cause.at))),
        (
            "hint",
            Some(
                match outcome {
                    Outcome::Rejected => "请点击查看原因",
                    _ => "请点击查看详情",
                }
                .to_owned(),
            ),
        ),
        ("items", items),
    ] {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    }
    let notice = Notice {
        kind: kind.reviewed(),
        unit_id: decided.unit_id.clone(),
        fields,
        cause: cause.key.clone(),
        order_key: Some(hash(&format!("application:{}", decided.id))),
    };
    let reached = notices::to_account(c, app, &notice, account, None)?;
    effects.add(notice.kind, reached);
    Ok(())
}
