//! Names that several units share: a numbered list, and a number that picks from it.

use std::time::Duration;

use crate::support::{TestApp, case, record};

const OPENID: &str = "oChoice-00000000000000000001";

/// Every 鼓楼区 has its own procuratorate; each of them gets one case.
async fn with_a_list() -> (TestApp, Vec<String>) {
    let app = TestApp::start().await;
    let answer = app.text(OPENID, "zyaj_鼓楼区").await;
    let text = answer.text();
    assert!(text.starts_with("叫“鼓楼区”的检察院有"), "{text}");
    let labels = answer.labels();
    assert!((2..=12).contains(&labels.len()), "{text}");
    for (index, label) in labels.iter().enumerate() {
        assert!(
            text.contains(&format!("\n{}. <a href=", index + 1)),
            "{text}"
        );
        assert!(
            answer
                .address_of(label)
                .contains("kind=important_case&unit=")
        );
    }
    (app, labels)
}

#[tokio::test]
async fn a_number_picks_from_the_last_list_in_any_writing_and_may_be_followed_by_another() {
    let (app, names) = with_a_list().await;
    for (typed, index) in [("2", 1), ("１", 0), ("2、", 1), (" 02 ", 1)] {
        let text = app.text(OPENID, typed).await.text();
        assert!(
            text.starts_with(&format!("{}还没有公开", names[index])),
            "{typed}: {text}"
        );
    }
}

#[tokio::test]
async fn another_answered_text_clears_the_list() {
    let (app, _) = with_a_list().await;
    app.text(OPENID, "盗窃").await;
    assert!(
        app.text(OPENID, "1")
            .await
            .text()
            .starts_with("没有找到含有“1”的公开信息")
    );
}

#[tokio::test]
async fn a_number_without_a_list_or_out_of_range_is_a_keyword() {
    let app = TestApp::start().await;
    app.publish([case("c", "430100", "关于12号案件的通报").line()])
        .await;
    assert_eq!(
        app.text(OPENID, "12").await.labels()[0],
        "关于12号案件的通报"
    );
    let (app, names) = with_a_list().await;
    let beyond = (names.len() + 1).to_string();
    let text = app.text(OPENID, &beyond).await.text();
    assert!(
        text.starts_with(&format!("没有找到含有“{beyond}”的公开信息")),
        "{text}"
    );
    let text = app.text(OPENID, "0").await.text();
    assert!(text.starts_with("没有找到含有“0”"), "{text}");
}

#[tokio::test]
async fn a_list_belongs_to_one_follower_and_to_what_was_asked_for() {
    let (app, names) = with_a_list().await;
    assert!(
        app.text("oSomebodyElse", "1")
            .await
            .text()
            .starts_with("没有找到含有“1”")
    );
    app.text(OPENID, "flws_鼓楼区").await;
    let text = app.text(OPENID, "1").await.text();
    assert!(
        text.starts_with(&format!("{}还没有公开的法律文书", names[0])),
        "{text}"
    );
}

#[tokio::test]
async fn a_list_is_known_to_the_other_instance_through_redis_and_lives_ten_minutes() {
    let Some(url) = crate::support::database::redis_url() else {
        return;
    };
    let (app, names) = with_a_list().await;
    let text = app.second_instance().await.text(OPENID, "1").await.text();
    assert!(text.starts_with(&names[0]), "{text}");
    let prefix = &app.app.settings.redis.prefix;
    let key = format!("{prefix}:choices:{}", app.app.person_hash(OPENID));
    let mut redis = redis::Client::open(url)
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let left: i64 = redis::cmd("PTTL")
        .arg(&key)
        .query_async(&mut redis)
        .await
        .unwrap();
    assert!((590_000..=600_000).contains(&left), "{left}");
    let _: i64 = redis::cmd("PEXPIRE")
        .arg(&key)
        .arg(1)
        .query_async(&mut redis)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(
        app.text(OPENID, "1")
            .await
            .text()
            .starts_with("没有找到含有“1”")
    );
}

#[tokio::test]
async fn a_single_unit_at_the_highest_level_wins_and_hints_at_the_others() {
    let app = TestApp::start().await;
    app.publish(record::lines(&[case("c", "211300", "朝阳市的案件")]))
        .await;
    let answer = app.text(OPENID, "zyaj_朝阳").await;
    assert!(
        answer
            .text()
            .starts_with("朝阳市人民检察院最新重要案件信息："),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("您是否要找") && answer.text().contains("朝阳区"),
        "{}",
        answer.text()
    );
}
