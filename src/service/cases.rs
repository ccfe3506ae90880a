//! 我的案件: what somebody may see of a case, because of an open binding. Each look is written into the audit in the same
//! transaction (R-I.10); without the entry nothing is shown.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::app::App;
use crate::app::seal::Place;
use crate::domain::binding::ApplicantRole;
use crate::domain::ids::OpenId;
use crate::domain::notice::Kind;
use crate::domain::shanghai;
use crate::domain::time_limits::{self, Matter, TimeLimit};
use crate::service::audit::audit_entry;
use crate::service::bindings::{contact, full_name};
use crate::service::error::ServiceError;
use crate::store::audit;
use crate::store::case_bindings::{self, Bound};
use crate::store::case_changes::{self, CaseChange};
use crate::store::case_persons::CasePerson;
use crate::store::cases::Case;
use crate::store::{Conn, StoreError, pushes_page};

/// Most cases of a list; nobody reads more.
const MOST: i64 = 200;
/// Most changes under a case.
const MOST_CHANGES: i64 = 10;
/// Most notices that are looked through for the page of a change.
const MOST_NOTICES: i64 = 200;

/// Who looks.
#[derive(Clone, Debug)]
pub struct Looker {
    /// The account of the session.
    pub account_id: i64,
    /// The follower of the session.
    pub openid: OpenId,
}

/// What is seen: one person of a case, never the others.
#[derive(Clone)]
pub struct CaseView {
    /// Of the binding, for addresses.
    pub public_id: String,
    /// As what one looks.
    pub role: ApplicantRole,
    /// When the binding was made, milliseconds UTC.
    pub bound_at: i64,
    /// The person's name.
    pub name: String,
    /// The person's number, in full: the page masks it.
    pub id_number: String,
    /// The person, sealed values included.
    pub person: CasePerson,
    /// The case; where the person differs, its values are the person's.
    pub case: Case,
    /// The unit's full name.
    pub unit_name: String,
    /// The same, and whom one calls there.
    pub unit_contact: String,
    /// The limit by law.
    pub limit: Option<TimeLimit>,
    /// The last day, `2026-12-01`.
    pub due: Option<Due>,
    /// What one was told of this case, newest first.
    pub changes: Vec<Told>,
}

/// The last day of the time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// `2026-12-01`.
    pub day: String,
    /// It was counted here and may have been prolonged.
    pub is_counted: bool,
}

/// A change that one was told of.
#[derive(Clone, Debug)]
pub struct Told {
    /// Milliseconds UTC.
    pub at: i64,
    /// What changed.
    pub changes: Vec<Field>,
    /// The public id of the notice, if one went out to this follower.
    pub notice: Option<String>,
}

/// A field before and after.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// The word of the field.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// The cases of an account, newest binding first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &Arc<App>, looker: Looker) -> Result<Vec<CaseView>, ServiceError> {
    let desk = Arc::clone(app);
    let seen = app.db.write(move |c| -> Result<_, StoreError> {
        let bound = case_bindings::of_account(c, looker.account_id, MOST)?;
        let ids: Vec<&str> = bound
            .iter()
            .map(|(one, _, _)| one.public_id.as_str())
            .collect();
        let about = format!("bindings:{}", ids.join(","));
        audited(c, &desk, &looker, "cases.listed", about)?;
        Ok(bound
            .into_iter()
            .filter_map(|bound| filled(&desk, bound))
            .collect())
    });
    Ok(seen.await?)
}

/// One case of an account, by the public id of the binding.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not this account's, or no longer.
pub async fn one(
    app: &Arc<App>,
    looker: Looker,
    public_id: &str,
) -> Result<CaseView, ServiceError> {
    let (desk, public_id) = (Arc::clone(app), public_id.to_owned());
    let seen = app.db.write(move |c| -> Result<_, StoreError> {
        let bound = case_bindings::one_of_account(c, looker.account_id, &public_id)?;
        let Some(mut view) = bound.and_then(|bound| filled(&desk, bound)) else {
            return Ok(None);
        };
        let about = format!("binding:{public_id} person:{}", view.person.public_id);
        audited(c, &desk, &looker, "case.viewed", about)?;
        view.changes = told(c, &desk, &looker, &view.case.department_number)?;
        Ok(Some(view))
    });
    seen.await?.ok_or(ServiceError::NotFound)
}

