//! 当事人等 are bound to persons in cases of the unit, and bindings end with a reason. Every look at a case is
//! written down (R-I.10).

use std::sync::Arc;

use super::{Refused, found, note, person};
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::binding::{ApplicantRole, mask_other};
use crate::domain::counter::fold_number;
use crate::service::bindings::{self, Act, BindError};
use crate::service::desk::Manager;
use crate::store::case_persons::CasePerson;
use crate::store::cases::Case;
use crate::store::{Conn, StoreError, applications, case_search};

/// Persons of one search; a case with more has its persons looked for by number.
const MOST: i64 = 50;
/// Letters of a reason.
const REASON_LETTERS: usize = 200;

/// How a person in a case is looked for.
#[derive(Clone)]
pub enum Search {
    /// 统一受案号 or 部门受案号.
    Number(String),
    /// 证件号码 of the person in the case.
    IdNumber(String),
    /// The number that the person of this account (public id) showed at the counter.
    Own(String),
}

/// A person that an account may be bound to.
#[derive(Clone)]
pub struct Candidate {
    /// For the form.
    pub public_id: String,
    /// 姓名.
    pub name: String,
    /// `432831****`.
    pub id_number: String,
    /// 案件名称.
    pub case_name: String,
    /// 统一受案号.
    pub unified_number: String,
    /// 部门受案号.
    pub department_number: String,
    /// 受理日期, milliseconds UTC.
    pub accepted_at: i64,
}

/// Looks for persons in cases of the manager's unit.
///
/// # Errors
/// When the database does not answer.
pub async fn search(
    app: &Arc<App>,
    manager: &Manager,
    wanted: Search,
) -> Result<Vec<Candidate>, Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    app.db
        .write(move |c| -> Result<_, Refused> {
            let scope = manager.scope();
            let rows = match &wanted {
                Search::Number(number) => case_search::by_number(c, &scope, number.trim(), MOST)?,
                Search::IdNumber(number) => {
                    let blind = desk.blind.of("id_number", &fold_number(number));
                    case_search::by_blind(c, &scope, &blind, MOST)?
                }
                Search::Own(account) => {
                    let account = found(c, &manager, account)?;
                    let (_, person) = person(c, &desk, &account)?.ok_or(Refused::NotFound)?;
                    let blind = desk.blind.of("id_number", &person.id_number);
                    case_search::by_blind(c, &scope, &blind, MOST)?
                }
            };
            let ids: Vec<&str> = rows.iter().map(|(one, _)| one.public_id.as_str()).collect();
            let about = format!("persons:{}", ids.join(","));
            note(c, &desk, &manager, "cases.searched", about)?;
            Ok(rows
                .iter()
                .map(|(person, case)| candidate(&desk, person, case))
                .collect())
        })
        .await
}

fn candidate(app: &App, person: &CasePerson, case: &Case) -> Candidate {
    Candidate {
        public_id: person.public_id.clone(),
        name: opened(app, person, "name", Some(&person.name)),
        id_number: mask_other(&opened(
            app,
            person,
            "id_number",
            person.id_number.as_deref(),
        )),
        case_name: case.name.clone(),
        unified_number: case.unified_number.clone(),
        department_number: case.department_number.clone(),
        accepted_at: case.accepted_at,
    }
}

/// A sealed value of a person in a case; empty when there is none.
pub(super) fn opened(
    app: &App,
    person: &CasePerson,
    column: &'static str,
    sealed: Option<&str>,
) -> String {
    let place = Place {
        table: "case_persons",
        column,
        row: &person.public_id,
    };
    let clear = sealed.and_then(|sealed| app.seal.open(place, sealed).ok());
    clear
        .map(|text| text.expose().to_owned())
        .unwrap_or_default()
}

