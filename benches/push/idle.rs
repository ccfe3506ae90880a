//! From the start of the transaction that promises a notice to its request at the platform, when nothing else is to do.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jianxin::push::{Rules, Worker, render};
use jianxin::service::pushes;

use crate::fake::Fake;
use crate::place::{Backend, Place, runtime};
use crate::{Failure, line, notices, quantile};

const EVENTS: usize = 200;

pub(crate) fn run(backend: &Backend) -> Result<bool, Failure> {
    let place = Place::new(backend)?;
    let fake = Fake::start(place.path(), 0, 0)?;
    let here = runtime()?;
    let app = place.app(&here, &fake.origin)?;
    // On SQLite the worker hears the bell of its own process; on PostgreSQL it is another process, reached by Redis.
    let program = match backend {
        Backend::Sqlite => {
            let rules = Rules::new(&app.settings);
            let worker = Worker::new(Arc::clone(&app), rules, render::by_templates(&app));
            here.spawn(worker.run(std::future::pending()));
            None
        }
        Backend::Postgres(..) => Some(place.program(&fake.origin, &[])?),
    };
    let mut waits = Vec::new();
    for number in 0..EVENTS + 5 {
        // Not in step with anything that polls.
        std::thread::sleep(Duration::from_millis(150 + (number as u64 * 37) % 100));
        let began = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
        let ids = here.block_on(notices::fill(&app, number, 1))?;
        here.block_on(pushes::bell(&app));
        let request = loop {
            let requests = fake.requests()?;
            let own = |id: &String| {
                requests
                    .iter()
                    .find(|request| request.client_msg_id == *id)
                    .cloned()
            };
            match ids.first().and_then(own) {
                Some(request) => break request,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        // The first ones fetch the token and open connections.
        if number >= 5 {
            waits.push((request.wall_us - i64::try_from(began)?) as f64 / 1e3);
        }
    }
    drop(program);
    waits.sort_by(f64::total_cmp);
    line(
        &format!("idle: promise to request, {EVENTS} single notices, p50, p99"),
        backend,
        "≤ 50 ms",
        &format!(
            "{:.1} ms, {:.1} ms",
            quantile(&waits, 0.5),
            quantile(&waits, 0.99)
        ),
    );
    Ok(true)
}
