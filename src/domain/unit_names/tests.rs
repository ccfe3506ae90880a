mod plain_ways;
mod robustness;
mod type_ahead;

use std::sync::{Arc, LazyLock};

use super::{Resolution, Resolver};
use crate::domain::procuratorate::{BUILT_IN, parse_csv};
use crate::domain::units::UnitTree;

static RESOLVER: LazyLock<Resolver> = LazyLock::new(|| {
    let units = parse_csv(BUILT_IN).expect("the shipped table");
    Resolver::build(Arc::new(UnitTree::build(units).expect("one tree")))
});

/// Throws from 0 to below its argument, the same ones each time, so that a failure can be repeated.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("small")
    }
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
        ("湘西自治州", "433100"),
        ("新疆自治区", "650000"),
        ("岳麓区人民检", "430104"),
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
        ("長沙", "430100"),
        ("長沙市嶽麓區人民檢察院", "430104"),
        ("嶽麓區檢查院", "430104"),
        ("廈門", "350200"),
        ("乾县", "610424"),
        ("乾縣", "610424"),
        ("乾安縣", "220723"),
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
        ("cs", "430100"),
        ("海淀区人民检察院第一检察部", "110108"),
        ("沧洲", "130900"),
        ("長沙市月麓區", "430104"),
        ("qianxian", "610424"),
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
        "张三",
        "台湾",
        "qwerty",
        "hello world",
        "🎉🎉🎉",
        &"长沙".repeat(40),
        &"a".repeat(2_000),
    ] {
        assert_eq!(RESOLVER.resolve(text), Resolution::Nothing, "{text}");
    }
}
