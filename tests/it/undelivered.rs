//! Results that WeChat does not deliver: somebody of the unit telephones, once.

use std::sync::Arc;

use jianxin::domain::notice::Untold;
use jianxin::push::{Rules, Worker};
use jianxin::service::decisions::{Verdict, reset};
use jianxin::service::desk_queue::{self, Fresh, Seen};
use jianxin::service::notices::undelivered;
use jianxin::service::{counter, pushes};
use jianxin::store::StoreError;
use jianxin::store::pushes::cancel_for_openid;
use serde_json::json;

use crate::support::TestApp;
use crate::support::office::{Office, UNIT, openid};
use crate::support::platform::{Act, Platform};
use crate::support::pushing;
use crate::support::queue::{asks_binding, asks_reset, reviewer, target};
use crate::support::{MINUTE_MS, NOW_MS};

const HOUR_MS: i64 = 60 * MINUTE_MS;
const CALLS: &str = "SELECT a.external_id || ' ' || t.kind || ' ' || t.unit_id || ' ' || t.reason \
     FROM phone_tasks t JOIN accounts a ON a.id = t.account_id ORDER BY t.id";

/// An office with a worker and a platform that does what a story asks for.
struct Scene {
    office: Office,
    platform: Platform,
    worker: Arc<Worker>,
}

impl Scene {
    async fn open() -> Self {
        let platform = Platform::start().await;
        let settings = [
            ("wechat.api_base_url", platform.origin.as_str()),
            ("push.rate_per_second", "0"),
        ];
        let office = Office::of(TestApp::with(&settings).await).await;
        platform.follow(&office.app.app.clock);
        let app = Arc::clone(&office.app.app);
        let rules = Rules::new(&app.settings);
        let worker = Worker::new(app, rules, pushing::render());
        Self {
            office,
            platform,
            worker,
        }
    }

    async fn drain(&self) -> usize {
        self.worker.drain().await.unwrap()
    }

    /// A linked lawyer whose binding is decided; the id of the notice that waits.
    async fn decided(&self, who: &str) -> String {
        self.office.linked(who, "lawyer").await;
        let number = format!("SQ-{who}");
        asks_binding(&self.office, &number, who).await;
        let said = json!({ "application": number, "result": "approved" });
        self.office
            .tell(&format!("d-{who}"), "binding_reviewed", said)
            .await;
        self.newest()
    }

    /// A linked person whose password a manager resets; the id of the notice that waits.
    async fn reset(&self, who: &str, number: &str) -> String {
        asks_reset(&self.office, number, who).await;
        let manager = reviewer(&self.office, &format!("m-{number}")).await;
        let seen = target(&self.office, number);
        let done = reset::review(&self.office.app.app, &manager, seen, Verdict::Approve);
        done.await.unwrap();
        self.newest()
    }

    fn newest(&self) -> String {
        let sql = "SELECT public_id FROM pushes ORDER BY id DESC LIMIT 1";
        self.office.rows(sql).remove(0)
    }

    fn state(&self, id: &str) -> String {
        let sql = format!("SELECT state FROM pushes WHERE public_id = '{id}'");
        self.office.rows(&sql).remove(0)
    }

    /// `TEMPLATESENDJOBFINISH` for a notice that was sent.
    async fn receipt(&self, id: &str, who: &str, status: &str) {
        let sql = format!("SELECT msgid FROM pushes WHERE public_id = '{id}'");
        let msgid = self.office.rows(&sql).remove(0);
        let rest = format!("<MsgID>{msgid}</MsgID><Status><![CDATA[{status}]]></Status>");
        let follower = openid(who);
        let event = self
            .office
            .app
            .event(&follower, "TEMPLATESENDJOBFINISH", &rest);
        assert!(event.await.is_silent());
    }

    /// What the worker's chores do every minute.
    async fn sweep(&self) -> usize {
        undelivered::run(&self.office.app.app).await.unwrap()
    }

    fn calls(&self) -> Vec<String> {
        self.office.rows(CALLS)
    }

    async fn redrive(&self, id: &str) {
        let (db, ids) = (self.office.app.app.db.clone(), vec![id.to_owned()]);
        let now = self.office.app.app.clock.now_ms();
        let treated =
            tokio::task::spawn_blocking(move || pushes::redrive(&db, ids, "story", now, 24));
        assert!(treated.await.unwrap().unwrap()[0].1.is_ok());
    }
}

