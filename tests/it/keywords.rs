//! Free search: what is found, what is gone with the next message, and what is not there yet.

use crate::support::{MINUTE_MS, NOW_MS, TestApp, case, document, record};

const OPENID: &str = "oWords-000000000000000000001";

#[tokio::test]
async fn a_short_word_finds_the_whole_charge_and_both_boards() {
    let app = TestApp::start().await;
    let records = [
        case("c", "430100", "张某某案")
            .with("charges", vec!["抢劫罪"])
            .minutes_ago(2),
        document("d", "430104", "李某某抢劫案起诉书").minutes_ago(1),
        case("other", "430100", "王某某盗窃案"),
    ];
    app.publish(record::lines(&records)).await;
    let answer = app.text(OPENID, "抢劫").await;
    let mut found = answer.titles();
    found.sort();
    assert_eq!(found, ["张某某案", "李某某抢劫案起诉书"]);
    let board = answer.address_of("更多：法律文书1条");
    assert!(board.contains("/h5/list?kind=legal_document&q="), "{board}");
    assert!(
        answer.text().starts_with("全国公开信息中含有“抢劫”的共2条"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn two_words_mean_both_and_width_case_and_traditional_forms_do_not_matter() {
    let app = TestApp::start().await;
    let records = [
        case("ab", "430100", "赵某某盗窃、诈骗案"),
        case("a", "430100", "钱某某盗窃案"),
        case("n", "430100", "关于ABC公司的通报"),
    ];
    app.publish(record::lines(&records)).await;
    for (typed, expected) in [
        ("盗窃 诈骗", "赵某某盗窃、诈骗案"),
        ("盜竊　詐騙", "赵某某盗窃、诈骗案"),
        ("ａｂｃ", "关于ABC公司的通报"),
    ] {
        assert_eq!(
            app.text(OPENID, typed).await.titles(),
            [expected],
            "{typed}"
        );
    }
}

#[tokio::test]
async fn a_withdrawn_item_is_gone_with_the_next_message_in_both_instances_and_revives() {
    let app = TestApp::with(&[("wechat.menu_reply", "text")]).await;
    let records = [
        case("a", "430100", "抢劫案甲").minutes_ago(1),
        case("b", "430100", "抢劫案乙").minutes_ago(2),
    ];
    app.publish(record::lines(&records)).await;
    let other = app.second_instance().await;
    for instance in [&app, &other] {
        assert_eq!(instance.text(OPENID, "抢劫").await.labels()[0], "抢劫案甲");
        assert_eq!(
            instance.text(OPENID, "zyaj_430100").await.labels()[0],
            "抢劫案甲"
        );
        assert_eq!(
            instance.click(OPENID, "latest_cases").await.labels()[0],
            "抢劫案甲"
        );
    }
    app.withdraw("a").await;
    for instance in [&other, &app] {
        assert_eq!(
            instance.text(OPENID, "抢劫").await.titles(),
            ["抢劫案乙"],
            "the index still has it"
        );
        assert_eq!(
            instance.text(OPENID, "zyaj_430100").await.labels()[0],
            "抢劫案乙"
        );
        assert_eq!(
            instance.click(OPENID, "latest_cases").await.labels()[0],
            "抢劫案乙"
        );
        instance.index().await;
        assert_eq!(instance.text(OPENID, "抢劫").await.titles(), ["抢劫案乙"]);
    }
    app.publish(record::lines(&records[..1])).await;
    assert_eq!(app.text(OPENID, "抢劫").await.labels()[0], "抢劫案甲");
}

#[tokio::test]
async fn additions_and_changes_show_once_the_index_followed() {
    let app = TestApp::start().await;
    assert!(
        app.text(OPENID, "走私")
            .await
            .text()
            .starts_with("没有找到含有“走私”的公开信息")
    );
    app.import([case("a", "430100", "走私案").line()]).await;
    app.index().await;
    assert_eq!(app.text(OPENID, "走私").await.labels()[0], "走私案");
    app.publish([case("a", "430100", "改名的案件").line()])
        .await;
    assert!(
        app.text(OPENID, "走私")
            .await
            .text()
            .starts_with("没有找到")
    );
    assert_eq!(app.text(OPENID, "改名").await.labels()[0], "改名的案件");
}

#[tokio::test]
async fn future_items_stay_hidden_everywhere_until_they_are_due() {
    let app = TestApp::with(&[("wechat.menu_reply", "text")]).await;
    let future = case("f", "430100", "明天的抢劫案").published(NOW_MS + 10 * MINUTE_MS);
    app.publish(record::lines(&[
        future,
        case("p", "430100", "今天的抢劫案"),
    ]))
    .await;
    let seen = async |app: &TestApp| {
        [
            app.text(OPENID, "抢劫").await.labels(),
            app.text(OPENID, "zyaj_430100").await.labels(),
            app.click(OPENID, "latest_cases").await.labels(),
            app.get("/h5/list?kind=important_case")
                .await
                .between("row-title\">", "<"),
        ]
        .map(|labels| labels.iter().any(|label| label.contains("明天")))
    };
    assert_eq!(seen(&app).await, [false; 4]);
    app.advance_ms(9 * MINUTE_MS);
    app.index().await;
    assert_eq!(seen(&app).await, [false; 4]);
    app.advance_ms(2 * MINUTE_MS);
    app.index().await;
    let [search, unit, latest, _] = seen(&app).await;
    assert_eq!([search, unit, latest], [true; 3]);
    assert!(
        app.get("/h5/list?kind=important_case")
            .await
            .body
            .contains("明天的抢劫案")
    );
}

#[tokio::test]
async fn nothing_found_hints_at_the_unit_when_the_word_is_a_name() {
    let app = TestApp::start().await;
    let answer = app.text(OPENID, "岳麓区").await;
    assert!(
        answer.text().starts_with("没有找到含有“岳麓区”的公开信息"),
        "{}",
        answer.text()
    );
    assert!(
        answer
            .labels()
            .contains(&"长沙市岳麓区人民检察院".to_owned()),
        "{}",
        answer.text()
    );
}
