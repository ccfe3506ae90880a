//! The counter and the managers at the console, page by page, as a clerk clicks.

use jianxin::service::decisions::binding::{self, Choice};

use crate::support::browser::{Browser, Page};
use crate::support::casework::{Casework, PARTY_ID};
use crate::support::clerk::Clerk;
use crate::support::pictures::{jpeg, photo};
use crate::support::queue::{asks_binding, reviewer, target};
use crate::support::signing::sign_in;

const NEW: &str = "/console/accounts/new";
const ID: &str = "990000209901010019";

async fn open() -> Casework {
    Casework::with(&[("demo.test_identities", "true")]).await
}

fn once(page: &Page) -> String {
    page.between("name=\"once\" value=\"", "\"").unwrap()
}

fn fields<'a>(csrf: &'a str, once: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("once", once),
        ("name", "植入乙"),
        ("gender", "女"),
        ("id_type", "id_card"),
        ("id_number", ID),
        ("phone", "12800000009"),
        ("capacity", "near_relative"),
        ("relation", "母亲"),
        ("consented", "yes"),
        ("papers_in_file", "yes"),
    ]
}

/// Fills the form in and sends it, with one field changed.
async fn send(clerk: &mut Clerk, changed: (&str, &str), files: &[(&str, &str, &[u8])]) -> Page {
    let page = clerk.browser.get(NEW).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (csrf, once) = (page.csrf(), once(&page));
    let mut all = fields(&csrf, &once);
    all.retain(|(name, _)| *name != changed.0);
    all.push(changed);
    clerk.browser.upload(NEW, &all, files, "text/html").await
}

#[tokio::test]
async fn an_account_goes_from_the_form_to_the_slip_to_the_phone() {
    let work = open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let page = send(&mut clerk, ("id_number", "990000209901010018"), &[]).await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("请核对18位的居民身份证号码"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("value=\"植入乙\""),
        "what was typed is there"
    );

    let page = send(&mut clerk, ("papers_in_file", ""), &[]).await;
    assert_eq!(page.status, 422);
    for slot in ["身份证件", "证明材料"] {
        assert!(
            page.body.contains(&format!("请上传{slot}的扫描件")),
            "{}",
            page.body
        );
    }
    let picture = jpeg(&photo(64, 48));
    let files = [("upload_id_card", "证件.jpg", picture.as_slice())];
    let page = send(&mut clerk, ("consented", ""), &files).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("请当事人阅读个人信息处理告知书"));
    assert!(page.body.contains("已上传：证件.jpg"), "{}", page.body);
    let wrong = [("upload_id_card", "a.exe", &b"MZ not a picture"[..])];
    let page = send(&mut clerk, ("relation", "母亲"), &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("“a.exe”没有上传"), "{}", page.body);

    let page = send(&mut clerk, ("relation", "母亲"), &files).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let slip_path = page.location.clone();
    let slip = clerk.browser.get(&slip_path).await;
    assert_eq!(slip.header("cache-control"), "no-store");
    let secret = |page: &Page| -> Vec<String> {
        let parts = page.body.split("<dd class=\"secret\">").skip(1);
        parts
            .map(|part| part.split_once("</dd>").unwrap().0.to_owned())
            .collect()
    };
    let [login, password] = secret(&slip).try_into().unwrap();
    for fact in ["植入乙", ID, "母亲", "12800000009"] {
        assert!(!slip.body.contains(fact), "a slip may be lost: {fact}");
    }
    work.office.app.advance_ms(61_000);
    let slip = clerk.browser.get(&slip_path).await;
    assert!(!slip.body.contains(&password) && slip.body.contains("已经显示过"));

    // On the phone: bound by the slip's words, and nothing works before a password of one's own.
    let mut phone = Browser::of(&work.origin, "f1");
    phone.open("/h5/follows").await;
    let app = &work.office.app.app;
    let page = sign_in(app, &mut phone, "party", (&login, &password)).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/h5/"));
    let page = phone.get("/h5/cases").await;
    assert!(page.body.contains("请您先设置自己的密码"), "{}", page.body);

    // Once more, and at another unit.
    let page = send(&mut clerk, ("relation", "母亲"), &[]).await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains("打开这个账号"), "{}", page.body);
    let mut other = work.clerk_at("430200", "zhao", "reviewer").await;
    let page = send(&mut other, ("relation", "母亲"), &[]).await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains("一人一号"), "{}", page.body);
    let account = slip_path.split("/slips/").next().unwrap();
    assert_eq!(other.browser.get(account).await.status, 404);
    let mut known = fields("", "");
    known.retain(|(name, _)| !["csrf", "once", "consented", "papers_in_file"].contains(name));
    let page = other.send("/console/accounts/recognise", &known).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(other.browser.get(account).await.status, 200);
}

