//! The counter: accounts of 当事人等 are issued, bound, given a new password, disabled and enabled, each for the own unit.

use std::sync::Arc;

use jianxin::config::Secret;
use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::counter::{IdType, Person};
use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::notice::Outcome;
use jianxin::service::attachments::{Chosen, Handed, Look, Viewer};
use jianxin::service::counter::{
    self, Filled, Filter, Issued, Refused, Search, Slip, bind, disable, enable, end, identity,
    issue, list, one, recognise, reset_password, search, slip, take_paper,
};
use jianxin::service::desk::Manager;
use jianxin::service::passwords::{Checked, verify};
use jianxin::service::{attachments, phones};
use jianxin::store::StoreError;
use jianxin::store::accounts::{self, Account};
use serde_json::json;

use crate::support::casework::{Casework, PARTY_ID};
use crate::support::office::UNIT;
use crate::support::pictures;
use crate::support::signing::{quick_hash, sign_in};

/// Nobody's: an area and a birthday that nobody has.
const ID: &str = "990000209901010019";
const OTHER_UNIT: &str = "430200";

fn person() -> Person {
    Person {
        name: "植入乙".to_owned(),
        gender: "女".to_owned(),
        id_type: IdType::IdCard,
        id_number: ID.to_owned(),
        phone: "12800000009".to_owned(),
        capacity: "near_relative".to_owned(),
        relation: "母亲".to_owned(),
    }
}

fn filled(person: Person, once: &str) -> Filled {
    Filled {
        person,
        files: Vec::new(),
        once: once.to_owned(),
        papers_in_file: true,
    }
}

fn page(issued: &Issued) -> String {
    format!("/slips/{}/{}", issued.account, issued.slip)
}

/// The counter of a unit with somebody at it.
struct Counter {
    work: Casework,
    clerk: Manager,
    elsewhere: Manager,
}

impl Counter {
    async fn open() -> Self {
        let work = Casework::open().await;
        let clerk = manager(&work, "m-1", UNIT).await;
        let elsewhere = manager(&work, "m-2", OTHER_UNIT).await;
        Self {
            work,
            clerk,
            elsewhere,
        }
    }

    fn app(&self) -> &Arc<jianxin::app::App> {
        &self.work.office.app.app
    }

    /// An account that was issued to [`person`], as it is now.
    async fn issued(&self) -> Account {
        let filled = filled(person(), "once");
        let issued = issue(self.app(), &self.clerk, filled, page).await.unwrap();
        self.account(&issued.account).await
    }

    async fn account(&self, public_id: &str) -> Account {
        let seen = one(self.app(), &self.clerk, public_id).await;
        seen.unwrap().account
    }

    async fn slip(&self, account: &str, id: &str) -> Slip {
        slip(self.app(), &self.clerk, (account, id)).await.unwrap()
    }

    async fn ids(&self, manager: &Manager, text: &str) -> Vec<String> {
        let filter = Filter {
            text: text.to_owned(),
            ..Filter::default()
        };
        let found = list(self.app(), manager, filter, (None, 50)).await.unwrap();
        found.into_iter().map(|row| row.account.public_id).collect()
    }

    fn audited(&self, action: &str) -> usize {
        self.work.audited(action)
    }
}

/// Somebody who decides for a unit.
async fn manager(work: &Casework, id: &str, unit: &str) -> Manager {
    let mut account = work.office.account(id, "manager").await;
    account.unit_id = unit.to_owned();
    change(work, &mut account).await;
    Manager {
        account,
        duties: Duties::of(&[Duty::Reviewer]),
        factor_at: None,
    }
}

async fn change(work: &Casework, account: &mut Account) {
    let row = account.clone();
    let done = work
        .office
        .app
        .app
        .db
        .write(move |c| -> Result<_, StoreError> { Ok(accounts::update(c, &row)?) });
    assert!(done.await.unwrap());
    account.version += 1;
}

