//! What became of it.

use serde_json::json;

use super::apply::{Cause, account, unit};
use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::binding::ApplicantRole;
use crate::domain::event::{AppointmentReviewed, BindingReviewed, Reply, Reviewed, hash};
use crate::domain::notice::{Item, Outcome, items_phrase};
use crate::domain::shanghai;
use crate::service::applications::{self, Review};
use crate::service::bindings::{self, Act};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as application_table, Application};
use crate::store::case_persons::{self, CasePerson};
use crate::store::{Conn, StoreError, binding_requests};

pub(super) fn binding_reviewed(
    c: &mut Conn,
    app: &App,
    said: &BindingReviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let whose = Reviewed {
        application: said.application.clone(),
        result: said.result.clone(),
        reason: said.reason.clone(),
        account: said.account.clone(),
        unit_code: said.unit_code.clone(),
    };
    let (application, account) = reviewed(c, app, ApplicationKind::Binding, &whose, cause)?;
    let person = person_of(c, said)?;
    let role = match &person {
        Some(_) => Some(role_of(c, said, &application)?),
        None => None,
    };
    let review = review_of(
        application,
        &account,
        &said.result,
        said.reason.clone(),
        cause,
    )?;
    let outcome = review.outcome;
    let act = Act {
        actor: "upstream",
        at: cause.at,
    };
    let decided = match (person, role, outcome) {
        (Some(person), Some(role), Outcome::Approved) => {
            bindings::approve(c, app, review, &person, role, act)?
        }
        (Some(_), _, _) => {
            return Err(RecordError::bad(
                "data/person_number",
                "stands in a refusal; name a person only when result is approved",
            ));
        }
        (None, _, Outcome::Rejected) => bindings::reject(c, app, review, act)?,
        // Somebody else keeps the cases: the application is decided and nothing is shown here.
        (None, _, _) => applications::review(c, app, review, None)?,
    };
    tell_applicant(c, app, &decided, &account, (outcome, None), cause, effects)
}

/// The person in the case that an approval names.
fn person_of(c: &mut Conn, said: &BindingReviewed) -> Result<Option<CasePerson>, RecordError> {
    let (case, person) = match (&said.unified_number, &said.person_number) {
        (None, None) => return Ok(None),
        (Some(case), Some(person)) => (case, person),
        (None, Some(_)) => {
            return Err(RecordError::bad(
                "data/unified_number",
                "is missing; it is required beside person_number",
            ));
        }
        (Some(_), None) => {
            return Err(RecordError::bad(
                "data/person_number",
                "is missing; it is required beside unified_number",
            ));
        }
    };
    let found = case_persons::by_numbers(c, case, person)?;
    found.map(Some).ok_or_else(|| {
        RecordError::bad(
            "data/person_number",
            "no case here has this unified_number with this person",
        )
    })
}

/// As what the lawyer is bound: what the event says, else what was asked for.
fn role_of(
    c: &mut Conn,
    said: &BindingReviewed,
    application: &Application,
) -> Result<ApplicantRole, RecordError> {
    let asked = binding_requests::of(c, application.id)?.map(|request| request.applicant_role);
    let details: serde_json::Value =
        serde_json::from_str(&application.details).unwrap_or_else(|_| json!({}));
    let from_details = details
        .get("applicant_role")
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned);
    let word = said.applicant_role.clone().or(asked).or(from_details);
    word.as_deref()
        .and_then(ApplicantRole::parse)
        .ok_or_else(|| {
            RecordError::bad(
                "data/applicant_role",
                "is missing; it is required because the application does not say it",
            )
        })
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
        let replies = dated(details.get("replies"), &said.replies, cause.at);
        details.insert("replies".to_owned(), replies);
        details.insert("answer_remark".to_owned(), json!(said.remark));
    }
    let review = review_of(application, &account, &said.result, None, cause)?;
    let outcome = review.outcome;
    let decided = applications::review(c, app, review, Some(details.to_string()))?;
    let items = Some(items_phrase(&items));
    tell_applicant(c, app, &decided, &account, (outcome, items), cause, effects)
}

/// The replies, each with its day: one that says the same as before keeps the day it had.
fn dated(before: Option<&serde_json::Value>, replies: &[Reply], at: i64) -> serde_json::Value {
    let before = before.and_then(serde_json::Value::as_array);
    let dated = replies.iter().map(|reply| {
        let mut value = json!(reply);
        let same = before.into_iter().flatten().find(|old| {
            let field = |name| old.get(name).and_then(serde_json::Value::as_str);
            field("item") == Some(&reply.item)
                && field("decision") == Some(&reply.decision)
                && field("opinion") == reply.opinion.as_deref()
        });
        let kept = same.and_then(|old| old.get("replied_at")).cloned();
        if let Some(object) = value.as_object_mut() {
            object.insert("replied_at".to_owned(), kept.unwrap_or_else(|| json!(at)));
        }
        value
    });
    dated.collect()
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
        if kind == ApplicationKind::PasswordReset {
            // The person asked in WeChat; the site answers under a number of its own.
            let open = application_table::open_of_account(c, account.id, kind.as_str())?;
            if let Some(open) = open.into_iter().find(|one| one.unit_id == unit_id) {
                return Ok((open, account));
            }
        }
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
