//! 我的案件: what somebody sees of a case, and who sees nothing.

use jianxin::domain::binding::ApplicantRole;
use serde_json::json;

use crate::support::NOW_MS;
use crate::support::casework::{Casework, PARTY_ID};
use crate::support::office::UNIT;

const CRIMINAL: &str = "一审公诉案件";
/// 2018-05-08 10:00 in China.
const IN_2018: i64 = 1_525_744_800_000;

#[tokio::test]
async fn the_page_has_four_blocks_masks_the_number_and_shows_blank_rows() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS - 5 * 86_400_000).await;
    let own = work.person(&case, "01", "张小明").await;
    let other = work.person(&case, "02", "王同案").await;
    let bound = work
        .bind(&lawyer, &own, ApplicantRole::Defender)
        .await
        .unwrap();
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for shown in [
        "犯罪嫌疑人/被告人信息",
        "案件基本信息",
        "流程指引",
        "法规指引",
        "张小明",
        "990000****",
        "逮捕",
        "2026年10月20日",
        "故意伤害罪",
        "2026年11月17日 10:00:00",
        "《刑事诉讼法》第172条",
        "数据更新时间：2026年11月22日 10:00",
        "案件现在办到了哪一步",
        "/h5/laws/xsssf-2018#a172",
        "/h5/terms",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    // In custody a last day is not moved: 17 December 2026.
    assert!(page.body.contains("推算到2026年12月17日"), "{}", page.body);
    let blank = page.between("<dt>羁押场所", "</dd>").unwrap();
    assert!(blank.contains('无'), "{blank}");
    for hidden in [PARTY_ID, "王同案", &other.public_id, "1001号号"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let clear = work
        .office
        .rows("SELECT name || COALESCE(id_number, '') FROM case_persons");
    assert!(
        clear
            .iter()
            .all(|row| !row.contains("张小明") && !row.contains(PARTY_ID))
    );
}

#[tokio::test]
async fn no_last_day_is_made_up_where_the_time_runs_at_the_court() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work
        .case("1001", "第二审程序上诉", NOW_MS - 5 * 86_400_000)
        .await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    assert!(page.body.contains("《刑事诉讼法》第243条"), "{}", page.body);
    for made_up in ["推算", "到期日："] {
        assert!(!page.body.contains(made_up), "{made_up}: {}", page.body);
    }
}

#[tokio::test]
async fn every_look_is_written_down() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let path = format!("/h5/cases/{}", bound.public_id);
    for looks in 1..=5 {
        phone.open(&path).await;
        assert_eq!(
            work.audited("case.viewed"),
            looks,
            "each one, also within a minute"
        );
    }
    phone.open("/h5/cases").await;
    assert_eq!(work.audited("cases.listed"), 1);
    let home = phone.open("/h5/").await;
    assert!(home.body.contains("您可以查看 1 个案件"), "{}", home.body);
    let rows = work
        .office
        .rows("SELECT actor || ' ' || subject FROM audit WHERE action = 'case.viewed'");
    assert!(
        rows[0].starts_with("follower:") && rows[0].contains(&bound.public_id),
        "{}",
        rows[0]
    );
    assert!(!rows[0].contains("张小明"));
    // Without the entry nothing is shown.
    work.office
        .app
        .database
        .execute("ALTER TABLE audit RENAME TO audit_away");
    let page = phone.open(&path).await;
    assert!(
        page.status >= 500 && !page.body.contains("张小明"),
        "{}",
        page.status
    );
}

#[tokio::test]
async fn a_relative_looks_and_is_not_offered_an_appointment() {
    let work = Casework::open().await;
    let (mut phone, relative) = work.phone("f1", "p-1", "party").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&relative, &person, ApplicantRole::NearRelative)
        .await
        .unwrap();
    let list = phone.open("/h5/cases").await;
    assert!(list.body.contains("张小明") && list.body.contains("近亲属"));
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    let form = format!("/h5/cases/{}/appointment", bound.public_id);
    for page in [&list, &page] {
        assert!(
            !page.body.contains("预约") && !page.body.contains(&form),
            "{}",
            page.body
        );
    }
    assert_eq!(phone.open(&form).await.status, 404);
    let csrf = phone.open("/h5/follows").await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("once", "k"),
        ("items", "reading"),
        ("identity", "被告人的辩护人"),
    ];
    assert_eq!(phone.post(&form, &fields).await.status, 404);
    assert_eq!(work.office.count("SELECT count(*) FROM applications"), 0);
}

