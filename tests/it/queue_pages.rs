//! The queues as a manager works through them at the console.

use crate::support::NOW_MS;
use crate::support::browser::Page;
use crate::support::casework::{Casework, PARTY_ID, file, once, wish};
use crate::support::clerk::Clerk;
use crate::support::queue::{asks_appointment, asks_reset, registers};

const CRIMINAL: &str = "一审公诉案件";

fn id(work: &Casework, number: &str) -> String {
    let sql = format!("SELECT public_id FROM applications WHERE external_id = '{number}'");
    work.office.rows(&sql).remove(0)
}

fn version(page: &Page) -> String {
    page.between("name=\"version\" value=\"", "\"")
        .expect("a decision names the version")
}

async fn opened(clerk: &mut Clerk, path: &str) -> Page {
    let page = clerk.browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {} {}", page.location, page.body);
    page
}

#[tokio::test]
async fn a_binding_is_judged_beside_its_papers_refused_mended_and_granted() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let mut other = work.clerk_at("430200", "zhou", "reviewer").await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张某某").await;
    let form = phone.open("/h5/bindings/new").await;
    let (csrf, key) = (form.csrf(), once(&form));
    let aid = file(&mut phone, &csrf, "legal_aid").await;
    let sent = phone
        .submit("/h5/bindings/new", &wish(&csrf, &key, &aid))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let id = work
        .office
        .rows("SELECT public_id FROM applications")
        .remove(0);

    // The list, with how much waits in the navigation; what is there, and nothing in full.
    let list = opened(&mut clerk, "/console/queues/binding").await;
    assert!(list.body.contains("张某某故意伤害案") && list.body.contains("还有3个工作日"));
    let path = format!("/console/queues/binding?id={id}");
    let page = opened(&mut clerk, &path).await;
    for shown in [
        "证件号一致",
        "姓名一致",
        "案件名称一致",
        "990000****",
        "现在没有人绑定",
        "法律援助",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains(PARTY_ID));
    assert!(
        page.body
            .contains(&format!("value=\"{}\" checked", person.public_id))
    );
    assert_eq!(work.audited("application.viewed"), 1);

    // Papers, with the manager's account, for this session and this unit.
    let small = page.between("<summary><img src=\"", "\"").unwrap();
    let large = small.replace("/pages/0", "/pages/1").replace("&amp;", "&");
    let picture = clerk.browser.get(&large).await;
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, "image/jpeg")
    );
    assert_eq!(work.audited("attachment.viewed"), 1);
    assert_eq!(
        clerk
            .browser
            .get(large.split('?').next().unwrap())
            .await
            .status,
        404
    );
    assert_eq!(other.browser.get(&large).await.status, 404);
    assert_eq!(other.browser.get(&path).await.status, 404);

    // The full number only after an entry in the audit.
    let show = format!("/console/queues/binding/{id}/show");
    assert_eq!(other.send(&show, &[("what", "party_id")]).await.status, 404);
    let shown = clerk.send(&show, &[("what", "party_id")]).await;
    assert_eq!(shown.status, 303);
    assert!(
        opened(&mut clerk, &shown.location)
            .await
            .body
            .contains(PARTY_ID)
    );
    assert_eq!(work.audited("personal.shown"), 1);

    // Refused, with everything that is missing.
    let version_1 = version(&page);
    let reject = format!("/console/queues/binding/{id}/reject");
    let fields = [("version", version_1.as_str()), ("free", "  ")];
    let refused = clerk.send(&reject, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("请至少勾选一项原因"),
        "{}",
        refused.body
    );
    let fields = [
        ("version", version_1.as_str()),
        ("reason", "no_mandate"),
        ("reason", "no_firm_letter"),
        ("free", "委托书<b>第二页</b>也要。"),
    ];
    assert_eq!(other.send(&reject, &fields).await.status, 404);
    let done = clerk.send(&reject, &fields).await;
    assert_eq!(
        (done.status, done.location.contains("done=")),
        (303, true),
        "{}",
        done.body
    );
    assert!(
        opened(&mut clerk, &done.location)
            .await
            .body
            .contains("已处理：")
    );
    let told = phone.open(&format!("/h5/bindings/{id}")).await;
    for line in ["授权委托书", "律师事务所函", "委托书&#60;b&#62;第二页"] {
        assert!(told.body.contains(line), "{line}: {}", told.body);
    }
    // Again at once: it is decided, and by whom.
    let again = clerk.send(&reject, &fields).await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("案管wang") && again.body.contains("没有保存"),
        "{}",
        again.body
    );

    // Mended and granted; then the case is there, and gone when the mandate ends.
    let form = phone.open(&format!("/h5/bindings/{id}/edit")).await;
    let (csrf, key) = (form.csrf(), once(&form));
    let stamp = version(&form);
    let mut fields = wish(&csrf, &key, &aid);
    fields.push(("version", &stamp));
    let sent = phone
        .submit(&format!("/h5/bindings/{id}/edit"), &fields)
        .await;
    assert!(sent.body.contains("待审核"), "{}", sent.body);
    let page = opened(&mut clerk, &path).await;
    let approve = format!("/console/queues/binding/{id}/approve");
    let version_2 = version(&page);
    let nobody = clerk.send(&approve, &[("version", &version_2)]).await;
    assert!(nobody.status == 422 && nobody.body.contains("请先选择案件当事人"));
    let fields = [
        ("version", version_2.as_str()),
        ("person", person.public_id.as_str()),
        ("role", "defender"),
    ];
    let done = clerk.send(&approve, &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(phone.open("/h5/cases").await.body.contains("张某某"));
    let page = opened(
        &mut clerk,
        &format!("/console/queues/binding?view=done&id={id}"),
    )
    .await;
    assert!(
        page.body.contains("解除绑定") && page.body.contains("现在的绑定"),
        "{}",
        page.body
    );
    let stamp = version(&page);
    let revoke = format!("/console/queues/binding/{id}/revoke");
    let fields = [
        ("version", stamp.as_str()),
        ("reason", "mandate_ended"),
        ("free", ""),
    ];
    assert_eq!(clerk.send(&revoke, &fields).await.status, 303);
    assert!(!phone.open("/h5/cases").await.body.contains("故意伤害案"));
    assert!(
        phone
            .open(&format!("/h5/bindings/{id}"))
            .await
            .body
            .contains("已解除")
    );
}