#[tokio::test]
async fn a_result_that_does_not_arrive_becomes_one_call_whatever_kept_it() {
    let scene = Scene::open().await;
    // Refused: the follower is not one, and the template does not fit.
    for (who, code) in [("u1", 43004), ("u2", 47003)] {
        let id = scene.decided(who).await;
        scene.platform.always(Act::Code(code));
        scene.drain().await;
        assert_eq!(scene.state(&id), "refused");
    }
    // Taken, and the receipt says otherwise; what the platform failed to deliver has a second try first.
    scene.platform.always(Act::Take);
    let (blocks, fails) = (scene.decided("u3").await, scene.decided("u4").await);
    let good = scene.decided("u5").await;
    assert_eq!(scene.drain().await, 3);
    scene.receipt(&blocks, "u3", "failed:user block").await;
    scene.receipt(&fails, "u4", "failed: system failed").await;
    scene.receipt(&good, "u5", "success").await;
    // Waiting when the person signs out, or takes another WeChat; whoever was disabled is not called.
    for (who, why) in [
        ("u9", "signed_out"),
        ("u10", "replaced"),
        ("u11", "disabled"),
    ] {
        scene.decided(who).await;
        let follower = openid(who);
        let cancelled =
            scene.office.app.app.db.write(move |c| {
                cancel_for_openid(c, &follower, why, NOW_MS).map_err(StoreError::from)
            });
        assert_eq!(cancelled.await.unwrap(), 1);
    }
    // Waiting when the person leaves.
    scene.decided("u6").await;
    scene
        .office
        .app
        .event(&openid("u6"), "unsubscribe", "<EventKey></EventKey>")
        .await;
    // Refused by a person who refuses everything, before it is sent.
    let sql = "INSERT INTO push_blocks (openid_hash, reason, blocked_at) \
        SELECT l.openid_hash, 'user_block', 0 FROM account_links l JOIN accounts a ON a.id = l.account_id WHERE a.external_id = 'u7'";
    let kept = scene.decided("u7").await;
    scene.office.app.database.execute(sql);
    scene.drain().await;
    assert_eq!(scene.state(&kept), "cancelled");

    let second = scene.office.app.second_instance().await;
    let (here, there) = tokio::join!(
        undelivered::run(&scene.office.app.app),
        undelivered::run(&second.app)
    );
    assert_eq!(here.unwrap() + there.unwrap(), 7);
    let call = |who: &str| format!("{who} binding_reviewed {UNIT} undelivered");
    let mut calls = scene.calls();
    calls.sort();
    assert_eq!(calls, ["u1", "u10", "u2", "u3", "u6", "u7", "u9"].map(call));
    assert_eq!(scene.sweep().await, 0, "once a notice");

    // The second try is not taken for a failure while its receipt is on the way; the second failure is one.
    scene.office.app.advance_ms(16 * MINUTE_MS);
    assert_eq!(scene.drain().await, 1);
    assert_eq!(scene.sweep().await, 0);
    scene.receipt(&fails, "u4", "failed: system failed").await;
    assert_eq!(scene.sweep().await, 1);
    assert_eq!(scene.calls().last(), Some(&call("u4")));

    // Its time is over: nothing could be sent for a day.
    let late = scene.decided("u8").await;
    scene.office.app.advance_ms(25 * HOUR_MS);
    scene.drain().await;
    assert_eq!(scene.state(&late), "expired");
    assert_eq!(scene.sweep().await, 1);
    assert_eq!(scene.calls().last(), Some(&call("u8")));
    assert_eq!(scene.calls().len(), 9);
}

#[tokio::test]
async fn to_dos_progress_and_what_somebody_decided_about_become_no_calls() {
    let scene = Scene::open().await;
    scene.platform.always(Act::Code(47003));
    scene.office.linked("m1", "manager").await;
    scene.office.linked("u1", "lawyer").await;
    asks_binding(&scene.office, "SQ-1", "u1").await;
    let progress = json!({
        "accounts": ["u1"], "unit_code": UNIT, "case_number": "长检受[2026]1001号",
        "changes": [{ "field": "stage", "old": "审查起诉", "new": "提起公诉" }],
    });
    scene
        .office
        .tell("p", "case_progress_changed", progress)
        .await;
    assert_eq!(scene.drain().await, 2);
    // Cancelled by hand; and whose account was disabled hears nothing, not by telephone either.
    let by_hand = scene.decided("u2").await;
    let (db, ids) = (scene.office.app.app.db.clone(), vec![by_hand]);
    let cancelled = tokio::task::spawn_blocking(move || pushes::cancel(&db, ids, "story", NOW_MS));
    assert!(cancelled.await.unwrap().unwrap()[0].1.is_ok());
    scene.decided("u3").await;
    scene.drain().await;
    let disable = "UPDATE accounts SET state = 'disabled' WHERE external_id = 'u3'";
    scene.office.app.database.execute(disable);
    // Older news than a week.
    scene.decided("u4").await;
    scene.drain().await;
    assert_eq!(
        scene
            .office
            .rows("SELECT state FROM pushes WHERE kind = 'binding_reviewed' ORDER BY id"),
        ["cancelled", "refused", "refused"]
    );
    let week =
        "UPDATE pushes SET ended_at = ended_at - 604800001 WHERE id = (SELECT max(id) FROM pushes)";
    scene.office.app.database.execute(week);
    assert_eq!(scene.sweep().await, 0);
    assert_eq!(scene.calls(), [""; 0]);
}