#[tokio::test]
async fn a_case_is_cited_by_the_law_of_its_day() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    for (number, at, citation, law) in [
        (
            "1001",
            IN_2018,
            "《刑事诉讼法》第169条",
            "/h5/laws/xsssf-2012#a169",
        ),
        (
            "1002",
            NOW_MS,
            "《刑事诉讼法》第172条",
            "/h5/laws/xsssf-2018#a172",
        ),
    ] {
        let case = work.case(number, CRIMINAL, at).await;
        let person = work.person(&case, "01", "某").await;
        let bound = work
            .bind(&lawyer, &person, ApplicantRole::Defender)
            .await
            .unwrap();
        let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
        assert!(
            page.body.contains(citation) && page.body.contains(law),
            "{citation}: {}",
            page.body
        );
    }
}

#[tokio::test]
async fn an_ended_binding_shows_nothing_at_the_next_tap() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let path = format!("/h5/cases/{}", bound.public_id);
    assert_eq!(phone.open(&path).await.status, 200);
    let app = std::sync::Arc::clone(&work.office.app.app);
    let done = app
        .db
        .write(move |c| -> Result<bool, jianxin::store::StoreError> {
            let act = jianxin::service::bindings::Act {
                actor: "story",
                at: NOW_MS,
            };
            jianxin::service::bindings::revoke(c, &bound, "委托已经结束。", act)
        });
    assert!(done.await.unwrap());
    assert_eq!(phone.open(&path).await.status, 404);
    assert_eq!(phone.open(&format!("{path}/appointment")).await.status, 404);
    assert!(!phone.open("/h5/cases").await.body.contains("张小明"));
    assert_eq!(work.audited("binding.revoked"), 1);
    // The place is free again.
    work.bind(&lawyer, &person, ApplicantRole::Agent)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_one_was_told_stands_under_the_case_and_leads_to_the_notice() {
    let work = Casework::open().await;
    let (mut phone, lawyer) = work.phone("f1", "u-1", "lawyer").await;
    work.office.account("u-2", "lawyer").await;
    let case = work.case("1001", CRIMINAL, NOW_MS).await;
    let person = work.person(&case, "01", "张小明").await;
    let bound = work
        .bind(&lawyer, &person, ApplicantRole::Defender)
        .await
        .unwrap();
    let change = |account: &str, new: &str| {
        json!({
            "accounts": [account], "unit_code": UNIT, "case_number": case.department_number,
            "changes": [{ "field": "stage", "old": "审查逮捕", "new": new }],
        })
    };
    work.office
        .tell("e1", "case_progress_changed", change("u-1", "审查起诉<b>"))
        .await;
    work.office
        .tell("e2", "case_progress_changed", change("u-2", "别人的变更"))
        .await;
    let page = phone.open(&format!("/h5/cases/{}", bound.public_id)).await;
    assert!(
        page.body.contains("办案进程：审查逮捕 → 审查起诉"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("别人的变更") && !page.body.contains("起诉<b>"));
    let notice = page.between("href=\"/h5/notices/", "\"").unwrap();
    let notice = phone.open(&format!("/h5/notices/{notice}")).await;
    assert!(
        notice.status == 200 && notice.body.contains("变更内容"),
        "{}",
        notice.body
    );
}

#[tokio::test]
async fn laws_and_terms_are_there_for_everybody() {
    let work = Casework::open().await;
    let app = &work.office.app;
    let laws = app.get("/h5/laws").await;
    assert!(
        laws.body.contains("刑事诉讼法（2012年3月14日修正）")
            && laws.body.contains("2013-01-01至2018-10-25")
    );
    let law = app.get("/h5/laws/xsssf-2012").await;
    assert!(
        law.body.contains("id=\"a232\"") && law.body.contains("应当在二个月以内审结"),
        "{}",
        law.body
    );
    assert!(app.get("/h5/terms").await.body.contains("取保候审"));
    assert_eq!(app.get("/h5/laws/none").await.status.as_u16(), 404);
}
