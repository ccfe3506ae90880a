//! Cases and the people who may see them: lawyers and parties with phones, cases with persons.

use jianxin::app::seal::Place;
use jianxin::domain::binding::{ApplicantRole, fold_id};
use jianxin::service::bindings::{self, Act};
use jianxin::service::error::RecordError;
use jianxin::store::accounts::Account;
use jianxin::store::case_bindings::CaseBinding;
use jianxin::store::case_persons::{self, CasePerson};
use jianxin::store::cases::{self, Case};

use super::browser::{Browser, Page, Street};
use super::office::{Office, UNIT};
use super::pictures;

/// An identity number of nobody: no area begins with 99.
pub(crate) const PARTY_ID: &str = "990000200001010012";

/// The office with phones and cases.
pub(crate) struct Casework {
    pub(crate) office: Office,
    pub(crate) origin: String,
}

impl Casework {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let street = Street::with(settings).await;
        let origin = street.origin.clone();
        Self {
            office: Office::of(street.app).await,
            origin,
        }
    }

    /// The phone of a follower (`f1` …) who is linked to a new active account.
    pub(crate) async fn phone(&self, follower: &str, id: &str, role: &str) -> (Browser, Account) {
        let mut phone = Browser::of(&self.origin, follower);
        phone.open("/h5/follows").await;
        let openid = self
            .office
            .rows("SELECT openid FROM sessions WHERE openid NOT IN (SELECT openid FROM account_links WHERE openid IS NOT NULL)")
            .pop()
            .unwrap();
        let account = self.office.account(id, role).await;
        self.office.link(&account, &openid, false).await;
        (phone, account)
    }

    /// A case of the unit, accepted at `accepted_at`.
    pub(crate) async fn case(&self, number: &str, category: &str, accepted_at: i64) -> Case {
        let app = &self.office.app.app;
        let now = app.clock.now_ms();
        let case = Case {
            id: app.ids.next(now),
            public_id: format!("c-{number}"),
            unified_number: number.to_owned(),
            department_number: format!("长检受[2026]{number}号"),
            unit_id: UNIT.to_owned(),
            name: "张某某故意伤害案".to_owned(),
            category: category.to_owned(),
            charge: Some("故意伤害罪".to_owned()),
            other_charges: None,
            accepted_at,
            transferring_unit: None,
            department: Some("第一检察部".to_owned()),
            handler: None,
            stage: Some("审查起诉".to_owned()),
            review_status: None,
            review_opinion: None,
            time_limit_text: None,
            due_date: None,
            concluded_at: None,
            outcome: None,
            closed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let row = case.clone();
        let done = app.db.write(move |c| -> Result<_, RecordError> {
            cases::insert(c, &row)?;
            Ok(())
        });
        done.await.unwrap();
        case
    }

    /// A person in it.
    pub(crate) async fn person(&self, case: &Case, number: &str, name: &str) -> CasePerson {
        let app = &self.office.app.app;
        let now = app.clock.now_ms();
        let public_id = format!("cp-{}-{number}", case.unified_number);
        let seal = |column, clear: &str| {
            let place = Place {
                table: "case_persons",
                column,
                row: &public_id,
            };
            app.seal.close(place, clear).unwrap()
        };
        let person = CasePerson {
            id: app.ids.next(now),
            case_id: case.id,
            person_number: number.to_owned(),
            name: seal("name", name),
            gender: Some("男".to_owned()),
            id_type: Some("居民身份证".to_owned()),
            id_number: Some(seal("id_number", PARTY_ID)),
            id_blind: Some(app.blind.of("id_number", &fold_id(PARTY_ID))),
            coercive_measure: Some("逮捕".to_owned()),
            coercive_measure_date: Some("2026-10-20".to_owned()),
            detention_place: None,
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
            updated_at: now,
            public_id,
        };
        let row = person.clone();
        let done = app.db.write(move |c| -> Result<_, RecordError> {
            case_persons::insert(c, &row)?;
            Ok(())
        });
        done.await.unwrap();
        person
    }

    /// Binds an account, or says why not.
    pub(crate) async fn bind(
        &self,
        account: &Account,
        person: &CasePerson,
        role: ApplicantRole,
    ) -> Result<CaseBinding, String> {
        let app = std::sync::Arc::clone(&self.office.app.app);
        let (account, person) = (account.clone(), person.clone());
        let desk = std::sync::Arc::clone(&app);
        let done = app.db.write(move |c| {
            let act = Act {
                actor: "story",
                at: desk.clock.now_ms(),
            };
            bindings::bind(c, &desk, (&account, role), &person, None, act)
        });
        done.await.map_err(|error| match error {
            bindings::BindError::Limit(limit) => limit.sentence(),
            bindings::BindError::Record(error) => panic!("{error}"),
        })
    }

    pub(crate) fn audited(&self, action: &str) -> usize {
        self.office.count(&format!(
            "SELECT count(*) FROM audit WHERE action = '{action}'"
        ))
    }
}

/// Hands a file in for a place of a form; its id.
pub(crate) async fn file(phone: &mut Browser, csrf: &str, slot: &str) -> String {
    let picture = pictures::jpeg(&pictures::photo(64, 48));
    let place = format!("upload_{slot}");
    let files = [(place.as_str(), "委托书<b>.jpg", picture.as_slice())];
    let accept = "application/json";
    let page = phone
        .upload("/h5/attachments", &[("csrf", csrf)], &files, accept)
        .await;
    let answer: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    answer["id"].as_str().expect("a file is taken").to_owned()
}

/// The hidden key of a form.
pub(crate) fn once(page: &Page) -> String {
    page.between("name=\"once\" value=\"", "\"")
        .expect("the form has a key")
}

/// 申请绑定 as a lawyer fills it in, with the letter of a legal aid centre.
pub(crate) fn wish<'a>(csrf: &'a str, once: &'a str, aid: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("csrf", csrf),
        ("once", once),
        ("unit", "长沙市人民检察院"),
        ("unit_id", UNIT),
        ("case_name", "张某某故意伤害案"),
        ("party_name", "张某某"),
        ("party_id", PARTY_ID),
        ("applicant_role", "defender"),
    ];
    if !aid.is_empty() {
        fields.push(("file_legal_aid", aid));
    }
    fields
}

/// The same with one field changed.
pub(crate) fn with<'a>(
    mut fields: Vec<(&'a str, &'a str)>,
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}
