//! Importing publications: what counts as what, and what a bad row costs.

use crate::support::{TestApp, case, record};

const OPENID: &str = "oImports-0000000000000000001";

async fn counts(app: &TestApp, lines: &[String]) -> (usize, usize, usize) {
    let outcome = app.import(lines).await;
    (outcome.imported, outcome.unchanged, outcome.rejected.len())
}

fn withdrawal(id: &str) -> String {
    format!(r#"{{"external_id":"{id}","withdrawn":true}}"#)
}

#[tokio::test]
async fn the_same_again_is_unchanged_a_change_is_imported_and_bad_rows_cost_only_themselves() {
    let app = TestApp::start().await;
    let good: Vec<String> = record::lines(&[case("a", "430100", "甲"), case("b", "430104", "乙")]);
    assert_eq!(counts(&app, &good).await, (2, 0, 0));
    assert_eq!(counts(&app, &good).await, (0, 2, 0));
    let mixed = [
        case("a", "430100", "甲改").line(),
        "{not json".to_owned(),
        good[1].clone(),
        case("c", "999999", "无此院").line(),
        case("d", "430100", "好").line(),
        case("e", "430100", "坏")
            .with("published_at", "yesterday")
            .line(),
        case("f", "430100", "坏").with("surplus", "x").line(),
    ];
    let outcome = app.import(&mixed).await;
    assert_eq!((outcome.imported, outcome.unchanged), (2, 1));
    let numbers: Vec<usize> = outcome.rejected.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [2, 4, 6, 7]);
    let fields: Vec<Option<&str>> = outcome
        .rejected
        .iter()
        .map(|(_, problem)| problem.field())
        .collect();
    assert_eq!(
        fields,
        [
            None,
            Some("unit_code"),
            Some("published_at"),
            Some("surplus")
        ]
    );
}

#[tokio::test]
async fn withdrawing_and_reviving_count_as_imported_and_again_as_unchanged() {
    let app = TestApp::start().await;
    let line = case("a", "430100", "甲").line();
    assert_eq!(counts(&app, std::slice::from_ref(&line)).await, (1, 0, 0));
    assert_eq!(counts(&app, &[withdrawal("a")]).await, (1, 0, 0));
    assert_eq!(counts(&app, &[withdrawal("a")]).await, (0, 1, 0));
    assert_eq!(
        counts(&app, std::slice::from_ref(&line)).await,
        (1, 0, 0),
        "the same content revives"
    );
    assert_eq!(counts(&app, &[line]).await, (0, 1, 0));
    assert_eq!(counts(&app, &[withdrawal("never-seen")]).await, (0, 0, 1));
}

#[tokio::test]
async fn the_same_id_several_times_in_one_batch_is_taken_in_the_order_of_lines() {
    let app = TestApp::start().await;
    let lines = [
        case("a", "430100", "第一").line(),
        case("a", "430100", "第一").line(),
        case("a", "430100", "第二").line(),
        withdrawal("a"),
        case("b", "430100", "乙").line(),
        withdrawal("b"),
        case("b", "430100", "乙又来").line(),
    ];
    assert_eq!(counts(&app, &lines).await, (6, 1, 0));
    app.index().await;
    assert_eq!(
        app.text(OPENID, "zyaj_430100").await.labels(),
        ["乙又来", "更多"]
    );
}

#[tokio::test]
async fn a_unit_code_counts_in_any_case_and_by_its_alias() {
    let app = TestApp::start().await;
    let tree = std::sync::Arc::clone(&app.app.units().tree);
    let (alias, unit) = tree
        .iter()
        .find_map(|unit| {
            unit.code_aliases
                .first()
                .map(|alias| (alias.clone(), unit.unit_id.clone()))
        })
        .expect("the table has code aliases");
    let lines = record::lines(&[
        case("lower", "x-cs-xingcheng", "小写"),
        case("exact", "X-CS-XINGCHENG", "大写"),
        case("alias", &alias.to_string().to_lowercase(), "别名"),
    ]);
    assert_eq!(counts(&app, &lines).await, (3, 0, 0));
    let mut outside = app.database.connect();
    assert_eq!(
        outside.texts("SELECT DISTINCT unit_id FROM publications WHERE external_id <> 'alias'"),
        ["X-CS-XINGCHENG"]
    );
    assert_eq!(
        outside.texts("SELECT unit_id FROM publications WHERE external_id = 'alias'"),
        [unit.as_str()]
    );
}

#[tokio::test]
async fn an_update_keeps_the_address_and_may_move_the_item_to_another_unit() {
    let app = TestApp::start().await;
    app.publish([case("a", "430100", "甲").line()]).await;
    let before = app.text(OPENID, "zyaj_430100").await.address_of("甲");
    app.publish([case("a", "430104", "甲").line()]).await;
    assert_eq!(
        app.text(OPENID, "zyaj_430104").await.address_of("甲"),
        before
    );
    assert!(
        app.text(OPENID, "zyaj_430102")
            .await
            .text()
            .contains("还没有公开")
    );
}

#[tokio::test]
async fn two_imports_of_the_same_lines_at_once_store_each_record_once() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let lines: Vec<String> = (0..200)
        .map(|n| case(&format!("r{n}"), "430100", &format!("第{n}")).line())
        .collect();
    let (one, two) = tokio::join!(app.import(&lines), other.import(&lines));
    assert_eq!(one.imported + two.imported, 200);
    assert_eq!(one.unchanged + two.unchanged, 200);
    let revisions = app
        .database
        .connect()
        .texts("SELECT count(DISTINCT revision) FROM publications");
    assert_eq!(revisions, ["200"]);
}
