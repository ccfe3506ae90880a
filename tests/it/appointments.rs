//! 我的预约: asked for item by item, answered item by item.

use jianxin::domain::binding::ApplicantRole;
use serde_json::{Value, json};

use crate::support::browser::{Browser, Page};
use crate::support::casework::{Casework, once};
use crate::support::{MINUTE_MS, NOW_MS};

/// A lawyer with one case, and the address of the form.
async fn desk(settings: &[(&str, &str)]) -> (Casework, Browser, String) {
    let work = Casework::with(settings).await;
    work.office.linked("m-1", "manager").await;
    let (phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", "一审公诉案件", NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let form = format!("/h5/cases/{}/appointment", bound.public_id);
    (work, phone, form)
}

async fn sent(phone: &mut Browser, form: &str, items: &[&str]) -> Page {
    let page = phone.open(form).await;
    let (csrf, key) = (page.csrf(), once(&page));
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("once", key.as_str()),
        ("identity", "犯罪嫌疑人的辩护人"),
        ("remark", "希望<i>周三</i>"),
    ];
    fields.extend(items.iter().map(|item| ("items", *item)));
    phone.post(form, &fields).await
}

fn number(work: &Casework) -> String {
    work.office
        .rows("SELECT external_id FROM applications ORDER BY id DESC")
        .remove(0)
}

async fn answer(work: &Casework, id: &str, result: &str, replies: Value) {
    let data = json!({ "application": number(work), "result": result, "replies": replies });
    work.office.tell(id, "appointment_reviewed", data).await;
}

#[tokio::test]
async fn three_items_are_asked_for_and_answered_one_after_the_other() {
    let (work, mut phone, form) = desk(&[]).await;
    let page = phone.open(&form).await;
    for shown in [
        "预约信息登记表",
        "张小明",
        "张某某故意伤害案",
        "欧阳植入",
        "辩护人",
        "阅卷",
        "其他事项",
        "预计3个工作日内",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("会见") && !page.body.contains("变更（解除）强制措施"));
    let done = sent(
        &mut phone,
        &form,
        &["reading", "opinion", "other", "meeting"],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.body);
    let page = phone.open(&done.location).await;
    for shown in [
        "未处理",
        "还没有得到同意",
        "0/3项已回复",
        "撤回预约",
        "1001",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("<i>周三") && !page.body.contains("已同意"));
    let to_do = work.office.fields().remove(0);
    assert_eq!(to_do["items"], "阅卷等3项");
    assert_eq!(work.audited("appointment.submitted"), 1);

    let first = json!({ "item": "reading", "decision": "agreed", "opinion": "请周三上午来。" });
    answer(&work, "e1", "partly_answered", json!([first])).await;
    work.office.app.advance_ms(24 * 60 * MINUTE_MS);
    let page = phone.open(&done.location).await;
    for shown in [
        "部分处理",
        "1/3项已回复",
        "同意",
        "请周三上午来。",
        "2026年11月22日 10:00",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("撤回预约"));
    let rest = json!([first, { "item": "opinion", "decision": "refused" }, { "item": "other", "decision": "other", "opinion": "见回函。" }]);
    answer(&work, "e2", "answered", rest).await;
    let page = phone.open(&done.location).await;
    for shown in [
        "已处理",
        "3/3项已回复",
        "不同意",
        "见回函。",
        "2026年11月22日 10:00",
        "2026年11月23日 10:00",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let list = phone.open("/h5/appointments?state=answered").await;
    assert!(list.body.contains("已处理") && list.body.contains("张某某故意伤害案"));
    let none = phone.open("/h5/appointments?state=pending").await;
    assert!(none.body.contains("没有这种状态的预约"));
}

#[tokio::test]
async fn at_least_one_item_and_a_quality_are_needed() {
    let (work, mut phone, form) = desk(&[]).await;
    let page = sent(&mut phone, &form, &[]).await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("请至少选择一个事项") && page.body.contains("希望&#60;i&#62;")
            || page.body.contains("希望&lt;i&gt;"),
        "{}",
        page.body
    );
    let page = sent(&mut phone, &form, &["meeting"]).await;
    assert_eq!(page.status, 422, "not offered, not taken");
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 0);
}

#[tokio::test]
async fn two_more_items_can_be_switched_on() {
    let (work, mut phone, form) = desk(&[("applications.extra_items", "true")]).await;
    let page = phone.open(&form).await;
    assert!(page.body.contains("会见") && page.body.contains("变更（解除）强制措施"));
    assert_eq!(sent(&mut phone, &form, &["meeting"]).await.status, 303);
    assert!(work.office.rows("SELECT details FROM applications")[0].contains("meeting"));
}

