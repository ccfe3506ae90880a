//! Cases for trying the pages out: made-up persons with identity numbers that nobody can have, bound to the people of
//! [`super::people`]. No notices go out for them.

use std::sync::Arc;

use serde_json::json;

use crate::app::seal::Place;
use crate::app::{App, random_hex};
use crate::domain::application::ApplicationKind;
use crate::domain::binding::{ApplicantRole, check_digit};
use crate::service::applications;
use crate::service::bindings::{self, Act, BindError};
use crate::service::error::RecordError;
use crate::store::accounts::{self, Account};
use crate::store::applications::{self as table, Application};
use crate::store::binding_requests::{self, BindingRequest};
use crate::store::case_changes::{self, CaseChange};
use crate::store::case_persons::{self, CasePerson};
use crate::store::cases::{self, Case};
use crate::store::{Conn, StoreError};

const UNIT: &str = "430100";
const DAY_MS: i64 = 24 * 3_600_000;

/// A case: number, name, category, charge, department, stage, days since it was accepted.
type Sketch = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    i64,
);

const CASES: [Sketch; 4] = [
    (
        "43010020260000031",
        "周某某故意伤害案",
        "第二审程序上诉",
        "故意伤害罪",
        "第二检察部",
        "二审上诉",
        24,
    ),
    (
        "43010020260000117",
        "吴某某、郑某某盗窃案",
        "一审公诉案件",
        "盗窃罪",
        "第一检察部",
        "审查起诉",
        12,
    ),
    (
        "43010020260000208",
        "某商贸公司买卖合同纠纷监督案",
        "民事监督案件",
        "买卖合同纠纷",
        "第六检察部",
        "审查",
        40,
    ),
    (
        "43010020180000009",
        "冯某某诈骗案",
        "一审公诉案件",
        "诈骗罪",
        "公诉一处",
        "审查起诉",
        3100,
    ),
];

/// A person: case, number, name, gender, measure, place of detention.
const PERSONS: [(usize, &str, &str, &str, &str, &str); 5] = [
    (0, "01", "周某某", "男", "逮捕", "长沙市第一看守所"),
    (1, "01", "吴某某", "男", "取保候审", ""),
    (1, "02", "郑某某", "女", "逮捕", "长沙市第四看守所"),
    (2, "01", "某商贸公司", "", "", ""),
    (3, "01", "冯某某", "男", "", ""),
];

