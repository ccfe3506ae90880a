//! Workers that are killed, one that stalls, and a platform that answers badly. Afterwards the ledger is compared with the
//! outbox. With any of the three guards off the comparison must find something.

use std::sync::Arc;
use std::time::Duration;

use jianxin::push::{Guards, Rules, Worker};

use crate::support::MINUTE_MS;
use crate::support::database;
use crate::support::ledger::{self, Evidence, Fate, Finding, Request, Told, Violation};
use crate::support::platform::{Act, Seen};
use crate::support::pushing::{self, Office};

/// So many notices does the stalled worker hold, and for so long does it not write down what became of them.
const STALLED: usize = 16;
const STALL_MS: i64 = 30 * MINUTE_MS;
/// Rounds of five seconds in which notices come and processes die.
const ROUNDS: usize = 18;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_stalls_and_faults_lose_nothing_and_show_nothing_twice() {
    let finding = chaos(Guards::default()).await;
    assert!(finding.violations.is_empty(), "{finding}");
    let number = |state: &str| finding.states.get(state).copied().unwrap_or(0);
    let all: usize = finding.states.values().sum();
    // How many end in doubt depends on the machine: a send that it does not finish in time is one more.
    assert!(number("sent") * 10 > all * 4, "{finding}");
    assert!(number("parked") > 0, "{finding}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_fence_the_checker_finds_it() {
    let finding = chaos(Guards {
        fence: false,
        ..Guards::default()
    })
    .await;
    assert!(
        finding.kinds().contains(&Violation::ShownTwice),
        "{finding}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_write_ahead_the_checker_finds_it() {
    let finding = chaos(Guards {
        write_ahead: false,
        ..Guards::default()
    })
    .await;
    assert!(
        finding.kinds().contains(&Violation::ShownTwice),
        "{finding}"
    );
    assert!(finding.kinds().contains(&Violation::NoTrace), "{finding}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_window_the_checker_finds_it() {
    let finding = chaos(Guards {
        window: false,
        ..Guards::default()
    })
    .await;
    assert!(
        finding.kinds().contains(&Violation::ShownTwice),
        "{finding}"
    );
}

#[test]
fn a_line_of_the_ledger_reads_back() {
    let request = Request {
        wall_us: 1,
        at_ms: -2,
        openid: "o-1".to_owned(),
        client_msg_id: "00ff".to_owned(),
        told: Told::Nothing,
        shown: true,
    };
    let line = request.line();
    assert_eq!(Request::parse(line.trim_end()), Some(request));
    for cut in 0..line.len() - 1 {
        assert_eq!(Request::parse(&line[..cut]), None, "{cut}");
    }
}

#[tokio::test]
async fn the_platform_keeps_its_ledger_in_a_file_as_well() {
    let office = Office::open().await;
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("ledger");
    office
        .platform
        .write_to(std::fs::File::create(&path).unwrap());
    let ids = office.notices(3).await;
    office.drain().await;
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Request> = text.lines().filter_map(Request::parse).collect();
    assert_eq!(lines.len(), 3, "{text}");
    for id in ids {
        let own = lines.iter().find(|line| line.client_msg_id == id).unwrap();
        assert_eq!((own.told, own.shown), (Told::Taken, true));
    }
}

async fn chaos(guards: Guards) -> Finding {
    let office = Office::open().await;
    let mut rules = pushing::rules(&office.app);
    (rules.guards, rules.concurrency, rules.lane.trip_streak) = (guards, 16, 100_000);
    rules.timing.send = Duration::from_millis(400);
    let began = office.app.app.clock.now_ms();
    office.platform.script(faults(began + STALL_MS));
    let mut promised = office.notices(STALLED).await;

    // A process that was stopped with these in hand and the answers on their way to it.
    let mut slow = rules.clone();
    slow.timing.send = Duration::from_secs(60);
    slow.timing.lease = Duration::from_secs(75);
    let slow = Worker::new(Arc::clone(&office.app.app), slow, pushing::render());
    let stalled = tokio::spawn(async move { slow.drain().await });
    reached(&office, STALLED).await;
    office.app.advance_ms(80_000);

    let mut instances = Vec::new();
    if database::postgres_url().is_some() {
        instances.push(office.app.second_instance().await);
    }
    let workers: Vec<Arc<Worker>> = std::iter::once(&office.app)
        .chain(&instances)
        .map(|one| Worker::new(Arc::clone(&one.app), rules.clone(), pushing::render()))
        .collect();
    let mut kills = Vec::new();
    for round in 0..ROUNDS {
        promised.extend(office.notices(10).await);
        let deadly = (round % 3 == 2).then_some(3 + round % 5);
        if drain(&office, &workers, &rules, deadly).await {
            kills.push(office.app.app.clock.now_ms());
        }
        office.app.advance_ms(5_000);
    }
    // All die in the middle of some, and nobody comes for longer than the platform drops second copies.
    promised.extend(office.notices(30).await);
    drain(&office, &workers, &rules, Some(8)).await;
    office.app.advance_ms(11 * MINUTE_MS);
    while office.app.app.clock.now_ms() < began + STALL_MS {
        drain(&office, &workers, &rules, None).await;
        office.app.advance_ms(2 * MINUTE_MS);
    }
    // The stopped one goes on.
    stalled.await.unwrap().unwrap();
    for _ in 0..8 {
        drain(&office, &workers, &rules, None).await;
        office.app.advance_ms(4 * MINUTE_MS);
    }
    ledger::check(&Evidence {
        promised,
        requests: office.platform.book(),
        fates: fates(&office),
        kills,
        patience_ms: 20_000,
    })
}

/// All workers at once; with `deadly` they die when the platform has seen so many requests more. Whether they did.
async fn drain(
    office: &Office,
    workers: &[Arc<Worker>],
    rules: &Rules,
    deadly: Option<usize>,
) -> bool {
    let most = deadly.map(|number| office.platform.requests() + number);
    let mut working = tokio::task::JoinSet::new();
    for worker in workers {
        let worker = Arc::clone(worker);
        working.spawn(async move { worker.drain().await.unwrap() });
    }
    let Some(most) = most else {
        working.join_all().await;
        return false;
    };
    tokio::select! {
        () = reached(office, most) => {}
        () = async { while working.join_next().await.is_some() {} } => return false,
    }
    working.shutdown().await;
    // What they had posted is still taken, at this time.
    while office.platform.book().len() < office.platform.requests() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(rules.timing.linger).await;
    true
}

async fn reached(office: &Office, requests: usize) {
    while office.platform.requests() < requests {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The stalled worker, which is the first, is told that the platform is busy, but late; one notice in twenty never gets a
/// clear answer; of the rest every eighth request meets a fault.
fn faults(late: i64) -> impl FnMut(&Seen) -> Act + Send + 'static {
    let mut number = 0_usize;
    move |seen| {
        number += 1;
        if number <= STALLED {
            return Act::CodeAt(-1, late);
        }
        let n = u64::from_str_radix(&seen.client_msg_id[16..], 16).unwrap();
        if n % 20 == 0 {
            return match number % 2 {
                0 => Act::TakeAndReset,
                _ => Act::Status(502, "", true),
            };
        }
        match (number * 2_654_435_761) >> 16 & 63 {
            0 => [Act::TakeAndHang, Act::Hang][number % 2].clone(),
            1 => Act::TakeAndReset,
            2 => Act::TakeAndTruncate,
            3 => Act::Status(502, "", true),
            4 => Act::Status(500, "", false),
            5..=6 => Act::Code(-1),
            7 => Act::Status(503, "<html>busy</html>", false),
            other => Act::TakeAfter(other as u64 / 4),
        }
    }
}

fn fates(office: &Office) -> Vec<Fate> {
    let mut outside = office.app.database.connect();
    let tries = outside.texts(
        "SELECT p.public_id || ' ' || a.outcome FROM push_attempts a JOIN pushes p ON p.id = a.push_id",
    );
    let rows = outside
        .texts(
        "SELECT public_id || ' ' || state || ' ' || crashes || ' ' || attempts || ' ' || COALESCE(reason, '') FROM pushes",
    );
    let fate = |row: &String| {
        let parts: Vec<&str> = row.splitn(5, ' ').collect();
        let own = tries.iter().filter_map(|line| line.split_once(' '));
        Fate {
            id: parts[0].to_owned(),
            state: parts[1].to_owned(),
            crashes: parts[2].parse().unwrap(),
            attempts: parts[3].parse().unwrap(),
            reason: parts[4].to_owned(),
            tries: own
                .filter(|(id, _)| *id == parts[0])
                .map(|(_, word)| word.to_owned())
                .collect(),
        }
    };
    rows.iter().map(fate).collect()
}