#[tokio::test]
async fn a_double_tap_is_one_appointment() {
    let (work, mut phone, form) = desk(&[]).await;
    let page = phone.open(&form).await;
    let (csrf, key) = (page.csrf(), once(&page));
    let fields = [
        ("csrf", csrf.as_str()),
        ("once", key.as_str()),
        ("identity", "被告人的辩护人"),
        ("items", "reading"),
    ];
    let mut second = phone.clone();
    let (one, two) = tokio::join!(phone.post(&form, &fields), second.post(&form, &fields));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(one.location, two.location);
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 1);
    assert_eq!(work.office.count("SELECT count(*) FROM pushes"), 1);
}

#[tokio::test]
async fn what_nobody_answered_can_be_taken_back_once() {
    let (work, mut phone, form) = desk(&[]).await;
    let done = sent(&mut phone, &form, &["reading"]).await;
    let page = phone.open(&done.location).await;
    let (csrf, version) = (
        page.csrf(),
        page.between("name=\"version\" value=\"", "\"").unwrap(),
    );
    let at = format!("{}/withdraw", done.location);
    let foreign = phone
        .post(&at, &[("csrf", "x"), ("version", &version)])
        .await;
    assert_eq!(foreign.status, 403);
    let fields = [("csrf", csrf.as_str()), ("version", version.as_str())];
    let gone = phone.submit(&at, &fields).await;
    assert!(
        gone.body.contains("已撤回") && !gone.body.contains("撤回预约<"),
        "{}",
        gone.body
    );
    assert_eq!(
        phone.post(&at, &fields).await.status,
        303,
        "a second tap finds it done"
    );
    assert_eq!(work.audited("appointment.withdrawn"), 1);
    let row = work.office.rows("SELECT state || ' ' || CASE WHEN decided_at IS NULL THEN 'open' ELSE 'ended' END || ' ' || COALESCE(remind_at, 0) FROM applications");
    assert_eq!(row, ["withdrawn ended 0"]);
    // An answer that comes too late is refused.
    let data = json!({ "application": number(&work), "result": "answered", "replies": [{ "item": "reading", "decision": "agreed" }] });
    let late = work
        .office
        .post(&json!({ "id": "e1", "type": "appointment_reviewed", "data": data }))
        .await;
    assert_eq!(late.status.as_u16(), 409, "{}", late.body);
}

#[tokio::test]
async fn what_is_answered_cannot_be_taken_back() {
    let (work, mut phone, form) = desk(&[]).await;
    let done = sent(&mut phone, &form, &["reading", "opinion"]).await;
    let page = phone.open(&done.location).await;
    let (csrf, version) = (
        page.csrf(),
        page.between("name=\"version\" value=\"", "\"").unwrap(),
    );
    answer(
        &work,
        "e1",
        "partly_answered",
        json!([{ "item": "reading", "decision": "agreed" }]),
    )
    .await;
    let at = format!("{}/withdraw", done.location);
    let late = phone
        .post(
            &at,
            &[("csrf", csrf.as_str()), ("version", version.as_str())],
        )
        .await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("已被处理"));
    assert_eq!(work.audited("appointment.withdrawn"), 0);
}

#[tokio::test]
async fn twenty_may_wait_and_one_that_is_taken_back_makes_room() {
    let (work, mut phone, form) = desk(&[]).await;
    let mut last = String::new();
    for count in 1..=20 {
        let done = sent(&mut phone, &form, &["reading"]).await;
        assert_eq!(done.status, 303, "{count}: {}", done.body);
        last = done.location;
    }
    let refused = sent(&mut phone, &form, &["reading"]).await;
    assert_eq!(refused.status, 422);
    for shown in ["请等待答复", "20次预约", "希望"] {
        assert!(refused.body.contains(shown), "{shown}: {}", refused.body);
    }
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 20);
    let page = phone.open(&last).await;
    let (csrf, version) = (
        page.csrf(),
        page.between("name=\"version\" value=\"", "\"").unwrap(),
    );
    let fields = [("csrf", csrf.as_str()), ("version", version.as_str())];
    let gone = phone.post(&format!("{last}/withdraw"), &fields).await;
    assert_eq!(gone.status, 303);
    assert_eq!(sent(&mut phone, &form, &["reading"]).await.status, 303);
}

#[tokio::test]
async fn a_draft_of_an_appointment_comes_back() {
    let (_work, mut phone, form) = desk(&[]).await;
    let page = phone.open(&form).await;
    let draft = page.between("data-draft=\"", "\"").unwrap();
    let fields = [
        ("csrf", page.csrf()),
        ("items", "opinion".to_owned()),
        ("items", "other".to_owned()),
        ("remark", "没写完的备注".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(phone.post(&draft, &fields).await.status, 204);
    let back = phone.open(&form).await;
    assert!(back.body.contains("没写完的备注"));
    assert!(
        back.body.contains("value=\"opinion\" checked")
            && back.body.contains("value=\"other\" checked")
    );
    let done = sent(&mut phone, &form, &["reading"]).await;
    assert_eq!(done.status, 303);
    assert!(!phone.open(&form).await.body.contains("没写完的备注"));
}
