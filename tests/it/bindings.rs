//! 我的绑定: applications for cases, and the three limits.

use jianxin::domain::application::ApplicationKind;
use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::notice::Outcome;
use jianxin::service::applications::{self, Review};
use jianxin::service::bindings::{self, Act, BindError};
use jianxin::web::access::Access;
use jianxin::web::pages::{self, Pages};
use serde_json::json;

use crate::support::NOW_MS;
use crate::support::casework::{Casework, PARTY_ID, file, once, wish, with};
use crate::support::office::UNIT;

const CRIMINAL: &str = "一审公诉案件";

#[tokio::test]
async fn an_application_is_sent_decided_and_opens_the_case() {
    let work = Casework::open().await;
    work.office.linked("m-1", "manager").await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    work.person(&case, "01", "张小明").await;
    let empty = phone.open("/h5/bindings").await;
    assert!(empty.body.contains("申请绑定"), "{}", empty.body);

    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let page = phone
        .submit("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    for shown in [
        "待审核",
        "张某某故意伤害案",
        "长沙市人民检察院",
        "990000****",
        "辩护人",
        "本地",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains(PARTY_ID) && !page.body.contains("已通过"));
    let kinds = work.office.rows("SELECT kind FROM pushes");
    assert_eq!(kinds, ["binding_submitted"]);
    assert_eq!(work.audited("binding.submitted"), 1);
    let stored = work.office.rows("SELECT party_name || party_id || details FROM binding_requests r JOIN applications a ON a.id = r.application_id");
    assert!(
        !stored[0].contains("张某某\"") && !stored[0].contains(PARTY_ID),
        "{stored:?}"
    );

    let number = work
        .office
        .rows("SELECT external_id FROM applications")
        .remove(0);
    work.office
        .tell(
            "e1",
            "binding_reviewed",
            json!({
                "application": number, "result": "approved",
                "unified_number": "1001", "person_number": "01",
            }),
        )
        .await;
    let list = phone.open("/h5/bindings").await;
    assert!(
        list.body.contains("已通过") && !list.body.contains(">修改<"),
        "{}",
        list.body
    );
    let cases = phone.open("/h5/cases").await;
    assert!(
        cases.body.contains("张小明") && cases.body.contains("预约"),
        "{}",
        cases.body
    );
    assert_eq!(work.audited("binding.granted"), 1);
}

#[tokio::test]
async fn an_event_that_names_no_person_decides_and_binds_nobody() {
    let work = Casework::open().await;
    let lawyer = work.office.linked("u-1", "lawyer").await;
    let submitted =
        json!({ "application": "SQ1", "account": "u-1", "unit_code": UNIT, "case_name": "某案" });
    work.office.tell("e1", "binding_submitted", submitted).await;
    work.office
        .tell(
            "e2",
            "binding_reviewed",
            json!({ "application": "SQ1", "result": "approved" }),
        )
        .await;
    assert_eq!(work.office.count("SELECT count(*) FROM case_bindings"), 0);
    // One that names a person needs both numbers, a known person, and a role.
    let again =
        json!({ "application": "SQ2", "account": "u-1", "unit_code": UNIT, "case_name": "某案" });
    work.office.tell("e3", "binding_submitted", again).await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    for (data, field) in [
        (json!({ "unified_number": "1001" }), "data/person_number"),
        (json!({ "person_number": "01" }), "data/unified_number"),
        (
            json!({ "unified_number": "1001", "person_number": "02", "applicant_role": "defender" }),
            "data/person_number",
        ),
        (
            json!({ "unified_number": "1001", "person_number": "01" }),
            "data/applicant_role",
        ),
    ] {
        let mut all = json!({ "application": "SQ2", "result": "approved" });
        all.as_object_mut()
            .unwrap()
            .extend(data.as_object().unwrap().clone());
        let answer = work
            .office
            .post(&json!({ "id": "e4", "type": "binding_reviewed", "data": all }))
            .await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
        assert!(answer.body.contains(field), "{field}: {}", answer.body);
    }
    // A limit is a conflict, and nothing is decided.
    work.bind(&lawyer, &person, ApplicantRole::Agent)
        .await
        .unwrap();
    let data = json!({ "application": "SQ2", "result": "approved", "unified_number": "1001", "person_number": "01", "applicant_role": "defender" });
    let answer = work
        .office
        .post(&json!({ "id": "e5", "type": "binding_reviewed", "data": data }))
        .await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.body);
    assert!(answer.body.contains("another role"), "{}", answer.body);
    let state = work
        .office
        .rows("SELECT state FROM applications WHERE external_id = 'SQ2'");
    assert_eq!(state, ["pending"]);
}

