//! What is seen first, what is hidden, and what is planted.

use super::*;

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
            assert!(record.body.chars().count() >= 60 && !record.body.contains("检索词"));
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
