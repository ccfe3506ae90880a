//! 案管后台 in WeChat: what waits in the manager's unit, and the two simple decisions, registrations and forgotten
//! passwords (decision 19). Who looks comes from the page session, the unit from the manager's account; whoever asks has
//! shown the second factor before anything but numbers is read.

use std::sync::Arc;

use crate::app::App;
use crate::domain::application::ApplicationKind;
use crate::domain::desk::Duty;
use crate::domain::office_hours::Due;
use crate::service::attachments::{self, Shown};
use crate::service::bindings::full_name;
use crate::service::decisions::{self, Decided, Refused, Target, Verdict};
use crate::service::desk::{self, Manager};
use crate::service::desk_queue::{Queue, View};
use crate::service::error::{RecordError, ServiceError};
use crate::service::phones;
use crate::service::registrations::{self, Standing};
use crate::store::accounts::{self, Account};
use crate::store::applications::Application;
use crate::store::desk_applications::{self as table, Filter};
use crate::store::{StoreError, home, links};

/// The kinds in the order of the page; the first two are decided here.
pub const KINDS: [ApplicationKind; 4] = [
    ApplicationKind::Registration,
    ApplicationKind::PasswordReset,
    ApplicationKind::Binding,
    ApplicationKind::Appointment,
];

/// Whether a kind is decided on the phone; the others are listed.
pub fn is_decided_here(kind: ApplicationKind) -> bool {
    matches!(
        kind,
        ApplicationKind::Registration | ApplicationKind::PasswordReset
    )
}

/// The manager behind a WeChat account who may decide applications; `None` for everybody else.
///
/// # Errors
/// When the database does not answer.
pub async fn reviewer(app: &App, account: &Account) -> Result<Option<Manager>, ServiceError> {
    let manager = desk::on_phone(app, account).await?;
    Ok(manager.filter(|manager| manager.has(Duty::Reviewer)))
}

/// How much of a kind waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub kind: ApplicationKind,
    /// Undecided.
    pub count: i64,
    /// Of these, so many wait longer than they should.
    pub overdue: i64,
}

/// What waits in the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The procuratorate's full name.
    pub unit_name: String,
    /// By kind, in the order of [`KINDS`].
    pub waiting: Vec<Waiting>,
    /// Persons to be telephoned.
    pub calls: i64,
}

/// What waits in the manager's unit, in numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(app: &Arc<App>, manager: &Manager) -> Result<Overview, ServiceError> {
    let (desk, scope) = (Arc::clone(app), manager.scope());
    let counted = app.db.read(move |c| -> Result<_, StoreError> {
        let now = desk.clock.now_ms();
        let counts = table::count_waiting(c, &scope)?;
        let mut waiting = Vec::with_capacity(KINDS.len());
        for kind in KINDS {
            let count = counts.iter().find(|(word, _)| word == kind.as_str());
            let before = desk
                .office()
                .office_hours
                .overdue_before(days(&desk, kind), now);
            waiting.push(Waiting {
                kind,
                count: count.map_or(0, |(_, count)| *count),
                overdue: table::count_before(c, &scope, kind.as_str(), before)?,
            });
        }
        Ok((waiting, home::calls(c, scope.unit_id())?))
    });
    let (waiting, calls) = counted.await?;
    Ok(Overview {
        unit_name: full_name(app, &manager.account.unit_id),
        waiting,
        calls,
    })
}

/// Working days that a kind may wait.
fn days(app: &App, kind: ApplicationKind) -> u32 {
    let applications = &app.settings.applications;
    let days = match kind {
        ApplicationKind::Registration => applications.registration_days,
        ApplicationKind::Binding => applications.binding_days,
        ApplicationKind::Appointment => applications.appointment_days,
        ApplicationKind::PasswordReset => applications.reset_days,
    };
    u32::try_from(days).unwrap_or(3)
}

/// A row of a list.
#[derive(Clone)]
pub struct Row {
    /// The application.
    pub application: Application,
    /// The applicant's name.
    pub name: String,
    /// How long it may still wait.
    pub due: Due,
}

