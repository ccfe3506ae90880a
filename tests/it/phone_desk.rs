//! 案管后台 in WeChat: numbers for every reviewer; names, papers and decisions only behind the second factor.

use jianxin::app::seal::Place;
use jianxin::domain::ids::{OpenId, UnitId};
use jianxin::domain::registration::Registration;
use jianxin::domain::totp;
use jianxin::service::registrations::{self, Filled, Sender};
use jianxin::store::accounts::Account;
use serde_json::json;

use crate::support::MINUTE_MS;
use crate::support::browser::{Browser, Page};
use crate::support::casework::{Casework, file};
use crate::support::office::{UNIT, openid};
use crate::support::signing::fault;

const KEY: &[u8] = b"12345678901234567890";
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A unit with a manager's phone.
struct Desk {
    work: Casework,
    phone: Browser,
    manager: Account,
}

impl Desk {
    async fn open() -> Self {
        let work = Casework::with(&[("demo.test_identities", "true")]).await;
        let (phone, manager) = work.phone("f1", "m-1", "manager").await;
        let desk = Self {
            work,
            phone,
            manager,
        };
        desk.give("reviewer");
        desk
    }

    /// Gives the manager duties and a second factor.
    fn give(&self, duties: &str) {
        let app = &self.work.office.app.app;
        let place = Place {
            table: "managers",
            column: "totp_secret",
            row: &self.manager.public_id,
        };
        let sealed = app.seal.close(place, &totp::base32(KEY)).unwrap();
        let id = self.manager.id;
        let database = &self.work.office.app.database;
        database.execute(&format!("DELETE FROM managers WHERE account_id = {id}"));
        database.execute(&format!(
            "INSERT INTO managers (account_id, duties, totp_secret, totp_step, version, created_at, updated_at) \
             VALUES ({id}, '{duties}', '{sealed}', 0, 1, 0, 0)"
        ));
    }

    /// What the manager's authenticator shows now.
    fn code(&self) -> String {
        let step = totp::step_at(self.work.office.app.app.clock.now_ms());
        totp::code(KEY, step).unwrap()
    }

    /// Types the code, as the page asks for it.
    async fn verify(&mut self) {
        let page = self.phone.get("/h5/desk/factor").await;
        let fields = [("csrf", page.csrf()), ("code", self.code())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = self.phone.post("/h5/desk/factor", &fields).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/h5/desk"));
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.phone.get("/h5/desk").await.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.phone.post(path, &all).await
    }

    /// A lawyer who applied to a unit through the site; the path of the application's page.
    async fn registration(&self, id: &str, unit: &str) -> String {
        let data = json!({ "account": id, "unit_code": unit, "application": format!("R-{id}") });
        let event = format!("s-{id}");
        self.work.office.account(id, "lawyer").await;
        self.work
            .office
            .tell(&event, "registration_submitted", data)
            .await;
        self.path(&format!("R-{id}"))
    }

    async fn reset(&self, id: &str) -> String {
        let data = json!({ "account": id, "unit_code": UNIT, "application": format!("P-{id}") });
        let event = format!("p-{id}");
        self.work
            .office
            .tell(&event, "password_reset_requested", data)
            .await;
        self.path(&format!("P-{id}"))
    }

    fn path(&self, number: &str) -> String {
        let sql = format!("SELECT public_id FROM applications WHERE external_id = '{number}'");
        format!("/h5/desk/applications/{}", self.work.office.rows(&sql)[0])
    }

    fn state(&self, number: &str) -> String {
        let sql = format!("SELECT state FROM applications WHERE external_id = '{number}'");
        self.work.office.rows(&sql).remove(0)
    }

    fn wait(&self, ms: i64) {
        self.work.office.app.advance_ms(ms);
    }
}

#[tokio::test]
async fn numbers_come_first_and_names_behind_the_second_factor() {
    let mut desk = Desk::open().await;
    let path = desk.registration("u-1", UNIT).await;
    desk.registration("u-2", "110000").await;
    desk.wait(5 * DAY_MS);
    desk.registration("u-3", UNIT).await;
    let page = desk.phone.get("/h5/").await;
    assert!(page.body.contains("href=\"/h5/desk\""), "{}", page.body);
    let page = desk.phone.get("/h5/desk").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("律师注册：2件"), "{}", page.body);
    assert!(page.body.contains("逾期1件"));
    assert!(!page.body.contains("欧阳植入"), "numbers only");
    for address in ["/h5/desk/registration", &path, &format!("{path}/reject")] {
        let page = desk.phone.get(address).await;
        assert_eq!(page.status, 303, "{address}");
        assert!(
            page.location.starts_with("/h5/desk/factor?to="),
            "{}",
            page.location
        );
    }
    let approve = format!("{path}/approve");
    let page = desk.post(&approve, &[("version", "1")]).await;
    assert!(
        page.location.starts_with("/h5/desk/factor"),
        "{}",
        page.location
    );
    assert_eq!(desk.state("R-u-1"), "pending", "nothing was decided");