#[tokio::test]
async fn an_account_is_issued_with_a_slip_that_is_shown_once() {
    let counter = Counter::open().await;
    let app = counter.app();
    let first = issue(app, &counter.clerk, filled(person(), "once"), page)
        .await
        .unwrap();
    let account = counter.account(&first.account).await;
    assert_eq!(account.login_name.len(), 12);
    assert_eq!(
        (account.role.as_str(), account.unit_id.as_str()),
        ("party", UNIT)
    );
    assert!(account.must_reset && account.state == "active");
    let shown = counter.slip(&first.account, &first.slip).await;
    let password = shown.password.expect("the first time");
    let hash = account.password_hash.as_deref();
    assert_eq!(verify(app, &password, hash).await.unwrap(), Checked::Right);

    // The printer's preview loads it once more; later nobody sees it.
    counter.work.office.app.advance_ms(50_000);
    assert!(
        counter
            .slip(&first.account, &first.slip)
            .await
            .password
            .is_some()
    );
    counter.work.office.app.advance_ms(20_000);
    assert!(
        counter
            .slip(&first.account, &first.slip)
            .await
            .password
            .is_none()
    );
    let colleague = manager(&counter.work, "m-3", UNIT).await;
    let theirs = slip(app, &colleague, (&first.account, &first.slip)).await;
    assert!(
        matches!(theirs, Err(Refused::NotFound)),
        "it is the clerk's"
    );

    let again = issue(app, &counter.clerk, filled(person(), "once"), page).await;
    let Err(Refused::Before(path)) = again else {
        panic!("the same form twice");
    };
    assert_eq!(path, page(&first));
    assert_eq!(counter.audited("account.issued"), 1);

    // Nothing that tells who it is stands in clear, and the audit holds no password.
    let database = &counter.work.office;
    for table in [
        "counter_persons",
        "account_phones",
        "identity_claims",
        "first_passwords",
    ] {
        for row in database.rows(&whole(table)) {
            assert!(!row.contains(ID) && !row.contains("12800000009"), "{table}");
            assert!(!row.contains(password.expose()), "{table}");
        }
    }
    let masked = one(app, &counter.clerk, &first.account).await.unwrap();
    let masked_person = masked.person.unwrap();
    assert_eq!(masked_person.id_number, "990000********0019");
    assert_eq!(masked_person.phone, "128****0009");
    let (_, whole) = identity(app, &counter.clerk, &first.account).await.unwrap();
    assert_eq!(whole.id_number, ID);
    assert_eq!(counter.audited("account.identity_shown"), 1);
}

/// All texts of a table, whatever it has.
fn whole(table: &str) -> String {
    let columns = match table {
        "counter_persons" => "sealed",
        "account_phones" => "blind || sealed",
        "identity_claims" => "claim || kind",
        _ => "COALESCE(sealed, '') || holder",
    };
    format!("SELECT {columns} FROM {table}")
}

#[tokio::test]
async fn whoever_has_an_account_does_not_get_another() {
    let counter = Counter::open().await;
    let app = counter.app();
    let account = counter.issued().await;
    let at_home = issue(app, &counter.clerk, filled(person(), "b"), page).await;
    assert!(matches!(at_home, Err(Refused::Taken(id)) if id == account.public_id));
    let elsewhere = issue(app, &counter.elsewhere, filled(person(), "c"), page).await;
    assert!(matches!(elsewhere, Err(Refused::Elsewhere(unit)) if unit == UNIT));
    assert!(counter.ids(&counter.elsewhere, "").await.is_empty());

    // The person stands at the other unit's counter, too: it sees the account from then on.
    let wrong = Person {
        name: "植入丙".to_owned(),
        ..person()
    };
    let wrong = recognise(app, &counter.elsewhere, wrong).await;
    assert!(matches!(wrong, Err(Refused::OtherName)));
    let known = recognise(app, &counter.elsewhere, person()).await.unwrap();
    assert_eq!(known, account.public_id);
    assert_eq!(
        counter.ids(&counter.elsewhere, "").await,
        std::slice::from_ref(&known)
    );
    assert_eq!(counter.audited("account.recognised"), 1);
    recognise(app, &counter.elsewhere, person()).await.unwrap();
    assert_eq!(counter.audited("account.recognised"), 1, "once is enough");
    let theirs = issue(app, &counter.elsewhere, filled(person(), "d"), page).await;
    assert!(matches!(theirs, Err(Refused::Taken(_))));
    let not_theirs = disable(app, &counter.elsewhere, (&known, 1), "离职").await;
    assert!(matches!(not_theirs, Err(Refused::NotForThis)));
}

