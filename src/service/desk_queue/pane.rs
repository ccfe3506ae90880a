//! One application, opened to be decided: what it says, what was approved before, what proves it, what became of earlier
//! ones. Opening it is an entry of the audit.

use std::sync::Arc;

use super::find_case::{self, Sought};
use super::list::{self, Row};
use super::{Queue, note, reviewer};
use crate::app::App;
use crate::app::seal::Place;
use crate::config::Secret;
use crate::domain::registration::{Change, Registration};
use crate::service::appointments::{self, Appointment};
use crate::service::attachments::{self, Shown};
use crate::service::bindings::{self, Request, full_name};
use crate::service::claims;
use crate::service::decisions;
use crate::service::desk::Manager;
use crate::service::error::{RecordError, ServiceError};
use crate::service::registrations::{self, Known};
use crate::store::accounts::{self, Account};
use crate::store::application_hands as hands;
use crate::store::applications::{self as table, Application};
use crate::store::case_bindings;
use crate::store::{Conn, StoreError, desk_applications, desk_cases, links};

/// Earlier applications of the same person that are shown.
const PAST: i64 = 6;

/// What every application has.
#[derive(Clone)]
pub struct Head {
    /// As it stands in the list.
    pub row: Row,
    /// The version that a decision names.
    pub version: i64,
    /// Why it was not granted.
    pub reason: String,
    /// Whose.
    pub account: Account,
    /// Where the account was audited.
    pub account_unit: String,
    /// The telephone number; the page hides it until it is asked for.
    pub phone: Option<Secret>,
    /// The account is linked to a follower.
    pub is_linked: bool,
    /// What was handed in with it.
    pub files: Vec<Shown>,
    /// Earlier ones of the same kind in this unit, newest first.
    pub past: Vec<Past>,
}

/// An earlier one.
#[derive(Clone, Debug)]
pub struct Past {
    /// For addresses; `None`: only a revision of this very application.
    pub public_id: Option<String>,
    /// What it is about.
    pub about: String,
    /// The word of the state.
    pub state: String,
    /// Why it was not granted.
    pub reason: String,
    /// Milliseconds UTC.
    pub submitted_at: i64,
    /// Milliseconds UTC.
    pub decided_at: Option<i64>,
}

/// 律师注册, or a change of it.
#[derive(Clone)]
pub struct RegistrationPane {
    /// What every application has.
    pub head: Head,
    /// What it says; `None`: it came through the interface of the upstream site.
    pub said: Option<Registration>,
    /// What it changes of what was approved.
    pub diff: Vec<Change>,
    /// There is something approved before it.
    pub is_change: bool,
    /// Which text was agreed to.
    pub consent: String,
    /// Public ids of the papers that were not there when it was approved last.
    pub new_files: Vec<String>,
}

/// 案件绑定.
#[derive(Clone)]
pub struct BindingPane {
    /// What every application has.
    pub head: Head,
    /// What it says.
    pub request: Request,
    /// What the lawyer was audited with; `None`: the account came from elsewhere.
    pub lawyer: Option<Registration>,
    /// The search and what it found; nothing once it is decided.
    pub sought: Sought,
    /// The binding that was granted, as long as it is good.
    pub bound: Option<Bound>,
    /// Who ended it, if that was a manager here, and when, milliseconds UTC.
    pub ended: Option<(Option<String>, i64)>,
}

/// A binding that is good.
#[derive(Clone)]
pub struct Bound {
    /// 案件名称.
    pub case_name: String,
    /// 部门受案号.
    pub case_number: String,
    /// Whom.
    pub person: String,
    /// As what.
    pub role: String,
    /// Milliseconds UTC.
    pub since: i64,
}

/// 预约.
#[derive(Clone)]
pub struct AppointmentPane {
    /// What every application has.
    pub head: Head,
    /// What it says and what was answered.
    pub appointment: Appointment,
    /// 当事人, as long as the binding is good.
    pub person: Option<String>,
    /// Why nothing may be agreed to any more.
    pub hindrance: Option<&'static str>,
}

/// 找回密码.
#[derive(Clone)]
pub struct ResetPane {
    /// What every application has.
    pub head: Head,
    /// Whether it came from the follower that the account is linked to; `None`: it did not come from WeChat.
    pub by_own_follower: Option<bool>,
}

/// An application, opened.
#[derive(Clone)]
pub enum Pane {
    /// 律师注册.
    Registration(Box<RegistrationPane>),
    /// 案件绑定.
    Binding(Box<BindingPane>),
    /// 预约.
    Appointment(Box<AppointmentPane>),
    /// 找回密码.
    Reset(Box<ResetPane>),
}

impl Pane {
    /// What every application has.
    pub fn head(&self) -> &Head {
        match self {
            Self::Registration(pane) => &pane.head,
            Self::Binding(pane) => &pane.head,
            Self::Appointment(pane) => &pane.head,
            Self::Reset(pane) => &pane.head,
        }
    }
}

