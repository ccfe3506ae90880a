//! Several workers on one outbox.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jianxin::push::Worker;

use crate::support::platform::Act;
use crate::support::pushing::{self, Office};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_workers_share_the_work_and_send_everything_once() {
    let office = Office::open().await;
    let second = office.app.second_instance().await;
    let other = Worker::new(
        Arc::clone(&second.app),
        pushing::rules(&office.app),
        pushing::render(),
    );
    office.notices(600).await;
    office.platform.always(Act::TakeAfter(10));
    let halves = tokio::join!(office.worker.drain(), other.drain());
    let (mine, its) = (halves.0.unwrap(), halves.1.unwrap());
    assert_eq!(mine + its, 600);
    assert!(mine > 60 && its > 60, "{mine} and {its}");
    assert_eq!(office.platform.requests(), 600);
    let shown: HashSet<_> = office.platform.shown().into_iter().collect();
    assert_eq!(shown.len(), 600);
    assert_eq!(office.states(), ["sent=600"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rate_holds_over_all_workers() {
    let office = Office::with(&[("push.rate_per_second", "100")], |_| {}).await;
    let second = office.app.second_instance().await;
    let other = Worker::new(
        Arc::clone(&second.app),
        pushing::rules(&office.app),
        pushing::render(),
    );
    office.notices(200).await;
    let clock = office.app.app.clock.clone();
    let began = clock.now_ms();
    while office.platform.requests() < 200 {
        assert!(
            clock.now_ms() - began < 4_000,
            "too slow: {}",
            office.platform.requests()
        );
        let halves = tokio::join!(office.worker.drain(), other.drain());
        halves.0.unwrap();
        halves.1.unwrap();
        office.app.advance_ms(10);
    }
    let times: Vec<i64> = office
        .platform
        .ledger()
        .iter()
        .map(|seen| seen.at_ms)
        .collect();
    let most = times
        .iter()
        .map(|at| {
            times
                .iter()
                .filter(|other| (*at..at + 1_000).contains(*other))
                .count()
        })
        .max();
    assert!(most.is_some_and(|most| most <= 100), "{most:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_worker_drains_a_thousand_in_a_few_seconds() {
    let office = Office::with(&[], |rules| rules.timing.send = Duration::from_secs(10)).await;
    office.notices(1_000).await;
    office.platform.always(Act::TakeAfter(50));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let began = Instant::now();
    let running = tokio::spawn(Arc::clone(&office.worker).run(async move {
        let _ = stopped.await;
    }));
    while office.platform.shown().len() < 1_000 {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{}",
            office.platform.shown().len()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = began.elapsed();
    println!("1,000 notices in {took:?}");
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(office.states(), ["sent=1000"]);
    assert_eq!(office.platform.requests(), 1_000);
}
