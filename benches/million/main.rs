//! How cost grows with the number of publications: `cargo bench --bench million`.
//!
//! Loads synthetic publications into SQLite with the program itself, lets the server fill its index, starts it again,
//! and asks in this process what followers ask. `JIANXIN_BENCH_MILLION` sets the larger number (100,000; the targets are
//! meant for 1000000, which takes some minutes and 5 GB of disk). With `JIANXIN_BENCH_KEEP` set to a directory the
//! databases and indexes stay there, and the next run only asks.

mod keywords;
mod latest;
mod process;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use process::Place;

/// What ends the measurement; it is shown as it is.
type Failure = Box<dyn std::error::Error>;

const SMALL: u64 = 10_000;
/// What the server may still be doing after it says that it listens.
const SETTLE: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("million bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), Failure> {
    let large = match std::env::var("JIANXIN_BENCH_MILLION") {
        Ok(text) => text.parse()?,
        Err(_unset) => 100_000,
    };
    first_start()?;
    let (small, large) = (grow(SMALL)?, grow(large)?);
    println!("\nNewest five, growth from {SMALL}: cost there, cost here, ratio (target ≤ 1.3)");
    for growth in latest::growth(&small, &large)? {
        println!(
            "  {}, {} questions: {:.1} µs, {:.1} µs, {:.2}",
            growth.what,
            growth.questions,
            growth.before,
            growth.after,
            growth.after / growth.before
        );
    }
    println!();
    keywords::ask(&large)
}

/// What a new user meets.
fn first_start() -> Result<(), Failure> {
    let place = Place::new()?;
    let server = place.serve(3000)?;
    println!(
        "Demonstration data, first start to listening: {:.2} s (target ≤ 5)",
        server.listening.as_secs_f64()
    );
    server.until_ready()?;
    std::thread::sleep(SETTLE);
    println!(
        "Demonstration data, RssAnon: {} MB (target ≤ 120)",
        server.anonymous_mb()?
    );
    server.stop()
}

/// One size: load, index, start again.
fn grow(count: u64) -> Result<Place, Failure> {
    println!("\n{count} publications");
    let place = match std::env::var_os("JIANXIN_BENCH_KEEP") {
        Some(dir) => Place::kept(PathBuf::from(dir).join(count.to_string()))?,
        None => Place::new()?,
    };
    if !place.is_loaded() {
        fill(&place, count)?;
    }
    let again = place.serve(0)?;
    println!(
        "  start with the index there: {:.2} s to listening (target ≤ 2)",
        again.listening.as_secs_f64()
    );
    println!("  and {:.2} s to ready", again.until_ready()?.as_secs_f64());
    std::thread::sleep(SETTLE);
    println!(
        "  RssAnon then: {} MB (target ≤ 250)",
        again.anonymous_mb()?
    );
    again.stop()?;
    println!(
        "  database {} MB, index {} MB",
        place.megabytes("jianxin.sqlite")?,
        place.megabytes("index")?
    );
    Ok(place)
}

fn fill(place: &Place, count: u64) -> Result<(), Failure> {
    let import = place.load(count)?;
    println!(
        "  import: {:.1} s, {:.0} a second",
        import.as_secs_f64(),
        rate(count, import)
    );
    let first = place.serve(0)?;
    let index = first.until_ready()?;
    println!(
        "  first start to index ready: {:.1} s, {:.0} a second",
        index.as_secs_f64(),
        rate(count, index)
    );
    println!(
        "  import and index: {:.0} a second (target ≥ 5,000)",
        rate(count, import + index)
    );
    println!("  RssAnon after indexing: {} MB", first.anonymous_mb()?);
    first.stop()
}

fn rate(count: u64, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}
