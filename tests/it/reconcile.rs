//! Who comes or goes while the database is away is answered, remembered, and stored when it is back (decision 2).

use jianxin::service::reconcile::{self, Reconciled};
use serde_json::json;

use crate::support::TestApp;
use crate::support::browser::Street;

const AWAY: &str = "ALTER TABLE followers RENAME TO followers_away";
const BACK: &str = "ALTER TABLE followers_away RENAME TO followers";

fn following(app: &TestApp) -> Vec<String> {
    app.database
        .connect()
        .texts("SELECT openid FROM followers WHERE openid IS NOT NULL")
}

/// What a follower does reaches the platform, which knows it from then on, and us.
async fn does(street: &Street, follower: &str, what: &str) {
    street.act(what, &json!({ "follower": follower })).await;
    street.app.advance_ms(5000);
    street.app.event(&openid_of(follower), what, "").await;
}

fn openid_of(follower: &str) -> String {
    let at: u64 = follower.trim_start_matches('f').parse().unwrap();
    jianxin::simulator::openids(at).pop().unwrap()
}

#[tokio::test]
async fn who_left_while_the_database_was_away_is_forgotten_when_it_is_back() {
    let street = Street::open().await;
    does(&street, "f1", "subscribe").await;
    assert_eq!(following(&street.app).len(), 1);
    let mut phone = street.phone("f1");
    phone.open("/h5/follows").await.csrf();
    street.app.database.execute(AWAY);
    does(&street, "f1", "unsubscribe").await;
    let early = reconcile::run(&street.app.app).await;
    assert!(early.is_err(), "the database is still away");
    assert_eq!(street.app.app.lost.len(), 1, "and nothing is forgotten");
    street.app.database.execute(BACK);
    let done = reconcile::run(&street.app.app).await.unwrap();
    let expected = Reconciled {
        stored: 1,
        corrected: 0,
    };
    assert_eq!(done, expected);
    assert!(following(&street.app).is_empty());
    let sessions = street
        .app
        .database
        .connect()
        .texts("SELECT openid FROM sessions");
    assert!(sessions.is_empty(), "pages' sessions go too");
    let again = reconcile::run(&street.app.app).await.unwrap();
    assert_eq!(again, Reconciled::default());
}

#[tokio::test]
async fn who_left_and_came_back_meanwhile_starts_fresh_and_the_platform_has_the_last_word() {
    let street = Street::open().await;
    does(&street, "f1", "subscribe").await;
    does(&street, "f2", "subscribe").await;
    street.app.database.execute(AWAY);
    does(&street, "f1", "unsubscribe").await;
    does(&street, "f1", "subscribe").await;
    // The platform knows better: of the return only the departure before it reached us.
    street.app.advance_ms(5000);
    street.app.event(&openid_of("f2"), "unsubscribe", "").await;
    assert_eq!(street.app.app.lost.len(), 3);
    street.app.database.execute(BACK);
    let done = reconcile::run(&street.app.app).await.unwrap();
    let expected = Reconciled {
        stored: 3,
        corrected: 1,
    };
    assert_eq!(done, expected);
    assert_eq!(following(&street.app).len(), 2);
    let erased = street
        .app
        .database
        .connect()
        .texts("SELECT subject FROM audit WHERE action = 'follower.erased'");
    assert_eq!(erased.len(), 2, "each departure was one");
}