/// Opens an application of the manager's unit; `typed` is what the manager looks for a case with.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not there, or not this unit's.
pub async fn open(
    app: &Arc<App>,
    manager: &Manager,
    (queue, public_id): (Queue, &str),
    typed: &str,
) -> Result<Pane, ServiceError> {
    reviewer(manager)?;
    let kind = queue.kind().ok_or(ServiceError::NotFound)?;
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let (public_id, typed) = (public_id.to_owned(), typed.to_owned());
    let seen = app.db.write(move |c| -> Result<_, RecordError> {
        let app = &*desk;
        let found = desk_applications::one(c, &manager.scope(), &public_id)?;
        let Some(application) = found.filter(|one| one.kind == kind.as_str()) else {
            return Ok(None);
        };
        let Some(account) = accounts::by_id(c, application.account_id)? else {
            return Ok(None);
        };
        let now = app.clock.now_ms();
        let subject = format!("application:{public_id}");
        note(c, (&manager.actor(), now), "application.viewed", subject)?;
        let head = head(c, app, &manager, (queue, &application, account))?;
        Ok(Some(match queue {
            Queue::Binding => {
                let pane = binding(c, app, &manager, (head, application, &typed))?;
                Pane::Binding(Box::new(pane))
            }
            Queue::Appointment => {
                let pane = appointment(c, app, &manager, (head, application))?;
                Pane::Appointment(Box::new(pane))
            }
            Queue::Reset => Pane::Reset(Box::new(reset(head, &application))),
            Queue::Registration | Queue::Phone => {
                Pane::Registration(Box::new(registration(c, app, (head, &application))?))
            }
        }))
    });
    match seen.await {
        Ok(pane) => pane.ok_or(ServiceError::NotFound),
        Err(RecordError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an application cannot be opened"
            );
            Err(StoreError::Stopped.into())
        }
    }
}

fn head(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (queue, application, account): (Queue, &Application, Account),
) -> Result<Head, RecordError> {
    let hand = hands::of_one(c, application.id)?;
    let people: Vec<i64> = [hand.claimed_by, hand.decided_by]
        .into_iter()
        .flatten()
        .collect();
    let names = accounts::names(c, &people)?;
    let since = app.clock.now_ms() - claims::life_ms(app);
    let whose = (application, &account);
    let row = list::row(app, queue, whose, hand, (manager.account.id, since), &names);
    Ok(Head {
        row,
        version: application.version,
        reason: application.reason.clone().unwrap_or_default(),
        account_unit: full_name(app, &account.unit_id),
        phone: super::phone::phone_of(app, &account),
        is_linked: links::of_account(c, account.id)?.is_some(),
        files: attachments::of_application(c, app, application.id)?,
        past: past(c, manager, application)?,
        account,
    })
}

fn past(
    c: &mut Conn,
    manager: &Manager,
    application: &Application,
) -> Result<Vec<Past>, StoreError> {
    let range = (0, PAST);
    let account = application.account_id;
    let all = table::list_of_account(c, account, &application.kind, &[], range)?;
    // What the person asked of other units is not this unit's business.
    let own = all
        .into_iter()
        .filter(|one| one.id != application.id && manager.scope().covers(&one.unit_id));
    let past = own.map(|one| Past {
        about: list::about(&one),
        state: one.state,
        reason: one.reason.unwrap_or_default(),
        submitted_at: one.submitted_at,
        decided_at: one.decided_at,
        public_id: Some(one.public_id),
    });
    Ok(past.collect())
}

fn registration(
    c: &mut Conn,
    app: &App,
    (mut head, application): (Head, &Application),
) -> Result<RegistrationPane, RecordError> {
    let (standing, revisions) = registrations::around(c, app, application)?;
    let earlier = |one: &&Known| {
        let own = standing.latest.as_ref().map(|own| own.number);
        Some(one.number) != own && one.unit_id == application.unit_id
    };
    for one in revisions.iter().rev().filter(earlier) {
        head.past.push(Past {
            public_id: None,
            about: format!("第{}次提交", one.number),
            state: one.state.clone(),
            reason: one.reason.clone().unwrap_or_default(),
            submitted_at: one.submitted_at,
            decided_at: one.decided_at,
        });
    }
    if let Some(said) = &standing.latest {
        head.phone = Some(Secret::new(said.registration.phone.clone()));
    }
    let before = standing.approved.as_ref().map(|known| &known.files);
    let is_new =
        |id: &String| before.is_some_and(|before| before.iter().all(|one| one.public_id != *id));
    let files = standing.latest.iter().flat_map(|known| &known.files);
    let new_files = files.map(|one| one.public_id.clone()).filter(is_new);
    Ok(RegistrationPane {
        new_files: new_files.collect(),
        diff: standing.diff(),
        is_change: standing.approved.is_some(),
        consent: standing
            .latest
            .as_ref()
            .map(|said| said.consent_version.clone())
            .unwrap_or_default(),
        said: standing.latest.map(|said| said.registration),
        head,
    })
}

