//! What the first page of the desk counts: own work now, everything below as it was counted, and nothing of anybody else.

use jianxin::domain::desk::{TreeScope, UnitScope};
use jianxin::service::dashboard::{self, Dashboard};
use jianxin::service::error::ServiceError;
use jianxin::service::stats;

use crate::support::NOW_MS;
use crate::support::casework::Casework;
use crate::support::office::Office;

const DAY_MS: i64 = 24 * 3_600_000;

/// What `service::desk` makes of a manager's account.
fn scopes(office: &Office, unit: &str) -> (UnitScope, TreeScope) {
    let tree = &office.app.app.units().tree;
    let ids = tree.subtree(&jianxin::domain::ids::UnitId::new(unit));
    let ids = ids.iter().map(ToString::to_string).collect();
    (
        UnitScope::of_manager(unit),
        TreeScope::of_manager(unit, ids),
    )
}

async fn page(office: &Office, unit: &str, at: Option<&str>) -> Result<Dashboard, ServiceError> {
    let (own, tree) = scopes(office, unit);
    dashboard::view(&office.app.app, &own, &tree, at).await
}

/// An application of a unit; decided that many days after it came.
fn applied(office: &Office, id: i64, unit: &str, kind: &str, submitted: i64, decided: Option<i64>) {
    let (state, decided) = match decided {
        Some(at) => ("approved", at.to_string()),
        None => ("pending", "NULL".to_owned()),
    };
    office.app.database.execute(&format!(
        "INSERT INTO applications (id, public_id, kind, account_id, unit_id, state, is_change, details, submitted_at, \
         decided_at, version) SELECT {id}, 'a{id}', '{kind}', min(id), '{unit}', '{state}', FALSE, '{{}}', {submitted}, \
         {decided}, 1 FROM accounts"
    ));
}

async fn some() -> Office {
    let office = Office::open().await;
    office.account("L1", "lawyer").await;
    // Sunday, 22 November 2026, 10:00: three whole working days ago was Wednesday, the 18th.
    applied(&office, 1, "430100", "binding", NOW_MS - 5 * DAY_MS, None);
    applied(&office, 2, "430100", "binding", NOW_MS - DAY_MS, None);
    applied(
        &office,
        3,
        "430104",
        "registration",
        NOW_MS - 9 * DAY_MS,
        None,
    );
    applied(
        &office,
        4,
        "430104",
        "binding",
        NOW_MS - 9 * DAY_MS,
        Some(NOW_MS - 2 * DAY_MS),
    );
    applied(
        &office,
        5,
        "430100",
        "binding",
        NOW_MS - 3 * DAY_MS,
        Some(NOW_MS - 3_600_000),
    );
    applied(&office, 6, "110105", "binding", NOW_MS - 9 * DAY_MS, None);
    stats::count(&office.app.app).await.unwrap();
    office
}

#[tokio::test]
async fn own_work_and_what_lies_below_are_counted_and_nothing_else() {
    let office = some().await;
    let own = page(&office, "430100", None).await.unwrap();
    let waiting: Vec<_> = own
        .own
        .iter()
        .map(|(kind, it)| (kind.as_str(), it.count, it.overdue))
        .collect();
    assert_eq!(waiting, [("binding", 2, 1)]);
    let tree: Vec<_> = own
        .tree
        .iter()
        .map(|(kind, waiting, overdue)| (kind.as_str(), *waiting, *overdue))
        .collect();
    assert_eq!(
        tree,
        [
            ("registration", 1, 1),
            ("binding", 2, 1),
            ("appointment", 0, 0),
            ("password_reset", 0, 0)
        ]
    );
    assert_eq!(own.decided.iter().sum::<i64>(), 2);
    assert_eq!(own.decided.last(), Some(&1));
    assert_eq!(own.submitted.iter().sum::<i64>(), 5);
    assert_eq!(own.days.len(), own.decided.len());
    let yuelu = own.below.iter().find(|it| it.unit_id == "430104").unwrap();
    assert_eq!(
        (yuelu.waiting, yuelu.overdue, yuelu.submitted, yuelu.decided),
        (1, 1, 2, 1)
    );
    assert_eq!(
        own.below[0].unit_id, "430104",
        "what is overdue stands first"
    );
    assert!(own.account.is_none() && own.path.is_empty() && own.is_own);
    assert_eq!(own.counted_at, Some(NOW_MS));
}