fn audited(
    c: &mut Conn,
    app: &App,
    looker: &Looker,
    action: &str,
    subject: String,
) -> Result<(), StoreError> {
    let entry = audit_entry(
        app.clock.now_ms(),
        format!("follower:{}", app.person_hash(looker.openid.as_str())),
        action,
        subject,
    );
    audit::append(c, &entry)?;
    Ok(())
}

fn filled(app: &App, (binding, person, mut case): Bound) -> Option<CaseView> {
    let open = |column, sealed: Option<&str>| {
        let place = Place {
            table: "case_persons",
            column,
            row: &person.public_id,
        };
        let clear = sealed.and_then(|sealed| app.seal.open(place, sealed).ok());
        clear
            .map(|text| text.expose().to_owned())
            .unwrap_or_default()
    };
    // An empty text is the person's own too: what stands in the case belongs to somebody else then.
    let own = |own: &Option<String>, common: Option<String>| {
        let value = own.clone().or(common);
        value.filter(|text| !text.is_empty())
    };
    case.charge = own(&person.charge, case.charge);
    case.stage = own(&person.stage, case.stage);
    case.review_status = own(&person.review_status, case.review_status);
    case.review_opinion = own(&person.review_opinion, case.review_opinion);
    case.outcome = own(&person.outcome, case.outcome);
    case.time_limit_text = own(&person.time_limit_text, case.time_limit_text);
    case.due_date = own(&person.due_date, case.due_date);
    case.updated_at = case.updated_at.max(person.updated_at);
    let (limit, due) = limits(app, &person, &case);
    Some(CaseView {
        role: ApplicantRole::parse(&binding.applicant_role)?,
        bound_at: binding.created_at,
        name: open("name", Some(&person.name)),
        id_number: open("id_number", person.id_number.as_deref()),
        unit_name: full_name(app, &case.unit_id),
        unit_contact: contact(app, &case.unit_id),
        public_id: binding.public_id,
        limit,
        due,
        changes: Vec::new(),
        person,
        case,
    })
}

/// What the law says, and the day: the office's own, else the counted one.
fn limits(app: &App, person: &CasePerson, case: &Case) -> (Option<TimeLimit>, Option<Due>) {
    let measure = person.coercive_measure.as_deref().unwrap_or_default();
    let detained = ["拘留", "逮捕"].iter().any(|word| measure.contains(word));
    let accepted: NaiveDate = shanghai::wall_clock(case.accepted_at).date();
    let stage = case.stage.as_deref().unwrap_or_default();
    let matter = Matter::of(&case.category, stage, detained);
    let limit = matter.and_then(|matter| time_limits::limit(matter, accepted));
    let given = case.due_date.clone().map(|day| Due {
        day,
        is_counted: false,
    });
    // What is decided runs no more. What the court or the police have begun on a day that is not known here: better none
    // than a wrong one.
    let is_running = case.concluded_at.is_none() && case.closed_at.is_none();
    let is_countable = is_running && matter.is_some_and(Matter::runs_from_acceptance);
    let counted = limit.filter(|_| is_countable).and_then(|limit| {
        let office = app.office();
        let working = |day| office.office_hours.is_working_day(day);
        limit.due(accepted, detained, working)
    });
    let counted = counted.map(|day| Due {
        day: day.to_string(),
        is_counted: true,
    });
    (limit, given.or(counted))
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    changes: Vec<Field>,
}

fn told(
    c: &mut Conn,
    app: &App,
    looker: &Looker,
    case_number: &str,
) -> Result<Vec<Told>, StoreError> {
    let changes = case_changes::of_case(c, looker.account_id, case_number, MOST_CHANGES)?;
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let hash = app.person_hash(looker.openid.as_str());
    let kind = Kind::CaseProgressChanged.as_str();
    let whose = (looker.account_id, hash.as_str());
    let notices = pushes_page::newest_of_kind(c, whose, kind, MOST_NOTICES)?;
    let page_of = |change: &CaseChange| {
        let told = change.told_with.as_ref().unwrap_or(&change.public_id);
        let mark = format!("case_change:{told}");
        let found = notices.iter().find(|(_, fields)| fields.contains(&mark));
        found.map(|(public_id, _)| public_id.clone())
    };
    Ok(changes
        .iter()
        .map(|change| Told {
            at: change.changed_at,
            changes: serde_json::from_str::<Said>(&change.changes)
                .map(|said| said.changes)
                .unwrap_or_default(),
            notice: page_of(change),
        })
        .collect())
}
