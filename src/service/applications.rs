//! Applications: submitted, changed, decided. Each function does everything that belongs to it inside the caller's
//! transaction: the row, the account's state, the notices. Pages and the events of the upstream site call the same.

use crate::app::{App, random_hex};
use crate::domain::application::ApplicationKind;
use crate::domain::notice::{Fields, Outcome, mask_account};
use crate::domain::procuratorate::short_name;
use crate::domain::shanghai;
use crate::service::attachments;
use crate::service::effects::Effects;
use crate::service::error::RecordError;
use crate::service::notices::{self, Notice};
use crate::store::accounts::Account;
use crate::store::applications::{self as table, Application};
use crate::store::{Conn, StoreError, application_hands};

/// Something is applied for.
pub struct Submission<'a> {
    /// What.
    pub kind: ApplicationKind,
    /// By whom.
    pub account: &'a Account,
    /// Who decides.
    pub unit_id: &'a str,
    /// The number people know; `None`: one is made.
    pub number: Option<String>,
    /// It changes an earlier one.
    pub is_change: bool,
    /// What the page shows, a JSON object.
    pub details: serde_json::Value,
    /// 阅卷等3项, for an appointment.
    pub items: Option<String>,
    /// Milliseconds UTC.
    pub at: i64,
    /// What caused it, for the notices' `dedupe_key`.
    pub cause: &'a str,
}

/// Something was decided.
pub struct Review<'a> {
    /// The application as it was read in this transaction.
    pub application: Application,
    /// Whose it is.
    pub account: &'a Account,
    /// What was decided.
    pub outcome: Outcome,
    /// Why it was not granted.
    pub reason: Option<String>,
    /// Milliseconds UTC.
    pub at: i64,
}

/// Stores a submission and tells the managers of the unit.
///
/// # Errors
/// [`RecordError::Bad`] when the account may not apply or the number is another's, [`RecordError::Conflict`] when it was
/// decided before.
pub fn submit(
    c: &mut Conn,
    app: &App,
    submission: &Submission<'_>,
    effects: &mut Effects,
) -> Result<Application, RecordError> {
    let kind = submission.kind;
    if !kind.is_for(&submission.account.role) {
        return Err(RecordError::bad(
            "data/account",
            "belongs to an account whose role may not apply for this",
        ));
    }
    let known = match &submission.number {
        Some(number) => table::by_external_id(c, number)?,
        None => None,
    };
    let number = submission.number.clone();
    let number = number.unwrap_or_else(|| format!("JX{}", random_hex::<6>().to_uppercase()));
    let application = match known {
        Some(known) => change(c, app, submission, known)?,
        None => add(c, app, submission, number)?,
    };
    tell_managers(c, app, submission, &application, effects)?;
    Ok(application)
}

fn add(
    c: &mut Conn,
    app: &App,
    submission: &Submission<'_>,
    number: String,
) -> Result<Application, RecordError> {
    let kind = submission.kind;
    if kind == ApplicationKind::PasswordReset {
        let open = table::open_of_account(c, submission.account.id, kind.as_str())?;
        if open.iter().any(|open| open.unit_id == submission.unit_id) {
            return Err(RecordError::conflict(
                "data/account",
                "has a request to this procuratorate that is not decided yet",
            ));
        }
    }
    let now = app.clock.now_ms();
    let application = Application {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        external_id: Some(number),
        kind: kind.as_str().to_owned(),
        account_id: submission.account.id,
        unit_id: submission.unit_id.to_owned(),
        state: "pending".to_owned(),
        is_change: submission.is_change,
        reason: None,
        details: submission.details.to_string(),
        submitted_at: submission.at,
        decided_at: None,
        remind_at: remind_at(app, now),
        version: 1,
    };
    insert(c, &application)?;
    Ok(application)
}

/// The number is known: the same application with other contents, undecided again.
fn change(
    c: &mut Conn,
    app: &App,
    submission: &Submission<'_>,
    known: Application,
) -> Result<Application, RecordError> {
    if known.kind != submission.kind.as_str() || known.account_id != submission.account.id {
        return Err(RecordError::bad(
            "data/application",
            "is the number of another application",
        ));
    }
    let may_change = match submission.kind {
        ApplicationKind::Registration => true,
        ApplicationKind::Binding => known.decided_at.is_none() || known.state == "rejected",
        ApplicationKind::Appointment | ApplicationKind::PasswordReset => false,
    };
    if !may_change {
        return Err(RecordError::conflict(
            "data/application",
            "was submitted before and cannot be changed any more",
        ));
    }
    let changed = Application {
        unit_id: submission.unit_id.to_owned(),
        state: "pending".to_owned(),
        is_change: true,
        reason: None,
        details: submission.details.to_string(),
        submitted_at: submission.at,
        decided_at: None,
        remind_at: remind_at(app, app.clock.now_ms()),
        ..known
    };
    // It waits anew, perhaps at another unit: whoever had it has it no more.
    application_hands::forget(c, changed.id)?;
    table::forget_reminders(c, changed.id)?;
    store(c, changed)
}

