//! What followers ask, in this process and without the answers that the callback keeps: every question goes to the
//! database or the index.

use std::sync::Arc;
use std::time::Instant;

use jianxin::app::App;
use jianxin::config::{self, Need};
use jianxin::domain::clock::Clock;
use jianxin::domain::ids::UnitId;
use jianxin::domain::publication::PublicationKind;
use jianxin::service::publications::{self, LATEST};
use jianxin::service::search::{self, Wanted};
use jianxin::service::{demo, error::ServiceError};

use crate::Failure;
use crate::process::Place;

/// Rounds over all questions; the first one warms up.
const ROUNDS: usize = 5;
const KIND: PublicationKind = PublicationKind::ImportantCase;
const COMMON: [&str; 8] = [
    "被告人",
    "起诉书",
    "人民检察院",
    "依法",
    "提起公诉",
    "审查逮捕",
    "被告人 人民检察院",
    "起诉书 被告人",
];

/// Mean cost of the newest five, in microseconds.
pub(crate) struct Answers {
    pub(crate) latest: Vec<(&'static str, f64)>,
}

pub(crate) fn ask(place: &Place) -> Result<Answers, Failure> {
    let settings = config::load(None, place.environment(0).into_iter(), Need::Account).map_err(
        |mistakes| {
            mistakes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        },
    )?;
    // One TLS provider for the process, as the program itself has it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let app =
            tokio::task::spawn_blocking(|| App::build(settings, "http://127.0.0.1", Clock::System))
                .await??;
        let latest = latest(&app).await?;
        keywords(&app).await?;
        Ok(Answers { latest })
    })
}

async fn latest(app: &Arc<App>) -> Result<Vec<(&'static str, f64)>, Failure> {
    let book = app.units();
    let units = |level: u8, step: usize| -> Vec<UnitId> {
        let all = book.tree.iter().filter(|unit| unit.level == level);
        all.step_by(step).map(|unit| unit.unit_id.clone()).collect()
    };
    let (provinces, cities, counties) = (units(2, 1), units(3, 4), units(4, 29));
    let mut means = Vec::new();
    means.push((
        "the country",
        mean(&[()], 200, async |()| {
            publications::latest(app, KIND).await.map(drop)
        })
        .await?,
    ));
    for (what, units) in [
        ("a province", &provinces),
        ("a city", &cities),
        ("a county", &counties),
    ] {
        means.push((
            what,
            mean(units, 1, async |unit| {
                publications::latest_of_unit(app, KIND, unit)
                    .await
                    .map(drop)
            })
            .await?,
        ));
    }
    let subtree = async |unit: &UnitId| {
        let scope = publications::subtree_scope(&book.tree, unit);
        publications::page(app, KIND, scope, None, LATEST)
            .await
            .map(drop)
    };
    means.push(("a province's subtree", mean(&provinces, 3, subtree).await?));
    means.push(("a city's subtree", mean(&cities, 1, subtree).await?));
    let follows: Vec<Vec<UnitId>> = [&provinces, &cities, &counties]
        .into_iter()
        .flat_map(|units| units.chunks_exact(5).map(<[_]>::to_vec))
        .collect();
    let followed = async |units: &Vec<UnitId>| {
        publications::latest_of_units(app, KIND, units)
            .await
            .map(drop)
    };
    means.push(("five follows", mean(&follows, 2, followed).await?));
    Ok(means)
}

/// The mean of `repeat` calls for each of the things, after a round that is not counted; the middle one of all rounds.
async fn mean<T>(
    things: &[T],
    repeat: usize,
    ask: impl AsyncFn(&T) -> Result<(), ServiceError>,
) -> Result<f64, Failure> {
    let mut means = Vec::new();
    for _ in 0..=ROUNDS {
        let began = Instant::now();
        for thing in things {
            for _ in 0..repeat {
                ask(thing).await?;
            }
        }
        let calls = u32::try_from(things.len() * repeat)?.max(1);
        means.push(began.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
    }
    means.remove(0);
    means.sort_by(f64::total_cmp);
    means
        .get(ROUNDS / 2)
        .copied()
        .ok_or_else(|| "no rounds".into())
}

async fn keywords(app: &Arc<App>) -> Result<(), Failure> {
    let charges: Vec<&str> = demo::CHARGES
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    let pairs = charges.iter().map(|charge| format!("{charge} 起诉书"));
    let with_place = charges.iter().map(|charge| format!("{charge} 长沙"));
    for (what, questions) in [
        (
            "each charge",
            charges
                .iter()
                .map(|charge| (*charge).to_owned())
                .collect::<Vec<_>>(),
        ),
        (
            "each charge and a second word",
            pairs.chain(with_place).collect(),
        ),
        (
            "words that stand everywhere",
            COMMON.map(str::to_owned).to_vec(),
        ),
    ] {
        for round in ["first time", "again"] {
            let mut times = Vec::new();
            let mut found = 0;
            for words in &questions {
                let wanted = Wanted {
                    words: words.clone(),
                    kind: None,
                    scope: None,
                    offset: 0,
                    limit: LATEST,
                };
                let began = Instant::now();
                found += search::search(app, wanted).await?.total;
                times.push((began.elapsed().as_secs_f64() * 1e3, words.as_str()));
            }
            times.sort_by(|a, b| a.0.total_cmp(&b.0));
            let at = |share: usize| {
                times.get((times.len() * share / 100).min(times.len().saturating_sub(1)))
            };
            let (p50, p99, worst) = (at(50), at(99), times.last());
            if let (Some(p50), Some(p99), Some(worst)) = (p50, p99, worst) {
                println!(
                    "  keyword, {what}, {round}: {} questions, {found} hits, p50 {:.2} ms, p99 {:.2} ms (target ≤ 10), worst {:.2} ms ({})",
                    times.len(),
                    p50.0,
                    p99.0,
                    worst.0,
                    worst.1
                );
            }
        }
    }
    Ok(())
}