#[tokio::test]
async fn a_decision_leads_to_the_next_case_and_the_filters_stay() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    for number in 1..=3 {
        registers(
            &work.office,
            &format!("SQ{number}"),
            &format!("u-{number}"),
            false,
        )
        .await;
    }
    let (first, second) = (id(&work, "SQ1"), id(&work, "SQ2"));
    let path = format!("/console/queues/registration?q=%E6%9D%8E&id={first}");
    let page = opened(&mut clerk, &path).await;
    assert!(page.body.contains("138****1111") && !page.body.contains("13800001111"));
    let stamp = version(&page);
    let approve = format!("/console/queues/registration/{first}/approve?q=%E6%9D%8E");
    let done = clerk.send(&approve, &[("version", &stamp)]).await;
    assert_eq!(
        done.location,
        format!("/console/queues/registration?q=%E6%9D%8E&id={second}&done={first}")
    );
    let page = opened(&mut clerk, &done.location).await;
    assert!(
        page.body.contains("已处理：李明（SQ1），通过。"),
        "{}",
        page.body
    );
    assert!(page.body.contains("SQ2") && page.body.contains("value=\"李\""));
    // A form of another session, and no form at all.
    let path = format!("/console/queues/registration/{second}/approve");
    let stolen = clerk
        .browser
        .post(&path, &[("csrf", "x"), ("version", "1")])
        .await;
    assert_eq!(stolen.status, 403);
    assert_eq!(
        work.office
            .count("SELECT count(*) FROM applications WHERE decided_at IS NULL"),
        2
    );
    // Taken by a colleague meanwhile.
    let mut other = work.clerk("zhou", "reviewer").await;
    let claim = format!("/console/queues/registration/{second}/claim");
    assert_eq!(other.send(&claim, &[("claim", "take")]).await.status, 303);
    let page = clerk.send(&path, &[("version", "1")]).await;
    assert!(
        page.status == 422 && page.body.contains("案管zhou"),
        "{}",
        page.body
    );
    assert!(page.body.contains("接手处理"));
    assert_eq!(
        clerk.send(&claim, &[("claim", "take_over")]).await.status,
        303
    );
    assert_eq!(clerk.send(&path, &[("version", "1")]).await.status, 303);
    // A duty that was taken away is gone with the next request.
    let sql = "UPDATE managers SET duties = 'importer' WHERE account_id = (SELECT id FROM accounts WHERE login_name = 'wang')";
    work.office.app.database.execute(sql);
    let third = format!("/console/queues/registration/{}/approve", id(&work, "SQ3"));
    let page = clerk.send(&third, &[("version", "1")]).await;
    assert!(page.status == 403 && page.body.contains("没有这项权限"));
    assert_eq!(
        work.office
            .count("SELECT count(*) FROM applications WHERE decided_at IS NULL"),
        1
    );
}