#[tokio::test]
async fn a_notice_that_is_sent_anew_in_time_becomes_no_call_and_later_only_one() {
    let scene = Scene::open().await;
    scene.platform.always(Act::Code(47003));
    let (first, second) = (scene.decided("u1").await, scene.decided("u2").await);
    scene.drain().await;
    scene.platform.always(Act::Take);
    scene.redrive(&first).await;
    assert_eq!(scene.sweep().await, 1, "the other one only");
    scene.drain().await;
    assert_eq!(scene.state(&first), "sent");
    // The operator was slower than the sweep: the call stays, and a second failure adds none.
    scene.platform.always(Act::Code(47003));
    scene.redrive(&second).await;
    scene.drain().await;
    assert_eq!(scene.state(&second), "refused");
    assert_eq!(scene.sweep().await, 0);
    assert_eq!(scene.calls().len(), 1);
}

#[tokio::test]
async fn a_password_that_does_not_arrive_is_made_anew_for_the_call() {
    let scene = Scene::open().await;
    let app = &scene.office.app.app;
    scene.office.linked("u1", "party").await;
    let id = scene.reset("u1", "MM1").await;
    scene.drain().await;
    // The page's address went with the notice: there is nothing to send a second time.
    scene.receipt(&id, "u1", "failed: system failed").await;
    assert_eq!(scene.state(&id), "sent");
    assert_eq!(scene.sweep().await, 1);
    let manager = reviewer(&scene.office, "m-9").await;
    let call = scene
        .office
        .rows("SELECT public_id FROM phone_tasks")
        .remove(0);
    let pane = desk_queue::open_call(app, &manager, &call).await.unwrap();
    assert!(pane.needs_password);
    assert_eq!(pane.why, Some(Untold::Undelivered));
    assert_eq!(pane.about, "密码重置结果通知：已重置");
    let said: Vec<&str> = pane.fields.keys().map(String::as_str).collect();
    assert_eq!(said, ["applicant", "result", "subject", "time", "unit"]);
    let made = desk_queue::make_password(app, &manager, &call, Seen::default())
        .await
        .unwrap();
    let shown = desk_queue::shown_password(app, &manager, &made)
        .await
        .unwrap();
    assert!(matches!(shown, Fresh::Now(_)));
    desk_queue::told(app, &manager, &call).await.unwrap();
}

#[tokio::test]
async fn who_has_a_password_by_now_is_not_called_about_it() {
    let scene = Scene::open().await;
    let app = &scene.office.app.app;
    let open = |who: &str| {
        format!(
            "SELECT count(*) FROM phone_tasks t JOIN accounts a ON a.id = t.account_id WHERE a.external_id = '{who}'"
        )
    };
    for who in ["u1", "u2", "u3"] {
        scene.office.linked(who, "party").await;
    }
    // No worker runs: the notices are good for half an hour.
    for (who, number) in [("u1", "MM1"), ("u2", "MM2"), ("u3", "MM3")] {
        scene.reset(who, number).await;
    }
    // One comes to the counter, one chooses a password, one asks again.
    let clerk = reviewer(&scene.office, "m-8").await;
    let versions = "SELECT CAST(version AS TEXT) FROM accounts WHERE external_id = 'u1'";
    let version = scene.office.rows(versions)[0].parse().unwrap();
    counter::reset_password(app, &clerk, ("p-u1", version))
        .await
        .unwrap();
    let chosen = "UPDATE accounts SET must_reset = FALSE WHERE external_id = 'u2'";
    scene.office.app.database.execute(chosen);
    scene.office.app.advance_ms(20 * MINUTE_MS);
    scene.reset("u3", "MM4").await;
    scene.office.app.advance_ms(15 * MINUTE_MS);
    scene.platform.always(Act::Code(47003));
    scene.drain().await;
    assert_eq!(
        scene
            .office
            .rows("SELECT state FROM pushes WHERE kind = 'password_reset_done' ORDER BY id"),
        ["expired", "expired", "expired", "refused"]
    );
    assert_eq!(
        scene.sweep().await,
        1,
        "the newer one does not arrive either"
    );
    for (who, calls) in [("u1", 0), ("u2", 0), ("u3", 1)] {
        assert_eq!(scene.office.count(&open(who)), calls, "{who}");
    }
    // A refusal is news, whatever the password is.
    asks_reset(&scene.office, "MM5", "u2").await;
    let no = Verdict::Reject("请到检察院核对身份。".to_owned());
    let seen = target(&scene.office, "MM5");
    reset::review(app, &clerk, seen, no).await.unwrap();
    scene.drain().await;
    assert_eq!(scene.sweep().await, 1);
    assert_eq!(scene.office.count(&open("u2")), 1);
}