/// Binds an account of 当事人等 to a person in a case of the unit.
///
/// # Errors
/// [`Refused::Limit`] when it is bound already; [`Refused::NotForThis`] for a lawyer, who applies for it.
pub async fn bind(
    app: &Arc<App>,
    manager: &Manager,
    (account, person): (&str, &str),
    role: ApplicantRole,
) -> Result<(), Refused> {
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let (account, person) = (account.to_owned(), person.to_owned());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let account = found(c, &manager, &account)?;
            if account.role != "party" || account.state != "active" || role.is_lawyers() {
                return Err(Refused::NotForThis);
            }
            let person = case_search::person(c, &manager.scope(), &person)?;
            let (person, _) = person.ok_or(Refused::NotFound)?;
            let actor = manager.actor();
            let made = bindings::bind(
                c,
                &desk,
                (&account, role),
                &person,
                None,
                act(&desk, &actor),
            );
            match made {
                Ok(_) => Ok(()),
                Err(BindError::Limit(_)) => Err(Refused::Limit(
                    "这个账号已经绑定了这名当事人，不需要再次绑定。".to_owned(),
                )),
                Err(BindError::Record(error)) => Err(error.into()),
            }
        })
        .await
}

/// Ends a binding to a case of the unit.
///
/// # Errors
/// [`Refused::Stale`] when it had ended before; [`Refused::Limit`] without a reason; [`Refused::AppliedFor`] for one that
/// a lawyer applied for: the decision on the application is what is taken back.
pub async fn end(
    app: &Arc<App>,
    manager: &Manager,
    (account, binding): (&str, &str),
    reason: &str,
) -> Result<(), Refused> {
    let reason = reason_of(reason)?;
    let (desk, manager) = (Arc::clone(app), manager.clone());
    let (account, binding) = (account.to_owned(), binding.to_owned());
    app.db
        .write(move |c| -> Result<(), Refused> {
            let account = found(c, &manager, &account)?;
            let open = case_search::open_binding(c, &manager.scope(), account.id, &binding)?;
            let open = open.ok_or(Refused::NotFound)?;
            let asked: Vec<i64> = open.application_id.into_iter().collect();
            if applications::is_any_of(c, &manager.scope(), &asked)? {
                // Its application would go on saying 通过, and nobody would tell the lawyer. One that another unit granted
                // before the case came here can end nowhere else.
                return Err(Refused::AppliedFor);
            }
            let actor = manager.actor();
            match bindings::revoke(c, &open, &reason, act(&desk, &actor))? {
                true => Ok(()),
                false => Err(Refused::Stale),
            }
        })
        .await
}

fn act<'a>(app: &App, actor: &'a str) -> Act<'a> {
    Act {
        actor,
        at: app.clock.now_ms(),
    }
}

/// A reason as it is kept: one line, not too long.
pub(in crate::service) fn reason_of(typed: &str) -> Result<String, Refused> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match reason.chars().count() {
        0 => Err(Refused::Limit("请写明原因。".to_owned())),
        1..=REASON_LETTERS => Ok(reason),
        _ => Err(Refused::Limit(format!(
            "请用{REASON_LETTERS}个以内的字写明原因。"
        ))),
    }
}

/// The bindings of an account to cases of the unit, with their persons, for the account's page.
pub(super) fn of_account(
    c: &mut Conn,
    app: &App,
    manager: &Manager,
    account_id: i64,
) -> Result<Vec<super::Bound>, StoreError> {
    let rows = case_search::bindings_of(c, &manager.scope(), account_id, MOST)?;
    let asked: Vec<i64> = rows
        .iter()
        .filter_map(|(binding, _, _)| binding.application_id)
        .collect();
    let asked = applications::public_ids(c, &manager.scope(), &asked)?;
    let application = |id: i64| {
        let found = asked.iter().find(|(known, _)| *known == id);
        found.map(|(_, public_id)| public_id.clone())
    };
    Ok(rows
        .into_iter()
        .map(|(binding, person, case)| super::Bound {
            application: binding.application_id.and_then(application),
            name: opened(app, &person, "name", Some(&person.name)),
            role: ApplicantRole::parse(&binding.applicant_role),
            public_id: binding.public_id,
            is_open: binding.state == crate::store::case_bindings::ACTIVE,
            reason: binding.reason,
            created_at: binding.created_at,
            revoked_at: binding.revoked_at,
            person: person.public_id,
            case_name: case.name,
            unified_number: case.unified_number,
            department_number: case.department_number,
        })
        .collect())
}
