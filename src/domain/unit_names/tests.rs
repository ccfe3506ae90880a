use std::sync::{Arc, LazyLock};
use std::time::Instant;

use super::{Resolution, Resolver};
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::{BUILT_IN, parse_csv};
use crate::domain::units::UnitTree;

static RESOLVER: LazyLock<Resolver> = LazyLock::new(|| {
    let units = parse_csv(BUILT_IN).expect("the shipped table");
    Resolver::build(Arc::new(UnitTree::build(units).expect("one tree")))
});

fn raw(ids: &[UnitId]) -> Vec<&str> {
    ids.iter().map(UnitId::as_str).collect()
}

/// The one unit and its hints.
fn one(text: &str) -> (String, Vec<String>) {
    match RESOLVER.resolve(text) {
        Resolution::One { unit, hints } => (
            unit.to_string(),
            hints.iter().map(ToString::to_string).collect(),
        ),
        other => panic!("{text}: {other:?}"),
    }
}

fn choices(text: &str) -> Vec<String> {
    match RESOLVER.resolve(text) {
        Resolution::Choices(units) => units.iter().map(ToString::to_string).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

fn nearest(text: &str) -> Vec<String> {
    match RESOLVER.resolve(text) {
        Resolution::Nearest(units) => units.iter().map(ToString::to_string).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_people_type_means_one_unit() {
    for (text, unit) in [
        ("湖南省人民检察院", "430000"),
        ("430000", "430000"),
        ("４３００００", "430000"),
        ("43", "430000"),
        ("4301", "430100"),
        ("湖南", "430000"),
        ("湖南省", "430000"),
        ("湖南院", "430000"),
        ("湖南省院", "430000"),
        ("湖南省检查院", "430000"),
        ("湘检", "430000"),
        ("岳麓区检察院", "430104"),
        ("岳麓区人民检查院", "430104"),
        ("岳 麓 区 院", "430104"),
        ("岳麓", "430104"),
        ("长沙岳麓", "430104"),
        ("湖南省长沙市岳麓区人民检察院", "430104"),
        ("湖南长沙岳麓区", "430104"),
        ("湖南岳麓区", "430104"),
        ("《岳麓区》", "430104"),
        ("长沙市-岳麓区。", "430104"),
        ("北京朝阳", "110105"),
        ("长春朝阳", "220104"),
        ("南京鼓楼", "320106"),
        ("徐州市鼓楼区检察院", "320302"),
        ("阳泉城区", "140302"),
        ("420321", "420304"),
        ("郧阳区", "420304"),
        ("兵团", "660000"),
        ("兵团第八师", "BT-八"),
        ("兵团八师", "BT-八"),
        ("最高检", "100000"),
        ("高检院", "100000"),
        ("最高人民检察院", "100000"),
        ("汉江分院", "429000"),
        ("武汉铁检", "429201"),
        ("武汉铁路运输检察院", "429201"),
        ("北京一分院", "BJ-1"),
        ("北京市检察院第一分院", "BJ-1"),
        ("bj-1", "BJ-1"),
        ("BJ１", "BJ-1"),
        ("湘西州", "433100"),
        ("湘西", "433100"),
        ("恩施州检察院", "422800"),
        ("喀什分院", "653100"),
        ("新疆检察院喀什分院", "653100"),
        ("喀什地区", "653100"),
        ("浦东", "310115"),
        ("葛洲坝", "420591"),
        ("武汉经开区", "420191"),
        ("吉林市", "220200"),
        ("海南州", "632500"),
        ("海南区", "150303"),
        ("河北区", "120105"),
        ("准格尔旗", "150622"),
        ("神农架", "429021"),
    ] {
        assert_eq!(one(text).0, unit, "{text}");
    }
}

#[test]
fn the_highest_level_wins_and_hints_at_the_others() {
    for (text, unit, hints) in [
        ("长沙", "430100", vec!["430121"]),
        ("朝阳", "211300", vec!["110105", "211321", "220104"]),
        ("吉林", "220000", vec!["220200"]),
        ("海南", "460000", vec!["632500", "150303"]),
        ("河北", "130000", vec!["120105"]),
        ("河南", "410000", vec!["632324"]),
        ("恩施", "422800", vec!["422801"]),
        ("湖南", "430000", vec![]),
    ] {
        let (found, others) = one(text);
        assert_eq!(
            (
                found.as_str(),
                others.iter().map(String::as_str).collect::<Vec<_>>()
            ),
            (unit, hints),
            "{text}"
        );
    }
}

#[test]
fn equals_at_one_level_are_a_choice() {
    assert_eq!(choices("鼓楼区"), ["320106", "320302", "350102", "410204"]);
    assert_eq!(choices("鼓楼"), choices("鼓楼区"));
    assert_eq!(choices("江苏鼓楼"), ["320106", "320302"]);
    assert_eq!(choices("白云区"), ["440111", "520113"]);
    assert_eq!(choices("朝阳区"), ["110105", "220104"]);
    assert_eq!(choices("一分院").len(), 5);
}

#[test]
fn a_slip_or_pinyin_finds_what_is_near() {
    for (text, unit) in [
        ("岳路区", "430104"),
        ("岳路", "430104"),
        ("yuelu", "430104"),
        ("YueLu", "430104"),
        ("yueluqu", "430104"),
        ("changshayuelu", "430104"),
        ("岳路区检察院", "430104"),
        ("长沙市月麓区", "430104"),
        ("长沙市岳麓区人民检察院案管中心", "430104"),
        ("changsha", "430100"),
        ("三峡坝", "420592"),
        ("lvliang", "141100"),
        ("430199", "430100"),
    ] {
        assert_eq!(
            nearest(text).first().map(String::as_str),
            Some(unit),
            "{text}: {:?}",
            nearest(text)
        );
    }
    assert!(nearest("岳路区").len() <= 5);
}

#[test]
fn what_is_like_no_unit_gives_nothing() {
    for text in [
        "",
        " ",
        "院",
        "检察院",
        "人民检察院",
        "检查院",
        "检察",
        "!!!",
        "区",
        "县",
        "7",
        "999999",
        "000000",
        "12345",
        "抢劫",
        "盗窃罪",
        "qwerty",
        "hello world",
        "🎉🎉🎉",
        &"长沙".repeat(40),
        &"a".repeat(2_000),
    ] {
        assert_eq!(RESOLVER.resolve(text), Resolution::Nothing, "{text}");
    }
}

#[test]
fn every_unit_answers_to_its_names_and_codes() {
    for unit in RESOLVER.tree.iter() {
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
fn type_ahead_puts_the_best_match_first() {
    let first = |text: &str| {
        RESOLVER
            .suggest(text, None, 10)
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    for (text, unit) in [
        ("长沙", "430100"),
        ("cs", "430100"),
        ("changs", "430100"),
        ("yuelu", "430104"),
        ("岳麓区检", "430104"),
        ("长沙岳", "430104"),
        ("bj", "110000"),
        ("430104", "430104"),
        ("4301", "430100"),
        ("湘检", "430000"),
        ("铁路", "429200"),
    ] {
        assert_eq!(
            first(text),
            unit,
            "{text}: {:?}",
            RESOLVER.suggest(text, None, 10)
        );
    }
}

#[test]
fn type_ahead_stays_inside_the_region() {
    let hunan = UnitId::new("430000");
    let found = RESOLVER.suggest("cs", Some(&hunan), 10);
    assert_eq!(raw(&found).first(), Some(&"430100"));
    assert!(
        found
            .iter()
            .all(|unit| RESOLVER.tree.is_within(unit, &hunan))
    );
    assert!(RESOLVER.suggest("海淀", Some(&hunan), 10).is_empty());
    assert_eq!(RESOLVER.suggest("区", Some(&hunan), 3).len(), 3);
    assert!(
        RESOLVER
            .suggest("长沙", Some(&UnitId::new("nobody")), 10)
            .is_empty()
    );
    assert!(RESOLVER.suggest(&"长".repeat(2_000), None, 10).is_empty());
}

#[test]
fn an_empty_text_offers_the_office_of_the_region_and_those_below() {
    let found = RESOLVER.suggest(" ", Some(&UnitId::new("430000")), 50);
    assert_eq!(found.len(), 15);
    assert_eq!(
        raw(&found).get(..3),
        Some(["430000", "430100", "430200"].as_slice())
    );
    assert_eq!(RESOLVER.suggest("", None, 100).len(), 33);
}

#[test]
fn the_indexes_stay_small() {
    let indexes = [&RESOLVER.names, &RESOLVER.sounds, &RESOLVER.initials];
    assert!(indexes.iter().map(|index| index.len()).sum::<usize>() > 60_000);
    assert!(
        indexes
            .iter()
            .map(|index| index.heap_bytes())
            .sum::<usize>()
            < 8 << 20
    );
}

/// Pieces that reach deep into the rules, glued together by a small generator so that a failure can be repeated.
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
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("small")
    };
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

#[test]
fn zz_explore() {
    println!(
        "{} {} {} {:?}",
        RESOLVER.names.len(),
        RESOLVER.sounds.len(),
        RESOLVER.initials.len(),
        [&RESOLVER.names, &RESOLVER.sounds, &RESOLVER.initials].map(|i| i.heap_bytes())
    );
    let t = |text: &str| {
        let s = Instant::now();
        for _ in 0..20 {
            std::hint::black_box(RESOLVER.resolve(text));
        }
        let e = s.elapsed() / 20;
        let s = Instant::now();
        for _ in 0..20 {
            std::hint::black_box(RESOLVER.suggest(text, None, 10));
        }
        (e, s.elapsed() / 20)
    };
    let name = |ids: &[UnitId]| {
        ids.iter()
            .map(|i| RESOLVER.tree.short_name(i))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for text in [
        "长沙",
        "岳麓区检察院",
        "岳路区",
        "岳路",
        "抢劫",
        "盗窃罪",
        "故意伤害",
        "职务侵占罪",
        "张三",
        "诈骗",
        "自治县",
        "长沙市雨花区法院",
        "雨花台",
        "高新区",
        "开发区",
        "铁路",
        "分院",
        "市院",
        "省院",
        "全国",
        "沧洲",
        "长沙县人民法院",
        "changsha",
        "chansha",
        "beijin",
        "cs",
        "zhongguo",
        "省市区县湖南长沙",
        "湖南省长沙市哈哈区",
        "阿",
        "吉首",
        "新华区",
        "城区",
        "市中区",
        "北京",
        "京",
        "湘",
        "沙洋",
        "滨海",
        "井陉",
        "大兴安岭",
        "伊犁",
        "石河子",
        "八师",
        "第一市区",
        "东莞",
        "东莞市第一市区",
        "济源",
        "三沙",
        "澳门",
        "香港",
        "台湾",
        "我要查长沙市岳麓区",
        "长沙抢劫",
        "湖南省长沙市人民法院案管中心长沙",
        "省市区县湖南长沙省市区县湖南长沙省市区县湖南长沙省市区县湖南长沙省市区县湖南长沙省市区县湖南长沙",
    ] {
        let r = match RESOLVER.resolve(text) {
            Resolution::One { unit, hints } => format!("One {} ({})", name(&[unit]), name(&hints)),
            Resolution::Choices(c) => format!("Choices {}", name(&c)),
            Resolution::Nearest(c) => format!("Near {}", name(&c)),
            Resolution::Nothing => "Nothing".into(),
        };
        println!(
            "{text}: {r} | {} {:?}",
            name(&RESOLVER.suggest(text, None, 6)),
            t(text)
        );
    }
}