#[tokio::test]
async fn a_slip_opens_an_account_for_a_week_and_not_for_ever() {
    let work = open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let page = send(&mut clerk, ("relation", "母亲"), &[]).await;
    let slip = clerk.browser.get(&page.location).await;
    assert!(
        slip.body.contains("请在2026年11月29日以前首次登录"),
        "{}",
        slip.body
    );
    let mut words = slip.body.split("<dd class=\"secret\">").skip(1);
    let mut word = || words.next().unwrap().split('<').next().unwrap().to_owned();
    let (login, password) = (word(), word());
    let app = &work.office.app.app;
    let day = 24 * 60 * crate::support::MINUTE_MS;
    work.office.app.advance_ms(7 * day);
    let mut phone = Browser::of(&work.origin, "f1");
    phone.open("/h5/follows").await;
    let page = sign_in(app, &mut phone, "party", (&login, &password)).await;
    assert_eq!(page.status, 303, "{}", page.body);
    // Signed in, but without a password of their own; a day later the paper is worth nothing.
    work.office.app.advance_ms(day);
    let mut other = Browser::of(&work.origin, "f2");
    other.open("/h5/follows").await;
    let page = sign_in(app, &mut other, "party", (&login, &password)).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("已经过了有效期"), "{}", page.body);
}

