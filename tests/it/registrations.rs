//! Lawyers register on their phone, are judged by the office, and change what they registered with.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use jianxin::domain::ids::OpenId;
use jianxin::service::links::{self, Desk, Linked};
use jianxin::service::{api_keys, attachments, registrations};
use jianxin::store::StoreError;
use jianxin::store::accounts::{self, Account};
use serde_json::json;

use crate::support::MINUTE_MS;
use crate::support::browser::{Browser, Page, Street};
use crate::support::pictures::{jpeg, photo};

const PATH: &str = "/h5/register";
const EDIT: &str = "/h5/me/registration";
/// Numbers that nobody can have, with right check digits.
const ID: &str = "99000019900101123X";
const OTHER_ID: &str = "990000199001011248";
const LICENCE: &str = "14301202611234567";
const OTHER_LICENCE: &str = "14301202617654321";

fn check_digit(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
        .sum();
    let last =
        ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][usize::try_from(sum % 11).unwrap()];
    format!("{body}{last}")
}

fn id() -> String {
    check_digit(&ID[..17])
}

fn other_id() -> String {
    check_digit(&OTHER_ID[..17])
}

async fn street() -> Street {
    Street::with(&[("demo.test_identities", "true")]).await
}

/// A form as somebody fills it in.
type Form = Vec<(String, String)>;

fn set(form: &mut Form, name: &str, value: &str) {
    form.retain(|(field, _)| field != name);
    if !value.is_empty() {
        form.push((name.to_owned(), value.to_owned()));
    }
}

