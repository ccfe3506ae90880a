//! An hour without the platform, with all times of the worker a sixtieth: how often it is asked, and what is left after.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jianxin::push::{Rules, Worker, render};
use jianxin::store::StoreError;
use jianxin::store::pushes::{self, Filter};

use crate::fake::Fake;
use crate::place::{Backend, Place, runtime};
use crate::{Failure, ledger, line, notices, number};

const FACTOR: u32 = 60;
const HOUR: Duration = Duration::from_secs(3_600);
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) fn run(backend: &Backend) -> Result<bool, Failure> {
    // Nobody listens: every try is known not to have arrived. A gateway without anything behind it leaves doubts.
    let refused = hour(backend, "nobody listens", "away", "back")?;
    let gateway = hour(backend, "502 without a body", "down", "up")?;
    Ok(refused && gateway)
}

fn hour(backend: &Backend, what: &str, begin: &str, end: &str) -> Result<bool, Failure> {
    let count = number("JIANXIN_BENCH_NOTICES", 20_000)?;
    let place = Place::new(backend)?;
    let mut fake = Fake::start(place.path(), 10, 0)?;
    let here = runtime()?;
    let app = place.app(&here, &fake.origin)?;
    let rules = Rules::new(&app.settings).faster(FACTOR);
    let worker = Worker::new(Arc::clone(&app), rules, render::by_templates(&app));
    // One notice before, so that there is a token.
    let mut promised = here.block_on(notices::fill(&app, 0, 1))?;
    here.spawn(worker.run(std::future::pending()));
    wait(|| Ok(fake.count()? >= 1 && here.block_on(notices::open(&app))? == 0))?;
    fake.order(begin)?;
    let began = Instant::now();
    promised.extend(here.block_on(notices::fill(&app, 1, count))?);
    std::thread::sleep((HOUR / FACTOR).saturating_sub(began.elapsed()));
    let tried = here.block_on(tries(&app))?;
    fake.order(end)?;
    let ended = Instant::now();
    wait(|| Ok(here.block_on(notices::open(&app))? == 0))?;
    let took = ended.elapsed();
    let finding = ledger::check(&ledger::Evidence {
        promised,
        requests: fake.requests()?,
        fates: here.block_on(notices::fates(&app))?,
        kills: Vec::new(),
        patience_ms: 0,
    });
    line(
        &format!(
            "outage of an hour ({what}), {count} waiting, times / {FACTOR}: requests during it"
        ),
        backend,
        "≤ 300",
        &format!("{}", tried - 1),
    );
    line(
        "and after it",
        backend,
        "all delivered, none lost",
        &format!("{finding}, within {:.0} s", took.as_secs_f64()),
    );
    Ok(finding.violations.is_empty())
}

fn wait(mut is_done: impl FnMut() -> Result<bool, Failure>) -> Result<(), Failure> {
    let began = Instant::now();
    while !is_done()? {
        if began.elapsed() > PATIENCE {
            return Err("it does not end".into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// All tries that were noted: the platform's ledger knows nothing of connections that nobody accepted.
async fn tries(app: &jianxin::app::App) -> Result<usize, Failure> {
    let read = app.db.read(|c| -> Result<usize, StoreError> {
        let mut tries = 0;
        for push in pushes::list(
            c,
            &Filter {
                limit: i64::MAX,
                ..Filter::default()
            },
        )? {
            // Whatever was tried has an errcode, a reason or an end.
            let is_fresh = push.ended_at.is_none() && push.reason.is_none() && push.attempts == 0;
            if !is_fresh {
                tries += pushes::attempts(c, push.id)?.len();
            }
        }
        Ok(tries)
    });
    Ok(read.await?)
}