#[tokio::test]
async fn two_counters_at_the_same_moment_issue_one_account() {
    let counter = Counter::open().await;
    let app = counter.app();
    let (here, there) = tokio::join!(
        issue(app, &counter.clerk, filled(person(), "a"), page),
        issue(app, &counter.elsewhere, filled(person(), "b"), page)
    );
    assert_eq!(usize::from(here.is_ok()) + usize::from(there.is_ok()), 1);
    let parties = "SELECT count(*) FROM accounts WHERE role = 'party'";
    assert_eq!(counter.work.office.count(parties), 1);
}

#[tokio::test]
async fn people_are_bound_to_cases_of_the_own_unit_only() {
    let counter = Counter::open().await;
    let (app, clerk) = (counter.app(), &counter.clerk);
    let account = counter.issued().await;
    let case = counter.work.case("A1", "一审公诉案件", 0).await;
    let suspect = counter.work.person(&case, "1", "张某某").await;
    for wanted in [
        Search::Number("A1".to_owned()),
        Search::Number(case.department_number.clone()),
        Search::IdNumber(format!(" {PARTY_ID} ")),
    ] {
        let about = (account.public_id.as_str(), wanted);
        let found = search(app, clerk, about.clone()).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "张某某");
        assert_eq!(found[0].id_number, "990000****");
        let strange = search(app, &counter.elsewhere, about).await;
        assert!(matches!(strange, Err(Refused::NotFound)));
    }
    assert_eq!(counter.audited("cases.searched"), 3);

    let id = account.public_id.as_str();
    let role = ApplicantRole::NearRelative;
    let to = (id, suspect.public_id.as_str());
    bind(app, clerk, to, role).await.unwrap();
    let twice = bind(app, clerk, to, ApplicantRole::Party).await;
    assert!(matches!(twice, Err(Refused::Limit(_))));
    let as_lawyer = bind(app, clerk, to, ApplicantRole::Defender).await;
    assert!(matches!(as_lawyer, Err(Refused::NotForThis)));
    recognise(app, &counter.elsewhere, person()).await.unwrap();
    let about = (id, Search::Number("A1".to_owned()));
    let found = search(app, &counter.elsewhere, about).await.unwrap();
    assert!(found.is_empty(), "of cases they find their own only");
    let theirs = bind(app, &counter.elsewhere, to, role).await;
    assert!(
        matches!(theirs, Err(Refused::NotFound)),
        "the case is not theirs"
    );
    let seen = one(app, &counter.elsewhere, id).await.unwrap();
    assert!(seen.bindings.is_empty(), "nor is it shown to them");

    let seen = one(app, clerk, id).await.unwrap();
    let binding = seen.bindings[0].public_id.clone();
    assert_eq!(
        (seen.bindings[0].name.as_str(), seen.bindings[0].is_open),
        ("张某某", true)
    );
    let silent = end(app, clerk, (id, &binding), " ").await;
    assert!(
        matches!(silent, Err(Refused::Limit(_))),
        "a reason is needed"
    );
    let theirs = end(app, &counter.elsewhere, (id, &binding), "委托结束").await;
    assert!(matches!(theirs, Err(Refused::NotFound)));
    end(app, clerk, (id, &binding), "委托结束").await.unwrap();
    let again = end(app, clerk, (id, &binding), "委托结束").await;
    assert!(matches!(again, Err(Refused::NotFound)));
    assert_eq!(counter.audited("binding.granted"), 1);
    assert_eq!(counter.audited("binding.revoked"), 1);
    // they may be bound anew.
    bind(app, clerk, to, role).await.unwrap();
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once_and_hears_nothing() {
    let counter = Counter::open().await;
    let app = counter.app();
    let issued = issue(app, &counter.clerk, filled(person(), "once"), page)
        .await
        .unwrap();
    let mut account = counter.account(&issued.account).await;
    account.password_hash = Some(quick_hash("正义不会缺席 2026"));
    account.must_reset = false;
    change(&counter.work, &mut account).await;
    let mut phone = crate::support::browser::Browser::of(&counter.work.origin, "f1");
    phone.open("/h5/follows").await;
    let typed = (account.login_name.as_str(), "正义不会缺席 2026");
    assert_eq!(sign_in(app, &mut phone, "party", typed).await.status, 303);
    assert_eq!(phone.get("/h5/cases").await.status, 200);

    let stale = disable(app, &counter.clerk, (&issued.account, 1), "受托结束").await;
    assert!(matches!(stale, Err(Refused::Stale)));
    let version = account.version;
    disable(app, &counter.clerk, (&issued.account, version), "受托结束")
        .await
        .unwrap();
    assert_ne!(
        phone.get("/h5/cases").await.status,
        200,
        "the session ended"
    );
    let office = &counter.work.office;
    assert_eq!(
        office.count("SELECT count(*) FROM account_links WHERE ended_at IS NULL"),
        0
    );
    // What changes in the case is told to nobody, not by telephone either.
    let data = json!({ "accounts": [account.external_id], "unit_code": UNIT, "case_number": "A1",
        "changes": [{ "field": "stage", "old": "审查起诉", "new": "一审" }] });
    office.tell("e1", "case_progress_changed", data).await;
    assert_eq!(office.count("SELECT count(*) FROM pushes"), 0);
    assert_eq!(office.count("SELECT count(*) FROM phone_tasks"), 0);
    let page = {
        let mut phone = crate::support::browser::Browser::of(&counter.work.origin, "f1");
        phone.open("/h5/follows").await;
        sign_in(app, &mut phone, "party", typed).await
    };
    assert_ne!(page.status, 303, "and nobody signs in");

    // The number is free for another account then, and so the old one stays disabled.
    let second = issue(app, &counter.elsewhere, filled(person(), "x"), page_of)
        .await
        .unwrap();
    let version = counter.account(&issued.account).await.version;
    let back = enable(app, &counter.clerk, (&issued.account, version)).await;
    assert!(matches!(back, Err(Refused::Elsewhere(unit)) if unit == OTHER_UNIT));
    let theirs = one(app, &counter.elsewhere, &second.account).await.unwrap();
    let seen = (second.account.as_str(), theirs.account.version);
    disable(app, &counter.elsewhere, seen, "办错")
        .await
        .unwrap();
    enable(app, &counter.clerk, (&issued.account, version))
        .await
        .unwrap();
    assert_eq!(counter.account(&issued.account).await.state, "active");
    for (action, times) in [("account.disabled", 2), ("account.enabled", 1)] {
        assert_eq!(counter.audited(action), times, "{action}");
    }
}