fn get(form: &Form, name: &str) -> String {
    let found = form.iter().find(|(field, _)| field == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn hand_in(phone: &mut Browser, csrf: &str, slot: &str) -> String {
    let name = format!("upload_{slot}");
    let photo = jpeg(&photo(60, 40));
    let files = [(name.as_str(), "证件.jpg", photo.as_slice())];
    let page = phone
        .upload(
            "/h5/attachments",
            &[("csrf", csrf)],
            &files,
            "application/json",
        )
        .await;
    let answer: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    answer["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

fn hidden(page: &Page, name: &str) -> String {
    page.between(&format!("name=\"{name}\" value=\""), "\"")
        .unwrap_or_default()
}

/// Opens the form and fills everything in.
async fn filled(phone: &mut Browser) -> Form {
    let page = phone.open(PATH).await;
    assert_eq!(page.status, 200);
    let csrf = page.csrf();
    let (card, licence) = (
        hand_in(phone, &csrf, "id_card").await,
        hand_in(phone, &csrf, "licence").await,
    );
    let fields = [
        ("csrf", csrf),
        ("once", hidden(&page, "once")),
        ("name", "欧阳植入".to_owned()),
        ("gender", "男".to_owned()),
        ("phone", "12800000001".to_owned()),
        ("email", "plant@example.com".to_owned()),
        ("id_number", id()),
        ("licence", LICENCE.to_owned()),
        ("firm", "湖南植入律师事务所".to_owned()),
        ("unit", "长沙市人民检察院".to_owned()),
        ("unit_id", "430100".to_owned()),
        ("file_id_card", card),
        ("file_licence", licence),
        ("agree", "yes".to_owned()),
        ("agree_scans", "yes".to_owned()),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
}

async fn send(phone: &mut Browser, path: &str, form: &Form) -> Page {
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    phone.post(path, &fields).await
}

/// Registers; the address of the result.
async fn registered(phone: &mut Browser) -> String {
    let form = filled(phone).await;
    let sent = send(phone, PATH, &form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location
}

fn rows(street: &Street, sql: &str) -> Vec<String> {
    street.app.database.connect().texts(sql)
}

fn count(street: &Street, table: &str) -> usize {
    rows(street, &format!("SELECT count(*) FROM {table}"))[0]
        .parse()
        .unwrap()
}

/// The one account that was registered.
async fn account(street: &Street) -> Account {
    let name = rows(
        street,
        "SELECT login_name FROM accounts WHERE role = 'lawyer' ORDER BY id",
    )
    .remove(0);
    let found = street
        .app
        .app
        .db
        .read(move |c| accounts::by_login_name(c, &name).map_err(StoreError::from));
    found.await.unwrap().unwrap()
}

/// Links an account to whoever holds the only session, as signing in does, with a password of the person's own.
async fn sign_in(street: &Street, account: &Account) {
    let openid =
        OpenId::new(rows(street, "SELECT openid FROM sessions ORDER BY created_at").remove(0));
    let (app, account) = (Arc::clone(&street.app.app), account.clone());
    let linked = street
        .app
        .app
        .db
        .write(move |c| -> Result<Linked, StoreError> {
            let desk = Desk {
                ids: &app.ids,
                person: &app.person,
                now: app.clock.now_ms(),
                actor: "story",
            };
            accounts::set_password(c, account.id, "hash", app.clock.now_ms())?;
            links::link(c, desk, &account, &openid, false)
        });
    assert_eq!(linked.await.unwrap(), Linked::Yes);
}

/// The office decides the newest application of the account.
async fn decide(street: &Street, key: &str, result: &str, reason: Option<&str>) {
    let (db, now) = (street.app.app.db.clone(), street.app.app.clock.now_ms());
    let name = key.to_owned();
    let token = tokio::task::spawn_blocking(move || api_keys::add(&db, &name, now).unwrap())
        .await
        .unwrap();
    let number = rows(
        street,
        "SELECT external_id FROM applications ORDER BY submitted_at DESC, id DESC",
    )
    .remove(0);
    let mut data = json!({ "application": number, "result": result });
    if let Some(reason) = reason {
        data["reason"] = json!(reason);
    }
    let request = Request::post("/api/v1/events")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(
            json!({ "id": key, "type": "registration_reviewed", "data": data }).to_string(),
        ));
    let answer = street.app.send(request.unwrap()).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

/// The form of a change as it is shown, with the ticks that a change needs.
async fn change_form(phone: &mut Browser) -> Form {
    let page = phone.open(EDIT).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let mut form = Form::new();
    for name in ["csrf", "once", "version", "file_id_card", "file_licence"] {
        form.push((name.to_owned(), hidden(&page, name)));
    }
    for name in ["phone", "email", "id_number", "licence", "firm", "unit"] {
        let input = page
            .between(&format!("name=\"{name}\" type="), ">")
            .unwrap();
        let (_, rest) = input.split_once("value=\"").unwrap();
        form.push((name.to_owned(), rest.split('"').next().unwrap().to_owned()));
    }
    for name in ["agree", "agree_scans", "freeze"] {
        form.push((name.to_owned(), "yes".to_owned()));
    }
    form
}

#[tokio::test]
async fn a_lawyer_registers_and_sees_name_and_password_once() {
    let street = street().await;
    let mut phone = street.phone("f1");
    let path = registered(&mut phone).await;
    assert!(path.starts_with("/h5/register/done/"), "{path}");
    let account = account(&street).await;
    assert_eq!(account.state, "pending");
    assert!(account.must_reset);
    let is_name = account.login_name.len() == 12 && account.login_name.starts_with("26");
    assert!(
        is_name && account.login_name.bytes().all(|b| b.is_ascii_digit()),
        "{}",
        account.login_name
    );
    let mut other = street.phone("f2");
    assert_eq!(other.open(&path).await.status, 404, "somebody else's page");
    let page = phone.open(&path).await;
    assert_eq!(page.status, 200);
    for words in [
        "注册已提交，待审核",
        "欧阳植入",
        "湖南省",
        "长沙市人民检察院",
        &account.login_name,
        "3个工作日",
        "/h5/login/lawyer",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let password = page.between("<dt>密码</dt><dd><p>", "</p>").unwrap();
    assert_eq!(password.len(), 10, "{password}");
    let hash = account.password_hash.clone().unwrap();
    assert!(hash.starts_with("$argon2id$"));
    let twin = phone.open(&path).await;
    assert!(
        twin.body.contains(&password),
        "loaded twice within a minute"
    );
    street.app.advance_ms(61_000);
    let again = phone.open(&path).await;
    assert!(
        again.body.contains("已经显示过了") && !again.body.contains(&password),
        "{}",
        again.body
    );
    assert!(again.body.contains("/h5/password-request"));
    assert_eq!(
        rows(
            &street,
            "SELECT count(*) FROM first_passwords WHERE sealed IS NOT NULL"
        ),
        ["0"]
    );
    assert_eq!(
        rows(&street, "SELECT kind || state FROM applications"),
        ["registrationpending"]
    );
    assert_eq!(
        rows(
            &street,
            "SELECT state || consent_version FROM registration_revisions"
        ),
        ["pending2026-11"]
    );
    assert_eq!(
        count(
            &street,
            "attachments WHERE account_id IS NOT NULL AND delete_after IS NULL"
        ),
        2
    );
    assert_eq!(count(&street, "drafts"), 0);
    assert_eq!(
        count(&street, "account_links"),
        0,
        "signing in links, registering does not"
    );
    assert_eq!(
        count(&street, "audit WHERE action = 'registration.submitted'"),
        1
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays() {
    let street = street().await;
    let mut phone = street.phone("f1");
    let good = filled(&mut phone).await;
    let mut empty = good.clone();
    empty.retain(|(name, _)| ["csrf", "once", "gender"].contains(&name.as_str()));
    let page = send(&mut phone, PATH, &empty).await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.body.matches("class=\"problem\"").count(),
        11,
        "{}",
        page.body
    );
    for (name, value, words) in [
        ("name", "张3", "身份证上的姓名"),
        ("phone", "110", "11位的手机号码"),
        ("email", "nobody", "请检查邮箱"),
        ("id_number", "990000199001011231", "请检查身份证号码"),
        ("id_number", "99000019900101", "18位"),
        ("licence", "123", "17位"),
        ("firm", "<script>", "执业机构的全称"),
        ("unit", "没有这个地方", "检察院"),
        ("agree", "", "用户协议"),
        ("agree_scans", "", "图片"),
        ("file_licence", "", "请上传律师执业证"),
        (
            "file_id_card",
            "0123456789abcdef0123456789abcdef",
            "重新上传",
        ),
    ] {
        let mut form = good.clone();
        set(&mut form, name, value);
        if name == "unit" {
            set(&mut form, "unit_id", "");
        }
        let page = send(&mut phone, PATH, &form).await;
        assert_eq!(page.status, 422, "{name}: {}", page.body);
        assert!(page.body.contains("有1项需要修改"), "{name}: {}", page.body);
        let problem = page.between("class=\"problem\">", "</p>").unwrap();
        assert!(problem.contains(words), "{name}: {problem}");
        for (kept, value) in &form {
            let is_shown = !["gender", "agree", "agree_scans"].contains(&kept.as_str())
                && value != "0123456789abcdef0123456789abcdef";
            let escaped = value.replace('<', "&#60;").replace('>', "&#62;");
            assert!(
                !is_shown || page.body.contains(&format!("value=\"{escaped}\"")),
                "{name}: {kept} is gone: {}",
                page.body
            );
        }
        assert_eq!(
            page.body.matches(" checked").count(),
            3 - usize::from(name.starts_with("agree")),
            "{name}"
        );
    }
    let mut old = good.clone();
    set(&mut old, "csrf", "x");
    let page = send(&mut phone, PATH, &old).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("欧阳植入") && page.body.contains("您填写的内容都在"));
    assert_eq!(count(&street, "accounts"), 0);
    assert_eq!(
        send(&mut phone, PATH, &good).await.status,
        303,
        "nothing was used up"
    );
}

#[tokio::test]
async fn made_up_numbers_are_refused_where_real_people_register() {
    let street = Street::open().await;
    let mut phone = street.phone("f1");
    let form = filled(&mut phone).await;
    let page = send(&mut phone, PATH, &form).await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("没有这个地区") && page.body.contains("11位的手机号码"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_account_and_leads_to_the_same_page() {
    let street = street().await;
    let mut phone = street.phone("f1");
    let form = filled(&mut phone).await;
    let (mut first, mut second) = (phone.clone(), phone.clone());
    let (one, two) = tokio::join!(
        send(&mut first, PATH, &form),
        send(&mut second, PATH, &form)
    );
    assert_eq!(
        (one.status, two.status),
        (303, 303),
        "{}{}",
        one.body,
        two.body
    );
    assert_eq!(one.location, two.location);
    let later = send(&mut phone, PATH, &form).await;
    assert_eq!((later.status, later.location), (303, one.location));
    assert_eq!(
        (count(&street, "accounts"), count(&street, "applications")),
        (1, 1)
    );
}

#[tokio::test]
async fn one_person_has_one_account_also_at_the_same_moment() {
    let street = street().await;
    let (mut first, mut second) = (street.phone("f1"), street.phone("f2"));
    let (one, mut two) = (filled(&mut first).await, filled(&mut second).await);
    let (a, b) = tokio::join!(send(&mut first, PATH, &one), send(&mut second, PATH, &two));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let refused = if a.status == 422 { &a } else { &b };
    assert!(
        refused.body.contains("已经注册过账号") && refused.body.contains("/h5/password-request"),
        "{}",
        refused.body
    );
    assert!(
        !refused.body.contains("用户名"),
        "nobody is told whose it is"
    );
    assert_eq!(
        (
            count(&street, "accounts"),
            count(&street, "identity_claims")
        ),
        (1, 2)
    );
    // The licence alone is enough; a number of its own is not.
    let mut third = street.phone("f3");
    let mut form = filled(&mut third).await;
    set(&mut form, "id_number", &other_id());
    let page = send(&mut third, PATH, &form).await;
    assert_eq!(page.status, 422);
    set(&mut form, "licence", OTHER_LICENCE);
    assert_eq!(send(&mut third, PATH, &form).await.status, 303);
    set(&mut two, "once", "");
}

#[tokio::test]
async fn a_refused_stranger_does_not_keep_a_number_from_its_owner() {
    let street = street().await;
    let mut phone = street.phone("f1");
    registered(&mut phone).await;
    decide(&street, "k1", "rejected", Some("不是本人")).await;
    let mut owner = street.phone("f2");
    registered(&mut owner).await;
    assert_eq!(count(&street, "accounts"), 2);
    let taken = rows(
        &street,
        "SELECT count(DISTINCT account_id) FROM identity_claims",
    );
    assert_eq!(taken, ["1"]);
}

#[tokio::test]
async fn the_office_approves_and_the_account_opens_or_says_what_is_missing() {
    let street = street().await;
    let mut phone = street.phone("f1");
    registered(&mut phone).await;
    let fresh = account(&street).await;
    sign_in(&street, &fresh).await;
    decide(
        &street,
        "k1",
        "rejected",
        Some("身份证照片不清楚\n缺少年度考核页"),
    )
    .await;
    assert_eq!(account(&street).await.state, "rejected");
    let page = phone.open(EDIT).await;
    for words in [
        "身份证照片不清楚",
        "缺少年度考核页",
        "欧阳植入",
        &id(),
        LICENCE,
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(
        !page.body.contains("name=\"name\""),
        "the name cannot be typed"
    );
    assert_eq!(
        count(&street, "attachments WHERE delete_after IS NOT NULL"),
        2
    );
    let mut form = change_form(&mut phone).await;
    set(&mut form, "phone", "12800000002");
    let number = rows(&street, "SELECT external_id FROM applications");
    let sent = send(&mut phone, EDIT, &form).await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (303, "/h5/me/registration/done"),
        "{}",
        sent.body
    );
    assert!(
        phone
            .open(&sent.location)
            .await
            .body
            .contains("已提交，待审核")
    );
    assert_eq!(
        rows(&street, "SELECT external_id FROM applications"),
        number,
        "the same application goes on"
    );
    assert_eq!(
        count(&street, "attachments WHERE delete_after IS NOT NULL"),
        0
    );
    assert_eq!(
        rows(
            &street,
            "SELECT state FROM registration_revisions ORDER BY number"
        ),
        ["rejected", "pending"]
    );
    decide(&street, "k2", "approved", None).await;
    let approved = account(&street).await;
    assert_eq!(approved.state, "active");
    let standing = registrations::latest(&street.app.app, approved.id)
        .await
        .unwrap();
    let known = standing.approved.unwrap();
    assert_eq!(
        (known.registration.phone.as_str(), known.number),
        ("12800000002", 2)
    );
}

#[tokio::test]
async fn a_change_waits_beside_what_was_approved_and_moves_to_the_new_procuratorate() {
    let street = street().await;
    let mut phone = street.phone("f1");
    registered(&mut phone).await;
    let fresh = account(&street).await;
    sign_in(&street, &fresh).await;
    decide(&street, "k1", "approved", None).await;
    street.app.advance_ms(MINUTE_MS);
    let before = account(&street).await;
    let page = phone.open(EDIT).await;
    assert!(page.body.contains("其他功能都不能使用"), "{}", page.body);
    let mut form = change_form(&mut phone).await;
    set(&mut form, "phone", "12800000003");
    set(&mut form, "unit", "长沙市岳麓区人民检察院");
    set(&mut form, "name", "别人");
    set(&mut form, "freeze", "");
    let page = send(&mut phone, EDIT, &form).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("确认后再保存"), "{}", page.body);
    assert_eq!(
        account(&street).await.state,
        "active",
        "nothing happens without the tick"
    );
    set(&mut form, "freeze", "yes");
    let stale = form.clone();
    assert_eq!(send(&mut phone, EDIT, &form).await.status, 303);
    let frozen = account(&street).await;
    assert_eq!(
        (frozen.state.as_str(), frozen.unit_id.as_str()),
        ("pending", "430100")
    );
    assert_eq!(
        (&frozen.phone, &frozen.display_name),
        (&before.phone, &before.display_name)
    );
    let standing = registrations::latest(&street.app.app, frozen.id)
        .await
        .unwrap();
    let changed: Vec<&str> = standing.diff().iter().map(|change| change.label).collect();
    assert_eq!(changed, ["手机"]);
    assert_eq!(standing.latest.unwrap().unit_id, "430104");
    assert_eq!(
        rows(
            &street,
            "SELECT unit_id FROM applications WHERE decided_at IS NULL"
        ),
        ["430104"]
    );
    // The same form again leads to the result; an old one with another key is refused and keeps what was typed.
    assert_eq!(send(&mut phone, EDIT, &form).await.status, 303);
    let mut stale = stale;
    set(&mut stale, "once", "0123456789abcdef0123456789abcdef");
    set(&mut stale, "email", "late@example.com");
    let page = send(&mut phone, EDIT, &stale).await;
    assert_eq!(page.status, 409);
    assert!(
        page.body.contains("late@example.com") && page.body.contains("已经被处理"),
        "{}",
        page.body
    );
    assert_eq!(count(&street, "registration_revisions"), 2);
    // Refused: the approved one is untouched, its files stay.
    decide(&street, "k2", "rejected", Some("请补充转所证明")).await;
    let refused = account(&street).await;
    assert_eq!(
        (refused.state.as_str(), &refused.phone),
        ("rejected", &before.phone)
    );
    assert_eq!(
        count(&street, "attachments WHERE delete_after IS NOT NULL"),
        0
    );
    let form = change_form(&mut phone).await;
    assert_eq!(
        get(&form, "phone"),
        "12800000003",
        "the correction begins with what was refused"
    );
    assert_eq!(send(&mut phone, EDIT, &form).await.status, 303);
    decide(&street, "k3", "approved", None).await;
    let moved = account(&street).await;
    assert_eq!(
        (moved.state.as_str(), moved.unit_id.as_str()),
        ("active", "430104")
    );
    assert_eq!(count(&street, "identity_claims"), 2);
    assert_eq!(
        count(&street, "audit WHERE action = 'registration.changed'"),
        2
    );
}

#[tokio::test]
async fn a_tap_too_many_in_a_day_and_a_second_account_are_refused() {
    let street = street().await;
    let mut phone = street.phone("f1");
    for (at, licence) in [
        "14301202610000001",
        "14301202610000002",
        "14301202610000003",
        "14301202610000004",
    ]
    .iter()
    .enumerate()
    {
        let mut form = filled(&mut phone).await;
        set(&mut form, "licence", licence);
        set(
            &mut form,
            "id_number",
            &check_digit(&format!("9900001990010100{at}")),
        );
        let status = send(&mut phone, PATH, &form).await.status;
        assert_eq!(status, if at < 3 { 303 } else { 429 });
    }
    let fresh = account(&street).await;
    sign_in(&street, &fresh).await;
    assert!(phone.open(PATH).await.body.contains("您已经绑定了账号"));
    let mut stranger = street.phone("f2");
    assert_eq!(stranger.open(EDIT).await.status, 403);
}

#[tokio::test]
async fn nothing_personal_lies_in_clear_anywhere() {
    let street = street().await;
    let mut phone = street.phone("f1");
    let form = filled(&mut phone).await;
    let draft: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(phone.post("/h5/drafts/register", &draft).await.status, 204);
    let page = phone.open(PATH).await;
    assert!(page.body.contains(&id()), "the draft comes back");
    assert!(
        page.body.contains(&get(&form, "file_id_card")),
        "with its files"
    );
    let result = send(&mut phone, PATH, &form).await.location;
    let shown = phone.open(&result).await;
    let password = shown.between("<dt>密码</dt><dd><p>", "</p>").unwrap();
    let fresh = account(&street).await;
    sign_in(&street, &fresh).await;
    decide(&street, "k1", "approved", None).await;
    let mut stored: Vec<Vec<u8>> = street
        .app
        .stored_files()
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    stored.extend(street.app.database.bytes());
    assert!(stored.len() >= 5);
    for canary in [
        id().as_str(),
        "12800000001",
        LICENCE,
        "plant@example.com",
        "湖南植入律师事务所",
        "证件.jpg",
        &password,
    ] {
        for bytes in &stored {
            let found = bytes
                .windows(canary.len())
                .any(|part| part == canary.as_bytes());
            assert!(!found, "{canary} lies in clear");
        }
    }
    let swept = attachments::sweep(&street.app.app).await.unwrap();
    assert_eq!(swept, 0);
}