#[tokio::test]
async fn a_reset_becomes_a_call_with_a_password_that_is_shown_once() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    work.office.account("u-1", "party").await;
    asks_reset(&work.office, "MM1", "u-1").await;
    let id = id(&work, "MM1");
    let page = opened(&mut clerk, &format!("/console/queues/reset?id={id}")).await;
    assert!(page.body.contains("没有绑定微信"), "{}", page.body);
    let stamp = version(&page);
    let approve = format!("/console/queues/reset/{id}/approve");
    let done = clerk.send(&approve, &[("version", &stamp)]).await;
    assert!(
        done.location.starts_with("/console/queues/phone?id="),
        "{}",
        done.location
    );
    let page = opened(&mut clerk, &done.location).await;
    assert!(page.body.contains("生成临时密码"), "{}", page.body);
    assert!(page.body.contains("没有绑定微信"), "why somebody must call");
    let call = done.location.rsplit('=').next().unwrap().to_owned();
    let made = clerk
        .send(&format!("/console/queues/phone/{call}/password"), &[])
        .await;
    let page = opened(&mut clerk, &made.location).await;
    let password = page.between("<span class=\"secret\">", "</span>").unwrap();
    assert_eq!(password.len(), 10);
    assert!(page.body.contains("案管wang于") && page.body.contains("重新生成"));
    let mut other = work.clerk("zhou", "reviewer").await;
    let make = format!("/console/queues/phone/{call}/password");
    let page = other.send(&make, &[("made_at", "0")]).await;
    assert!(
        page.status == 422 && page.body.contains("案管wang于"),
        "{}",
        page.body
    );
    work.office.app.advance_ms(2 * crate::support::MINUTE_MS);
    let page = opened(&mut clerk, &made.location).await;
    assert!(!page.body.contains(&password) && page.body.contains("不能再次查看"));
    let told = clerk
        .send(&format!("/console/queues/phone/{call}/told"), &[])
        .await;
    assert_eq!(told.status, 303, "{}", told.body);
    let page = opened(
        &mut clerk,
        &format!("/console/queues/phone?view=done&id={call}"),
    )
    .await;
    assert!(page.body.contains("由案管wang电话告知"), "{}", page.body);
    let database = &work.office.app.database;
    database.execute("UPDATE phone_tasks SET reason = 'undelivered', done_at = NULL");
    let page = opened(&mut clerk, &done.location).await;
    assert!(page.body.contains("微信通知没有送达"), "{}", page.body);
    assert!(page.body.contains("生成临时密码") && !page.body.contains("没有绑定微信"));
}