fn binding(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (head, application, typed): (Head, Application, &str),
) -> Result<BindingPane, RecordError> {
    let is_open = application.decided_at.is_none();
    let asking = bindings::filled(c, app, application.clone())?;
    let lawyer = approved(c, app, &head.account)?;
    let sought = match is_open {
        true => {
            let whose = (&head.account, &asking.request);
            let sought = find_case::find(c, app, &manager.scope(), whose, typed)?;
            note_search(c, app, manager, &application, &sought)?;
            sought
        }
        false => Sought::default(),
    };
    Ok(BindingPane {
        bound: bound(c, app, manager, &application)?,
        ended: ended(c, &application)?,
        head,
        request: asking.request,
        lawyer,
        sought,
    })
}

/// Which persons of which cases a search showed (R-I.10). What was typed may be somebody's name: it stands as a keyed hash,
/// so that the same search is known again and no other one is told.
fn note_search(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    application: &Application,
    sought: &Sought,
) -> Result<(), StoreError> {
    let persons: Vec<&str> = sought
        .candidates
        .iter()
        .map(|one| one.person.as_str())
        .collect();
    let mut subject = format!(
        "application:{} persons:{}",
        application.public_id,
        persons.join(",")
    );
    if !sought.typed.is_empty() {
        let typed = app.blind.of("case_search", &sought.typed);
        subject.push_str(" typed:");
        subject.push_str(&typed);
    }
    let when = app.clock.now_ms();
    note(c, (&manager.actor(), when), "cases.searched", subject)
}

/// A person in a case is shown beside an application (R-I.10).
fn note_person(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (binding, person): (&str, &str),
) -> Result<(), StoreError> {
    let subject = format!("binding:{binding} person:{person}");
    let when = app.clock.now_ms();
    note(c, (&manager.actor(), when), "case.viewed", subject)
}

/// What an account was approved with last.
fn approved(
    c: &mut Conn,
    app: &App,
    account: &Account,
) -> Result<Option<Registration>, RecordError> {
    let newest = table::newest_of_account(c, account.id, "registration")?;
    let Some(newest) = newest else {
        return Ok(None);
    };
    let (standing, _) = registrations::around(c, app, &newest)?;
    let latest = standing.latest.filter(|known| known.state == "approved");
    Ok(latest.or(standing.approved).map(|known| known.registration))
}

fn ended(
    c: &mut Conn,
    application: &Application,
) -> Result<Option<(Option<String>, i64)>, StoreError> {
    let ended = case_bindings::ended_of_application(c, application.id)?;
    let Some(at) = ended.and_then(|binding| binding.revoked_at) else {
        return Ok(None);
    };
    let who = hands::of_one(c, application.id)?.revoked_by;
    Ok(Some((claims::name_of(c, who)?, at)))
}

fn bound(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    application: &Application,
) -> Result<Option<Bound>, RecordError> {
    let Some(binding) = case_bindings::held_for_application(c, application.id)? else {
        return Ok(None);
    };
    let found = desk_cases::by_person(c, &manager.scope(), binding.case_person_id)?;
    if let Some((_, person)) = &found {
        let shown = (binding.public_id.as_str(), person.public_id.as_str());
        note_person(c, app, manager, shown)?;
    }
    Ok(found.map(|(case, person)| Bound {
        case_name: case.name,
        case_number: case.department_number,
        person: find_case::name_of(app, &person),
        role: crate::domain::binding::ApplicantRole::parse(&binding.applicant_role)
            .map_or("", crate::domain::binding::ApplicantRole::title)
            .to_owned(),
        since: binding.created_at,
    }))
}

fn appointment(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    (head, application): (Head, Application),
) -> Result<AppointmentPane, RecordError> {
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let binding = details.get("binding").and_then(serde_json::Value::as_str);
    let bound = match binding {
        Some(id) => case_bindings::one_of_account(c, application.account_id, id)?,
        None => None,
    };
    let bound = bound.filter(|(_, _, case)| manager.scope().covers(&case.unit_id));
    if let Some((binding, person, _)) = &bound {
        let shown = (binding.public_id.as_str(), person.public_id.as_str());
        note_person(c, app, manager, shown)?;
    }
    let person = bound.map(|(_, person, _)| find_case::name_of(app, &person));
    let hindrance = match application.decided_at {
        None => decisions::appointment::hindrance(c, &application, &head.account)?,
        Some(_) => None,
    };
    Ok(AppointmentPane {
        hindrance,
        head,
        appointment: appointments::filled(app, application),
        person,
    })
}

fn reset(head: Head, application: &Application) -> ResetPane {
    let details: serde_json::Value = serde_json::from_str(&application.details).unwrap_or_default();
    let own = details.get("by_own_follower");
    ResetPane {
        by_own_follower: own.and_then(serde_json::Value::as_bool),
        head,
    }
}

/// The number of a sealed place that a page shows when it was asked for.
pub(super) fn opened(app: &App, place: Place<'_>, sealed: &str) -> String {
    let clear = app.seal.open(place, sealed);
    clear.map_or_else(|_gone| String::new(), |text| text.expose().to_owned())
}