#[tokio::test]
async fn an_account_is_found_bound_unbound_and_disabled_on_its_page() {
    let work = open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let page = send(&mut clerk, ("relation", "母亲"), &[]).await;
    let account = page.location.split("/slips/").next().unwrap().to_owned();
    let case = work.case("A1", "一审公诉案件", 0).await;
    let suspect = work.person(&case, "1", "张某某").await;
    for (query, found) in [
        ("q=植入乙", true),
        ("q=12800000009", true),
        ("q=张某某", false),
        ("role=lawyer", false),
        ("state=active", true),
    ] {
        let page = clerk
            .browser
            .get(&format!("/console/accounts?{query}"))
            .await;
        assert_eq!(page.status, 200);
        assert_eq!(page.body.contains(&account), found, "{query}");
        assert!(
            !page.body.contains("12800000009") || query.contains("128"),
            "{query}"
        );
    }
    let page = clerk.browser.get(&account).await;
    assert!(
        page.body.contains("990000********0019") && !page.body.contains(ID),
        "{}",
        page.body
    );
    let page = clerk.browser.get(&format!("{account}/identity")).await;
    assert!(page.body.contains(ID));
    assert_eq!(work.audited("account.identity_shown"), 1);

    let page = clerk.browser.get(&format!("{account}?case=A1")).await;
    assert!(
        page.body.contains("张某某") && page.body.contains(&suspect.public_id),
        "{}",
        page.body
    );
    let page = clerk.browser.get(&format!("{account}?case=A2")).await;
    assert!(page.body.contains("在本院的案件里没有找到"));
    let find = format!("{account}/find");
    let page = clerk.send(&find, &[("id_number", PARTY_ID)]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&suspect.public_id), "{}", page.body);
    assert!(!page.body.contains(PARTY_ID), "it is not shown again");
    assert!(page.body.contains("现在没有人绑定") && !page.body.contains("就是本人"));
    let page = clerk.send(&find, &[("id_number", " ")]).await;
    assert!(page.status == 422 && page.body.contains("请填写当事人证件号码"));
    let bind = format!("{account}/bind");
    let themselves = [("role", "party"), ("person", suspect.public_id.as_str())];
    let page = clerk.send(&bind, &themselves).await;
    assert_eq!(page.status, 422, "another number than was shown");
    assert!(
        page.body.contains("与案件里这名当事人的不一致"),
        "{}",
        page.body
    );
    let nobody = [("role", "near_relative"), ("person", "")];
    let page = clerk.send(&bind, &nobody).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("请选择当事人"));
    let chosen = [
        ("role", "near_relative"),
        ("person", suspect.public_id.as_str()),
    ];
    let page = clerk.send(&bind, &chosen).await;
    assert_eq!(
        page.location,
        format!("{account}?said=bound"),
        "{}",
        page.body
    );
    let page = clerk.send(&bind, &chosen).await;
    assert_eq!(page.status, 422, "twice");
    let page = clerk.browser.get(&format!("{account}?case=A1")).await;
    assert!(
        page.body.contains("已绑定：植入乙（近亲属）"),
        "{}",
        page.body
    );
    let page = clerk.browser.get(&format!("{account}?said=bound")).await;
    assert!(page.body.contains("已绑定。") && page.body.contains("张某某（近亲属）"));
    let end = page.between("action=\"", "/end\"").unwrap();
    let end = format!("{}/end", &end[end.rfind("/console").unwrap()..]);
    let page = clerk.send(&end, &[("reason", "")]).await;
    assert!(page.status == 422 && page.body.contains("请写明原因"));
    let page = clerk.send(&end, &[("reason", "委托结束")]).await;
    assert_eq!(
        page.location,
        format!("{account}?said=ended"),
        "{}",
        page.body
    );

    let version = |page: &Page| page.between("name=\"version\" value=\"", "\"").unwrap();
    let page = clerk.browser.get(&account).await;
    assert!(page.body.contains("解除：委托结束"));
    let seen = version(&page);
    let page = clerk
        .send(&format!("{account}/reset"), &[("version", &seen)])
        .await;
    assert!(page.location.contains("/slips/"), "{}", page.body);
    let disable = format!("{account}/disable");
    let page = clerk
        .send(&disable, &[("version", &seen), ("reason", "办错")])
        .await;
    assert_eq!(page.status, 409, "it changed since");
    let seen = version(&page);
    let page = clerk
        .send(&disable, &[("version", &seen), ("reason", "办错")])
        .await;
    assert_eq!(
        page.location,
        format!("{account}?said=disabled"),
        "{}",
        page.body
    );
    let page = clerk.browser.get(&account).await;
    assert!(page.body.contains("已停用") && !page.body.contains("重置密码"));
    let seen = version(&page);
    let page = clerk
        .send(&format!("{account}/enable"), &[("version", &seen)])
        .await;
    assert_eq!(
        page.location,
        format!("{account}?said=enabled"),
        "{}",
        page.body
    );

    // Without the form's token, and from another unit, nothing happens.
    let before = work
        .office
        .rows("SELECT state || version FROM accounts WHERE role = 'party'");
    let page = clerk
        .browser
        .post(&disable, &[("version", "5"), ("reason", "x")])
        .await;
    assert_eq!(page.status, 403);
    let mut other = work.clerk_at("430200", "zhao", "reviewer").await;
    let actions = [
        "find",
        "bind",
        "reset",
        "disable",
        "enable",
        "bindings/x/end",
    ];
    for action in actions {
        let fields = [
            ("version", "5"),
            ("reason", "x"),
            ("person", suspect.public_id.as_str()),
            ("role", "party"),
            ("id_number", PARTY_ID),
        ];
        let page = other.send(&format!("{account}/{action}"), &fields).await;
        assert_eq!(page.status, 404, "{action}");
    }
    for page in [account.clone(), format!("{account}/identity")] {
        assert_eq!(other.browser.get(&page).await.status, 404, "{page}");
    }
    let after = work
        .office
        .rows("SELECT state || version FROM accounts WHERE role = 'party'");
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_manager_is_added_begins_and_loses_a_duty_page_by_page() {
    let work = open().await;
    let mut admin = work.clerk("admin", "unit_admin").await;
    let new = "/console/managers/new";
    for (fields, said) in [
        (
            vec![
                ("display_name", "植入戊"),
                ("login_name", "x"),
                ("duty", "reviewer"),
            ],
            "请输入3到40个字母",
        ),
        (
            vec![
                ("display_name", "植入戊"),
                ("login_name", "admin"),
                ("duty", "reviewer"),
            ],
            "请换一个登录名",
        ),
        (
            vec![
                ("display_name", ""),
                ("login_name", "cs-1"),
                ("duty", "reviewer"),
            ],
            "请输入1到40个字的姓名",
        ),
        (
            vec![("display_name", "植入戊"), ("login_name", "cs-1")],
            "请至少选择一项职责",
        ),
        (
            vec![
                ("display_name", "植入戊"),
                ("login_name", "cs-1"),
                ("duty", "system_admin"),
            ],
            "请联系系统管理员",
        ),
    ] {
        let page = admin.send(new, &fields).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let fields = [
        ("display_name", "植入戊"),
        ("login_name", "cs-1"),
        ("duty", "reviewer"),
        ("duty", "importer"),
    ];
    let page = admin.send(new, &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let ticket = admin.browser.get(&page.location).await;
    let address = ticket.between("<dd class=\"secret\">", "</dd>").unwrap();
    assert!(
        address.starts_with(&format!("{}/console/enrol/", work.origin)),
        "{address}"
    );
    let mut fresh = Browser::of(&work.origin, "nobody");
    let page = fresh.get(&address).await;
    assert!(page.status == 200 && page.body.contains("植入戊"));

    let manager = page_of(&ticket);
    let page = admin.browser.get("/console/managers").await;
    assert!(
        page.body.contains("植入戊") && page.body.contains("审核、案件导入"),
        "{}",
        page.body
    );
    let page = admin.browser.get(&manager).await;
    let version = page.between("name=\"version\" value=\"", "\"").unwrap();
    let duties = format!("{manager}/duties");
    let page = admin
        .send(&duties, &[("version", &version), ("duty", "importer")])
        .await;
    assert_eq!(
        page.location,
        format!("{manager}?said=duties"),
        "{}",
        page.body
    );
    let page = admin
        .send(&duties, &[("version", &version), ("duty", "publisher")])
        .await;
    assert_eq!(page.status, 409);
    let page = admin.send(&format!("{manager}/ticket"), &[]).await;
    assert!(page.location.contains("/tickets/"), "{}", page.body);
    assert_eq!(
        fresh.get(&address).await.status,
        404,
        "the first address is void"
    );

    // The only administrator of the unit keeps that duty, and does not disable the own account.
    let own = work
        .office
        .rows("SELECT public_id FROM accounts WHERE login_name = 'admin'")
        .remove(0);
    let own = format!("/console/managers/{own}");
    let page = admin
        .send(
            &format!("{own}/duties"),
            &[("version", "1"), ("duty", "reviewer")],
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("不能没有人承担这项职责"),
        "{}",
        page.body
    );
    let fields = [("version", "1"), ("reason", "x")];
    assert_eq!(
        admin.send(&format!("{own}/disable"), &fields).await.status,
        422
    );

    // Of another unit nothing is seen, and a system administrator sees all.
    let mut other = work.clerk_at("430200", "zhao", "unit_admin").await;
    for path in [manager.as_str(), "/console/managers?unit=430100"] {
        assert_eq!(other.browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(
        other
            .send(&duties, &[("version", "2"), ("duty", "reviewer")])
            .await
            .status,
        404
    );
    let mut root = work.clerk("root", "system_admin").await;
    let page = root.browser.get("/console/managers?unit=430200").await;
    assert!(page.body.contains("案管zhao"), "{}", page.body);
    let root_id = work
        .office
        .rows("SELECT public_id FROM accounts WHERE login_name = 'root'")
        .remove(0);
    let page = admin
        .browser
        .get(&format!("/console/managers/{root_id}"))
        .await;
    assert!(page.body.contains("由系统管理员变更") && !page.body.contains("/ticket\""));
    let page = admin
        .send(&format!("/console/managers/{root_id}/ticket"), &[])
        .await;
    assert_eq!(page.status, 422);
}

/// The manager's page that a ticket's page leads back to.
fn page_of(ticket: &Page) -> String {
    ticket
        .between("<a class=\"button primary\" href=\"", "\"")
        .unwrap()
}

#[tokio::test]
async fn what_a_lawyer_applied_for_ends_in_its_application() {
    let work = open().await;
    let office = &work.office;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let manager = reviewer(office, "m-1").await;
    let lawyer = office.account("u-1", "lawyer").await;
    let case = work.case("A1", "一审公诉案件", 0).await;
    let suspect = work.person(&case, "1", "张某某").await;
    asks_binding(office, "SQ1", "u-1").await;
    let seen = target(office, "SQ1");
    let choice = Choice {
        person: suspect.public_id.clone(),
        role: None,
    };
    binding::approve(&office.app.app, &manager, seen.clone(), choice)
        .await
        .unwrap();
    let account = format!("/console/accounts/{}", lawyer.public_id);
    let page = clerk.browser.get(&account).await;
    let application = format!("id={}\">查看绑定申请", seen.public_id);
    assert!(page.body.contains(&application), "{}", page.body);
    assert!(!page.body.contains("/end\""), "not behind its back");
    let id = office.rows("SELECT public_id FROM case_bindings").remove(0);
    let end = format!("{account}/bindings/{id}/end");
    let page = clerk.send(&end, &[("reason", "委托结束")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("请打开申请"), "{}", page.body);
    let states = "SELECT state FROM case_bindings UNION ALL SELECT state FROM applications";
    assert_eq!(office.rows(states), ["active", "approved"]);
}