#[tokio::test]
async fn the_three_limits_hold_and_civil_cases_are_exempt() {
    let work = Casework::open().await;
    let mut lawyers = Vec::new();
    for id in ["u-1", "u-2", "u-3"] {
        lawyers.push(work.office.account(id, "lawyer").await);
    }
    let relative = work.office.account("p-1", "party").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let (first, second) = (
        work.person(&case, "01", "甲").await,
        work.person(&case, "02", "乙").await,
    );
    let (defender, agent) = (ApplicantRole::Defender, ApplicantRole::Agent);
    work.bind(&lawyers[0], &first, defender).await.unwrap();
    let refused = |result: Result<_, String>, words: &str| {
        let said = result.map(|_| ()).unwrap_err();
        assert!(said.contains(words), "{said}");
    };
    refused(
        work.bind(&lawyers[0], &first, agent).await,
        "只能以一种身份",
    );
    refused(
        work.bind(&lawyers[0], &first, defender).await,
        "已经绑定了这名当事人",
    );
    refused(
        work.bind(&lawyers[0], &second, defender).await,
        "不能同时为同一案件的两名",
    );
    work.bind(&lawyers[1], &first, agent).await.unwrap();
    work.bind(&relative, &first, ApplicantRole::NearRelative)
        .await
        .unwrap();
    refused(
        work.bind(&lawyers[2], &first, defender).await,
        "已经有两名律师",
    );
    work.bind(&lawyers[2], &second, defender).await.unwrap();

    let civil = work.case("2001", "民事监督案件", NOW_MS).await;
    let (one, two) = (
        work.person(&civil, "01", "甲").await,
        work.person(&civil, "02", "乙").await,
    );
    for lawyer in &lawyers {
        work.bind(lawyer, &one, agent).await.unwrap();
    }
    work.bind(&lawyers[0], &two, agent).await.unwrap();
}

#[tokio::test]
async fn of_three_lawyers_approved_at_once_two_are_bound() {
    let work = Casework::open().await;
    let other = work.office.app.second_instance().await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    for round in 0..4 {
        let fresh = work.person(&case, &format!("1{round}"), "某").await;
        let person = if round == 0 { &person } else { &fresh };
        let mut tasks = tokio::task::JoinSet::new();
        for index in 0..3 {
            let id = format!("u-{round}-{index}");
            let account = work.office.account(&id, "lawyer").await;
            let instance = if index % 2 == 0 {
                &work.office.app.app
            } else {
                &other.app
            };
            let (app, person) = (std::sync::Arc::clone(instance), person.clone());
            tasks.spawn(async move {
                let desk = std::sync::Arc::clone(&app);
                let number = format!("SQ-{id}");
                let done = app.db.write(move |c| -> Result<(), BindError> {
                    let whose = (&account, UNIT);
                    let kind = ApplicationKind::Binding;
                    let application = applications::adopt(c, &desk, kind, whose, &number, NOW_MS)?;
                    let review = Review {
                        application,
                        account: &account,
                        outcome: Outcome::Approved,
                        reason: None,
                        at: NOW_MS,
                    };
                    let act = Act {
                        actor: "story",
                        at: NOW_MS,
                    };
                    let role = ApplicantRole::Defender;
                    bindings::approve(c, &desk, review, &person, role, act)?;
                    Ok(())
                });
                done.await.map_err(|error| match error {
                    BindError::Limit(limit) => limit.sentence(),
                    BindError::Record(error) => panic!("{error}"),
                })
            });
        }
        let outcomes = tasks.join_all().await;
        let bound = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(bound, 2, "{outcomes:?}");
        let third = outcomes.into_iter().find_map(Result::err).unwrap();
        assert!(third.contains("已经有两名律师"), "{third}");
    }
    let active = "SELECT count(*) FROM case_bindings WHERE state = 'active'";
    assert_eq!(work.office.count(active), 8);
    assert_eq!(
        work.audited("binding.granted"),
        8,
        "a refusal leaves nothing"
    );
}