/// Stores a decision. Who is to be told, and how, depends on what was applied for: the caller does it.
///
/// # Errors
/// [`RecordError::Conflict`] when it was decided before, also by somebody at the same moment.
pub fn review(
    c: &mut Conn,
    app: &App,
    review: Review<'_>,
    details: Option<String>,
) -> Result<Application, RecordError> {
    let before = review.application;
    if before.decided_at.is_some() {
        return Err(RecordError::conflict(
            "data/application",
            "was decided before",
        ));
    }
    let is_final = review.outcome.is_final();
    if review.outcome == Outcome::Rejected {
        attachments::refused(c, app, before.id)?;
    }
    let decided = Application {
        state: review.outcome.as_str().to_owned(),
        reason: review.reason,
        details: details.unwrap_or_else(|| before.details.clone()),
        decided_at: is_final.then_some(review.at),
        remind_at: if is_final {
            None
        } else {
            remind_at(app, app.clock.now_ms())
        },
        ..before
    };
    store(c, decided)
}

/// Adds an application that was never submitted here but is decided now.
///
/// # Errors
/// When the account may not apply for it.
pub fn adopt(
    c: &mut Conn,
    app: &App,
    kind: ApplicationKind,
    (account, unit_id): (&Account, &str),
    number: &str,
    at: i64,
) -> Result<Application, RecordError> {
    if !kind.is_for(&account.role) {
        return Err(RecordError::bad(
            "data/account",
            "belongs to an account whose role may not apply for this",
        ));
    }
    let now = app.clock.now_ms();
    let application = Application {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        external_id: Some(number.to_owned()),
        kind: kind.as_str().to_owned(),
        account_id: account.id,
        unit_id: unit_id.to_owned(),
        state: "pending".to_owned(),
        is_change: false,
        reason: None,
        details: "{}".to_owned(),
        submitted_at: at,
        decided_at: None,
        remind_at: None,
        version: 1,
    };
    insert(c, &application)?;
    Ok(application)
}

/// Tells the managers of an undecided application, at first or again.
///
/// # Errors
/// When a value does not fit the template, or the database refuses.
pub fn tell_again(
    c: &mut Conn,
    app: &App,
    application: &Application,
    account: &Account,
    cause: &str,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let Some(kind) = ApplicationKind::parse(&application.kind) else {
        return Ok(());
    };
    let task = format!("{}（再次提醒）", kind.task(application.is_change));
    let mut fields = to_do_fields(c, app, application, account, kind)?;
    fields.insert("task".to_owned(), task);
    let notice = Notice {
        kind: kind.submitted(),
        unit_id: application.unit_id.clone(),
        fields,
        cause: cause.to_owned(),
        order_key: None,
    };
    let reached = notices::to_managers(c, app, &notice, "again")?;
    effects.add_to_dos(notice.kind, &reached);
    Ok(())
}

fn tell_managers(
    c: &mut Conn,
    app: &App,
    submission: &Submission<'_>,
    application: &Application,
    effects: &mut Effects,
) -> Result<(), RecordError> {
    let kind = submission.kind;
    let mut fields = to_do_fields(c, app, application, submission.account, kind)?;
    if let Some(items) = &submission.items {
        fields.insert("items".to_owned(), items.clone());
    }
    let notice = Notice {
        kind: kind.submitted(),
        unit_id: application.unit_id.clone(),
        fields,
        cause: submission.cause.to_owned(),
        order_key: None,
    };
    let reached = notices::to_managers(c, app, &notice, "first")?;
    effects.add_to_dos(notice.kind, &reached);
    Ok(())
}

/// What a to-do says of an application.
///
/// # Errors
/// When the database refuses.
pub(in crate::service) fn to_do_fields(
    c: &mut Conn,
    app: &App,
    application: &Application,
    account: &Account,
    kind: ApplicationKind,
) -> Result<Fields, RecordError> {
    let pending = table::count_open(c, &application.unit_id, kind.as_str())?;
    let mut fields = result_fields(app, application, account);
    for (name, value) in [
        ("task", kind.task(application.is_change).to_owned()),
        ("state", "已提交，待审核".to_owned()),
        ("time", shanghai::minute_text(application.submitted_at)),
        ("count", "1".to_owned()),
        ("pending", pending.to_string()),
    ] {
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

/// What every notice about an application says: masked account, number, unit; and what it is about, for the page.
pub fn result_fields(app: &App, application: &Application, account: &Account) -> Fields {
    Fields::from(
        [
            ("applicant", mask_account(&account.login_name)),
            (
                "application",
                application.external_id.clone().unwrap_or_default(),
            ),
            ("unit", unit_name(app, &application.unit_id)),
            ("subject", format!("application:{}", application.public_id)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

/// The short name of a unit.
pub fn unit_name(app: &App, unit_id: &str) -> String {
    let tree = &app.units().tree;
    tree.by_code(unit_id)
        .map_or_else(|| unit_id.to_owned(), |unit| short_name(&unit.name))
}

/// When managers are told again of something that comes in at `now`.
fn remind_at(app: &App, now: i64) -> Option<i64> {
    match app.settings.push.remind_after_hours {
        0 => None,
        hours => app.office().office_hours.after(now, hours * 60),
    }
}

fn insert(c: &mut Conn, application: &Application) -> Result<(), RecordError> {
    match table::insert(c, application).map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(RecordError::conflict(
            "data/application",
            "is being submitted by another request; send it again",
        )),
        Err(error) => Err(error.into()),
    }
}

fn store(c: &mut Conn, application: Application) -> Result<Application, RecordError> {
    if table::update(c, &application)? {
        return Ok(Application {
            version: application.version + 1,
            ..application
        });
    }
    Err(RecordError::conflict(
        "data/application",
        "was changed by somebody else at this moment; read it again",
    ))
}
