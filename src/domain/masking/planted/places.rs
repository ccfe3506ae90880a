//! Made-up addresses down to the house.

use super::Rng;
use super::disguise::wide;

/// One of several shapes.
pub(super) fn address(rng: &mut Rng) -> String {
    let area = rng.pick(&[
        "湖南省长沙市岳麓区",
        "长沙市雨花区",
        "北京市海淀区",
        "岳麓区",
        "宁乡市",
        "浏阳市淮川街道",
        "新疆乌鲁木齐市天山区",
        "于洪区",
    ]);
    let number = 1 + rng.below(300);
    let rest = match rng.below(9) {
        0 => format!("{}{number}号", road(rng)),
        1 => format!(
            "{}{number}号{}栋{}单元{}室",
            road(rng),
            1 + rng.below(20),
            1 + rng.below(4),
            101 + rng.below(900)
        ),
        2 => format!(
            "{}{}栋{}",
            estate(rng),
            1 + rng.below(20),
            101 + rng.below(900)
        ),
        3 => format!(
            "{}{}幢{}单元{}室",
            estate(rng),
            1 + rng.below(20),
            1 + rng.below(4),
            101 + rng.below(900)
        ),
        4 => format!(
            "{}{}村{}组{number}号",
            rng.pick(&["莲花镇", "双江口镇", "白沙乡"]),
            rng.pick(&["桐木", "长兴", "大塘"]),
            1 + rng.below(12)
        ),
        5 => format!(
            "{}{}村{}组",
            rng.pick(&["莲花镇", "双江口镇", "白沙乡"]),
            rng.pick(&["桐木", "长兴", "大塘"]),
            rng.pick(&["三", "五", "十二", "7"])
        ),
        6 => format!(
            "{}{number}弄{}号{}室",
            road(rng),
            1 + rng.below(40),
            101 + rng.below(900)
        ),
        7 => format!(
            "{}{}号楼{}",
            estate(rng),
            1 + rng.below(20),
            101 + rng.below(900)
        ),
        _ => format!("{}{}-{}号", road(rng), number, 1 + rng.below(9)),
    };
    let whole = format!("{area}{rest}");
    match rng.below(5) {
        0 => wide(&whole),
        1 => whole.replacen(rest.as_str(), &format!(" {rest}"), 1),
        _ => whole,
    }
}

fn road(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "麓山南路",
        "解放西路",
        "韶山北路",
        "黄兴大道",
        "芙蓉街",
        "坡子街",
        "建国巷",
        "延安中路",
        "中山路",
    ])
}

fn estate(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "阳光小区",
        "恒大花园",
        "金色家园",
        "嘉盛公寓",
        "星城苑",
        "万科城",
        "望湖社区",
        "湘江世纪城",
    ])
}