/// Adds the cases unless there are some, or the people are not there. Blocking.
///
/// # Errors
/// When the database refuses.
pub fn add_cases(app: &Arc<App>) -> Result<(), RecordError> {
    let desk = Arc::clone(app);
    app.db.write_blocking(move |c| {
        let lawyer = accounts::by_external_id(c, "demo-lawyer")?;
        let party = accounts::by_external_id(c, "demo-party")?;
        let Some(lawyer) = lawyer.filter(|_| cases::is_empty(c).unwrap_or(false)) else {
            return Ok(());
        };
        let made = CASES.iter().map(|sketch| case(c, &desk, sketch));
        let made: Vec<Case> = made.collect::<Result<_, _>>()?;
        let mut persons = Vec::new();
        for (at, person) in PERSONS.iter().enumerate() {
            let case = made.get(person.0).ok_or(StoreError::Stopped)?;
            persons.push(add_person(c, &desk, case, at, person)?);
        }
        bind(
            c,
            &desk,
            (&lawyer, ApplicantRole::Defender),
            persons.first(),
        )?;
        bind(c, &desk, (&lawyer, ApplicantRole::Defender), persons.get(1))?;
        bind(c, &desk, (&lawyer, ApplicantRole::Agent), persons.get(3))?;
        bind(c, &desk, (&lawyer, ApplicantRole::Defender), persons.get(4))?;
        if let Some(party) = &party {
            bind(
                c,
                &desk,
                (party, ApplicantRole::NearRelative),
                persons.get(2),
            )?;
            bind(c, &desk, (party, ApplicantRole::LayAgent), persons.get(3))?;
        }
        if let Some(case) = made.first() {
            change(c, &desk, &lawyer, case)?;
            appointment(c, &desk, &lawyer, case)?;
        }
        ask(c, &desk, &lawyer, "pending")?;
        ask(c, &desk, &lawyer, "rejected")?;
        Ok::<_, RecordError>(())
    })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn case(c: &mut Conn, app: &App, sketch: &Sketch) -> Result<Case, RecordError> {
    let (number, name, category, charge, department, stage, days) = sketch;
    let now = app.clock.now_ms();
    let is_old = *days > 1000;
    let case = Case {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        unified_number: (*number).to_owned(),
        department_number: format!("长检受[{}]{number}号", number.get(6..10).unwrap_or("2026")),
        unit_id: UNIT.to_owned(),
        name: (*name).to_owned(),
        category: (*category).to_owned(),
        charge: some(charge),
        other_charges: None,
        accepted_at: now - days * DAY_MS,
        transferring_unit: some("长沙市公安局"),
        department: some(department),
        handler: None,
        stage: some(stage),
        review_status: some(if is_old { "审结" } else { "正在审查" }),
        review_opinion: is_old.then(|| "提起公诉".to_owned()),
        time_limit_text: None,
        due_date: None,
        concluded_at: is_old.then(|| now - (days - 25) * DAY_MS),
        outcome: is_old.then(|| "已提起公诉".to_owned()),
        closed_at: None,
        version: 1,
        created_at: now,
        updated_at: now - DAY_MS,
    };
    cases::insert(c, &case)?;
    Ok(case)
}

fn add_person(
    c: &mut Conn,
    app: &App,
    case: &Case,
    at: usize,
    (_, number, name, gender, measure, place): &(usize, &str, &str, &str, &str, &str),
) -> Result<CasePerson, RecordError> {
    let now = app.clock.now_ms();
    let public_id = random_hex::<16>();
    let id_number = made_up_id(at);
    let seal = |column, clear: &str| {
        let place = Place {
            table: "case_persons",
            column,
            row: &public_id,
        };
        app.seal.close(place, clear)
    };
    let is_human = !gender.is_empty();
    let person = CasePerson {
        id: app.ids.next(now),
        case_id: case.id,
        person_number: (*number).to_owned(),
        name: seal("name", name)?,
        gender: some(gender),
        id_type: is_human.then(|| "居民身份证".to_owned()),
        id_number: match is_human {
            true => Some(seal("id_number", &id_number)?),
            false => None,
        },
        id_blind: is_human.then(|| app.blind.of("id_number", &id_number)),
        coercive_measure: some(measure),
        coercive_measure_date: some(measure).map(|_| "2026-10-30".to_owned()),
        detention_place: some(place),
        charge: None,
        stage: None,
        review_status: None,
        review_opinion: None,
        time_limit_text: None,
        due_date: None,
        outcome: None,
        fingerprint: String::new(),
        version: 1,
        created_at: now,
        updated_at: case.updated_at,
        public_id,
    };
    case_persons::insert(c, &person)?;
    Ok(person)
}

/// No area's number begins with 99.
fn made_up_id(at: usize) -> String {
    let body = format!("990000199001010{at:02}");
    let last = check_digit(&body);
    body.chars().chain(last).collect()
}

fn bind(
    c: &mut Conn,
    app: &App,
    whose: (&Account, ApplicantRole),
    person: Option<&CasePerson>,
) -> Result<(), RecordError> {
    let Some(person) = person else { return Ok(()) };
    let act = Act {
        actor: "demo",
        at: app.clock.now_ms(),
    };
    match bindings::bind(c, app, whose, person, None, act) {
        Ok(_) | Err(BindError::Limit(_)) => Ok(()),
        Err(BindError::Record(error)) => Err(error),
    }
}

fn change(c: &mut Conn, app: &App, account: &Account, case: &Case) -> Result<(), RecordError> {
    let now = app.clock.now_ms();
    let changes = json!([
        { "field": "stage", "old": "一审", "new": "二审上诉" },
        { "field": "department", "old": "第一检察部", "new": "第二检察部" },
    ]);
    let change = CaseChange {
        id: app.ids.next(now),
        public_id: random_hex::<16>(),
        account_id: account.id,
        unit_id: case.unit_id.clone(),
        case_number: case.department_number.clone(),
        changes: json!({ "case_name": case.name, "changes": changes }).to_string(),
        changed_at: case.updated_at,
        created_at: now,
        held: false,
        told_with: None,
    };
    case_changes::insert(c, &change)?;
    Ok(())
}

fn adopted(
    c: &mut Conn,
    app: &App,
    kind: ApplicationKind,
    account: &Account,
    (days, state, reason): (i64, &str, Option<&str>),
    details: &serde_json::Value,
) -> Result<Application, RecordError> {
    let now = app.clock.now_ms();
    let number = format!("JX{}", random_hex::<6>().to_uppercase());
    let at = now - days * DAY_MS;
    let application = applications::adopt(c, app, kind, (account, UNIT), &number, at)?;
    let decided = matches!(state, "rejected").then_some(at + DAY_MS);
    let filled = Application {
        state: state.to_owned(),
        reason: reason.map(str::to_owned),
        details: details.to_string(),
        decided_at: decided,
        ..application
    };
    table::update(c, &filled)?;
    Ok(filled)
}

fn appointment(c: &mut Conn, app: &App, account: &Account, case: &Case) -> Result<(), RecordError> {
    let replied = app.clock.now_ms() - DAY_MS;
    let details = json!({
        "items": ["reading", "evidence_submission", "opinion"],
        "case_name": case.name,
        "case_number": case.department_number,
        "identity": "被告人的辩护人",
        "remark": "希望周三上午阅卷。",
        "replies": [{
            "item": "reading", "decision": "agreed",
            "opinion": "请于周三上午9时携带执业证到案件管理大厅。", "replied_at": replied,
        }],
    });
    let about = (2, "partly_answered", None);
    adopted(
        c,
        app,
        ApplicationKind::Appointment,
        account,
        about,
        &details,
    )?;
    Ok(())
}

fn ask(c: &mut Conn, app: &App, account: &Account, state: &str) -> Result<(), RecordError> {
    let is_refused = state == "rejected";
    let name = if is_refused {
        "孙某某交通肇事案"
    } else {
        "李某某危险驾驶案"
    };
    let reason = "委托书没有当事人签名，请补签后重新上传。\n律师事务所函没有盖章，请加盖公章。";
    let about = (
        if is_refused { 6 } else { 1 },
        state,
        is_refused.then_some(reason),
    );
    let details = json!({ "case_name": name, "applicant_role": "defender", "is_remote": false });
    let application = adopted(c, app, ApplicationKind::Binding, account, about, &details)?;
    let number = made_up_id(if is_refused { 21 } else { 20 });
    let seal = |column, clear: &str| {
        let place = Place {
            table: "binding_requests",
            column,
            row: &application.public_id,
        };
        app.seal.close(place, clear)
    };
    let request = BindingRequest {
        application_id: application.id,
        account_id: account.id,
        case_name: name.to_owned(),
        party_name: seal("party_name", if is_refused { "孙某某" } else { "李某某" })?,
        party_id: seal("party_id", &number)?,
        party_blind: app.blind.of("id_number", &number),
        is_remote: false,
        applicant_role: "defender".to_owned(),
        case_person_id: None,
    };
    binding_requests::insert(c, &request)?;
    Ok(())
}
