//! Sizes are the smallest that show the behaviour: 3,000 is what a first start loads, 20,000 has every charge.

use std::collections::{HashMap, HashSet};

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

/// The share is within fifteen per cent of what it should be.
fn assert_share(what: &str, count: usize, of: usize, percent: f64) {
    let share = 100.0 * count as f64 / of as f64;
    assert!(
        (share / percent - 1.0).abs() < 0.15,
        "{what}: {share:.2} % instead of {percent} %"
    );
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
    assert_eq!(digest(&run(3000), 1000), "DIGEST");
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
fn boards_levels_and_types_have_their_shares() {
    let units = units();
    let level: HashMap<&str, u8> = units
        .iter()
        .map(|unit| (unit.unit_id.as_str(), unit.level))
        .collect();
    let all = records(&run(20_000));
    let documents = of_kind(&all, PublicationKind::LegalDocument);
    let cases = of_kind(&all, PublicationKind::ImportantCase);
    assert_share("cases", cases.len(), all.len(), 12.0);
    for (name, board, shares) in [
        ("documents", &documents, [1.0, 4.0, 15.0, 80.0]),
        ("cases", &cases, [3.0, 12.0, 25.0, 60.0]),
    ] {
        for (number, share) in (1_u8..).zip(shares) {
            let count = board
                .iter()
                .filter(|record| level[record.unit_code.as_str()] == number)
                .count();
            assert_share(
                &format!("{name} of level {number}"),
                count,
                board.len(),
                share,
            );
        }
    }
    for (word, share) in [
        ("起诉书", 82.0),
        ("不起诉决定书", 13.0),
        ("抗诉书", 1.5),
        ("刑事申诉复查决定书", 1.5),
        ("其他法律文书", 2.0),
    ] {
        let count = documents
            .iter()
            .filter(|record| record.document_type.as_deref() == Some(word))
            .count();
        assert_share(word, count, documents.len(), share);
    }
}

#[test]
fn charges_have_a_head_a_tail_and_all_are_there() {
    let all = visible(&run(20_000));
    let documents = of_kind(&all, PublicationKind::LegalDocument);
    let shares: [(&[&str], f64); 8] = [
        (&["危险驾驶罪"], 25.0),
        (&["盗窃罪"], 17.0),
        (&["故意伤害罪"], 9.0),
        (
            &[
                "走私、贩卖、运输、制造毒品罪",
                "非法持有毒品罪",
                "容留他人吸毒罪",
            ],
            9.0,
        ),
        (
            &[
                "帮助信息网络犯罪活动罪",
                "掩饰、隐瞒犯罪所得、犯罪所得收益罪",
            ],
            6.0,
        ),
        (&["开设赌场罪"], 4.0),
        (&["抢劫罪"], 1.5),
        (&["贪污罪", "受贿罪"], 1.5),
    ];
    for (names, share) in shares {
        let is_first = |record: &&&PublicationRecord| {
            record
                .charges
                .first()
                .is_some_and(|charge| names.contains(&charge.as_str()))
        };
        assert_share(
            names[0],
            documents.iter().filter(is_first).count(),
            documents.len(),
            share,
        );
    }
    let several = documents
        .iter()
        .filter(|record| record.charges.len() > 1)
        .count();
    assert_share("two and more charges", several, documents.len(), 8.0);
    let met: HashSet<&str> = documents
        .iter()
        .flat_map(|record| &record.charges)
        .map(String::as_str)
        .collect();
    let missing: Vec<&str> = CHARGES
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').next())
        .filter(|name| !met.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn no_charge_is_used_before_its_time() {
    for record in records(&run(20_000)) {
        let day = day_of(record.published_at);
        for charge in &record.charges {
            assert!(
                charge_history::since(charge) <= day,
                "{charge} in {}",
                record.external_id
            );
        }
    }
}

#[test]
fn time_goes_forward_on_working_days_to_the_end() {
    let run = run(20_000);
    let all = records(&run);
    let past: Vec<i64> = all
        .iter()
        .map(|record| record.published_at)
        .filter(|time| *time <= END)
        .collect();
    assert_eq!(calendar::year_of(day_of(past[0])), 2014);
    assert!(past.is_sorted());
    // 1970-01-01 was a Thursday.
    let weekend = past
        .iter()
        .filter(|time| matches!((day_of(**time) + 3).rem_euclid(7), 5 | 6))
        .count();
    assert!(
        (1..past.len() / 30).contains(&weekend),
        "{weekend} on weekends"
    );
    let ties = past.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!((200..2000).contains(&ties), "{ties} equal times");
    let year = |wanted: i32| {
        past.iter()
            .filter(|time| calendar::year_of(day_of(**time)) == wanted)
            .count()
    };
    assert!(year(2019) > year(2015) && year(2019) > year(2020) && year(2021) > year(2023));
    let to_come: Vec<i64> = all
        .iter()
        .map(|record| record.published_at)
        .filter(|time| *time > END)
        .collect();
    assert!(
        (30..=40).contains(&to_come.len()),
        "{} to come",
        to_come.len()
    );
    assert!(to_come.iter().all(|time| *time > END + 2 * 86_400_000));
}

#[test]
fn planted_words_stand_in_exactly_so_many_visible_bodies() {
    for total in [3000, 20_000] {
        let run = run(total);
        let all = visible(&run);
        let words = run.planted_words();
        assert_eq!(
            words
                .iter()
                .map(|(_, frequency)| *frequency)
                .collect::<Vec<_>>(),
            [1, 10, 100]
        );
        for (word, frequency) in words {
            for part in [
                word,
                &word.chars().take(1).collect::<String>(),
                &word.chars().skip(1).collect::<String>(),
            ] {
                let texts = all
                    .iter()
                    .map(|r| format!("{}{}{}", r.title, r.summary, r.body));
                let counts: Vec<usize> = texts
                    .map(|text| text.matches(part).count())
                    .filter(|count| *count > 0)
                    .collect();
                assert_eq!(
                    (counts.len() as u64, counts.iter().max()),
                    (frequency, Some(&1)),
                    "{part} of {total}"
                );
            }
        }
    }
    let large = run(100_000);
    assert_eq!(
        large
            .planted_words()
            .last()
            .map(|(_, frequency)| *frequency),
        Some(10_000)
    );
    let places = (0..100_000).filter_map(|index| {
        large
            .plan
            .word(index)
            .map(|word| (word, large.plan.is_plain(index)))
    });
    let places: Vec<_> = places.collect();
    assert_eq!(places.len(), 10_111);
    assert!(places.iter().all(|(_, is_plain)| *is_plain));
}

#[test]
fn the_units_people_try_first_are_never_empty() {
    for total in [2000, 3000] {
        let all = visible(&run(total));
        for unit in [
            "110000", "310000", "430000", "430100", "430104", "440300", "110105", "211300",
        ] {
            for kind in PublicationKind::ALL {
                let count = of_kind(&all, kind)
                    .iter()
                    .filter(|record| record.unit_code == unit)
                    .count();
                assert!(count >= 3, "{count} of {kind} for {unit} in {total}");
            }
        }
        assert!(
            all.iter()
                .any(|record| record.charges.iter().any(|charge| charge == "抢劫罪"))
        );
    }
}

#[test]
fn the_newest_of_each_board_are_presentable() {
    let run = run(3000);
    let mut all = visible(&run);
    all.sort_by(|a, b| (b.published_at, &b.external_id).cmp(&(a.published_at, &a.external_id)));
    let is_plain = |c: char| matches!(c, '一'..='龥' | '、' | '0'..='9' | '·');
    for kind in PublicationKind::ALL {
        let newest: Vec<_> = of_kind(&all, kind).into_iter().take(50).collect();
        assert_eq!(newest.len(), 50);
        for record in newest {
            assert!(record.title.chars().all(is_plain), "{}", record.title);
            assert!(
                (8..=60).contains(&record.title.chars().count()),
                "{}",
                record.title
            );
            assert!(record.body.chars().count() >= 60);
        }
    }
    let last = all[0].published_at;
    assert!(
        END - last < 7 * 86_400_000,
        "the newest is older than a week"
    );
}

#[test]
fn every_trap_is_there_but_seldom() {
    let run = run(20_000);
    let all = records(&run);
    let has = |wanted: &dyn Fn(&PublicationRecord) -> bool| {
        all.iter().filter(|record| wanted(record)).count()
    };
    let counts = [
        has(&|r| {
            r.title
                .chars()
                .any(|c| matches!(c, '㐀'..='䶿' | '\u{20000}'..))
        }),
        has(&|r| r.body.contains("２０")),
        has(&|r| {
            r.document_number
                .as_ref()
                .is_some_and(|number| !number.contains('〔'))
        }),
        has(&|r| r.title.contains("<script>")),
        has(&|r| r.title.contains('&')),
        has(&|r| r.title.contains('\u{200b}')),
        has(&|r| r.body.chars().count() == 500 && !r.body.contains('\n')),
    ];
    assert!(
        counts.iter().all(|count| (5..=25).contains(count)),
        "{counts:?}"
    );
    let roles: Vec<Role> = (0..20_000)
        .filter_map(|index| run.plan.role(index))
        .collect();
    let copies = roles
        .iter()
        .filter(|role| matches!(role, Role::Republished(_)))
        .count();
    assert!((8..=10).contains(&copies), "{copies} copies");
    assert!(
        (15..=20).contains(
            &roles
                .iter()
                .filter(|role| **role == Role::Withdrawn)
                .count()
        )
    );
    assert!(roles.len() < 400, "{} of 20,000", roles.len());
}

#[test]
fn copies_repeat_the_text_or_the_title_and_withdrawals_follow_what_they_withdraw() {
    let run = run(20_000);
    for index in 0..20_000 {
        let record = |index| match run.record(index) {
            ImportLine::Record(record) => record,
            ImportLine::Withdrawal { external_id } => panic!("{external_id} is withdrawn here"),
        };
        match run.plan.role(index) {
            Some(Role::Republished(original)) => {
                assert_eq!(record(index).body, record(original).body);
                assert_ne!(record(index).external_id, record(original).external_id);
            }
            Some(Role::TitleOf(original)) => {
                assert_eq!(record(index).title, record(original).title)
            }
            Some(Role::Withdraws(target)) => {
                assert!(target < index && run.plan.role(target) == Some(Role::Withdrawn));
            }
            Some(Role::Withdrawn | Role::Future(_) | Role::Trap(_) | Role::Original) | None => {}
        }
    }
}

#[test]
fn some_units_publish_nothing_and_others_much() {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let run = run(100_000);
    for index in 0..100_000 {
        let mut rng = Rng::new(1, Stream::Record, index);
        let unit = run.units.sample(&mut rng, kinds::kind_of(1, index));
        *counts.entry(unit.code.clone()).or_default() += 1;
    }
    let silent = units()
        .iter()
        .filter(|unit| !counts.contains_key(unit.unit_id.as_str()))
        .count();
    assert!((60..=330).contains(&silent), "{silent} silent units");
    let busiest = counts
        .iter()
        .filter(|(code, _)| *code != "100000")
        .map(|(_, count)| *count)
        .max();
    assert!(busiest > Some(500), "{busiest:?}");
}

#[test]
fn odd_runs_still_work() {
    for total in [0, 1, 24, 499, 501, 999] {
        assert_eq!(
            records(&run(total)).len() as u64
                + (0..total)
                    .filter(|index| matches!(
                        run(total).plan.role(*index),
                        Some(Role::Withdraws(_))
                    ))
                    .count() as u64,
            total
        );
    }
    let bare = Generator::new(7, 1200, &[], "", 0);
    assert!(
        records(&bare)
            .iter()
            .all(|record| record.unit_code == "100000")
    );
    assert!(matches!(bare.record(u64::MAX / 4), ImportLine::Record(_)));
}
