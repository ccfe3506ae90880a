use std::time::Instant;

use super::{RESOLVER, dice, one};
use crate::domain::unit_names::{Resolution, normal};

#[test]
fn every_unit_answers_to_its_names_and_codes() {
    for unit in RESOLVER.tree.iter() {
        // Type-ahead looks for the folded text in the name as it is.
        assert_eq!(normal::fold(&unit.name), unit.name);
        assert_eq!(one(&unit.name).0, unit.unit_id.as_str(), "{}", unit.name);
        assert_eq!(one(unit.unit_id.as_str()).0, unit.unit_id.as_str());
        for code in &unit.code_aliases {
            assert_eq!(one(code).0, unit.unit_id.as_str(), "{code}");
        }
        let shorter = unit.name.replace("人民检察院", "");
        for text in [&shorter, &unit.area_name]
            .into_iter()
            .chain(&unit.aliases)
            .filter(|text| !text.is_empty())
        {
            let among = match RESOLVER.resolve(text) {
                Resolution::One { unit: found, hints } => {
                    found == unit.unit_id || hints.contains(&unit.unit_id)
                }
                Resolution::Choices(units) => units.contains(&unit.unit_id),
                Resolution::Nearest(_) | Resolution::Nothing => false,
            };
            assert!(among, "{text} does not lead to {}", unit.name);
        }
    }
}

#[test]
fn the_indexes_stay_small() {
    let indexes = [&RESOLVER.names, &RESOLVER.sounds, &RESOLVER.initials];
    assert!(indexes.iter().map(|index| index.len()).sum::<usize>() > 60_000);
    let keys: usize = indexes.iter().map(|index| index.heap_bytes()).sum();
    let beside = RESOLVER.name_slips.heap_bytes()
        + RESOLVER.sound_slips.heap_bytes()
        + RESOLVER.name_parts.heap_bytes();
    assert!(keys + beside < 9 << 20, "{keys} + {beside}");
}

/// Pieces that reach deep into the rules, glued together.
#[test]
fn hostile_texts_are_survived() {
    const PIECES: [&str; 24] = [
        "长沙",
        "市",
        "区",
        "县",
        "自治州",
        "土家族",
        "检察院",
        "人民",
        "第一分院",
        "43",
        "０",
        "_",
        "\u{200b}",
        "\0",
        "é",
        "\u{301}",
        "ﷺ",
        "🎉",
        "yue",
        "lü",
        "龘",
        "İ",
        "鼓楼",
        "朝阳",
    ];
    let mut next = dice(0x2545_F491_4F6C_DD1D);
    for _ in 0..20_000 {
        let text: String = (0..next(12))
            .map(|_| {
                if next(8) == 0 {
                    char::from_u32(next(0x11_0000) as u32)
                        .unwrap_or('?')
                        .to_string()
                } else {
                    PIECES[next(24)].to_owned()
                }
            })
            .collect();
        match RESOLVER.resolve(&text) {
            Resolution::One { hints, .. } => assert!(hints.len() <= 8, "{text}"),
            Resolution::Choices(units) => assert!((2..=8).contains(&units.len()), "{text}"),
            Resolution::Nearest(units) => assert!((1..=5).contains(&units.len()), "{text}"),
            Resolution::Nothing => {}
        }
    }
}

/// Not a benchmark: a bound that a quadratic search would break by far, on any machine.
#[test]
fn no_text_takes_long() {
    for text in [
        "省市区县湖南长沙".repeat(8),
        "长沙市区".repeat(500),
        "一".repeat(64),
        "a".repeat(64),
        "ﷺ".repeat(64),
        "yuelu".repeat(12),
    ] {
        let start = Instant::now();
        for _ in 0..10 {
            RESOLVER.resolve(&text);
            RESOLVER.suggest(&text, None, 10);
        }
        assert!(
            start.elapsed().as_millis() < 2_000,
            "{text}: {:?}",
            start.elapsed()
        );
    }
}
