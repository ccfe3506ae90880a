//! 找回密码: the managers are asked once, and a stranger learns nothing.

use crate::support::MINUTE_MS;
use crate::support::browser::{Browser, Page};
use crate::support::signing::{Signing, fault};

const PATH: &str = "/h5/password-request";
const DONE: &str = "/h5/password-request/done";
const OPEN: &str =
    "SELECT count(*) FROM applications WHERE kind = 'password_reset' AND decided_at IS NULL";
const CHANGSHA: &str = "长沙市人民检察院";

impl Signing {
    async fn ask(&self, phone: &mut Browser, account: &str, unit: &str) -> Page {
        let page = phone.get(PATH).await;
        let once = page.between("name=\"once\" value=\"", "\"").unwrap();
        self.send(phone, &page, &once, account, unit).await
    }

    async fn send(
        &self,
        phone: &mut Browser,
        page: &Page,
        once: &str,
        account: &str,
        unit: &str,
    ) -> Page {
        let (token, digits) = self.digits(phone, page).await;
        let fields = [
            ("csrf", &*page.csrf()),
            ("once", once),
            ("account", account),
            ("unit", unit),
            ("captcha_token", &token),
            ("captcha", &digits),
        ];
        phone.post(PATH, &fields).await
    }
}

#[tokio::test]
async fn a_request_goes_to_the_managers_and_its_page_says_what_happens_next() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "party").await;
    scene.office.linked("m1", "manager").await;
    let mut phone = scene.phone("f1").await;
    let page = scene.ask(&mut phone, &account.login_name, CHANGSHA).await;
    assert_eq!((page.status, page.location.as_str()), (303, DONE));
    let done = phone.get(DONE).await;
    for text in [
        "等待处理",
        "预计在3个工作日内",
        "绑定了微信的",
        "打电话告知",
        "tel:12309",
    ] {
        assert!(done.body.contains(text), "{text} in {}", done.body);
    }
    assert!(!done.body.contains("已通过") && !done.body.contains(&account.login_name));
    assert_eq!(scene.count(OPEN), 1);
    assert_eq!(
        scene.rows("SELECT kind FROM pushes"),
        ["password_reset_requested"]
    );
    assert_eq!(
        scene.rows("SELECT action || ' ' || subject FROM audit WHERE action LIKE 'password%'"),
        ["password.requested account:p-u1"]
    );
}

#[tokio::test]
async fn whether_there_is_such_an_account_shows_neither_at_first_nor_the_second_time() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut gone = scene.account("u2", "party").await;
    gone.state = "disabled".to_owned();
    scene.change(&mut gone).await;
    let manager = scene.account("m1", "manager").await;
    let mut phone = scene.phone("f1").await;
    let mut seen = Vec::new();
    for name in [
        account.login_name.as_str(),
        gone.login_name.as_str(),
        "160700000000",
    ] {
        let first = scene.ask(&mut phone, name, CHANGSHA).await;
        let second = scene.ask(&mut phone, name, CHANGSHA).await;
        seen.push((
            (first.status, first.location),
            (second.status, fault(&second, "unit")),
        ));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(seen[0].0, (303, DONE.to_owned()));
    assert!(
        seen[0]
            .1
            .1
            .starts_with("请耐心等候：您已经向这个检察院提出过")
    );
    // A manager's account is none of this page's, and the page does not say so.
    let mut other = scene.phone("f2").await;
    let page = scene.ask(&mut other, &manager.login_name, CHANGSHA).await;
    assert_eq!(page.location, DONE);
    assert_eq!(scene.count(OPEN), 1);
    assert_eq!(
        scene.count("SELECT count(*) FROM audit WHERE action = 'password.requested'"),
        4
    );
}