    let page = desk.phone.open(&path).await;
    assert!(page.body.contains("动态码"));
    let to = page
        .between("<form class=\"form\" method=\"post\" action=\"", "\"")
        .unwrap();
    let page = desk.post(&to, &[("code", "000000")]).await;
    assert_eq!(page.status, 422);
    assert!(fault(&page, "code").contains("身份验证器"));
    let code = desk.code();
    let page = desk.post(&to, &[("code", &code)]).await;
    assert_eq!((page.status, page.location.as_str()), (303, path.as_str()));
    let page = desk.post(&to, &[("code", &code)]).await;
    assert_eq!(page.status, 422, "a code is good once");
    let page = desk.phone.get("/h5/desk/registration").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.body.matches("own-title\">欧阳植入：律师注册").count(),
        2,
        "{}",
        page.body
    );
    assert!(page.body.contains("逾期"));
    for outside in [
        "https://evil.example",
        "//evil.example",
        "/h5/me",
        "/h5/desk/../me",
        "/h5/deskx",
    ] {
        let encoded: String = form_urlencoded::byte_serialize(outside.as_bytes()).collect();
        desk.wait(MINUTE_MS);
        let code = desk.code();
        let to = format!("/h5/desk/factor?to={encoded}");
        let page = desk.post(&to, &[("code", &code)]).await;
        assert_eq!(page.location, "/h5/desk", "{outside}");
    }
    // Fifteen minutes later it is asked for again.
    desk.wait(15 * MINUTE_MS);
    assert_eq!(desk.phone.get(&path).await.status, 303);
}