#[tokio::test]
async fn a_superior_drills_down_to_numbers_and_nobody_looks_up_or_aside() {
    let office = some().await;
    let below = page(&office, "430000", Some("430100")).await.unwrap();
    assert!(!below.is_own && below.own.is_empty(), "numbers, not work");
    assert_eq!(below.path, [("430000".to_owned(), "湖南省院".to_owned())]);
    assert_eq!(below.tree[1], (stats::KINDS[1], 2, 1));
    for other in ["430000", "110105", "430200", "nowhere", "100000", ""] {
        let refused = page(&office, "430100", Some(other)).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)), "{other}");
    }
    let country = page(&office, "100000", None).await.unwrap();
    assert_eq!(country.tree[1].1, 3);
    assert!(country.account.is_some());
}

#[tokio::test]
async fn a_day_that_is_over_stays_as_it_was_whatever_is_deleted_later() {
    let office = some().await;
    let app = &office.app.app;
    office.app.advance_ms(DAY_MS);
    stats::count(app).await.unwrap();
    assert_eq!(stats::count(app).await.unwrap(), 0, "nothing changed");
    office.app.advance_ms(3 * DAY_MS);
    stats::count(app).await.unwrap();
    office
        .app
        .database
        .execute("DELETE FROM applications WHERE id = 5");
    stats::count(app).await.unwrap();
    let own = page(&office, "430100", None).await.unwrap();
    assert_eq!(own.decided.iter().sum::<i64>(), 2);
    let waiting = "SELECT count(*) FROM daily_stats WHERE unit_id = '430100' AND measure = 'waiting:binding' AND own = 2";
    assert_eq!(office.count(waiting), 3, "the days on which it was counted");
}

#[tokio::test]
async fn notices_and_followers_are_counted_by_what_became_of_them() {
    let office = crate::support::pushing::Office::with(&[], |_| {}).await;
    office.notices(5).await;
    office.drain().await;
    stats::count(&office.app.app).await.unwrap();
    let tree = &office.app.app.units().tree;
    let ids = tree.iter().map(|unit| unit.unit_id.to_string()).collect();
    let country = (
        UnitScope::of_manager("100000"),
        TreeScope::of_manager("100000", ids),
    );
    let page = dashboard::view(&office.app.app, &country.0, &country.1, None)
        .await
        .unwrap();
    let sent = &page.notices[0];
    assert_eq!(
        (sent.0, sent.1.len(), sent.1.iter().sum::<i64>()),
        ("已送出", 7, 5)
    );
}

#[tokio::test]
async fn the_first_page_shows_own_work_lines_and_bars_and_lets_a_superior_look_down_only() {
    let work = Casework::open().await;
    work.office.account("L1", "lawyer").await;
    applied(
        &work.office,
        1,
        "430100",
        "binding",
        NOW_MS - 5 * DAY_MS,
        None,
    );
    applied(
        &work.office,
        2,
        "430104",
        "binding",
        NOW_MS - 5 * DAY_MS,
        Some(NOW_MS - DAY_MS),
    );
    let mut clerk = work.clerk("rev", "reviewer").await;
    let empty = clerk.browser.get("/console/").await;
    assert!(empty.body.contains("统计数字还没有生成"), "{}", empty.body);
    stats::count(&work.office.app.app).await.unwrap();
    let page = clerk.browser.get("/console/").await;
    assert_eq!(page.status, 200);
    for shown in [
        "href=\"/console/queues/binding\">1</a>",
        "超期 1",
        "已等5天",
        "<svg class=\"plot\"",
        "办结共1",
        "href=\"/console/?unit=430104\"",
        "统计截至2026年11月22日 10:00",
        "1件申请没有人可以通知",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(
        !page.body.contains("style=") && !page.body.contains("通知发送"),
        "{}",
        page.body
    );
    // Somebody who decides is linked by now.
    work.office.linked("m1", "manager").await;
    let page = clerk.browser.get("/console/").await;
    assert!(!page.body.contains("没有人可以通知"), "{}", page.body);
    let below = clerk.browser.get("/console/?unit=430104").await;
    assert!(
        below.body.contains("长沙市岳麓区院的统计"),
        "{}",
        below.body
    );
    assert!(
        below.body.contains("<a href=\"/console/?unit=430100\">"),
        "the way back"
    );
    for other in ["430000", "110105", "x"] {
        let refused = clerk.browser.get(&format!("/console/?unit={other}")).await;
        assert_eq!(refused.status, 404, "{other}");
    }
}