#[tokio::test]
async fn two_suspects_of_a_case_approved_at_once_for_one_lawyer_end_with_one() {
    let work = Casework::open().await;
    let other = work.office.app.second_instance().await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let lawyer = work.office.account("u-1", "lawyer").await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..4 {
        let person = work.person(&case, &format!("0{number}"), "某").await;
        let instance = if number % 2 == 0 {
            &work.office.app.app
        } else {
            &other.app
        };
        let (app, lawyer) = (std::sync::Arc::clone(instance), lawyer.clone());
        tasks.spawn(async move {
            let desk = std::sync::Arc::clone(&app);
            let done = app.db.write(move |c| {
                let act = Act {
                    actor: "story",
                    at: NOW_MS,
                };
                let whose = (&lawyer, ApplicantRole::Defender);
                bindings::bind(c, &desk, whose, &person, None, act)
            });
            done.await.is_ok()
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "{outcomes:?}");
}

#[tokio::test]
async fn one_form_is_one_application_however_often_it_comes() {
    let work = Casework::open().await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let fields = wish(&csrf, &key, &aid);
    let mut second = phone.clone();
    let (one, two) = tokio::join!(
        phone.post("/h5/bindings/new", &fields),
        second.post("/h5/bindings/new", &fields)
    );
    assert_eq!((one.status, two.status), (303, 303), "{}", one.body);
    assert_eq!(one.location, two.location);
    let again = phone.post("/h5/bindings/new", &fields).await;
    assert_eq!(again.location, one.location);
    // A second tab has a form of its own: the same wish again is refused in words.
    let tab = phone.open("/h5/bindings/new").await;
    let refused = phone
        .post("/h5/bindings/new", &wish(&csrf, &once(&tab), &aid))
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.notice().contains("不需要再次提交"),
        "{}",
        refused.notice()
    );
    assert!(
        refused.body.contains("张某某故意伤害案"),
        "what was typed stays"
    );
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 1);
    assert_eq!(work.audited("binding.submitted"), 1);
}

