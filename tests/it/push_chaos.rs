//! Workers that are killed, one that stalls, and a platform that answers badly, with all times a hundredth. Afterwards the
//! ledger is compared with the outbox. With any of the three guards off the comparison must find something.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jianxin::push::{Guards, Rules, Worker};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::support::database;
use crate::support::ledger::{self, Evidence, Fate, Finding, Request, Told, Violation};
use crate::support::platform::{Act, Seen};
use crate::support::pushing::{self, Office};

/// The platform drops second copies for ten minutes, a hundredth of them here.
const PROTECTED_MS: i64 = 6_000;
/// Longer than that: how long the stalled worker keeps what it knows, and how long nobody works.
const STALL: Duration = Duration::from_millis(7_500);
const BLACKOUT: Duration = Duration::from_millis(6_300);
const PATIENCE: Duration = Duration::from_secs(20);
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_stalls_and_faults_lose_nothing_and_show_nothing_twice() {
    let finding = chaos(Guards::default()).await;
    println!("{finding}");
    assert!(finding.violations.is_empty(), "{finding}");
    let all: usize = finding.states.values().sum();
    let sent = finding.states.get("sent").copied().unwrap_or(0);
    assert!(sent * 2 > all, "{finding}");
    assert!(
        finding
            .states
            .get("parked")
            .is_some_and(|parked| *parked > 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_fence_the_checker_finds_it() {
    let broken = Guards {
        fence: false,
        ..Guards::default()
    };
    let finding = chaos(broken).await;
    println!("{finding}");
    assert!(
        finding.kinds().contains(&Violation::ShownTwice),
        "{finding}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_write_ahead_the_checker_finds_it() {
    let broken = Guards {
        write_ahead: false,
        ..Guards::default()
    };
    let finding = chaos(broken).await;
    println!("{finding}");
    assert!(
        finding.kinds().contains(&Violation::ShownTwice),
        "{finding}"
    );
    assert!(finding.kinds().contains(&Violation::NoTrace), "{finding}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_window_the_checker_finds_it() {
    let broken = Guards {
        window: false,
        ..Guards::default()
    };
    let finding = chaos(broken).await;
    println!("{finding}");
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

/// A worker that can die at any moment with everything it holds in memory.
struct Mortal {
    runtime: Runtime,
    dir: TempDir,
}

impl Mortal {
    fn start(office: &Arc<Office>, rules: &Rules) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (office, rules) = (Arc::clone(office), rules.clone());
        let dir = TempDir::new().unwrap();
        let files = dir.path().to_owned();
        runtime.spawn(async move {
            let building = tokio::task::spawn_blocking(move || office.app.handles(&files));
            // It may be killed before it is there.
            let Ok(app) = building.await else { return };
            let worker = Worker::new(app, rules, pushing::render());
            worker.run(std::future::pending()).await;
        });
        Self { runtime, dir }
    }

    /// Its files stay: what it began with them in other threads may still be under way.
    fn kill(self) -> TempDir {
        self.runtime.shutdown_background();
        self.dir
    }
}

async fn chaos(guards: Guards) -> Finding {
    let office = Arc::new(Office::with(&[("database.pool_size", "2")], |_| {}).await);
    let rules = hasty(&office, guards);
    office.platform.protect_for(PROTECTED_MS);
    office.platform.script(faults());
    let time = RealTime::start(&office);
    let mut promised = office.notices(60).await;

    // Claims first, and writes nothing down for longer than the platform protects: a process that was stopped.
    let mut slow = rules.clone();
    (slow.concurrency, slow.timing.linger) = (4, STALL);
    let stalled = Mortal::start(&office, &slow);
    let began = Instant::now();
    until(&office, 4).await;

    let number = if database::postgres_url().is_some() {
        2
    } else {
        1
    };
    let mut mortals: Vec<Mortal> = (0..number)
        .map(|_| Mortal::start(&office, &rules))
        .collect();
    let (mut kills, mut dead) = (Vec::new(), Vec::new());
    settle_most(&office).await;
    for n in 0..KILLS {
        promised.extend(office.notices(25).await);
        until(&office, office.platform.requests() + 6).await;
        tokio::time::sleep(Duration::from_millis(11 * (n as u64 % 5))).await;
        kills.push(office.app.app.clock.now_ms());
        dead.push(mortals.remove(0).kill());
        mortals.push(Mortal::start(&office, &rules));
    }
    // All die in the middle of some.
    settle_most(&office).await;
    promised.extend(office.notices(60).await);
    until(&office, office.platform.requests() + 12).await;
    dead.extend(mortals.into_iter().map(Mortal::kill));
    tokio::time::sleep(BLACKOUT).await;

    let last = Mortal::start(&office, &rules);
    // As long as the machine needs, but a copy that was shown is enough.
    let enough = STALL + Duration::from_secs(1);
    let again = Instant::now();
    while again.elapsed() < PATIENCE
        && !is_shown_twice(&office)
        && (began.elapsed() < enough || open(&office) > 0)
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    dead.extend([last.kill(), stalled.kill()]);
    // What the platform still holds of them is taken in this time.
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop((time, dead));
    ledger::check(&Evidence {
        promised,
        requests: office.platform.book(),
        fates: fates(&office),
        kills,
        patience_ms: 20_000,
    })
}

/// A hundredth of the program's times. The circuit is another story's.
fn hasty(office: &Office, guards: Guards) -> Rules {
    let mut rules = Rules::new(&office.app.app.settings).faster(100);
    rules.concurrency = 8;
    rules.lane.trip_streak = 10_000;
    // A late try must come within the story.
    rules.schedule.late = [2_500; 4];
    rules.timing.gauges = Duration::from_secs(60);
    rules.guards = guards;
    rules
}

/// The stalled worker, which is the first, is told that the platform is busy; one notice in forty never gets a clear
/// answer; of the rest every sixth request meets a fault.
fn faults() -> impl FnMut(&Seen) -> Act + Send + 'static {
    let mut number = 0_u32;
    move |seen| {
        number += 1;
        let n = u64::from_str_radix(&seen.client_msg_id[16..], 16).unwrap();
        if n % 40 == 0 {
            return match number % 2 {
                0 => Act::TakeAndReset,
                _ => Act::Status(502, "", true),
            };
        }
        if number <= 8 {
            return Act::Code(-1);
        }
        match number.wrapping_mul(2_654_435_761) >> 16 & 63 {
            0 => Act::TakeAndHang,
            1 => Act::Hang,
            2 => Act::TakeAndReset,
            3 => Act::TakeAndTruncate,
            4 => Act::Status(502, "", true),
            5 => Act::Status(500, "", false),
            6 => Act::TakeAfter(200),
            7..=9 => Act::Code(-1),
            10 => Act::Status(503, "<html>busy</html>", false),
            other => Act::TakeAfter(10 + u64::from(other)),
        }
    }
}

/// The story's clock goes with the real one.
struct RealTime(Arc<AtomicBool>);

impl RealTime {
    fn start(office: &Arc<Office>) -> Self {
        let (office, stop) = (Arc::clone(office), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let (began, mut passed) = (Instant::now(), 0);
            while !stopped.load(Ordering::Relaxed) {
                let now = i64::try_from(began.elapsed().as_millis()).unwrap();
                office.app.advance_ms(now - passed);
                passed = now;
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Self(stop)
    }
}

impl Drop for RealTime {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn until(office: &Office, requests: usize) {
    let began = Instant::now();
    while office.platform.requests() < requests && began.elapsed() < Duration::from_secs(3) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What a doubt or the stalled worker holds may stay open.
async fn settle_most(office: &Office) {
    let began = Instant::now();
    while open(office) > 12 && began.elapsed() < PATIENCE / 5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_shown_twice(office: &Office) -> bool {
    let shown = office.platform.shown();
    shown.iter().collect::<HashSet<_>>().len() < shown.len()
}

fn open(office: &Office) -> usize {
    let open =
        "SELECT count(*) FROM pushes WHERE state IN ('pending', 'sending', 'waiting', 'unknown')";
    office
        .app
        .database
        .connect()
        .texts(open)
        .concat()
        .parse()
        .unwrap()
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
