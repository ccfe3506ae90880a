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

/// Rounds after the first. Each question counts with its quickest answer in them, since whatever else runs on the machine
/// only adds to it.
const ROUNDS: usize = 5;
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
        let mut times = vec![f64::MAX; questions.len()];
        for round in 0..=ROUNDS {
            let mut found = 0;
            for (words, quickest) in questions.iter().zip(&mut times) {
                let wanted = Wanted {
                    words: words.clone(),
                    kind: None,
                    scope: None,
                    offset: 0,
                    limit: LATEST,
                };
                let began = Instant::now();
                found += search::search(app, wanted).await?.total;
                *quickest = quickest.min(began.elapsed().as_secs_f64() * 1e3);
            }
            if round == 0 {
                report(
                    &format!("{what}, first time, {found} hits"),
                    &questions,
                    &times,
                );
                times.fill(f64::MAX);
            }
        }
        report(&format!("{what}, quickest of {ROUNDS}"), &questions, &times);
    }
    Ok(())
}

fn report(what: &str, questions: &[String], times: &[f64]) {
    let mut sorted: Vec<_> = times.iter().zip(questions).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(b.0));
    let at = |share: usize| sorted.get(sorted.len() * share / 100).or(sorted.last());
    if let (Some((p50, _)), Some((p99, _)), Some((worst, words))) = (at(50), at(99), sorted.last())
    {
        println!(
            "  keyword, {what}: {} questions, p50 {p50:.2} ms, p99 {p99:.2} ms (target ≤ 10), worst {worst:.2} ms ({words})",
            sorted.len()
        );
    }
}
