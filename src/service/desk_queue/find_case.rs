//! Which person of which case a lawyer means: found by the number of the identity card, then by what the manager types.
//! Only cases of the own unit; the limits are shown before anybody decides.

use super::pane::opened;
use crate::app::App;
use crate::app::seal::Place;
use crate::domain::binding::{self, ApplicantRole, Limit, fold_id};
use crate::domain::desk::UnitScope;
use crate::service::bindings::Request;
use crate::store::accounts::{self, Account};
use crate::store::case_persons::CasePerson;
use crate::store::cases::Case;
use crate::store::{Conn, StoreError, case_bindings, desk_cases, stopped_cases};

/// Persons and cases that a search shows.
const MOST_CASES: i64 = 10;
const MOST_PERSONS: i64 = 30;

/// A search and what it found.
#[derive(Clone, Default)]
pub struct Sought {
    /// What the manager typed.
    pub typed: String,
    /// Best first.
    pub candidates: Vec<Candidate>,
}

/// A person who may be meant.
#[derive(Clone)]
pub struct Candidate {
    /// Public id of the person, for the form.
    pub person: String,
    /// Name.
    pub name: String,
    /// In full: the page masks it.
    pub id_number: String,
    /// 性别.
    pub gender: String,
    /// The case.
    pub case_name: String,
    /// 部门受案号.
    pub case_number: String,
    /// 案件类别.
    pub category: String,
    /// 当前阶段.
    pub stage: String,
    /// The number is the one that the lawyer gave.
    pub has_number: bool,
    /// The name is the one that the lawyer gave.
    pub has_name: bool,
    /// The name of the case is the one that the lawyer gave.
    pub has_case_name: bool,
    /// Who is bound to the person now.
    pub held: Vec<Held>,
    /// What an approval would break.
    pub limit: Option<Limit>,
}

/// Somebody who is bound.
#[derive(Clone, Debug)]
pub struct Held {
    /// Name.
    pub name: String,
    /// As what.
    pub role: &'static str,
    /// The account is disabled: nobody looks, but the binding counts until it is ended.
    pub is_disabled: bool,
}

impl Held {
    /// `张三（辩护人）`.
    pub fn words(&self) -> String {
        let note = if self.is_disabled {
            "，账号已停用"
        } else {
            ""
        };
        format!("{}（{}{note}）", self.name, self.role)
    }
}

/// Looks for the person that an application means.
pub(super) fn find(
    c: &mut Conn,
    app: &App,
    scope: &UnitScope,
    (account, request): (&Account, &Request),
    typed: &str,
) -> Result<Sought, StoreError> {
    let typed: String = typed
        .trim()
        .chars()
        .filter(|c| !matches!(c, '%' | '_' | '\\') && !c.is_control())
        .take(100)
        .collect();
    let mut found: Vec<(Case, CasePerson)> = Vec::new();
    let folded = fold_id(&request.party_id);
    if !folded.is_empty() {
        let blind = app.blind.of("id_number", &folded);
        found = desk_cases::by_blind(c, scope, &blind, MOST_PERSONS)?;
    }
    let wanted = match typed.as_str() {
        // Nobody has this number: perhaps the case has the name that the lawyer gave.
        "" if found.is_empty() => request.case_name.trim().replace(['%', '_', '\\'], ""),
        _ => typed.clone(),
    };
    if !wanted.is_empty() {
        let mut cases = desk_cases::by_number(c, scope, &wanted)?;
        if cases.is_empty() {
            cases = desk_cases::by_name(c, scope, &wanted, MOST_CASES)?;
        }
        for case in cases {
            for person in desk_cases::persons(c, case.id, MOST_PERSONS)? {
                if found.iter().all(|(_, known)| known.id != person.id) {
                    found.push((case.clone(), person));
                }
            }
        }
    }
    let mut candidates = Vec::new();
    for (case, person) in &found {
        candidates.push(candidate(c, app, (account, request), (case, person))?);
    }
    candidates.sort_by_key(|one| {
        let good = [one.has_number, one.has_name, one.has_case_name];
        std::cmp::Reverse(good.map(u8::from).iter().sum::<u8>())
    });
    Ok(Sought { typed, candidates })
}

/// Who is bound to a person, of those who are bound in the case.
pub(in crate::service) fn holders(
    c: &mut Conn,
    in_case: &[case_bindings::Held],
    person_id: i64,
) -> Result<Vec<Held>, StoreError> {
    let of_person = in_case
        .iter()
        .filter(|held| held.case_person_id == person_id);
    let people: Vec<i64> = of_person.clone().map(|held| held.account_id).collect();
    let known = accounts::brief(c, &people)?;
    let held = of_person.map(|held| {
        let account = known.iter().find(|(id, _, _)| *id == held.account_id);
        Held {
            name: account.map(|(_, name, _)| name.clone()).unwrap_or_default(),
            role: ApplicantRole::parse(&held.applicant_role).map_or("", ApplicantRole::title),
            is_disabled: account.is_some_and(|(_, _, state)| state == "disabled"),
        }
    });
    Ok(held.collect())
}

fn candidate(
    c: &mut Conn,
    app: &App,
    (account, request): (&Account, &Request),
    (case, person): (&Case, &CasePerson),
) -> Result<Candidate, StoreError> {
    let in_case = case_bindings::held_in_case(c, case.id)?;
    let held = holders(c, &in_case, person.id)?;
    let counted: Vec<binding::Held> = in_case
        .iter()
        .filter_map(|row| {
            Some(binding::Held {
                account: row.account_id,
                person: row.case_person_id,
                role: ApplicantRole::parse(&row.applicant_role)?,
                is_lawyers: row.account_role == "lawyer",
            })
        })
        .collect();
    let role = request.role.unwrap_or(ApplicantRole::Defender);
    let civil = binding::is_civil(&case.category);
    let limit = match stopped_cases::of(c, &case.unified_number)? {
        Some(_stopped) => Some(Limit::Stopped),
        None => binding::check((account.id, person.id, role), &counted, civil).err(),
    };
    let (name, id_number) = (name_of(app, person), number_of(app, person));
    let folded = fold_id(&request.party_id);
    Ok(Candidate {
        person: person.public_id.clone(),
        has_number: !folded.is_empty() && fold_id(&id_number) == folded,
        has_name: !request.party_name.is_empty() && name == request.party_name,
        has_case_name: case.name == request.case_name,
        name,
        id_number,
        gender: person.gender.clone().unwrap_or_default(),
        case_name: case.name.clone(),
        case_number: case.department_number.clone(),
        category: case.category.clone(),
        stage: person
            .stage
            .clone()
            .or_else(|| case.stage.clone())
            .unwrap_or_default(),
        held,
        limit,
    })
}

/// The name of a person in a case.
pub(in crate::service) fn name_of(app: &App, person: &CasePerson) -> String {
    let place = Place {
        table: "case_persons",
        column: "name",
        row: &person.public_id,
    };
    opened(app, place, &person.name)
}

pub(in crate::service) fn number_of(app: &App, person: &CasePerson) -> String {
    let place = Place {
        table: "case_persons",
        column: "id_number",
        row: &person.public_id,
    };
    let sealed = person.id_number.as_deref();
    sealed.map_or_else(String::new, |sealed| opened(app, place, sealed))
}
