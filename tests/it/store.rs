//! The database handle under load: commits shared by many, failures alone, events in any order.

use jianxin::domain::ids::OpenId;
use jianxin::service::followers;
use jianxin::store::audit::{self, Entry};
use jianxin::store::{Conn, StoreError, api_keys};
use tokio::task::JoinSet;

use crate::support::TestApp;

fn entry(id: String) -> Entry {
    Entry {
        id,
        at: 1,
        actor: "test".to_owned(),
        action: "wrote".to_owned(),
        subject: "s".to_owned(),
    }
}

#[tokio::test]
async fn many_writes_at_once_are_all_kept_and_a_failing_one_rolls_back_alone() {
    let app = TestApp::start().await;
    let mut writes = JoinSet::new();
    for n in 0..300 {
        let db = app.app.db.clone();
        writes.spawn(async move {
            db.write(move |c| -> Result<(), StoreError> {
                audit::append(c, &entry(format!("e-{n}")))?;
                match n % 10 {
                    // The caller's own error, after it wrote.
                    0 => Err(StoreError::Stopped),
                    // The database's error: the same key again, after it wrote.
                    1 => {
                        let add = |c: &mut Conn| {
                            api_keys::insert(c, &format!("k-{n}"), &format!("n-{n}"), 0)
                        };
                        add(c)?;
                        Ok(add(c).map(|_| ())?)
                    }
                    _ => Ok(()),
                }
            })
            .await
        });
    }
    let outcomes = writes.join_all().await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_err()).count(),
        60
    );
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Err(error) if error.is_duplicate()))
            .count(),
        30
    );
    assert_eq!(
        app.database.connect().texts("SELECT count(*) FROM audit"),
        ["240"]
    );
    let wrong = "SELECT count(*) FROM audit WHERE id LIKE 'e-%0' OR id LIKE 'e-%1'";
    assert_eq!(app.database.connect().texts(wrong), ["0"]);
}

#[tokio::test]
async fn what_was_answered_is_committed_and_seen_by_others_at_once() {
    let app = TestApp::start().await;
    let mut outside = app.database.connect();
    for n in 0..20 {
        app.app
            .db
            .write(move |c| audit::append(c, &entry(format!("e-{n}"))).map_err(StoreError::from))
            .await
            .unwrap();
        assert_eq!(
            outside.texts("SELECT count(*) FROM audit"),
            [(n + 1).to_string()]
        );
    }
}

#[tokio::test]
async fn a_panic_in_a_write_costs_itself_and_the_handle_goes_on() {
    let app = TestApp::start().await;
    let panicked = app
        .app
        .db
        .write(|c| -> Result<(), StoreError> {
            audit::append(c, &entry("lost".to_owned()))?;
            panic!("on purpose")
        })
        .await;
    assert!(panicked.is_err());
    app.app
        .db
        .write(|c| audit::append(c, &entry("kept".to_owned())).map_err(StoreError::from))
        .await
        .unwrap();
    assert_eq!(
        app.database.connect().texts("SELECT id FROM audit"),
        ["kept"]
    );
}

#[tokio::test]
async fn events_of_one_follower_in_any_order_end_with_the_newest() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    // 1 came, 2 left, 3 came, 4 left: all orders, each with its own follower, half of them on the other instance.
    for (index, order) in permutations([1, 2, 3, 4]).into_iter().enumerate() {
        let openid = OpenId::new(format!("oOrder-{index}"));
        for (step, time) in order.into_iter().enumerate() {
            let instance = if step % 2 == 0 { &app.app } else { &other.app };
            match time % 2 {
                1 => followers::subscribed(instance, &openid, time, Some(time.to_string()))
                    .await
                    .unwrap(),
                _ => followers::unsubscribed(instance, &openid, time)
                    .await
                    .unwrap(),
            }
        }
    }
    let rows = "SELECT DISTINCT event_time || CASE WHEN openid IS NULL AND scene IS NULL THEN ' erased' ELSE '' END FROM followers";
    assert_eq!(app.database.connect().texts(rows), ["4 erased"]);
    assert_eq!(
        app.database
            .connect()
            .texts("SELECT count(*) FROM followers"),
        ["24"]
    );
}

#[tokio::test]
async fn events_of_one_follower_at_the_same_moment_end_with_the_newest() {
    let app = TestApp::start().await;
    let other = app.second_instance().await;
    for round in 0..10 {
        let mut events = JoinSet::new();
        for time in 1..=5 {
            let instance = std::sync::Arc::clone(if time % 2 == 0 { &app.app } else { &other.app });
            let openid = OpenId::new(format!("oMoment-{round}"));
            events.spawn(async move {
                match time % 2 {
                    1 => followers::subscribed(&instance, &openid, time, None)
                        .await
                        .unwrap(),
                    _ => followers::unsubscribed(&instance, &openid, time)
                        .await
                        .unwrap(),
                }
            });
        }
        events.join_all().await;
    }
    let newest = "SELECT count(*) FROM followers WHERE event_time = 5 AND openid IS NOT NULL";
    assert_eq!(app.database.connect().texts(newest), ["10"]);
}

fn permutations(items: [i64; 4]) -> Vec<Vec<i64>> {
    fn extend(prefix: &[i64], rest: &[i64], all: &mut Vec<Vec<i64>>) {
        if rest.is_empty() {
            all.push(prefix.to_vec());
        }
        for item in rest {
            let others: Vec<i64> = rest.iter().copied().filter(|other| other != item).collect();
            extend(&[prefix, &[*item]].concat(), &others, all);
        }
    }
    let mut all = Vec::new();
    extend(&[], &items, &mut all);
    all
}
