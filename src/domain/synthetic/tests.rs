//! Sizes are the smallest that show the behaviour: 3,000 is what a first start loads, 20,000 has every charge.

mod shares;
mod shown;

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::*;
use crate::domain::ids::UnitId;
use crate::domain::publication_line;

/// 2026-11-20T18:00:00+08:00.
const END: i64 = 1_795_168_800_000;
const CHARGES: &str = include_str!("../../../config/charges.csv");

fn units() -> Vec<Procuratorate> {
    let mut reader =
        csv::Reader::from_reader(include_str!("../../../config/procuratorates.csv").as_bytes());
    let list = |text: &str| {
        text.split('|')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| Procuratorate {
            unit_id: UnitId::new(&row[0]),
            name: row[1].to_owned(),
            level: row[2].parse().unwrap(),
            parent_id: (!row[3].is_empty()).then(|| UnitId::new(&row[3])),
            kind: row[4].to_owned(),
            area_name: row[7].to_owned(),
            aliases: list(&row[8]),
            code_aliases: list(&row[9]),
        })
        .collect()
}

fn run(total: u64) -> Generator {
    Generator::new(1, total, &units(), CHARGES, END)
}

fn records(run: &Generator) -> Vec<PublicationRecord> {
    let lines = (0..run.total).map(|index| run.record(index));
    lines
        .filter_map(|line| match line {
            ImportLine::Record(record) => Some(record),
            ImportLine::Withdrawal { .. } => None,
        })
        .collect()
}

/// What a reader sees on the day of the end: nothing withdrawn, nothing to come.
fn visible(run: &Generator) -> Vec<PublicationRecord> {
    let withdrawn: HashSet<String> = (0..run.total)
        .filter_map(|index| match run.record(index) {
            ImportLine::Withdrawal { external_id } => Some(external_id),
            ImportLine::Record(_) => None,
        })
        .collect();
    records(run)
        .into_iter()
        .filter(|r| r.published_at <= END && !withdrawn.contains(&r.external_id))
        .collect()
}

fn of_kind(records: &[PublicationRecord], kind: PublicationKind) -> Vec<&PublicationRecord> {
    records
        .iter()
        .filter(|record| record.kind == kind)
        .collect()
}

fn digest(run: &Generator, lines: u64) -> String {
    let mut hash = Sha256::new();
    for index in 0..lines {
        hash.update(serde_json::to_string(&run.record(index)).unwrap());
        hash.update("\n");
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_run_forever() {
    // Changes only with a deliberate change of the texts, the weights or the two lists in config/.
    assert_eq!(digest(&run(3000), 1000), "c5c06e03f28ae652");
}

#[test]
fn records_do_not_depend_on_the_order_of_asking_but_on_the_seed() {
    let first = run(3000);
    let late = first.record(2999);
    assert_eq!(run(3000).record(2999), late);
    let other = Generator::new(2, 3000, &units(), CHARGES, END);
    assert_ne!(
        serde_json::to_value(other.record(2999)).unwrap()["title"],
        serde_json::to_value(late).unwrap()["title"]
    );
}

#[test]
fn every_line_is_a_valid_import_line_that_reads_back_to_itself() {
    let run = run(20_000);
    let mut ids = HashSet::new();
    for index in 0..20_000 {
        let line = run.record(index);
        let json = serde_json::to_string(&line).unwrap();
        assert_eq!(publication_line::parse(&json).as_ref(), Ok(&line), "{json}");
        if let ImportLine::Record(record) = line {
            let length = record.body.chars().count();
            assert!(length <= 500, "{length} characters: {}", record.body);
            assert!(
                record.body.ends_with("（演示数据，非真实案件）"),
                "{}",
                record.body
            );
            assert!(
                record.kind == PublicationKind::LegalDocument
                    || (60..=300).contains(&length)
                    || run.plan.role(index).is_some(),
                "{length}: {}",
                record.body
            );
            assert!(
                !record.summary.is_empty() && record.summary.chars().count() <= 160,
                "{}",
                record.summary
            );
            assert!(
                !record.body.contains(['{', '}']) && !record.title.contains(['{', '}']),
                "{}",
                record.body
            );
            assert_eq!(record.source_url, None);
            assert!(ids.insert(record.external_id));
        }
    }
}

#[test]
fn odd_runs_still_work() {
    for total in [0, 1, 24, 499, 501, 999] {
        let run = run(total);
        let withdrawals = (0..total)
            .filter(|index| matches!(run.plan.role(*index), Some(Role::Withdraws(_))))
            .count();
        assert_eq!(records(&run).len() + withdrawals, total as usize);
    }
    let bare = Generator::new(7, 1200, &[], "", 0);
    assert!(
        records(&bare)
            .iter()
            .all(|record| record.unit_code == "100000")
    );
    assert!(matches!(bare.record(u64::MAX / 4), ImportLine::Record(_)));
}
