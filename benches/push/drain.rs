//! A full outbox against a platform that answers in 50 ms, with the released program.

use std::time::{Duration, Instant};

use crate::fake::Fake;
use crate::place::{Backend, Place, runtime};
use crate::{Failure, ledger, line, notices, number};

const DELAY_MS: u64 = 50;
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) fn run(backend: &Backend) -> Result<bool, Failure> {
    let count = number("JIANXIN_BENCH_NOTICES", 20_000)?;
    let place = Place::new(backend)?;
    let fake = Fake::start(place.path(), DELAY_MS, 0)?;
    let here = runtime()?;
    let rounds = number("JIANXIN_BENCH_ROUNDS", 1)?;
    let app = place.app(&here, &fake.origin)?;
    let mut promised = here.block_on(notices::fill(&app, 0, count))?;
    let settings = [("push.rate_per_second", "0"), ("push.concurrency", "128")];
    let program = place.program(&fake.origin, &settings)?;
    let mut memory = Vec::new();
    for round in 0..rounds {
        if round > 0 {
            promised.extend(here.block_on(notices::fill(&app, round * count, count))?);
        }
        let began = Instant::now();
        let mut marks = Vec::new();
        for share in [0.1, 0.5, 0.9] {
            while (fake.count()? as f64) < (round as f64 + share) * count as f64 {
                if began.elapsed() > PATIENCE {
                    return Err("the outbox does not empty".into());
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            marks.push(format!("{:.0}", program.anonymous_mb()?));
        }
        while here.block_on(notices::open(&app))? > 0 && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        memory.push(marks.join(", "));
    }
    line(
        "RssAnon at a tenth, half, nine tenths",
        backend,
        "flat",
        &format!("{} MB", memory.join("; ")),
    );
    let requests = fake.requests()?;
    let mut times: Vec<_> = requests.iter().map(|request| request.wall_us).collect();
    times.sort_unstable();
    // Of the first drain.
    times.truncate(count);
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Err("nothing was sent".into());
    };
    let secs = (*last - *first) as f64 / 1e6 + DELAY_MS as f64 / 1e3;
    let finding = ledger::check(&ledger::Evidence {
        promised,
        requests,
        fates: here.block_on(notices::fates(&app))?,
        kills: Vec::new(),
        patience_ms: 0,
    });
    line(
        &format!("drain of {count}, platform answers in {DELAY_MS} ms"),
        backend,
        "≥ 1,000 a second",
        &format!("{:.0} a second; {finding}", count as f64 / secs),
    );
    Ok(finding.violations.is_empty())
}
