//! How often things are met.

use std::collections::{HashMap, HashSet};

use super::*;

/// The share is within fifteen per cent of what it should be.
fn assert_share(what: &str, count: usize, of: usize, percent: f64) {
    let share = 100.0 * count as f64 / of as f64;
    assert!(
        (share / percent - 1.0).abs() < 0.15,
        "{what}: {share:.2} % instead of {percent} %"
    );
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
fn a_million_records_hold_every_charge_twenty_times() {
    let run = run(1_000_000);
    let mut counts: HashMap<usize, u64> = HashMap::new();
    for number in (0..1_000_000).filter_map(|index| run.tail.charge(index)) {
        *counts.entry(number).or_default() += 1;
    }
    let rarest = run
        .charges
        .tail()
        .iter()
        .map(|number| counts.get(number).copied().unwrap_or(0))
        .min();
    assert!(rarest >= Some(20), "{rarest:?}");
}
