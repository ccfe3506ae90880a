//! Holidays and laws.

use jianxin::domain::laws;
use jianxin::service::office;

use super::{administrator, flaws, over};
use crate::support::TestApp;

#[tokio::test]
async fn holidays_of_a_year_count_without_a_restart() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let new_year = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let works = |app: &TestApp| app.app.office().office_hours.is_working_day(new_year);
    assert!(works(&app), "a Friday, and the built-in table ends before");
    let refused =
        flaws(office::save_holidays(&app.app, over(0), 2027, "2026-01-01,holiday,元旦").await);
    assert!(refused.contains("第1行"), "{refused}");
    let text = "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-03,workday,元旦\n";
    office::save_holidays(&app.app, over(0), 2027, text)
        .await
        .unwrap();
    other.index().await;
    for instance in [&app, &other] {
        assert!(!works(instance));
        assert_eq!(instance.app.office().office_hours.last_year(), Some(2027));
    }
}

#[tokio::test]
async fn a_new_version_of_a_law_is_shown_and_may_not_overlap() {
    let app = TestApp::start().await;
    let laws = app.app.office().laws.clone();
    let law = laws.get("xsssf-2018").unwrap().clone();
    let mut next = law.clone();
    next.id = "xsssf-2027".to_owned();
    next.version = "2027年修正".to_owned();
    next.from = "2027-01-01".to_owned();
    next.article = laws::articles("86 第八十六条\n新的条文。\n").unwrap();
    let refused = flaws(office::save_law(&app.app, over(0), &next).await);
    assert!(refused.contains("重叠"), "{refused}");
    let mut ended = law;
    ended.until = "2026-12-31".to_owned();
    office::save_law(&app.app, over(0), &ended).await.unwrap();
    office::save_law(&app.app, over(0), &next).await.unwrap();
    let page = app.get("/h5/laws/xsssf-2027").await;
    assert!(page.body.contains("新的条文。"), "{}", page.body);
    let list = app.get("/h5/laws").await;
    assert!(list.body.contains("2027年修正"), "{}", list.body);
    let laws = app.app.office().laws.clone();
    let on = |day| laws.in_force("刑事诉讼法", day).map(|law| law.id.clone());
    assert_eq!(on("2026-12-31").as_deref(), Some("xsssf-2018"));
    assert_eq!(on("2027-01-01").as_deref(), Some("xsssf-2027"));
}

#[tokio::test]
async fn holidays_are_looked_after_on_their_page() {
    let (_work, mut clerk) = administrator().await;
    let path = "/console/upkeep/holidays";
    let page = clerk.browser.get(&format!("{path}?year=2027")).await;
    assert!(page.body.contains("2027年还没有登记"), "{}", page.body);
    let bad = [
        ("year", "2027"),
        ("version", "0"),
        ("days", "2027-01-01,x,元旦"),
    ];
    let refused = clerk.send(path, &bad).await;
    assert!(
        refused.status == 422 && refused.body.contains("第1行"),
        "{}",
        refused.body
    );
    let good = [
        ("year", "2027"),
        ("version", "0"),
        ("days", "2027-01-01,休,元旦\r\n2027-01-03,班,元旦\r\n"),
    ];
    let saved = clerk.send(path, &good).await;
    assert_eq!(
        saved.location,
        format!("{path}?year=2027&done=saved"),
        "{}",
        saved.body
    );
    let page = clerk.browser.get(&saved.location).await;
    assert!(
        page.body
            .contains("title=\"元旦\">1<span class=\"mark-word\">休</span>"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn laws_are_looked_after_on_their_page() {
    let (work, mut clerk) = administrator().await;
    let path = "/console/upkeep/laws";
    let new = [
        ("new", "1"),
        ("id", "gzgd-2021"),
        ("name", "案件信息公开工作规定"),
        ("law_version", "2021年"),
        ("from", "2021-09-28"),
        ("source", "公报"),
        ("articles", "1 第一条\r\n为了公开。\r\n"),
    ];
    let saved = clerk.send(path, &new).await;
    assert_eq!(
        saved.location,
        format!("{path}/gzgd-2021?done=saved"),
        "{}",
        saved.body
    );
    let again = clerk.send(path, &new).await;
    assert!(
        again.status == 422 && again.body.contains("已经有了"),
        "{}",
        again.body
    );
    assert_eq!(
        work.office
            .app
            .get("/h5/laws/gzgd-2021")
            .await
            .status
            .as_u16(),
        200
    );
}
