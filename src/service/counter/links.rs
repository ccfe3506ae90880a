//! 当事人等 are bound to persons in cases of the unit, and bindings end with a reason. Every look at a case is
//! written down (R-I.10).

use std::sync::Arc;

use super::{Refused, found, person};
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::binding::{ApplicantRole, Limit, mask_other};
use crate::domain::counter::fold_number;
use crate::service::bindings::{self, Act, BindError};
use crate::service::desk::Manager;
use crate::service::desk_queue::{self, Held};
use crate::store::accounts::Account;
use crate::store::case_persons::CasePerson;
use crate::store::cases::Case;
use crate::store::{Conn, StoreError, applications, case_bindings, case_search};

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
    /// The number that the person of the account showed at the counter.
    Own,
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
    /// The number that was shown at the counter is this person's.
    pub is_own: bool,
    /// Who is bound to the person now.
    pub held: Vec<Held>,
}

/// Looks for persons in cases of the manager's unit to whom an account (public id) may be bound.
///
/// # Errors
/// When the database does not answer.
pub async fn search(
    app: &Arc<App>,
    manager: &Manager,
    (account, wanted): (&str, Search),
) -> Result<Vec<Candidate>, Refused> {
    let (desk, manager, account) = (Arc::clone(app), manager.clone(), account.to_owned());
    app.db
        .write(move |c| -> Result<_, Refused> {
            let scope = manager.scope();
            let account = found(c, &manager, &account)?;
            let own = own_blind(c, &desk, &account)?;
            let rows = match &wanted {
                Search::Number(number) => case_search::by_number(c, &scope, number.trim(), MOST)?,
                Search::IdNumber(number) => {
                    let blind = desk.blind.of("id_number", &fold_number(number));
                    case_search::by_blind(c, &scope, &blind, MOST)?
                }
                Search::Own => {
                    let own = own.as_deref().ok_or(Refused::NotFound)?;
                    case_search::by_blind(c, &scope, own, MOST)?
                }
            };
            let ids: Vec<&str> = rows.iter().map(|(one, _)| one.public_id.as_str()).collect();
            let about = format!("persons:{}", ids.join(","));
            manager.note(c, &desk, "cases.searched", about)?;
            let mut candidates = Vec::new();
            for (person, case) in &rows {
                candidates.push(candidate(c, &desk, own.as_deref(), (person, case))?);
            }
            Ok(candidates)
        })
        .await
}

/// The keyed hash of the number that the person of an account showed; `None`: they showed none here.
fn own_blind(c: &mut Conn, app: &App, account: &Account) -> Result<Option<String>, Refused> {
    let shown = person(c, app, account)?;
    Ok(shown.map(|(_, person)| app.blind.of("id_number", &person.id_number)))
}

fn candidate(
    c: &mut Conn,
    app: &App,
    own: Option<&str>,
    (person, case): (&CasePerson, &Case),
) -> Result<Candidate, StoreError> {
    let in_case = case_bindings::held_in_case(c, case.id)?;
    Ok(Candidate {
        is_own: own.is_some() && own == person.id_blind.as_deref(),
        held: desk_queue::holders(c, &in_case, person.id)?,
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
    })
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
/// [`Refused::Limit`] when it is bound already, and for a 当事人 whose number or, where the case has none, name is another
/// one than the case's; [`Refused::NotForThis`] for a lawyer, who applies for it.
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
            if role == ApplicantRole::Party && !is_same(c, &desk, &account, &person)? {
                return Err(Refused::Limit(
                    "没有绑定：身份选择了“当事人”，但是账号登记的证件号码与案件里这名当事人的不一致。请核对证件原件和所选的当事人；不是本人的，请选择实际的身份。"
                        .to_owned(),
                ));
            }
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
                Err(BindError::Limit(limit @ Limit::Stopped)) => {
                    Err(Refused::Limit(limit.to_managers()))
                }
                Err(BindError::Limit(_)) => Err(Refused::Limit(
                    "这个账号已经绑定了这名当事人，不需要再次绑定。".to_owned(),
                )),
                Err(BindError::Record(error)) => Err(error.into()),
            }
        })
        .await
}

/// Whether somebody in a case may be the person who showed the papers. Who showed none here is known to the site alone.
fn is_same(
    c: &mut Conn,
    app: &App,
    account: &Account,
    in_case: &CasePerson,
) -> Result<bool, Refused> {
    let Some((_, shown)) = person(c, app, account)? else {
        return Ok(true);
    };
    Ok(match &in_case.id_blind {
        Some(blind) => *blind == app.blind.of("id_number", &shown.id_number),
        None => opened(app, in_case, "name", Some(&in_case.name)) == shown.name,
    })
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
