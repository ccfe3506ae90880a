//! Between what rows of a file say and what rows of the tables hold.
//!
//! What a person's row says is stored with the person, also where it is nothing (an empty text): what stands in the case
//! beside it is only for lists, and never shown for a person of whom it was not said.

use sha2::{Digest, Sha256};

use super::Tools;
use crate::app::seal::{Place, SealError};
use crate::app::{hex, random_hex};
use crate::domain::case_row::{CaseFacts, CaseRow, PersonFacts};
use crate::store::case_persons::{CasePerson, KnownCase};
use crate::store::cases::Case;

/// What a case says.
pub(super) fn of_case(case: &Case) -> CaseFacts {
    CaseFacts {
        unified_number: case.unified_number.clone(),
        department_number: case.department_number.clone(),
        unit_id: case.unit_id.clone(),
        name: case.name.clone(),
        category: case.category.clone(),
        other_charges: case.other_charges.clone(),
        accepted_at: case.accepted_at,
        transferring_unit: case.transferring_unit.clone(),
        department: case.department.clone(),
        handler: case.handler.clone(),
        concluded_at: case.concluded_at,
        closed_at: case.closed_at,
    }
}

/// Whether a case says this.
pub(super) fn says(case: &KnownCase, facts: &CaseFacts) -> bool {
    case.unified_number == facts.unified_number
        && case.department_number == facts.department_number
        && case.unit_id == facts.unit_id
        && case.name == facts.name
        && case.category == facts.category
        && case.other_charges == facts.other_charges
        && case.accepted_at == facts.accepted_at
        && case.transferring_unit == facts.transferring_unit
        && case.department == facts.department
        && case.handler == facts.handler
        && case.concluded_at == facts.concluded_at
        && case.closed_at == facts.closed_at
}

/// What is shown of a person.
pub(super) fn of_person(
    tools: &Tools,
    case: &Case,
    person: &CasePerson,
) -> Result<PersonFacts, SealError> {
    let open = |column, sealed: &str| {
        let clear = tools.seal.open(place(column, &person.public_id), sealed);
        clear.map(|clear| clear.expose().to_owned())
    };
    let own = |own: &Option<String>, common: &Option<String>| {
        let value = own.as_ref().or(common.as_ref());
        value.filter(|text| !text.is_empty()).cloned()
    };
    let id_number = person.id_number.as_deref();
    Ok(PersonFacts {
        person_number: person.person_number.clone(),
        name: open("name", &person.name)?,
        gender: person.gender.clone(),
        id_type: person.id_type.clone(),
        id_number: id_number
            .map(|sealed| open("id_number", sealed))
            .transpose()?,
        coercive_measure: person.coercive_measure.clone(),
        coercive_measure_date: person.coercive_measure_date.clone(),
        detention_place: person.detention_place.clone(),
        charge: own(&person.charge, &case.charge),
        stage: own(&person.stage, &case.stage),
        review_status: own(&person.review_status, &case.review_status),
        review_opinion: own(&person.review_opinion, &case.review_opinion),
        time_limit_text: own(&person.time_limit_text, &case.time_limit_text),
        due_date: own(&person.due_date, &case.due_date),
        outcome: own(&person.outcome, &case.outcome),
    })
}

/// A hash of what a case says, by which it is noticed that somebody else changed it.
pub(super) fn mark(facts: &CaseFacts) -> String {
    let said = serde_json::to_vec(facts).unwrap_or_default();
    hex(Sha256::digest(&said).get(..16).unwrap_or_default())
}

/// A new case.
pub(super) fn new_case(tools: &Tools, row: &CaseRow, now: i64) -> Case {
    let facts = &row.case;
    let mut case = Case {
        id: tools.ids.next(now),
        public_id: random_hex::<16>(),
        unified_number: facts.unified_number.clone(),
        department_number: String::new(),
        unit_id: String::new(),
        name: String::new(),
        category: String::new(),
        charge: None,
        other_charges: None,
        accepted_at: 0,
        transferring_unit: None,
        department: None,
        handler: None,
        stage: None,
        review_status: None,
        review_opinion: None,
        time_limit_text: None,
        due_date: None,
        concluded_at: None,
        outcome: None,
        closed_at: None,
        version: 0,
        created_at: now,
        updated_at: now,
    };
    fill_case(&mut case, row, now);
    fill_lists(&mut case, &row.person);
    case
}

