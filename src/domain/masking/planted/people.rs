//! Unmasked names after a protected role.

use super::Rng;
use super::surnames::PLANTABLE;

const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文辉红梅建国志海波宁雪琳浩宇晨轩梓涵欣怡佳慧颖婷鹏飞龙凤春生福贵福德仁义礼智信松柏林森山川江河湖海东南西北晓小大永庆祥瑞云霄天宝玲莉萍淑珍凯旋博思远昊然子墨诗琪雅婧璇";
const MINORITIES: &[&str] = &[
    "阿依古丽·买买提",
    "买买提·艾力",
    "古丽娜尔·吐尔逊",
    "扎西次仁",
    "卓玛央金",
    "巴特尔",
    "乌云其其格",
    "吐尔逊江•阿不都",
    "阿卜杜拉・艾合买提",
    "次仁多吉",
    "John Smith",
    "阿木吉克",
];
const ROLES: &[&str] = &[
    "被害人",
    "证人",
    "被不起诉人",
    "鉴定人",
    "未成年人",
    "法定代理人",
    "受害人",
    "未成年被害人",
    "被害人：",
    "证人:",
    "被害人（女）",
    "被害人姓名",
    "被害人的母亲",
    "被害人之父",
    "其法定代理人",
    "被害人 ",
    "证人李某、",
    "被害人王某某、张某和",
    "被害人名叫",
    "被害人家属",
];
const AFTERS: &[&str] = &[
    "，",
    "。",
    "、",
    "的证言",
    "的陈述",
    "报警",
    "（女）",
    "被打伤",
    "，男，汉族",
    "的手机一部",
    "在家中",
    "经抢救无效死亡",
    "与他人",
    "等人",
    "称",
    "于2021年",
    "陈述",
    "\n",
    "因琐事",
    "头部",
    "驾驶的车辆",
];

/// Role, name and what follows.
pub(super) fn named(rng: &mut Rng) -> (String, String, String) {
    let before = rng.pick(ROLES);
    let name = match rng.below(12) {
        0 => rng.pick(MINORITIES).to_owned(),
        1 => {
            let surname = rng.pick(&["欧阳", "上官", "司马", "诸葛", "慕容", "皇甫", "令狐"]);
            format!("{surname}{}", given(rng))
        }
        _ => format!("{}{}", rng.character(PLANTABLE), given(rng)),
    };
    let name = match rng.below(10) {
        0 => name
            .chars()
            .map(String::from)
            .collect::<Vec<_>>()
            .join("\u{200b}"),
        _ => name,
    };
    (before.to_owned(), name, rng.pick(AFTERS).to_owned())
}

fn given(rng: &mut Rng) -> String {
    let count = 1 + rng.below(3).min(1);
    (0..count).map(|_| rng.character(GIVEN)).collect()
}