/// What waits of a kind, oldest first; behind the application with the public id `after`. A look is written down as at the
/// console, for rows show names.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    app: &Arc<App>,
    manager: &Manager,
    kind: ApplicationKind,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<Row>, ServiceError> {
    let scope = manager.scope();
    let filter = Filter {
        kind: kind.as_str(),
        ..Filter::default()
    };
    let subject = format!("queue:{}:{}", Queue::of(kind).word(), View::Waiting.word());
    let (desk, clerk) = (Arc::clone(app), manager.clone());
    let found = app
        .db
        .write(move |c| -> Result<_, StoreError> {
            clerk.note(c, &desk, "queue.viewed", subject)?;
            let last = match &after {
                Some(after) => table::one(c, &scope, after)?,
                None => None,
            };
            let place = last.map(|last| (last.submitted_at, last.id));
            Ok(table::page(c, &scope, &filter, place, limit)?)
        })
        .await?;
    let (days, now) = (days(app, kind), app.clock.now_ms());
    let row = |(application, account): (Application, Account)| Row {
        due: app
            .office()
            .office_hours
            .due(application.submitted_at, days, now),
        name: account.display_name,
        application,
    };
    Ok(found.into_iter().map(row).collect())
}

/// One application that is decided on the phone.
#[derive(Clone)]
pub struct Detail {
    /// Registration or forgotten password.
    pub kind: ApplicationKind,
    /// The application.
    pub application: Application,
    /// Whose it is.
    pub account: Account,
    /// How long it may still wait.
    pub due: Due,
    /// A follower has the account: a new password goes by WeChat, else somebody telephones.
    pub is_linked: bool,
    /// The telephone number, its middle hidden; empty when there is none.
    pub phone: String,
    /// What a lawyer says now and what was approved before; for a registration.
    pub standing: Standing,
    /// Scans.
    pub files: Vec<Shown>,
}

/// One application of the manager's unit; the look is written down.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is another unit's, or of a kind that is not decided here.
pub async fn one(
    app: &Arc<App>,
    manager: &Manager,
    public_id: &str,
) -> Result<Detail, ServiceError> {
    let (desk, clerk, id) = (Arc::clone(app), manager.clone(), public_id.to_owned());
    let seen = app.db.write(move |c| -> Result<_, RecordError> {
        let application = table::one(c, &clerk.scope(), &id)?;
        let Some((application, kind)) = application.and_then(decided_here) else {
            return Ok(None);
        };
        let Some(account) = accounts::by_id(c, application.account_id)? else {
            return Ok(None);
        };
        let subject = format!("application:{}", application.public_id);
        clerk.note(c, &desk, "application.viewed", subject)?;
        let files = attachments::of_application(c, &desk, application.id).unwrap_or_default();
        let is_linked = links::of_account(c, account.id)?.is_some();
        // What this application says: the account's newest revision may be meant for another unit.
        let standing = match kind {
            ApplicationKind::Registration => registrations::around(c, &desk, &application)?.0,
            ApplicationKind::Binding
            | ApplicationKind::Appointment
            | ApplicationKind::PasswordReset => Standing::default(),
        };
        Ok(Some((
            (application, kind),
            account,
            files,
            is_linked,
            standing,
        )))
    });
    let found = seen.await.map_err(unreadable)?;
    let ((application, kind), account, files, is_linked, standing) =
        found.ok_or(ServiceError::NotFound)?;
    let said = standing.latest.as_ref();
    let phone = said.map(|known| known.registration.phone.clone());
    let phone = phone.or_else(|| phones::of(app, &account));
    let now = app.clock.now_ms();
    Ok(Detail {
        due: app
            .office()
            .office_hours
            .due(application.submitted_at, days(app, kind), now),
        phone: phones::mask(&phone.unwrap_or_default()),
        kind,
        application,
        account,
        is_linked,
        standing,
        files,
    })
}

fn unreadable(error: RecordError) -> ServiceError {
    match error {
        RecordError::Store(error) => error.into(),
        error => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an application cannot be opened"
            );
            StoreError::Stopped.into()
        }
    }
}

fn decided_here(application: Application) -> Option<(Application, ApplicationKind)> {
    let kind = ApplicationKind::parse(&application.kind)?;
    is_decided_here(kind).then_some((application, kind))
}

/// Decides an application on the phone, as the console does: same locks, same audit, same notice.
///
/// # Errors
/// [`Refused`]; nothing is stored then.
pub async fn decide(
    app: &Arc<App>,
    manager: &Manager,
    (kind, target): (ApplicationKind, Target),
    verdict: Verdict,
) -> Result<Decided, Refused> {
    match kind {
        ApplicationKind::Registration => {
            decisions::registration::review(app, manager, target, verdict).await
        }
        ApplicationKind::PasswordReset => {
            decisions::reset::review(app, manager, target, verdict).await
        }
        ApplicationKind::Binding | ApplicationKind::Appointment => Err(Refused::NotFound),
    }
}