fn page_of(issued: &Issued) -> String {
    page(issued)
}

#[tokio::test]
async fn lawyers_of_the_unit_go_on_where_they_stood() {
    let counter = Counter::open().await;
    let (app, clerk) = (counter.app(), &counter.clerk);
    let mut lawyer = counter.work.office.linked("u-7", "lawyer").await;
    let id = lawyer.public_id.clone();
    for (told, state) in [
        ("approved", "active"),
        ("rejected", "rejected"),
        ("", "pending"),
    ] {
        let number = format!("R-{state}");
        let asked = json!({ "account": "u-7", "unit_code": UNIT, "application": number });
        let office = &counter.work.office;
        office
            .tell(&format!("s{state}"), "registration_submitted", asked)
            .await;
        if !told.is_empty() {
            let data = match told {
                "rejected" => {
                    json!({ "application": number, "result": told, "reason": "图片不清楚" })
                }
                told => json!({ "application": number, "result": told }),
            };
            office
                .tell(&format!("r{state}"), "registration_reviewed", data)
                .await;
        }
        lawyer = counter.account(&id).await;
        assert_eq!(lawyer.state, state);
        disable(app, clerk, (&id, lawyer.version), "吊销执业证")
            .await
            .unwrap();
        let version = counter.account(&id).await.version;
        let twice = disable(app, clerk, (&id, version), "再次").await;
        assert!(matches!(twice, Err(Refused::Stale)));
        enable(app, clerk, (&id, version)).await.unwrap();
        assert_eq!(counter.account(&id).await.state, state);
        counter.work.office.app.advance_ms(1000);
    }
    let version = counter.account(&id).await.version;
    let reset = reset_password(app, clerk, (&id, version)).await;
    assert!(
        matches!(reset, Err(Refused::NotForThis)),
        "they apply for it"
    );
    let case = counter.work.case("A1", "一审公诉案件", 0).await;
    let suspect = counter.work.person(&case, "1", "张某某").await;
    let bound = bind(app, clerk, (&id, &suspect.public_id), ApplicantRole::Party).await;
    assert!(matches!(bound, Err(Refused::NotForThis)));
}