/// Writes what a row says of its case.
pub(super) fn fill_case(case: &mut Case, row: &CaseRow, now: i64) {
    let facts = row.case.clone();
    case.department_number = facts.department_number;
    case.unit_id = facts.unit_id;
    case.name = facts.name;
    case.category = facts.category;
    case.other_charges = facts.other_charges;
    case.accepted_at = facts.accepted_at;
    case.transferring_unit = facts.transferring_unit;
    case.department = facts.department;
    case.handler = facts.handler;
    case.concluded_at = facts.concluded_at;
    case.closed_at = facts.closed_at;
    case.version += 1;
    case.updated_at = row.updated_at.unwrap_or(now);
}

/// Writes what lists show of a case: what its first person has.
pub(super) fn fill_lists(case: &mut Case, person: &PersonFacts) {
    let said = person.clone();
    case.charge = said.charge;
    case.stage = said.stage;
    case.review_status = said.review_status;
    case.review_opinion = said.review_opinion;
    case.time_limit_text = said.time_limit_text;
    case.due_date = said.due_date;
    case.outcome = said.outcome;
}

/// Puts back what lists showed of a case.
pub(super) fn put_lists_back(case: &mut Case, before: Case) {
    case.charge = before.charge;
    case.stage = before.stage;
    case.review_status = before.review_status;
    case.review_opinion = before.review_opinion;
    case.time_limit_text = before.time_limit_text;
    case.due_date = before.due_date;
    case.outcome = before.outcome;
}

/// Whether lists show this already.
pub(super) fn is_listed(case: &Case, person: &PersonFacts) -> bool {
    case.charge == person.charge
        && case.stage == person.stage
        && case.review_status == person.review_status
        && case.review_opinion == person.review_opinion
        && case.time_limit_text == person.time_limit_text
        && case.due_date == person.due_date
        && case.outcome == person.outcome
}

/// Gives a person who stands as the case does what the case says now, so that it stays when the case changes.
pub(super) fn settle(person: &mut CasePerson, case: &Case) {
    let fill = |own: &mut Option<String>, common: &Option<String>| {
        if own.is_none() {
            *own = Some(common.clone().unwrap_or_default());
        }
    };
    fill(&mut person.charge, &case.charge);
    fill(&mut person.stage, &case.stage);
    fill(&mut person.review_status, &case.review_status);
    fill(&mut person.review_opinion, &case.review_opinion);
    fill(&mut person.time_limit_text, &case.time_limit_text);
    fill(&mut person.due_date, &case.due_date);
    fill(&mut person.outcome, &case.outcome);
}

/// A new person.
pub(super) fn new_person(
    tools: &Tools,
    case_id: i64,
    row: &CaseRow,
    now: i64,
) -> Result<CasePerson, SealError> {
    let mut person = CasePerson {
        id: tools.ids.next(now),
        public_id: random_hex::<16>(),
        case_id,
        person_number: row.person.person_number.clone(),
        name: String::new(),
        gender: None,
        id_type: None,
        id_number: None,
        id_blind: None,
        coercive_measure: None,
        coercive_measure_date: None,
        detention_place: None,
        charge: None,
        stage: None,
        review_status: None,
        review_opinion: None,
        time_limit_text: None,
        due_date: None,
        outcome: None,
        fingerprint: String::new(),
        version: 0,
        created_at: now,
        updated_at: now,
    };
    fill_person(tools, &mut person, row, now)?;
    Ok(person)
}

/// Writes what a row says of its person.
pub(super) fn fill_person(
    tools: &Tools,
    person: &mut CasePerson,
    row: &CaseRow,
    now: i64,
) -> Result<(), SealError> {
    let said = row.person.clone();
    let seal = |column, clear: &str| tools.seal.close(place(column, &person.public_id), clear);
    let stated = |value: Option<String>| Some(value.unwrap_or_default());
    let name = seal("name", &said.name)?;
    let id_number = said.id_number.as_deref();
    let sealed = id_number
        .map(|number| seal("id_number", number))
        .transpose()?;
    person.id_blind = id_number.map(|number| tools.blind.of("id_number", number));
    person.id_number = sealed;
    person.name = name;
    person.gender = said.gender;
    person.id_type = said.id_type;
    person.coercive_measure = said.coercive_measure;
    person.coercive_measure_date = said.coercive_measure_date;
    person.detention_place = said.detention_place;
    person.charge = stated(said.charge);
    person.stage = stated(said.stage);
    person.review_status = stated(said.review_status);
    person.review_opinion = stated(said.review_opinion);
    person.time_limit_text = stated(said.time_limit_text);
    person.due_date = stated(said.due_date);
    person.outcome = stated(said.outcome);
    person.fingerprint = row.fingerprint();
    person.version += 1;
    person.updated_at = row.updated_at.unwrap_or(now);
    Ok(())
}

fn place<'a>(column: &'a str, row: &'a str) -> Place<'a> {
    Place {
        table: "case_persons",
        column,
        row,
    }
}
