//! `zyaj_` and `flws_`: the unit meant, its own publications first, then those from below, and saying so.

use jianxin::domain::ids::{OpenId, UnitId};
use jianxin::service::follows;

use crate::support::{MINUTE_MS, NOW_MS, TestApp, case, document, record};

const OPENID: &str = "oUnits-000000000000000000001";

#[tokio::test]
async fn a_unit_with_five_of_its_own_shows_only_those() {
    let app = TestApp::start().await;
    let mut records: Vec<_> = (1..=6)
        .map(|n| case(&format!("own-{n}"), "430100", &format!("市院{n}")).minutes_ago(n + 10))
        .collect();
    records.push(case("below", "430104", "区院新").minutes_ago(1));
    app.publish(record::lines(&records)).await;
    let answer = app.text(OPENID, "zyaj_长沙市人民检察院").await;
    assert_eq!(
        answer.labels(),
        ["市院1", "市院2", "市院3", "市院4", "市院5", "更多"]
    );
    assert!(!answer.text().contains("下属院公开"));
}

#[tokio::test]
async fn fewer_than_five_are_filled_from_the_subtree_and_the_answer_says_so() {
    let app = TestApp::start().await;
    let records = [
        case("own-1", "430100", "市院旧").minutes_ago(500),
        case("own-2", "430100", "市院新").minutes_ago(400),
        case("b-1", "430104", "岳麓一").minutes_ago(1),
        case("b-2", "430102", "芙蓉二").minutes_ago(2),
        case("b-3", "430104", "岳麓三").minutes_ago(3),
        case("b-4", "430104", "岳麓四").minutes_ago(4),
        case("elsewhere", "110105", "北京的").minutes_ago(1),
        document("d-1", "430104", "一份文书").minutes_ago(1),
    ];
    app.publish(record::lines(&records)).await;
    let answer = app.text(OPENID, "zyaj_长沙市人民检察院").await;
    assert_eq!(
        answer.labels(),
        ["市院新", "市院旧", "岳麓一", "芙蓉二", "岳麓三", "更多"]
    );
    assert!(
        answer
            .text()
            .contains("前2条由本院公开，其余由下属院公开。"),
        "{}",
        answer.text()
    );
    assert!(
        answer
            .address_of("更多")
            .ends_with("/h5/list?kind=important_case&unit=430100&sub=1")
    );

    let province = app.text(OPENID, "zyaj_湖南省人民检察院").await;
    assert!(
        province
            .text()
            .contains("本院还没有公开，以上由下属院公开。"),
        "{}",
        province.text()
    );
    assert_eq!(province.labels()[0], "岳麓一");
    assert_eq!(
        app.text(OPENID, "flws_430104").await.labels(),
        ["一份文书", "更多"]
    );
}

#[tokio::test]
async fn the_prefix_is_tolerant_and_names_may_be_short_or_codes() {
    let app = TestApp::start().await;
    app.publish([case("c", "430100", "长沙的案件").line()])
        .await;
    for typed in [
        "zyaj_430100",
        "ZYAJ_长沙市",
        "zyaj长沙",
        "zyaj 长沙",
        "ｚｙａｊ＿长沙",
        "zyaj-长沙市人民检察院",
        " zyaj：长沙 ",
    ] {
        let answer = app.text(OPENID, typed).await;
        assert!(
            answer
                .text()
                .starts_with("长沙市人民检察院最新重要案件信息："),
            "{typed}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_unit_without_publications_says_so_and_offers_the_other_board() {
    let app = TestApp::start().await;
    let answer = app.text(OPENID, "zyaj_430104").await;
    assert!(
        answer
            .text()
            .starts_with("长沙市岳麓区人民检察院还没有公开的重要案件信息。"),
        "{}",
        answer.text()
    );
    assert!(
        answer
            .address_of("看看该院的法律文书")
            .contains("kind=legal_document&unit=430104")
    );
}

#[tokio::test]
async fn a_name_that_nobody_has_gets_did_you_mean_or_the_help() {
    let app = TestApp::start().await;
    let near = app.text(OPENID, "zyaj_岳录区").await;
    assert!(
        near.text().contains("您是否要找") && near.text().contains("岳麓区"),
        "{}",
        near.text()
    );
    let none = app.text(OPENID, "zyaj_qqqqqqqq").await;
    assert!(
        none.text().starts_with("没有找到“qqqqqqqq”这个检察院"),
        "{}",
        none.text()
    );
    assert!(none.labels().contains(&"flws_430100".to_owned()));
    let empty = app.text(OPENID, "zyaj_").await;
    assert!(
        empty.text().starts_with("您可以这样查询"),
        "{}",
        empty.text()
    );
}

#[tokio::test]
async fn followed_units_answer_with_their_whole_subtrees_as_one_list() {
    let app = TestApp::with(&[("wechat.menu_reply", "text")]).await;
    let records = [
        case("a", "430104", "岳麓").published(NOW_MS - 3 * MINUTE_MS),
        case("b", "110105", "朝阳").published(NOW_MS - 2 * MINUTE_MS),
        case("c", "430000", "湖南").published(NOW_MS - MINUTE_MS),
        case("d", "440100", "没有关注的").published(NOW_MS),
    ];
    app.publish(record::lines(&records)).await;
    assert!(
        app.click(OPENID, "followed_cases")
            .await
            .text()
            .contains("您还没有关注检察院")
    );
    for unit in ["430000", "430100", "110105"] {
        follows::add(&app.app, &OpenId::new(OPENID), &UnitId::new(unit))
            .await
            .unwrap();
    }
    let answer = app.click(OPENID, "followed_cases").await;
    assert_eq!(
        answer.labels(),
        ["湖南", "朝阳", "岳麓", "管理我的关注"],
        "each item once, newest first"
    );
    app.withdraw("c").await;
    assert_eq!(
        app.click(OPENID, "followed_cases").await.labels(),
        ["朝阳", "岳麓", "管理我的关注"]
    );
    assert!(
        app.click(OPENID, "followed_documents")
            .await
            .text()
            .contains("还没有公开的法律文书")
    );
}