#[tokio::test]
async fn a_new_password_at_the_counter_ends_open_requests() {
    let counter = Counter::open().await;
    let (app, clerk) = (counter.app(), &counter.clerk);
    let mut account = counter.issued().await;
    account.must_reset = false;
    change(&counter.work, &mut account).await;
    let asked =
        json!({ "account": account.external_id, "unit_code": OTHER_UNIT, "application": "P-1" });
    counter
        .work
        .office
        .tell("e1", "password_reset_requested", asked)
        .await;
    // A call that was to tell a password: here, and one of another unit.
    let told = json!({ "application": "已重置", "result": Outcome::Reset.phrase() });
    for (id, unit) in [(1, UNIT), (2, OTHER_UNIT)] {
        counter.work.office.app.database.execute(&format!(
            "INSERT INTO phone_tasks (id, public_id, dedupe_key, kind, account_id, unit_id, reason, details, created_at) \
             VALUES ({id}, 'call-{id}', 'k{id}', 'password_reset_done', {}, '{unit}', 'not_linked', '{told}', 0)",
            account.id
        ));
    }
    let id = account.public_id.as_str();
    let slip_id = reset_password(app, clerk, (id, account.version))
        .await
        .unwrap();
    let now = counter.account(id).await;
    assert!(now.must_reset && now.password_hash != account.password_hash);
    let password = counter.slip(id, &slip_id).await.password.unwrap();
    let checked = verify(app, &password, now.password_hash.as_deref()).await;
    assert_eq!(checked.unwrap(), Checked::Right);
    let open = "SELECT count(*) FROM applications WHERE decided_at IS NULL";
    assert_eq!(counter.work.office.count(open), 0);
    let calls = "SELECT count(*) FROM phone_tasks WHERE done_at IS NULL";
    assert_eq!(counter.work.office.count(calls), 0);
    assert_eq!(counter.audited("call.closed"), 2);
    let stale = reset_password(app, clerk, (id, account.version)).await;
    assert!(matches!(stale, Err(Refused::Stale)), "two clerks at once");
    assert_eq!(counter.audited("account.password_reset"), 1);
    let strange = reset_password(app, &counter.elsewhere, (id, now.version)).await;
    assert!(matches!(strange, Err(Refused::NotFound)));
    let _: &Secret = &password;
}

