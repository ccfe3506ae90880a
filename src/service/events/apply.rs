//! What each of the nine events does.

use serde_json::json;

use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::domain::application::ApplicationKind;
use crate::domain::event::{
    AppointmentReviewed, AppointmentSubmitted, BindingSubmitted, Body, CaseProgressChanged, Lawyer,
    PasswordResetRequested, RegistrationSubmitted, Reviewed, hash,
};
use crate::domain::notice::{Fields, Item, Kind, Outcome, items_phrase, mask_case_number};
use crate::domain::shanghai;
use crate::service::applications::{self, Review, Submission};
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::service::resets::{self, Fresh};
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as application_table, Application};
use crate::store::case_changes::{self, CaseChange};
use crate::store::{Conn, StoreError};

/// Where an event comes from, as the rows it makes remember it.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Tells this event from all others; with the receiver it makes a notice's `dedupe_key`.
    pub key: String,
    /// When it happened, milliseconds UTC.
    pub at: i64,
}

/// Does what the event says, in the caller's transaction.
///
/// # Errors
/// [`RecordError::Bad`] or [`RecordError::Conflict`] with the field at fault; the caller rolls back.
pub fn apply(
    c: &mut Conn,
    app: &App,
    body: &Body,
    cause: &Cause,
    fresh: Option<&Fresh>,
) -> Result<Effects, RecordError> {
    let mut effects = Effects::default();
    let effect = &mut effects;
    match body {
        Body::RegistrationSubmitted(said) => registration_submitted(c, app, said, cause, effect)?,
        Body::BindingSubmitted(said) => binding_submitted(c, app, said, cause, effect)?,
        Body::AppointmentSubmitted(said) => appointment_submitted(c, app, said, cause, effect)?,
        Body::PasswordResetRequested(said) => reset_requested(c, app, said, cause, effect)?,
        Body::RegistrationReviewed(said) => registration_reviewed(c, app, said, cause, effect)?,
        Body::BindingReviewed(said) => binding_reviewed(c, app, said, cause, effect)?,
        Body::AppointmentReviewed(said) => appointment_reviewed(c, app, said, cause, effect)?,
        Body::PasswordResetDone(said) => {
            let Some(fresh) = fresh else {
                return Err(RecordError::Store(StoreError::Stopped));
            };
            let (application, account) =
                reviewed(c, app, ApplicationKind::PasswordReset, said, cause)?;
            let review = review_of(
                application,
                &account,
                &said.result,
                said.reason.clone(),
                cause,
            )?;
            resets::decide(c, app, review, fresh, &cause.key, effect)?;
        }
        Body::CaseProgressChanged(said) => progress_changed(c, app, said, cause, effect)?,
    }
    Ok(effects)
}

fn registration_submitted(
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
    applications::submit(c, app, submission, effects)?;
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

fn binding_submitted(
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
    applications::submit(c, app, submission, effects)?;
    Ok(())
}

fn appointment_submitted(
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
    applications::submit(c, app, submission, effects)?;
    Ok(())
}

fn reset_requested(
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
    applications::submit(c, app, submission, effects)?;
    Ok(())
}

fn registration_reviewed(
    c: &mut Conn,
    app: &App,
    said: &Reviewed,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let (application, mut account) = reviewed(c, app, ApplicationKind::Registration, said, cause)?;
    let review = review_of(
        application,
        &account,
        &said.result,
        said.reason.clone(),
        cause,
    )?;
    let outcome = review.outcome;
    let decided = applications::review(c, app, review, None)?;
    if account.state != "disabled" {
        account.state = match outcome {
            Outcome::Approved => "active",
            _ => "rejected",
        }
        .to_owned();
        account.updated_at = app.clock.now_ms();
        store_account(c, &account)?;
    }
    tell_applicant(c, app, &decided, &account, (outcome, None), cause, effects)
}

fn binding_reviewed(
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

fn appointment_reviewed(
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
fn reviewed(
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

fn review_of<'a>(
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

fn tell_applicant(
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

fn progress_changed(
    c: &mut Conn,
    app: &App,
    said: &CaseProgressChanged,
    cause: &Cause,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let unit_id = unit(app, &said.unit_code, "data/unit_code")?;
    let mut told: Vec<Account> = Vec::new();
    for (at, external_id) in said.accounts.iter().enumerate() {
        let field = format!("data/accounts/{at}");
        let account = account(c, external_id, &field)?;
        if account.role == "manager" {
            return Err(RecordError::bad(
                &field,
                "belongs to a manager; cases belong to lawyers and parties",
            ));
        }
        if told.iter().any(|other| other.id == account.id) {
            return Err(RecordError::bad(&field, "appears twice; send it once"));
        }
        told.push(account);
    }
    let watched = said.changes.iter().any(|change| change.is_watched());
    let now = app.clock.now_ms();
    // Links are locked in the order of their keys wherever several are.
    told.sort_by_key(|account| account.id);
    for account in &told {
        let change = CaseChange {
            id: app.ids.next(now),
            public_id: random_hex::<16>(),
            account_id: account.id,
            unit_id: unit_id.clone(),
            case_number: said.case_number.clone(),
            changes: json!({ "case_name": said.case_name, "changes": said.changes }).to_string(),
            changed_at: cause.at,
            created_at: now,
        };
        case_changes::insert(c, &change)?;
        if !watched {
            continue;
        }
        let fields = Fields::from(
            [
                ("case", mask_case_number(&said.case_number)),
                ("change", "程序信息更新".to_owned()),
                ("unit", applications::unit_name(app, &unit_id)),
                ("time", shanghai::minute_text(cause.at)),
                ("hint", "请点击查看详情".to_owned()),
                ("subject", format!("case_change:{}", change.public_id)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let notice = Notice {
            kind: Kind::CaseProgressChanged,
            unit_id: unit_id.clone(),
            fields,
            cause: cause.key.clone(),
            order_key: Some(hash(&format!("{}:{}", account.id, said.case_number))),
        };
        let reached = notices::to_account(c, app, &notice, account, None)?;
        effects.add(notice.kind, reached);
    }
    Ok(())
}

fn unit(app: &App, code: &str, field: &str) -> Result<String, RecordError> {
    let book = app.units();
    let unit = book.tree.by_code(code).ok_or_else(|| {
        RecordError::bad(
            field,
            "no procuratorate has this unit_id or code_alias: see config/procuratorates.csv",
        )
    })?;
    Ok(unit.unit_id.as_str().to_owned())
}

fn account(c: &mut Conn, external_id: &str, field: &str) -> Result<Account, RecordError> {
    accounts::by_external_id(c, external_id)?
        .ok_or_else(|| RecordError::bad(field, "no account has this external_id"))
}
