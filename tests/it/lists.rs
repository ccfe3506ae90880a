//! The order of lists, and paging through them without loss or repetition.

use std::collections::HashSet;

use crate::support::{MINUTE_MS, NOW_MS, TestApp, case, record};

const OPENID: &str = "oLists-000000000000000000001";

/// Titles of all pages of a list, following 下一页.
async fn titles_of_all_pages(app: &TestApp, mut path: String) -> Vec<String> {
    let mut titles = Vec::new();
    for _ in 0..50 {
        let page = app.get(&path).await;
        assert!(page.status.is_success(), "{path}: {}", page.status);
        titles.extend(page.between("标题", "号"));
        match page.between("rel=\"next\" href=\"", "\"").pop() {
            Some(next) => path = next.replace("&amp;", "&").replace("&#38;", "&"),
            None => return titles,
        }
    }
    panic!("fifty pages and no end");
}

/// 73 items, of which many share their time.
async fn many(app: &TestApp) -> Vec<String> {
    let mut order: Vec<(i64, String)> = (0..73)
        .map(|n| {
            (
                NOW_MS - (n / 9) * MINUTE_MS,
                format!("ID-{:02}", (n * 31) % 73),
            )
        })
        .collect();
    let records: Vec<_> = order
        .iter()
        .map(|(at, id)| case(id, "430104", &format!("盗窃标题{id}号")).published(*at))
        .collect();
    app.publish(record::lines(&records)).await;
    order.sort();
    order.reverse();
    order.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn ties_are_ordered_by_external_id_descending_bytewise() {
    let app = TestApp::start().await;
    let records: Vec<_> = ["a", "B", "Z-1", "_", "10", "9"]
        .iter()
        .map(|id| case(id, "430104", &format!("标题{id}号")))
        .collect();
    app.publish(record::lines(&records)).await;
    let expected = ["a", "_", "Z-1", "B", "9", "10"];
    assert_eq!(
        titles_of_all_pages(&app, "/h5/list?kind=important_case".to_owned()).await,
        expected
    );
    let labels = app.text(OPENID, "zyaj_430104").await.labels();
    assert_eq!(
        labels[..5],
        expected[..5]
            .iter()
            .map(|id| format!("标题{id}号"))
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn paging_by_cursor_gives_every_item_once_in_order_while_others_come_and_go() {
    let app = TestApp::start().await;
    let expected = many(&app).await;
    for path in [
        "/h5/list?kind=important_case",
        "/h5/list?kind=important_case&unit=430104&sub=0",
        "/h5/list?kind=important_case&unit=430100&sub=1",
        "/h5/list?kind=important_case&unit=430000&sub=1",
    ] {
        assert_eq!(
            titles_of_all_pages(&app, path.to_owned()).await,
            expected,
            "{path}"
        );
    }
    let first = app.get("/h5/list?kind=important_case").await;
    let next = first
        .between("rel=\"next\" href=\"", "\"")
        .pop()
        .unwrap()
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    app.publish([case("NEW", "430104", "标题NEW号").published(NOW_MS).line()])
        .await;
    app.withdraw(&expected[60]).await;
    let mut read = first.between("标题", "号");
    read.extend(titles_of_all_pages(&app, next).await);
    let without: Vec<String> = expected
        .iter()
        .filter(|id| **id != expected[60])
        .cloned()
        .collect();
    assert_eq!(
        read, without,
        "what comes in front moves nothing behind the cursor"
    );
}

#[tokio::test]
async fn paging_through_a_search_gives_every_hit_once() {
    let app = TestApp::start().await;
    let expected: HashSet<String> = many(&app).await.into_iter().collect();
    let read = titles_of_all_pages(
        &app,
        "/h5/list?kind=important_case&q=%E7%9B%97%E7%AA%83".to_owned(),
    )
    .await;
    assert_eq!(read.len(), expected.len());
    assert_eq!(read.into_iter().collect::<HashSet<_>>(), expected);
}

#[tokio::test]
async fn a_unit_without_its_subordinates_lists_only_its_own() {
    let app = TestApp::start().await;
    app.publish(record::lines(&[
        case("own", "430100", "标题own号"),
        case("below", "430104", "标题below号"),
    ]))
    .await;
    let read = |sub: u8| {
        titles_of_all_pages(
            &app,
            format!("/h5/list?kind=important_case&unit=430100&sub={sub}"),
        )
    };
    assert_eq!(read(0).await, ["own"]);
    assert_eq!(read(1).await, ["own", "below"]);
    assert!(
        titles_of_all_pages(&app, "/h5/list?kind=legal_document".to_owned())
            .await
            .is_empty()
    );
}
