//! People who look after notices: the command line, health, and the process that sends.

use std::time::{Duration, Instant};

use crate::support::database::{TestDatabase, redis_url, unique};
use crate::support::platform::{Act, Platform};
use crate::support::process::Bench;
use crate::support::pushing::{self, Office};

/// The program on the office's database.
fn bench(office: &Office) -> Bench {
    Bench::on(&office.app.database)
}

fn run(bench: &Bench, arguments: &[&str]) -> crate::support::process::Ended {
    tokio::task::block_in_place(|| bench.run(arguments))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_notice_is_found_shown_and_sent_again() {
    let office = Office::open().await;
    let mut push = pushing::new(&office.app, "o-secret-openid");
    push.kind = "unconfigured".to_owned();
    let id = office.promise(push).await;
    let other = office.notice("o-2").await;
    office.drain().await;
    let bench = bench(&office);
    let listed = run(&bench, &["push", "list", "--state", "parked"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(
        listed.out.contains(&id) && listed.out.contains("no template is configured"),
        "{listed:?}"
    );
    assert!(!listed.out.contains(&other));
    let shown = run(&bench, &["push", "show", &other]);
    assert!(
        shown.out.contains("state      sent") && shown.out.contains("msgid=200228332"),
        "{shown:?}"
    );
    assert!(shown.out.contains("try 1"), "{shown:?}");
    for out in [&listed.out, &shown.out] {
        assert!(!out.contains("o-secret-openid"));
    }
    office
        .app
        .database
        .execute("UPDATE pushes SET kind = 'case_progress_changed' WHERE state = 'parked'");
    let redriven = run(
        &bench,
        &[
            "push",
            "redrive",
            "--state",
            "parked",
            "--kind",
            "case_progress_changed",
        ],
    );
    assert_eq!(
        (redriven.code, redriven.out.as_str()),
        (Some(0), "redriven=1 refused=0\n")
    );
    // The process has the machine's time, the story its own.
    office.app.database.execute(&format!(
        "UPDATE pushes SET due_at = {} WHERE state = 'pending'",
        office.app.app.clock.now_ms()
    ));
    office.drain().await;
    assert_eq!(office.state(&id), "sent");
    let audit =
        "SELECT actor || ' ' || action || ' ' || subject FROM audit WHERE action LIKE 'push.%'";
    assert_eq!(
        office.app.database.connect().texts(audit),
        [format!("command-line push.redriven push:{id}")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_is_said_line_by_line_and_the_rest_is_done() {
    let office = Office::open().await;
    let sent = office.notice("o-1").await;
    office.drain().await;
    let waiting = office.notice("o-2").await;
    let bench = bench(&office);
    let cancelled = run(&bench, &["push", "cancel", &sent, &waiting, "nothing"]);
    assert_eq!(
        (cancelled.code, cancelled.out.as_str()),
        (Some(1), "cancelled=1 refused=2\n")
    );
    assert!(
        cancelled
            .err
            .contains(&format!("{sent}: its state does not allow it")),
        "{cancelled:?}"
    );
    assert!(
        cancelled.err.contains("nothing: there is no such notice"),
        "{cancelled:?}"
    );
    assert_eq!(office.state(&waiting), "cancelled");
    assert_eq!(office.drain().await, 0);
    let redriven = run(&bench, &["push", "redrive", &sent]);
    assert_eq!(redriven.code, Some(1));
    let missing = run(&bench, &["push", "show", "nothing"]);
    assert_eq!(
        (missing.code, missing.err.as_str()),
        (Some(2), "jianxin: nothing: not found\n")
    );
}

#[tokio::test]
async fn who_was_forgotten_cannot_be_written_to_again() {
    let office = Office::open().await;
    office.platform.always(Act::Code(47003));
    let id = office.notice("o-1").await;
    office.drain().await;
    let waiting = office.notice("o-1").await;
    let now = office.app.app.clock.now_ms();
    let done = office.app.app.db.write(move |c| {
        jianxin::store::pushes::cancel_for_openid(c, "o-1", "unsubscribed", now)
            .map_err(jianxin::store::StoreError::from)
    });
    assert_eq!(done.await.unwrap(), 1);
    assert_eq!(office.state(&waiting), "cancelled");
    let left = "SELECT count(*) FROM pushes WHERE openid IS NOT NULL";
    assert_eq!(office.app.database.connect().texts(left), ["0"]);
    let db = office.app.app.db.clone();
    let ids = vec![id.clone()];
    let treated = tokio::task::spawn_blocking(move || {
        jianxin::service::pushes::redrive(&db, ids, "test", now, 24)
    });
    let treated = treated.await.unwrap().unwrap();
    assert_eq!(
        treated,
        [(id, Err(jianxin::store::pushes::Refused::Erased))]
    );
}

#[tokio::test]
async fn who_leaves_while_a_notice_is_on_its_way_gets_no_second_try() {
    let office = Office::open().await;
    let id = office.notice("o-1").await;
    let database = std::sync::Mutex::new(office.app.database.connect());
    office.platform.script(move |_| {
        database
            .lock()
            .unwrap()
            .execute("UPDATE pushes SET openid = NULL");
        Act::Code(-1)
    });
    office.drain().await;
    assert_eq!(office.state(&id), "cancelled");
}

#[tokio::test]
async fn a_stopped_lane_shows_in_the_health_of_every_process() {
    let office = Office::open().await;
    office.notice("o-1").await;
    let degraded = || async {
        jianxin::service::pushes::degradations(&office.app.app)
            .await
            .unwrap()
    };
    assert!(degraded().await.is_empty());
    office.platform.always(Act::Code(40164));
    office.drain().await;
    assert_eq!(degraded().await, ["push_account"]);
    office.platform.always(Act::Take);
    office.pass(6 * 60_000).await;
    assert!(degraded().await.is_empty());
}

#[test]
fn a_worker_alone_needs_the_shared_stores() {
    let database = TestDatabase::sqlite();
    let ended = Bench::on(&database).run(&["worker"]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.err.contains("PostgreSQL and Redis") && ended.err.lines().count() == 1,
        "{ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_process_takes_up_what_is_due_tells_its_health_and_stops_cleanly() {
    let (Some(redis), true) = (redis_url(), TestDatabase::create().is_postgres()) else {
        return;
    };
    let office = Office::open().await;
    let platform = Platform::start().await;
    let mut push = pushing::new(&office.app, "o-1");
    push.due_at = Some(0);
    push.expires_at = i64::MAX;
    let id = office.promise(push).await;
    let mut running = tokio::task::block_in_place(|| {
        bench(&office)
            .set("redis.url", &redis)
            .set("redis.prefix", &unique())
            .set("wechat.api_base_url", &platform.origin)
            .listen(&["worker"])
    });
    let began = Instant::now();
    while office.state(&id) == "pending" {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{}",
            running.log()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ready = reqwest::get(format!("{}/readyz", running.origin))
        .await
        .unwrap();
    assert_eq!(
        ready.text().await.unwrap(),
        r#"{"reasons":[],"status":"ready"}"#
    );
    let metrics = reqwest::get(format!("{}/metrics", running.origin))
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    for name in [
        "jianxin_push_depth{state=\"parked\"}",
        "jianxin_push_quota_left",
        "jianxin_push_circuit 0",
    ] {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
    running.terminate();
    let status = tokio::task::block_in_place(|| running.ended_within(Duration::from_secs(30)));
    assert_eq!(status.code(), Some(0), "{}", running.log());
}