#[tokio::test]
async fn the_follower_of_the_account_is_told_how_things_stand_and_of_others_who_ask() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut own = scene.signed_in("f1", &account).await;
    let mut stranger = scene.phone("f2").await;
    let name = account.login_name.as_str();
    assert_eq!(
        scene.ask(&mut stranger, name, CHANGSHA).await.location,
        DONE
    );
    let told = scene.office.fields();
    assert_eq!(told.len(), 1, "once, and nobody else is linked");
    assert_eq!(told[0]["result"], "待核实");
    assert!(!told[0].to_string().contains(name), "{told:?}");
    let home = own.get("/h5/").await;
    assert!(
        home.body.contains("有人在另一个微信里为您的账号"),
        "{}",
        home.body
    );
    let page = scene.ask(&mut own, name, CHANGSHA).await;
    assert!(fault(&page, "unit").starts_with("请耐心等候"), "it waits");
    let decided = "UPDATE applications SET decided_at = 1, state = 'rejected'";
    scene.office.app.database.execute(decided);
    assert_eq!(scene.ask(&mut own, name, CHANGSHA).await.location, DONE);
    assert_eq!(scene.count(OPEN), 1);
    // A third one asks while it waits: the same page, nothing new.
    let mut third = scene.phone("f3").await;
    assert_eq!(scene.ask(&mut third, name, CHANGSHA).await.location, DONE);
    assert_eq!(scene.count(OPEN), 1);
    assert_eq!(scene.office.fields().len(), 1);
}

#[tokio::test]
async fn three_procuratorates_at_most_are_asked_and_six_times_an_hour() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "party").await;
    let mut phone = scene.phone("f1").await;
    let name = account.login_name.as_str();
    for unit in [CHANGSHA, "430104", "湖南省人民检察院"] {
        assert_eq!(
            scene.ask(&mut phone, name, unit).await.location,
            DONE,
            "{unit}"
        );
    }
    let fourth = scene.ask(&mut phone, name, "430105").await;
    assert!(
        fault(&fourth, "unit").contains("3个检察院"),
        "{}",
        fourth.body
    );
    assert_eq!(scene.count(OPEN), 3);
    for _ in 0..2 {
        scene.ask(&mut phone, "160700000000", CHANGSHA).await;
    }
    let seventh = scene.ask(&mut phone, "160700000001", CHANGSHA).await;
    assert_eq!(seventh.status, 429);
    assert!(fault(&seventh, "account").starts_with("请过一个小时再试"));
    scene.street.app.advance_ms(61 * MINUTE_MS);
    let later = scene.ask(&mut phone, "160700000001", CHANGSHA).await;
    assert_eq!(later.location, DONE);
}

#[tokio::test]
async fn the_same_form_twice_is_one_request_and_a_name_of_several_units_is_asked_about() {
    let scene = Signing::open().await;
    let account = scene.account("u1", "lawyer").await;
    let mut phone = scene.phone("f1").await;
    let page = phone.get(PATH).await;
    let once = page.between("name=\"once\" value=\"", "\"").unwrap();
    let name = account.login_name.as_str();
    let unclear = scene.send(&mut phone, &page, &once, name, "朝阳").await;
    assert_eq!(unclear.status, 422);
    assert!(fault(&unclear, "unit").contains("点选"));
    assert!(unclear.body.contains("name=\"unit_pick\" value=\"110105\""));
    assert!(unclear.body.contains(&format!("value=\"{name}\"")));
    assert!(unclear.body.contains(&once), "it is still the same form");
    let sent = scene
        .send(&mut phone, &unclear, &once, name, CHANGSHA)
        .await;
    assert_eq!(sent.location, DONE);
    let fresh = phone.get(PATH).await;
    let again = scene.send(&mut phone, &fresh, &once, name, CHANGSHA).await;
    assert_eq!((again.status, again.location.as_str()), (303, DONE));
    assert_eq!(scene.count(OPEN), 1);
    let none = phone.post(PATH, &[("csrf", &fresh.csrf())]).await;
    assert_eq!(none.status, 422);
    assert_eq!(fault(&none, "account"), "请输入您的账号。");
    assert!(fault(&none, "unit").starts_with("请输入检察院的名称"));
    assert_eq!(phone.post(PATH, &[("csrf", "x")]).await.status, 403);
}
