//! What one claim costs with few and with many notices waiting, in this process.

use std::sync::Arc;
use std::time::Instant;

use jianxin::app::{App, random_hex};
use jianxin::domain::lane;
use jianxin::store::StoreError;
use jianxin::store::pushes::{self, Ambiguous, ClaimOrder, Now, Ruling};

use crate::place::{Backend, Place, runtime};
use crate::{Failure, line, notices, number, quantile};

const FEW: usize = 10_000;
/// Notices in one claim, as the worker takes them.
const WANTED: usize = 64;
const CLAIMS: usize = 100;
const WARM_UP: usize = 10;

pub(crate) fn run(backend: &Backend) -> Result<bool, Failure> {
    let many = number("JIANXIN_BENCH_WAITING", 1_000_000)?;
    let places = [Place::new(backend)?, Place::new(backend)?];
    let here = runtime()?;
    let [few_app, many_app] = &places;
    let apps = [
        few_app.app(&here, "http://127.0.0.1:9")?,
        many_app.app(&here, "http://127.0.0.1:9")?,
    ];
    let began = Instant::now();
    for (app, count) in apps.iter().zip([FEW, many]) {
        here.block_on(notices::fill(app, 0, count))?;
    }
    let filling = began.elapsed().as_secs_f64();
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..WARM_UP + CLAIMS {
        // In turn, so that whatever else runs on the machine meets both.
        for (app, costs) in apps.iter().zip(&mut costs) {
            let cost = here.block_on(claim(app))?;
            if round >= WARM_UP {
                costs.push(cost);
            }
        }
    }
    costs
        .iter_mut()
        .for_each(|costs| costs.sort_by(f64::total_cmp));
    let [few, many_cost] = costs.map(|costs| quantile(&costs, 0.5));
    line(
        &format!("claim of {WANTED}, median of {CLAIMS}: {FEW} waiting, {many} waiting, ratio"),
        backend,
        "≤ 1.3",
        &format!(
            "{few:.2} ms, {many_cost:.2} ms, {:.2} (filling took {filling:.0} s)",
            many_cost / few
        ),
    );
    Ok(true)
}

/// A look and a claim as the worker does them; milliseconds.
async fn claim(app: &Arc<App>) -> Result<f64, Failure> {
    let lane = lane::Rules {
        rate_per_second: 0,
        daily_quota: i64::MAX / 200,
        ..lane::Rules::default()
    };
    let now = Now::OfDatabase(app.clock.now_ms());
    let order = ClaimOrder {
        now,
        wanted: WANTED,
        lease_ms: 600_000,
        lease_token: random_hex::<16>(),
        lane: lane.clone(),
        ruling: Ruling {
            window_ms: Some(480_000),
            ambiguous: Ambiguous::Park,
            max_crashes: 3,
        },
        write_ahead: true,
    };
    let began = Instant::now();
    let due = app
        .db
        .read(move |c| pushes::is_due(c, now, &lane).map_err(StoreError::from))
        .await?;
    let claim = app
        .db
        .write(move |c| pushes::claim(c, &order).map_err(StoreError::from))
        .await?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    match due.is_some() && claim.pushes.len() == WANTED {
        true => Ok(took),
        false => Err(format!("{} claimed and not {WANTED}", claim.pushes.len()).into()),
    }
}