#[tokio::test]
async fn a_registration_is_decided_on_the_phone_once() {
    let mut desk = Desk::open().await;
    let (one, two) = (
        desk.registration("u-1", UNIT).await,
        desk.registration("u-2", UNIT).await,
    );
    let strange = desk.registration("u-3", "110000").await;
    desk.verify().await;
    let page = desk.phone.get(&one).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let version = page.between("name=\"version\" value=\"", "\"").unwrap();
    let approve = format!("{one}/approve");
    let page = desk.post(&approve, &[("version", "99")]).await;
    assert_eq!(page.status, 409, "somebody changed it meanwhile");
    let page = desk.phone.post(&approve, &[("version", &version)]).await;
    assert_eq!(page.status, 403, "a form of this session only");
    let page = desk.post(&approve, &[("version", &version)]).await;
    assert_eq!(page.location, "/h5/desk?outcome=approved", "{}", page.body);
    assert_eq!(desk.state("R-u-1"), "approved");
    let again = desk.post(&approve, &[("version", &version)]).await;
    assert_eq!(again.status, 409);
    assert!(
        again.body.contains("欧阳植入于"),
        "who did it, and when: {}",
        again.body
    );
    let office = &desk.work.office;
    let audit = "SELECT actor FROM audit WHERE action = 'registration.approved'";
    assert_eq!(
        office.rows(audit),
        [format!("manager:{}", desk.manager.public_id)]
    );
    assert_eq!(
        office.rows("SELECT state FROM accounts WHERE external_id = 'u-1'"),
        ["active"]
    );

    let reject = format!("{two}/reject");
    let page = desk.phone.get(&reject).await;
    assert!(page.body.contains("身份证图片不清楚"), "{}", page.body);
    let page = desk.post(&reject, &[("version", "1")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("请至少勾选一项原因"));
    let given = [
        ("version", "1"),
        ("reason", "id_card_unclear"),
        ("reason", "firm_differs"),
        ("more", "请尽快补正。"),
    ];
    let page = desk.post(&reject, &given).await;
    assert_eq!(page.location, "/h5/desk?outcome=rejected", "{}", page.body);
    let reason = "SELECT reason FROM applications WHERE external_id = 'R-u-2'";
    assert_eq!(desk.work.office.rows(reason)[0].lines().count(), 3);
    for address in [&strange, &format!("{strange}/reject")] {
        assert_eq!(desk.phone.get(address).await.status, 404, "another unit's");
    }
    let page = desk
        .post(&format!("{strange}/approve"), &[("version", "1")])
        .await;
    assert_eq!(page.status, 404);
    assert_eq!(desk.state("R-u-3"), "pending");
}

#[tokio::test]
async fn passwords_are_reset_and_what_cannot_be_done_here_is_said() {
    let mut desk = Desk::open().await;
    let linked = desk.work.office.linked("u-1", "party").await;
    desk.work.office.account("u-2", "party").await;
    let (by_wechat, by_call) = (desk.reset("u-1").await, desk.reset("u-2").await);
    desk.verify().await;
    let page = desk.phone.get(&by_wechat).await;
    assert!(page.body.contains("同意重置密码") && page.body.contains(&linked.login_name));
    let page = desk
        .post(&format!("{by_wechat}/approve"), &[("version", "1")])
        .await;
    assert_eq!(page.location, "/h5/desk?outcome=approved", "{}", page.body);
    let to = format!("SELECT kind FROM pushes WHERE openid = '{}'", openid("u-1"));
    assert_eq!(desk.work.office.rows(&to), ["password_reset_done"]);
    let page = desk
        .post(&format!("{by_call}/approve"), &[("version", "1")])
        .await;
    assert_eq!(page.location, "/h5/desk?outcome=call");
    let page = desk.phone.get("/h5/desk?outcome=call").await;
    assert!(page.notice().contains("请在电脑上完成电话告知"));
    assert!(page.body.contains("1人。请在电脑上办理"));

    let data = json!({ "account": "u-4", "unit_code": UNIT, "application": "B-1",
        "case_name": "张某某故意伤害案", "party_name": "张某某", "applicant_role": "defender" });
    desk.work.office.account("u-4", "lawyer").await;
    desk.work.office.tell("b1", "binding_submitted", data).await;
    let page = desk.phone.get("/h5/desk/binding").await;
    assert!(
        page.body.contains("请在电脑上办理") && page.body.contains("B-1"),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("/h5/desk/applications/"),
        "nothing to decide here"
    );
    let binding = desk.path("B-1");
    assert_eq!(desk.phone.get(&binding).await.status, 404);
    let page = desk
        .post(&format!("{binding}/approve"), &[("version", "1")])
        .await;
    assert_eq!(page.status, 404);
    assert_eq!(desk.state("B-1"), "pending");
    assert_eq!(desk.phone.get("/h5/desk/nothing").await.status, 404);
}

#[tokio::test]
async fn only_reviewers_come_in_and_a_duty_that_is_taken_is_gone_at_once() {
    let mut desk = Desk::open().await;
    let path = desk.registration("u-1", UNIT).await;
    desk.verify().await;
    assert_eq!(desk.phone.get(&path).await.status, 200);
    let without = |desk: &Desk, sql: &str| desk.work.office.app.database.execute(sql);
    without(&desk, "UPDATE managers SET duties = 'importer,unit_admin'");
    for address in ["/h5/desk", "/h5/desk/factor", &path] {
        let page = desk.phone.get(address).await;
        assert_eq!(page.status, 403, "{address}");
        assert!(page.body.contains("您没有审核职责"));
    }
    without(&desk, "DELETE FROM managers");
    assert_eq!(desk.phone.get("/h5/desk").await.status, 403);
    desk.give("reviewer");
    assert_eq!(desk.phone.get(&path).await.status, 200);
    // the way out ends the link and what the second factor opened.
    let csrf = desk.phone.get("/h5/desk").await.csrf();
    desk.phone.post("/h5/logout", &[("csrf", &csrf)]).await;
    let page = desk.phone.open(&path).await;
    assert!(page.body.contains("请您先登录"), "{}", page.body);
}

#[tokio::test]
async fn papers_of_a_registration_are_seen_within_the_time_of_the_second_factor() {
    let mut desk = Desk::open().await;
    let mut lawyer = Browser::of(&desk.work.origin, "f2");
    let form = lawyer.open("/h5/register").await;
    let (csrf, once) = (
        form.csrf(),
        form.between("name=\"once\" value=\"", "\"").unwrap(),
    );
    let card = file(&mut lawyer, &csrf, "id_card").await;
    let licence = file(&mut lawyer, &csrf, "licence").await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("once", &once),
        ("name", "植入乙"),
        ("gender", "男"),
        ("phone", "12800000001"),
        ("email", "plant@example.com"),
        ("id_number", "990000209901010019"),
        ("licence", "14301202611234567"),
        ("firm", "湖南植入律师事务所"),
        ("unit", "长沙市人民检察院"),
        ("unit_id", UNIT),
        ("file_id_card", &card),
        ("file_licence", &licence),
        ("agree", "yes"),
        ("agree_scans", "yes"),
    ];
    let page = lawyer.post("/h5/register", &fields).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let paper = format!("/h5/attachments/{card}");
    assert_eq!(desk.phone.get(&paper).await.status, 404, "not before");
    desk.verify().await;
    let id = desk
        .work
        .office
        .rows("SELECT public_id FROM applications")
        .remove(0);
    let page = desk.phone.get(&format!("/h5/desk/applications/{id}")).await;
    assert!(page.body.contains("990000********0019"), "{}", page.body);
    assert!(!page.body.contains("990000209901010019"));
    assert!(page.body.contains(&paper));
    let page = desk.phone.get(&paper).await;
    assert_eq!(page.status, 200);
    let picture = page.between("<img src=\"", "\"").expect("a picture");
    let picture = picture.replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(desk.phone.get(&picture).await.status, 200);
    assert_eq!(desk.work.audited("attachment.viewed"), 1);
    assert_eq!(desk.work.audited("application.viewed"), 1);
    desk.wait(16 * MINUTE_MS);
    assert_eq!(desk.phone.get(&paper).await.status, 404, "nor after");
}

