//! The callback against a constant reply, as ratios in one run: `cargo bench --bench callback [-- NAME…]`.
//!
//! The server has one core, this client the other. Every request is a new message, signed (and encrypted) beforehand, so
//! that nothing is answered from the store of repeated deliveries. The floor is an axum handler that reads the same body
//! and returns a text of equal length. Five runs of each, alternating; the table shows the medians, and beside them what both
//! computed for a request, which says the same on a machine where others want the cores too.
//!
//! `JIANXIN_BENCH_REQUESTS` sets the requests of one run (60,000).

mod client;
mod floor;
mod messages;
mod server;

use std::process::{Command, ExitCode};

use client::Run;
use messages::{Case, Sealing};
use server::Server;

/// What ends the measurement; it is shown as it is.
type Failure = Box<dyn std::error::Error>;

const RUNS: usize = 5;
const WARM_UP: usize = 5_000;
const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let outcome = match arguments.split_first() {
        Some((role, rest)) if role == "floor" => floor::serve(rest),
        Some((role, rest)) if role == "client" => measure(rest),
        _ => pinned(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("callback bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the client on its own core.
fn pinned(names: &[String]) -> Result<(), Failure> {
    let status = Command::new("taskset")
        .args(["-c", CLIENT_CORE])
        .arg(std::env::current_exe()?)
        .arg("client")
        .args(names)
        .status()
        .map_err(|error| {
            format!("taskset (util-linux) is needed to pin processes to cores: {error}")
        })?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the client ended with {status}").into())
    }
}

fn measure(names: &[String]) -> Result<(), Failure> {
    let requests = match std::env::var("JIANXIN_BENCH_REQUESTS") {
        Ok(text) => text.parse()?,
        Err(_unset) => 60_000,
    };
    println!(
        "{requests} requests a run, {} connections, median of {RUNS} alternating runs",
        client::CONNECTIONS
    );
    println!(
        "| case | requests/s | floor | ratio | µs computed, the floor's: ratio | target | p50 ms | p99 ms | client idle, floor's client |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for sealing in [Sealing::Plain, Sealing::Safe] {
        let cases = Case::all().filter(|case| case.sealing == sealing);
        let cases: Vec<Case> = cases
            .filter(|case| {
                names.is_empty() || names.iter().any(|name| case.name.contains(name.as_str()))
            })
            .collect();
        if cases.is_empty() {
            continue;
        }
        let server = Server::start(sealing)?;
        for case in &cases {
            compare(case, &server, requests)?;
        }
    }
    Ok(())
}

/// One line of the table.
fn compare(case: &Case, server: &Server, requests: usize) -> Result<(), Failure> {
    let mut numbers = 0_u64..;
    let same = case.for_floor();
    let warm = client::run(&server.address, case, WARM_UP, &mut numbers)?;
    let floor = Server::floor(warm.body_len)?;
    client::run(&floor.address, &same, WARM_UP, &mut numbers)?;
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    let (mut our_work, mut their_work) = (0, 0);
    for _ in 0..RUNS {
        let before = (server.computed()?, floor.computed()?);
        ours.push(client::run(&server.address, case, requests, &mut numbers)?);
        floors.push(client::run(&floor.address, &same, requests, &mut numbers)?);
        our_work += server.computed()? - before.0;
        their_work += floor.computed()? - before.1;
    }
    let micros = |work: u64| work as f64 / 1e3 / (RUNS * requests) as f64;
    let (our, their) = (
        median(&ours, |run| run.per_second),
        median(&floors, |run| run.per_second),
    );
    println!(
        "| {} | {our:.0} | {their:.0} | {:.2} | {:.1}, {:.1}: {:.2} | ≥ {:.2} | {:.2} | {:.2} | {:.0} %, {:.0} % |",
        case.name,
        our / their,
        micros(our_work),
        micros(their_work),
        their_work as f64 / our_work as f64,
        case.target,
        median(&ours, |run| run.p50_ms),
        median(&ours, |run| run.p99_ms),
        median(&ours, |run| run.client_idle) * 100.0,
        median(&floors, |run| run.client_idle) * 100.0,
    );
    Ok(())
}

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