#[tokio::test]
async fn an_appointment_is_answered_item_by_item_at_the_console() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let (mut phone, _) = work.phone("f1", "u-1", "lawyer").await;
    asks_appointment(&work.office, "YY1", "u-1").await;
    let id = id(&work, "YY1");
    let page = opened(&mut clerk, &format!("/console/queues/appointment?id={id}")).await;
    let stamp = version(&page);
    let reply = format!("/console/queues/appointment/{id}/reply");
    let bare = [
        ("version", stamp.as_str()),
        ("decision_opinion", "refused"),
        ("opinion_opinion", ""),
        ("remark", ""),
    ];
    let refused = clerk.send(&reply, &bare).await;
    assert!(
        refused.status == 422 && refused.body.contains("理由"),
        "{}",
        refused.body
    );
    let ticked = [
        ("version", stamp.as_str()),
        ("decision_reading", "agreed"),
        ("reason_reading", "files_not_ready"),
        ("remark", ""),
    ];
    let page = clerk.send(&reply, &ticked).await;
    assert!(
        page.status == 422 && page.body.contains("不需要勾选理由"),
        "{}",
        page.body
    );
    // A day is no reason, goes with 同意 only, and is not over.
    for (decision, day, opinion, part) in [
        ("refused", "2026-11-25", "", "只有同意的事项"),
        ("other", "2026-11-25", "请来电。", "只有同意的事项"),
        ("agreed", "2026-11-21", "", "不能早于今天"),
        ("agreed", "下周三", "", "请按年-月-日"),
    ] {
        let fields = [
            ("version", stamp.as_str()),
            ("decision_reading", decision),
            ("day_reading", day),
            ("opinion_reading", opinion),
            ("remark", ""),
        ];
        let page = clerk.send(&reply, &fields).await;
        assert!(
            page.status == 422 && page.body.contains(part),
            "{decision} {day}: {}",
            page.body
        );
    }
    let fields = [
        ("version", stamp.as_str()),
        ("decision_reading", "agreed"),
        ("day_reading", "2026-11-25"),
        ("opinion_reading", "请携带执业证。"),
        ("decision_opinion", ""),
        ("remark", "已与承办人联系。"),
    ];
    let done = clerk.send(&reply, &fields).await;
    assert!(
        done.status == 303 && done.location.contains(&format!("id={id}")),
        "{}",
        done.body
    );
    let page = opened(&mut clerk, &done.location).await;
    assert!(
        page.body
            .contains("安排日期：2026年11月25日。请携带执业证。"),
        "{}",
        page.body
    );
    let stamp = version(&page);
    let fields = [
        ("version", stamp.as_str()),
        ("decision_opinion", "other"),
        ("opinion_opinion", "请来电。"),
        ("decision_other", "refused"),
        ("reason_other", "not_our_duty"),
        ("opinion_other", "不属于本院职责。"),
        ("remark", ""),
    ];
    assert_eq!(clerk.send(&reply, &fields).await.status, 303);
    let told = phone.open(&format!("/h5/appointments/{id}")).await;
    for shown in [
        "已处理",
        "安排日期",
        "请来电。",
        "不属于本院职责。",
        "请向有关机关提出",
        "已与承办人联系。",
    ] {
        assert!(told.body.contains(shown), "{shown}: {}", told.body);
    }
}

#[tokio::test]
async fn a_list_is_taken_along_masked_and_without_formulas() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    registers(&work.office, "SQ1", "u-1", false).await;
    work.office
        .app
        .database
        .execute("UPDATE accounts SET display_name = '=HYPERLINK(1)' WHERE role = 'lawyer'");
    let file = clerk
        .browser
        .get("/console/queues/registration/export.csv")
        .await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let line = file.body.lines().nth(1).unwrap();
    assert!(line.starts_with("SQ1,'=***,"), "{line}");
    assert!(!file.body.contains("HYPERLINK"));
    assert_eq!(work.audited("queue.exported"), 1);
    let nowhere = clerk.browser.get("/console/queues/everything").await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test]
async fn a_file_that_was_cut_says_so_and_where_it_goes_on() {
    let work = Casework::open().await;
    let mut clerk = work.clerk("wang", "reviewer").await;
    let lawyer = work.office.account("u-1", "lawyer").await;
    work.office.app.database.execute(&format!(
        "INSERT INTO applications (id, public_id, external_id, kind, account_id, unit_id, state, is_change, details, \
         submitted_at, version) \
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5002) \
         SELECT x, 'a' || x, 'SQ' || x, 'binding', {}, '430100', 'pending', FALSE, '{{}}', x, 1 FROM n",
        lawyer.id
    ));
    let path = "/console/queues/binding/export.csv";
    let file = clerk.browser.get(path).await;
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 5002, "headings, 5,000, and where it goes on");
    let last = lines[5001];
    assert!(last.starts_with("没有导完,"), "{last}");
    let rest = last.split_once("/console/").unwrap().1;
    let file = clerk.browser.get(&format!("/console/{rest}")).await;
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 3, "{}", file.body);
    assert!(lines[1].starts_with("SQ5001,") && lines[2].starts_with("SQ5002,"));
    let taken = "SELECT count(*) FROM audit WHERE action = 'queue.exported' AND subject LIKE '% after:a5000'";
    assert_eq!(work.office.count(taken), 1);
}
