//! Keywords, asked in this process and without the answers that the callback keeps: every question goes to the index and
//! to the database.

use std::sync::Arc;
use std::time::Instant;

use jianxin::app::App;
use jianxin::service::demo;
use jianxin::service::publications::LATEST;
use jianxin::service::search::{self, Wanted};

use crate::Failure;
use crate::process::{Place, runtime};

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

pub(crate) fn ask(place: &Place) -> Result<(), Failure> {
    runtime()?.block_on(async { keywords(&place.app().await?).await })
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
