//! Menu clicks: every key of `menu.json` has a handler, and the lists come as configured.

use crate::support::{Answer, TestApp, case, document, record};

const OPENID: &str = "oMenu-000000000000000000001";

/// The CLICK keys of the menu that is published.
fn keys() -> Vec<String> {
    fn collect(value: &serde_json::Value, keys: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                keys.extend(
                    map.get("key")
                        .and_then(|key| key.as_str())
                        .map(str::to_owned),
                );
                map.values().for_each(|inner| collect(inner, keys));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|inner| collect(inner, keys)),
            _ => {}
        }
    }
    let mut keys = Vec::new();
    collect(
        &serde_json::from_str(jianxin::service::menu::BUILT_IN).unwrap(),
        &mut keys,
    );
    keys
}

async fn six_cases(app: &TestApp) {
    let records: Vec<_> = (1..=6)
        .map(|n| case(&format!("c-{n}"), "430100", &format!("第{n}号案件")).minutes_ago(n))
        .collect();
    app.publish(record::lines(&records)).await;
}

fn titles(answer: &Answer) -> Vec<String> {
    answer
        .articles()
        .into_iter()
        .map(|[title, _, _]| title)
        .collect()
}

#[tokio::test]
async fn every_key_of_the_menu_has_a_handler_and_an_unknown_key_gets_a_polite_text() {
    let app = TestApp::start().await;
    let unknown = app.click(OPENID, "no_such_key").await.text();
    assert!(unknown.contains("菜单已经更新"), "{unknown}");
    let keys = keys();
    assert_eq!(keys.len(), 5, "{keys:?}");
    for key in keys {
        let answer = app.click(OPENID, &key).await;
        assert_ne!(answer.text(), unknown, "{key}");
    }
}

#[tokio::test]
async fn the_newest_five_come_as_articles_in_order_and_each_opens_its_page() {
    let app = TestApp::start().await;
    six_cases(&app).await;
    let answer = app.click(OPENID, "latest_cases").await;
    assert_eq!(
        titles(&answer),
        [
            "第1号案件",
            "第2号案件",
            "第3号案件",
            "第4号案件",
            "第5号案件"
        ]
    );
    for [title, about, url] in answer.articles() {
        assert_eq!(about, "", "only a single article shows its description");
        let page = app
            .get(url.strip_prefix("https://wx.example.cn").unwrap())
            .await;
        assert!(page.status.is_success() && page.body.contains(&title));
    }
}

#[tokio::test]
async fn menu_reply_text_gives_five_links_and_the_way_on() {
    let app = TestApp::with(&[("wechat.menu_reply", "text")]).await;
    six_cases(&app).await;
    let answer = app.click(OPENID, "latest_cases").await;
    assert_eq!(
        answer.labels(),
        [
            "第1号案件",
            "第2号案件",
            "第3号案件",
            "第4号案件",
            "第5号案件",
            "查看更多"
        ]
    );
    assert!(
        answer
            .address_of("查看更多")
            .ends_with("/h5/list?kind=important_case")
    );
}

#[tokio::test]
async fn menu_reply_card_gives_one_article_that_opens_the_list() {
    let app = TestApp::with(&[("wechat.menu_reply", "card")]).await;
    six_cases(&app).await;
    let articles = app.click(OPENID, "latest_cases").await.articles();
    let [[title, text, url]] = articles.as_slice() else {
        panic!("{articles:?}")
    };
    assert_eq!(title, "全国最新重要案件信息");
    assert!(
        text.contains("第1号案件") && text.contains("第5号案件") && !text.contains("第6号案件"),
        "{text}"
    );
    assert!(url.ends_with("/h5/list?kind=important_case"));
}

#[tokio::test]
async fn the_two_boards_are_kept_apart_and_an_empty_one_says_so() {
    let app = TestApp::start().await;
    app.publish([document("d-1", "430104", "一份起诉书").line()])
        .await;
    assert_eq!(
        titles(&app.click(OPENID, "latest_documents").await),
        ["一份起诉书"]
    );
    let empty = app.click(OPENID, "latest_cases").await.text();
    assert!(
        empty.starts_with("目前还没有公开的重要案件信息。"),
        "{empty}"
    );
}

#[tokio::test]
async fn the_self_query_help_shows_examples_that_can_be_tapped() {
    let app = TestApp::start().await;
    let answer = app.click(OPENID, "self_query").await;
    assert_eq!(
        answer.labels(),
        [
            "zyaj_湖南省人民检察院",
            "flws_430100",
            "抢劫",
            "自助查询说明"
        ]
    );
    for label in answer.labels() {
        let url = answer.address_of(&label);
        let page = app
            .get(url.strip_prefix("https://wx.example.cn").unwrap())
            .await;
        assert!(page.status.is_success(), "{label} leads to {}", page.status);
    }
}
