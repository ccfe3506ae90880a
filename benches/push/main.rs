//! How notices leave, in figures and under fire: `cargo bench --bench push [-- WORD…]`.
//!
//! Words choose lines: `drain`, `claim`, `idle`, `outage`, `chaos`, and `sqlite`, `postgres`. WeChat is played by a process
//! of its own that keeps a ledger in a file; `drain` and `chaos` run the released program. PostgreSQL takes part when
//! `JIANXIN_BENCH_DATABASE_URL` and `JIANXIN_BENCH_REDIS_URL` are set (a schema and a prefix of its own, removed at the
//! end). `JIANXIN_BENCH_NOTICES` (20,000 to drain, 10,000 for the chaos), `JIANXIN_BENCH_ROUNDS`
//! (1; as many drains one after the other, for the memory), `JIANXIN_BENCH_WAITING` (1,000,000 for the claim)
//! and `JIANXIN_BENCH_KILLS` (50) change the sizes. Ends with 1 when the chaos or the outage loses something or shows it twice.

mod chaos;
mod claim;
mod drain;
mod fake;
mod idle;
#[path = "../../tests/it/support/ledger.rs"]
mod ledger;
mod notices;
mod outage;
mod place;
#[path = "../../tests/it/support/platform.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the stories' own platform, which has more to it than is used here"
)]
mod platform;

use std::process::ExitCode;

use place::Backend;

/// What ends the measurement; it is shown as it is.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let outcome = match words.split_first() {
        Some((role, rest)) if role == "platform" => fake::serve(rest).map(|()| true),
        _ => measure(&words),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("push bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(words: &[String]) -> Result<bool, Failure> {
    let among = |known: &[&str]| -> Vec<String> {
        let chosen = words.iter().filter(|word| known.contains(&word.as_str()));
        let chosen: Vec<String> = chosen.cloned().collect();
        match chosen.is_empty() {
            true => known.iter().map(|word| (*word).to_owned()).collect(),
            false => chosen,
        }
    };
    let modes = among(&["drain", "claim", "idle", "outage", "chaos"]);
    let backends = among(&["sqlite", "postgres"]);
    let backends: Vec<Backend> = Backend::from_environment()
        .into_iter()
        .filter(|backend| backends.iter().any(|word| word == backend.word()))
        .collect();
    println!("| what | on | target | measured |\n|---|---|---|---|");
    let mut is_good = true;
    for mode in &modes {
        for backend in &backends {
            is_good &= match mode.as_str() {
                "drain" => drain::run(backend)?,
                "claim" => claim::run(backend)?,
                "idle" => idle::run(backend)?,
                "outage" => outage::run(backend)?,
                _ => chaos::run(backend)?,
            };
        }
    }
    Ok(is_good)
}

/// One line of the table.
fn line(what: &str, backend: &Backend, target: &str, measured: &str) {
    println!("| {what} | {} | {target} | {measured} |", backend.name());
}

/// A number from the environment.
fn number(name: &str, otherwise: usize) -> Result<usize, Failure> {
    match std::env::var(name) {
        Ok(text) => Ok(text.parse()?),
        Err(_unset) => Ok(otherwise),
    }
}

/// The value below which a share of the sorted values lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
