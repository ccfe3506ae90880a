//! 我的关注: five at most, each once, by nobody but the follower.

use jianxin::domain::ids::{OpenId, UnitId};
use jianxin::service::follows::{self, Outcome};

use crate::support::TestApp;
use crate::support::browser::{Browser, Street};

const UNITS: [&str; 6] = ["430100", "430104", "110105", "211300", "430000", "220104"];

async fn logged_in(street: &Street) -> (Browser, String) {
    let mut phone = street.phone("f1");
    let csrf = phone.open("/h5/follows").await.csrf();
    (phone, csrf)
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_one_of_an_old_phone_is_not() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    let sent = [("csrf", csrf.as_str()), ("unit", UNITS[0])];
    let ours = street.origin.as_str();
    for (headers, status) in [
        (&[("origin", "https://elsewhere.example")][..], 403),
        (
            &[("origin", ours), ("sec-fetch-site", "cross-site")][..],
            403,
        ),
        (&[("origin", "null"), ("sec-fetch-site", "cross-site")], 403),
        // Our pages send no referrer, which makes browsers say `null` of their own forms.
        (&[("origin", "null")], 303),
        (
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            303,
        ),
        (&[("origin", ours)], 303),
        (&[], 303),
    ] {
        let page = phone.post_saying("/h5/follows", &sent, headers).await;
        assert_eq!(page.status, status, "{headers:?}");
    }
    // The token decides where the browser says nothing.
    let forged = [("csrf", "0"), ("unit", UNITS[1])];
    let headers = [("origin", "null")];
    let page = phone.post_saying("/h5/follows", &forged, &headers).await;
    assert_ne!(page.status, 303);
    assert_eq!(stored(&street.app), [UNITS[0]]);
}

fn stored(app: &TestApp) -> Vec<String> {
    app.database
        .connect()
        .texts("SELECT unit_id FROM follows ORDER BY unit_id")
}

#[tokio::test]
async fn five_are_followed_the_sixth_is_refused_in_words_and_cancelling_makes_room() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    for unit in &UNITS[..5] {
        let page = phone
            .submit("/h5/follows", &[("csrf", &csrf), ("unit", unit)])
            .await;
        assert!(
            page.notice().starts_with("您已关注"),
            "{unit}: {}",
            page.notice()
        );
    }
    let full = phone
        .submit("/h5/follows", &[("csrf", &csrf), ("unit", UNITS[5])])
        .await;
    assert!(
        full.notice().contains("每人最多关注5个检察院"),
        "{}",
        full.notice()
    );
    assert!(full.body.contains("已关注 5/5"));
    let twice = phone
        .submit("/h5/follows", &[("csrf", &csrf), ("unit", UNITS[0])])
        .await;
    assert!(
        twice.notice().contains("不需要重复关注"),
        "{}",
        twice.notice()
    );
    let gone = phone
        .submit("/h5/follows/cancel", &[("csrf", &csrf), ("unit", UNITS[0])])
        .await;
    assert!(
        gone.notice().starts_with("您已取消关注长沙市人民检察院"),
        "{}",
        gone.notice()
    );
    let sixth = phone
        .submit("/h5/follows", &[("csrf", &csrf), ("unit", UNITS[5])])
        .await;
    assert!(
        sixth.notice().starts_with("您已关注长春市朝阳区人民检察院"),
        "{}",
        sixth.notice()
    );
    assert_eq!(stored(&street.app).len(), 5);
}

#[tokio::test]
async fn a_form_without_its_token_or_with_another_ones_changes_nothing() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    let mut other = street.phone("f2");
    let foreign = other.open("/h5/follows").await.csrf();
    assert_ne!(foreign, csrf);
    for fields in [
        vec![("unit", "430100")],
        vec![("unit", "430100"), ("csrf", "")],
        vec![("unit", "430100"), ("csrf", &foreign)],
    ] {
        for path in ["/h5/follows", "/h5/follows/cancel"] {
            let page = phone.submit(path, &fields).await;
            assert!(
                page.notice().contains("刚才的操作没有生效"),
                "{}",
                page.notice()
            );
        }
    }
    assert!(stored(&street.app).is_empty());
    let mut nobody = street.phone("f3");
    assert_eq!(
        nobody
            .post("/h5/follows", &[("csrf", &csrf), ("unit", "430100")])
            .await
            .status,
        302,
        "no session"
    );
    assert!(stored(&street.app).is_empty());
}

