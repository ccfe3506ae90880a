//! How well the masking check finds what is planted, how seldom it errs on the synthetic documents, and how fast it is.
//!
//! `JIANXIN_BENCH_MASKING=100000` sets how many of each (20,000 otherwise).
#![expect(
    clippy::expect_used,
    reason = "a measurement that meets something unexpected shall stop there"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use jianxin::domain::masking::{Kind, Parts, Planted, check, planted};
use jianxin::domain::procuratorate;
use jianxin::domain::publication::PublicationRecord;
use jianxin::domain::publication_line::ImportLine;
use jianxin::domain::synthetic::Generator;

const CHARGES: &str = include_str!("../../config/charges.csv");
/// 2026-11-20T18:00:00+08:00.
const END: i64 = 1_795_168_800_000;

fn main() {
    let count: u64 = std::env::var("JIANXIN_BENCH_MASKING")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    found(count);
    alarms(count);
    long();
}

/// The share of what is planted that is found, by kind.
fn found(count: u64) {
    let plants: Vec<Planted> = (0..count).map(|index| planted(7, index)).collect();
    let mut missed: BTreeMap<Kind, (u64, u64)> = BTreeMap::new();
    for plant in &plants {
        let parts = Parts {
            body: &plant.body,
            ..Parts::default()
        };
        let covered = check(&parts)
            .iter()
            .any(|one| one.kind == plant.kind && one.start < plant.end && plant.end <= one.end);
        let (all, gone) = missed.entry(plant.kind).or_default();
        *all += 1;
        *gone += u64::from(!covered);
        if !covered {
            println!("missed: {} in {}", plant.kind.as_str(), plant.body);
        }
    }
    let gone: u64 = missed.values().map(|(_, gone)| gone).sum();
    println!(
        "planted {count}: found {:.3} %, missed {gone}",
        100.0 * (count - gone) as f64 / count as f64
    );
    for (kind, (all, gone)) in missed {
        println!("  {:<11} {all:>7} planted, {gone} missed", kind.as_str());
    }
}

/// The share of synthetic documents with an alarm, and the speed over them.
fn alarms(count: u64) {
    let units = procuratorate::parse_csv(procuratorate::BUILT_IN).expect("the built-in units");
    let run = Generator::new(1, count, &units, CHARGES, END);
    let records: Vec<PublicationRecord> = (0..count)
        .filter_map(|index| match run.record(index) {
            ImportLine::Record(record) => Some(record),
            ImportLine::Withdrawal { .. } => None,
        })
        .collect();
    let bytes: usize = records
        .iter()
        .map(|record| record.title.len() + record.summary.len() + record.body.len())
        .sum();
    let begun = Instant::now();
    let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
    let mut alarms = 0_u64;
    for record in &records {
        let charges = record.charges.join("；");
        let parts = Parts {
            title: &record.title,
            summary: &record.summary,
            body: &record.body,
            document_type: record.document_type.as_deref().unwrap_or_default(),
            document_number: record.document_number.as_deref().unwrap_or_default(),
            charges: &charges,
            source_url: record.source_url.as_deref().unwrap_or_default(),
        };
        let findings = check(&parts);
        alarms += u64::from(!findings.is_empty());
        for finding in findings {
            *kinds.entry(finding.kind).or_default() += 1;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "synthetic {}: {alarms} with an alarm, {:.3} % {kinds:?}",
        records.len(),
        100.0 * alarms as f64 / records.len() as f64
    );
    println!(
        "  {:.1} MB in {seconds:.2} s: {:.1} MB/s, {:.0} documents/s",
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds,
        records.len() as f64 / seconds
    );
}

/// The longest text that a record may have, of digits, names and places only.
fn long() {
    let piece = "被害人李小明1 3800138000，住岳麓区麓山路1号2栋3单元，";
    let body: String = piece.chars().cycle().take(200_000).collect();
    let parts = Parts {
        body: &body,
        ..Parts::default()
    };
    let begun = Instant::now();
    let findings = check(&parts).len();
    println!(
        "200,000 characters with {findings} findings: {:.0} ms",
        begun.elapsed().as_secs_f64() * 1000.0
    );
}