#[tokio::test]
async fn a_refused_application_says_every_reason_and_can_be_mended() {
    let work = Casework::open().await;
    work.office.linked("m-1", "manager").await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let sent = phone
        .post("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    let number = work
        .office
        .rows("SELECT external_id FROM applications")
        .remove(0);
    let reason = "委托书缺少签名。\n律师事务所函没有盖章。\n请上传清晰的执业证。";
    let data = json!({ "application": number, "result": "rejected", "reason": reason });
    work.office.tell("e1", "binding_reviewed", data).await;
    let page = phone.open(&sent.location).await;
    for line in reason.lines() {
        assert!(
            page.body.contains(&format!("<p>{line}</p>")),
            "{line}: {}",
            page.body
        );
    }
    assert!(page.body.contains("未通过") && page.body.contains("修改后重新提交"));
    assert_eq!(work.audited("binding.rejected"), 1);

    let edit = format!("{}/edit", sent.location);
    let form = phone.open(&edit).await;
    assert!(
        form.body.contains(PARTY_ID) && form.body.contains("长沙市人民检察院"),
        "{}",
        form.body
    );
    let key = once(&form);
    let version = form.between("name=\"version\" value=\"", "\"").unwrap();
    let fields = with(wish(&csrf, &key, &aid), "version", &version);
    let fields = with(fields, "case_name", "张某某故意伤害二审案");
    let page = phone.submit(&edit, &fields).await;
    assert!(
        page.body.contains("待审核") && page.body.contains("二审案"),
        "{}",
        page.body
    );
    assert!(page.body.contains("修改后提交"));
    let row = work.office.rows(
        "SELECT state || ' ' || CASE WHEN is_change THEN 'change' ELSE 'new' END FROM applications",
    );
    assert_eq!(row, ["pending change"]);
    assert_eq!(work.audited("binding.changed"), 1);
    let kinds = work
        .office
        .rows("SELECT kind FROM pushes WHERE kind = 'binding_submitted'");
    assert_eq!(kinds.len(), 2, "the managers are told of the change");
}

#[tokio::test]
async fn who_edits_what_was_decided_meanwhile_is_told_so() {
    let work = Casework::open().await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let sent = phone
        .post("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    let edit = format!("{}/edit", sent.location);
    let open = phone.open(&edit).await;
    let (key, version) = (
        once(&open),
        open.between("name=\"version\" value=\"", "\"").unwrap(),
    );
    let number = work
        .office
        .rows("SELECT external_id FROM applications")
        .remove(0);
    let data = json!({ "application": number, "result": "approved" });
    work.office.tell("e1", "binding_reviewed", data).await;
    let fields = with(wish(&csrf, &key, &aid), "version", &version);
    let fields = with(fields, "case_name", "另一个案件");
    let late = phone.post(&edit, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("已被处理"), "{}", late.body);
    assert_eq!(
        phone.open(&edit).await.status,
        409,
        "the form opens no more"
    );
    let names = work.office.rows("SELECT case_name FROM binding_requests");
    assert_eq!(names, ["张某某故意伤害案"]);
}

#[tokio::test]
async fn faults_stand_beside_their_fields_and_nothing_is_lost() {
    let work = Casework::open().await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let fields = with(wish(&csrf, &key, &aid), "party_id", "990000200001010011");
    let fields = with(fields, "applicant_role", "near_relative");
    let fields = with(fields, "case_name", "<script>alert(1)</script>\"&");
    let page = phone.post("/h5/bindings/new", &fields).await;
    assert_eq!(page.status, 422);
    for shown in [
        "有2项需要修改",
        "请核对证件号",
        "请选择您以什么身份申请",
        "990000200001010011",
        "&lt;script&gt;",
    ] {
        assert!(
            page.body.contains(shown)
                || shown == "&lt;script&gt;" && page.body.contains("&#60;script&#62;"),
            "{shown}: {}",
            page.body
        );
    }
    assert!(!page.body.contains("<script>alert"));
    let expired = phone
        .post(
            "/h5/bindings/new",
            &with(wish("wrong", &key, &aid), "case_name", "留下来的案件名"),
        )
        .await;
    assert_eq!(expired.status, 403);
    assert!(expired.body.contains("留下来的案件名"));
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 0);
    // The key is still good: nothing was taken.
    let good = with(wish(&csrf, &key, &aid), "case_name", "<b>某案</b>");
    let page = phone.submit("/h5/bindings/new", &good).await;
    assert!(
        !page.body.contains("<b>某案") && page.body.contains("某案"),
        "{}",
        page.body
    );
    assert!(!phone.open("/h5/bindings").await.body.contains("<b>某案"));
}

#[tokio::test]
async fn papers_that_are_missing_are_named_all_at_once_and_those_handed_in_are_shown() {
    let work = Casework::open().await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let (mut other, _) = work.phone("f2", "u-2", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let none = phone.post("/h5/bindings/new", &wish(&csrf, &key, "")).await;
    assert_eq!(none.status, 422);
    for shown in ["请上传授权委托书。", "请上传律师事务所函。"] {
        assert!(none.body.contains(shown), "{shown}: {}", none.body);
    }
    // Somebody else's file is none.
    let theirs = other.open("/h5/follows").await.csrf();
    let foreign = file(&mut other, &theirs, "legal_aid").await;
    let refused = phone
        .post("/h5/bindings/new", &wish(&csrf, &key, &foreign))
        .await;
    assert_eq!(refused.status, 422);
    let mandate = file(&mut phone, &csrf, "mandate").await;
    let letter = file(&mut phone, &csrf, "firm_letter").await;
    let fields = with(wish(&csrf, &key, ""), "file_mandate", &mandate);
    let fields = with(fields, "file_firm_letter", &letter);
    let page = phone.submit("/h5/bindings/new", &fields).await;
    for shown in [
        "证明材料",
        "授权委托书：",
        "律师事务所函：",
        mandate.as_str(),
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("委托书<b>"));
    assert_eq!(
        phone
            .open(&format!("/h5/attachments/{mandate}"))
            .await
            .status,
        200
    );
    assert_eq!(
        other
            .open(&format!("/h5/attachments/{mandate}"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_draft_comes_back_and_ends_with_its_application() {
    let work = Casework::open().await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let half = [
        ("csrf", csrf.as_str()),
        ("case_name", "写了一半的案件"),
        ("party_name", "某"),
    ];
    assert_eq!(phone.post("/h5/drafts/binding", &half).await.status, 204);
    let back = phone.open("/h5/bindings/new").await;
    assert!(back.body.contains("写了一半的案件") && back.notice().contains("已经恢复"));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    phone
        .submit("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    assert!(
        !phone
            .open("/h5/bindings/new")
            .await
            .body
            .contains("写了一半")
    );
}

#[tokio::test]
async fn what_is_not_ones_own_is_not_there_on_any_route() {
    let work = Casework::open().await;
    let (mut owner, account) = work.phone("f1", "u-1", "lawyer").await;
    let (mut other, _) = work.phone("f2", "u-2", "lawyer").await;
    let (mut party, _) = work.phone("f3", "p-1", "party").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&account, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let form = owner.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut owner, &csrf, "legal_aid").await;
    owner
        .post("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    let at = format!("/h5/cases/{}/appointment", bound.public_id);
    let form = owner.open(&at).await;
    let fields = [
        ("csrf", form.csrf()),
        ("once", once(&form)),
        ("items", "reading".to_owned()),
        ("identity", "被告人的辩护人".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    owner.submit(&at, &fields).await;
    let ids = |kind: &str| {
        work.office.rows(&format!(
            "SELECT public_id FROM applications WHERE kind = '{kind}'"
        ))
    };
    // Also the keys of other tables: an id of one kind must not open a page of another.
    let known: Vec<String> = [
        ids("binding"),
        ids("appointment"),
        vec![bound.public_id.clone(), case.public_id, person.public_id],
    ]
    .concat();
    let app = std::sync::Arc::clone(&work.office.app.app);
    let lines: Vec<_> = pages::access_lines(&Pages::new(app))
        .into_iter()
        .filter(|line| line.path.contains("{id}") && matches!(line.access, Access::Member(..)))
        .collect();
    assert!(lines.len() >= 8, "{lines:?}");
    let before = work
        .office
        .rows("SELECT state || version FROM applications ORDER BY id");
    let (theirs, partys) = (
        other.open("/h5/follows").await.csrf(),
        party.open("/h5/follows").await.csrf(),
    );
    for line in &lines {
        for id in &known {
            let path = line.path.replace("{id}", id);
            for (phone, csrf) in [(&mut other, &theirs), (&mut party, &partys)] {
                let fields = [
                    ("csrf", csrf.as_str()),
                    ("once", "k"),
                    ("version", "1"),
                    ("items", "reading"),
                    ("openid", "x"),
                    ("account_id", "1"),
                ];
                let page = if line.method == axum::http::Method::GET {
                    phone.get(&path).await
                } else {
                    phone.post(&path, &fields).await
                };
                // A page for lawyers says so to parties, whatever the id.
                let is_for_lawyers =
                    page.status == 403 && page.body.contains("您的账号不能使用这项功能");
                assert!(
                    page.status == 404 || is_for_lawyers,
                    "{} {path}: {}",
                    line.method,
                    page.status
                );
                assert!(!page.body.contains("张小明") && !page.body.contains("张某某"));
            }
        }
    }
    assert_eq!(
        work.office
            .rows("SELECT state || version FROM applications ORDER BY id"),
        before
    );
}