#[tokio::test]
async fn an_unknown_unit_is_refused_in_words() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    for unit in ["", "999999", "<script>"] {
        let page = phone
            .submit("/h5/follows", &[("csrf", &csrf), ("unit", unit)])
            .await;
        assert!(
            page.notice().starts_with("请先查找"),
            "{unit}: {}",
            page.notice()
        );
    }
    assert!(stored(&street.app).is_empty());
}

#[tokio::test]
async fn an_openid_in_query_body_or_header_is_ignored() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("openid", "oVictim"),
        ("unit", "430100"),
        ("user_id", "oVictim"),
    ];
    phone.submit("/h5/follows?openid=oVictim", &fields).await;
    let owners = street
        .app
        .database
        .connect()
        .texts("SELECT openid FROM follows");
    assert_eq!(
        owners,
        street
            .app
            .database
            .connect()
            .texts("SELECT openid FROM sessions")
    );
    assert_ne!(owners, ["oVictim"]);
    let nobody = street.app.get("/h5/follows?openid=oVictim&code=x").await;
    assert_eq!(
        nobody.status.as_u16(),
        302,
        "an openid in the address is no session"
    );
}

#[tokio::test]
async fn what_is_followed_here_shows_in_the_chat_and_leaves_with_the_follower() {
    let street = Street::open().await;
    let (mut phone, csrf) = logged_in(&street).await;
    phone
        .submit("/h5/follows", &[("csrf", &csrf), ("unit", "430100")])
        .await;
    let openid = street
        .app
        .database
        .connect()
        .texts("SELECT openid FROM sessions")
        .remove(0);
    let text = street.app.click(&openid, "followed_cases").await.text();
    assert!(
        text.contains("长沙") && text.contains("还没有公开"),
        "{text}"
    );
    street.app.event(&openid, "unsubscribe", "").await;
    assert_eq!(
        phone.get("/h5/follows").await.status,
        302,
        "the session ended with the next request"
    );
    assert!(stored(&street.app).is_empty());
}

#[tokio::test]
async fn ten_units_added_at_once_from_two_instances_end_with_exactly_five() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    let units: Vec<UnitId> = app
        .app
        .units()
        .tree
        .iter()
        .take(10)
        .map(|unit| unit.unit_id.clone())
        .collect();
    let mut tasks = tokio::task::JoinSet::new();
    for (index, unit) in units.into_iter().enumerate() {
        let instance = std::sync::Arc::clone(if index % 2 == 0 { &app.app } else { &other.app });
        tasks.spawn(async move {
            follows::add(&instance, &OpenId::new("oRace"), &unit)
                .await
                .unwrap()
        });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Yes)
            .count(),
        5,
        "{outcomes:?}"
    );
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Full)
            .count(),
        5,
        "{outcomes:?}"
    );
    assert_eq!(stored(&app).len(), 5);
}

#[tokio::test]
async fn the_type_ahead_finds_units_within_a_region() {
    let app = TestApp::start().await;
    let answer = app
        .get("/h5/units?q=%E6%9C%9D%E9%98%B3%E5%8C%BA&region=110000")
        .await;
    let found: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(found[0]["id"], "110105", "{found}");
    let nationwide = app.get("/h5/units?q=%E6%9C%9D%E9%98%B3%E5%8C%BA").await;
    let found: serde_json::Value = serde_json::from_str(&nationwide.body).unwrap();
    assert!(found.as_array().unwrap().len() >= 2, "{found}");
}