#[tokio::test]
async fn accounts_are_found_by_name_login_name_and_telephone() {
    let counter = Counter::open().await;
    let account = counter.issued().await;
    let id = [account.public_id.clone()];
    for text in ["植入乙", &account.login_name, "128 0000 0009"] {
        assert_eq!(counter.ids(&counter.clerk, text).await, id, "{text}");
        assert!(
            counter.ids(&counter.elsewhere, text).await.is_empty(),
            "{text}"
        );
    }
    for text in ["植入", "12800000008", "%", "12"] {
        assert!(counter.ids(&counter.clerk, text).await.is_empty(), "{text}");
    }
    // What came from elsewhere is found once its number was hashed, and again when it changes.
    let put = async |phone: &str| {
        let body = json!({ "external_id": "u-9", "role": "party", "login_name": "160700000009",
            "display_name": "植入丁", "unit_code": UNIT, "phone": phone });
        let answer = counter
            .work
            .office
            .send("PUT", "/api/v1/accounts", body.to_string(), None)
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    };
    counter.work.office.app.advance_ms(1000);
    put("13800001111").await;
    assert!(counter.ids(&counter.clerk, "13800001111").await.is_empty());
    assert_eq!(phones::catch_up(counter.app()).await.unwrap(), 1);
    assert_eq!(counter.ids(&counter.clerk, "13800001111").await.len(), 1);
    put("13800002222").await;
    assert_eq!(phones::catch_up(counter.app()).await.unwrap(), 1);
    assert!(counter.ids(&counter.clerk, "13800001111").await.is_empty());
    assert_eq!(counter.ids(&counter.clerk, "13800002222").await.len(), 1);
    assert_eq!(
        phones::catch_up(counter.app()).await.unwrap(),
        0,
        "nothing is left"
    );

    // Page by page, newest first.
    let app = counter.app();
    let first = list(app, &counter.clerk, Filter::default(), (None, 1))
        .await
        .unwrap();
    assert_eq!(first[0].account.display_name, "植入丁");
    let after = Some(first[0].account.public_id.clone());
    let second = list(app, &counter.clerk, Filter::default(), (after, 5))
        .await
        .unwrap();
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].account.public_id, account.public_id);
    let lawyers = Filter {
        role: Some("lawyer"),
        ..Filter::default()
    };
    assert!(
        list(app, &counter.clerk, lawyers, (None, 5))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn papers_belong_to_the_clerk_and_then_to_the_account() {
    let counter = Counter::open().await;
    let (app, clerk) = (counter.app(), &counter.clerk);
    let paper = async |manager: &Manager| {
        let handed = Handed {
            slot: "id_card".to_owned(),
            name: "证件.jpg".to_owned(),
            bytes: pictures::jpeg(&pictures::photo(64, 48)).into(),
        };
        take_paper(app, manager, handed).await.unwrap().public_id
    };
    let with = |file: &str, once: &str| Filled {
        files: vec![Chosen {
            slot: "id_card".to_owned(),
            label: "居民身份证".to_owned(),
            public_id: file.to_owned(),
        }],
        ..filled(person(), once)
    };
    let viewer = |manager: &Manager| Viewer::Manager {
        unit_id: manager.scope().unit_id().to_owned(),
        login_name: manager.account.login_name.clone(),
        public_id: manager.account.public_id.clone(),
    };
    let sees = async |manager: &Manager, file: &str| {
        let seen = attachments::page(app, &viewer(manager), file, Look::Page(1)).await;
        seen.unwrap().is_some()
    };
    let theirs = paper(&counter.elsewhere).await;
    let stolen = issue(app, clerk, with(&theirs, "a"), page).await;
    assert!(matches!(stolen, Err(Refused::FileGone(field)) if field == "file_id_card"));
    let parties = "SELECT count(*) FROM accounts WHERE role = 'party'";
    assert_eq!(counter.work.office.count(parties), 0, "all or nothing");
    let own = paper(clerk).await;
    assert!(sees(clerk, &own).await, "it waits for its form");
    assert!(!sees(&counter.elsewhere, &own).await);
    let issued = issue(app, clerk, with(&own, "b"), page).await.unwrap();
    let colleague = manager(&counter.work, "m-3", UNIT).await;
    assert!(
        sees(&colleague, &own).await,
        "the whole counter sees it now"
    );
    assert!(!sees(&counter.elsewhere, &own).await);
    let seen = one(app, &colleague, &issued.account).await.unwrap();
    assert_eq!(seen.files.len(), 1);
    assert_eq!(counter.work.audited("attachment.added"), 2);
    let by_clerk =
        "SELECT count(*) FROM audit WHERE action = 'attachment.added' AND actor = 'manager:p-m-1'";
    assert_eq!(counter.work.office.count(by_clerk), 1);
    recognise(app, &counter.elsewhere, person()).await.unwrap();
    assert!(
        sees(&counter.elsewhere, &own).await,
        "who knows the person may look"
    );
    assert!(
        counter::remove_paper(app, clerk, &theirs)
            .await
            .is_ok_and(|gone| !gone)
    );
}