/// A lawyer changes the registration with a phone; the path of the application that waits for it.
async fn changes(desk: &Desk, account: &str, unit: &str, said: &Registration) -> String {
    let office = &desk.work.office;
    let whose = format!("FROM accounts WHERE external_id = '{account}'");
    let id: i64 = office.rows(&format!("SELECT CAST(id AS TEXT) {whose}"))[0]
        .parse()
        .unwrap();
    let newest = format!(
        "SELECT CAST(version AS TEXT) FROM applications WHERE account_id = {id} ORDER BY id DESC"
    );
    let version: i64 = office.rows(&newest)[0].parse().unwrap();
    let sender = Sender {
        openid: OpenId::new("o-lawyer"),
        once: jianxin::app::random_hex::<16>(),
    };
    let filled = Filled {
        registration: said.clone(),
        unit: UnitId::new(unit),
        files: Vec::new(),
    };
    registrations::change(&office.app.app, sender, (id, version), filled, "/h5/me")
        .await
        .unwrap();
    let waits = format!(
        "SELECT public_id FROM applications WHERE account_id = {id} AND decided_at IS NULL"
    );
    format!("/h5/desk/applications/{}", office.rows(&waits)[0])
}

#[tokio::test]
async fn a_change_shows_its_own_words_masked_and_nothing_of_what_another_unit_is_asked() {
    let mut desk = Desk::open().await;
    let first = desk.registration("u-1", UNIT).await;
    desk.verify().await;
    let approve = |path: &str| format!("{path}/approve");
    desk.post(&approve(&first), &[("version", "1")]).await;
    let mut said = Registration {
        name: "植入乙".to_owned(),
        gender: "男".to_owned(),
        phone: "12800000001".to_owned(),
        email: "plant@example.com".to_owned(),
        id_number: "990000209901010019".to_owned(),
        licence: "14301202611234567".to_owned(),
        firm: "湖南植入律师事务所".to_owned(),
    };
    let one = changes(&desk, "u-1", UNIT, &said).await;
    desk.post(&approve(&one), &[("version", "1")]).await;
    said.phone = "12800000077".to_owned();
    said.email = "other@example.com".to_owned();
    let two = changes(&desk, "u-1", UNIT, &said).await;
    let page = desk.phone.get(&two).await;
    for masked in [
        "128****0001",
        "128****0077",
        "p***@example.com",
        "o***@example.com",
    ] {
        assert!(page.body.contains(masked), "{masked}: {}", page.body);
    }
    for whole in [&said.phone, &said.email, "12800000001", "plant@example.com"] {
        assert!(!page.body.contains(whole), "{whole}: {}", page.body);
    }
    desk.post(&approve(&two), &[("version", "1")]).await;
    // What the lawyer now asks of another procuratorate is that one's to know.
    said.firm = "北京植入律师事务所".to_owned();
    let three = changes(&desk, "u-1", "110000", &said).await;
    assert_eq!(desk.phone.get(&three).await.status, 404);
    let page = desk.phone.get(&two).await;
    assert!(page.body.contains("湖南植入律师事务所"), "{}", page.body);
    assert!(!page.body.contains("北京植入律师事务所"), "{}", page.body);
}
