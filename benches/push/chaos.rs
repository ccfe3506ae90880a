//! The released program, killed again and again while the platform answers badly: afterwards the ledger decides.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jianxin::app::random_bytes;
use jianxin::service::pushes;

use crate::fake::Fake;
use crate::place::{Backend, Place, Program, runtime};
use crate::{Failure, ledger, line, notices, number};

const DELAY_MS: u64 = 50;
const FAULTS_PER_MILLE: u32 = 50;
const REVOCATIONS: usize = 5;
const PATIENCE_MS: i64 = 20_000;
/// A notice that meets only doubts is decided after eight minutes.
const LONGEST: Duration = Duration::from_secs(900);

pub(crate) fn run(backend: &Backend) -> Result<bool, Failure> {
    let count = number("JIANXIN_BENCH_NOTICES", 10_000)?;
    let kills = number("JIANXIN_BENCH_KILLS", 50)?;
    let place = Place::new(backend)?;
    let mut fake = Fake::start(place.path(), DELAY_MS, FAULTS_PER_MILLE)?;
    let here = runtime()?;
    let app = place.app(&here, &fake.origin)?;
    // Half of them wait, the others come while processes die. The rate spreads them over the kills.
    let mut promised = here.block_on(notices::fill(&app, 0, count / 2))?;
    let rate = (count / 40).max(10).to_string();
    let settings = [
        ("push.rate_per_second", rate.as_str()),
        ("push.lease_secs", "12"),
    ];
    let number_of = if matches!(backend, Backend::Sqlite) {
        1
    } else {
        2
    };
    let began = Instant::now();
    let mut programs = Vec::new();
    for _ in 0..number_of {
        programs.push(place.program(&fake.origin, &settings)?);
    }
    let mut times = Vec::new();
    for nth in 0..kills {
        let more = (count / 2) * (nth + 1) / kills - (count / 2) * nth / kills;
        let first = count / 2 + (count / 2) * nth / kills;
        promised.extend(here.block_on(notices::fill(&app, first, more))?);
        here.block_on(pushes::bell(&app));
        if nth % (kills / REVOCATIONS).max(1) == 0 {
            fake.order("revoke")?;
        }
        std::thread::sleep(Duration::from_millis(100 + u64::from(chance() % 1_400)));
        let victim = chance() as usize % number_of;
        let Some(program) = programs.get_mut(victim) else {
            continue;
        };
        times.push(wall_ms()?);
        program.kill()?;
        *program = place.program(&fake.origin, &settings)?;
    }
    let rest = count - promised.len();
    promised.extend(here.block_on(notices::fill(&app, promised.len(), rest))?);
    here.block_on(pushes::bell(&app));
    let killing = began.elapsed();
    while began.elapsed() < LONGEST && here.block_on(notices::open(&app))? > 0 {
        std::thread::sleep(Duration::from_millis(200));
    }
    let all = began.elapsed();
    programs.iter_mut().try_for_each(Program::kill)?;
    let finding = ledger::check(&ledger::Evidence {
        promised,
        requests: fake.requests()?,
        fates: here.block_on(notices::fates(&app))?,
        kills: times,
        patience_ms: PATIENCE_MS,
    });
    line(
        &format!(
            "chaos: {count} notices, {kills} kill -9 of {number_of}, faults on 5 %, {REVOCATIONS} revocations"
        ),
        backend,
        "each shown or parked in doubt, none twice",
        &format!(
            "{finding}; {} requests; {:.0} s of kills, {:.0} s in all",
            fake.count()?,
            killing.as_secs_f64(),
            all.as_secs_f64()
        ),
    );
    let pause = finding.longest_pause as f64 / 1e3;
    line(
        "the longest pause after a kill",
        backend,
        "≤ 20 s",
        &format!("{pause:.1} s"),
    );
    Ok(finding.violations.is_empty())
}

fn chance() -> u32 {
    u32::from_le_bytes(random_bytes())
}

fn wall_ms() -> Result<i64, Failure> {
    Ok(i64::try_from(
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis(),
    )?)
}
