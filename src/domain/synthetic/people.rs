//! The paragraph that introduces the person: only what the publication rules leave standing (requirements §4.7).

use super::calendar::year_of;
use super::rng::Rng;
use super::scene::Scene;

const NATIONS: [&str; 10] = [
    "汉族",
    "汉族",
    "汉族",
    "汉族",
    "汉族",
    "汉族",
    "汉族",
    "土家族",
    "苗族",
    "回族",
];
const SCHOOLS: [&str; 6] = [
    "小学文化",
    "初中文化",
    "初中文化",
    "高中文化",
    "大专文化",
    "大学文化",
];
const WORK: [&str; 8] = [
    "务工",
    "务农",
    "个体经营者",
    "无固定职业",
    "公司职员",
    "货车司机",
    "自由职业",
    "餐饮从业人员",
];

/// Name, sex, year of birth and the coercive measures, with a line feed.
pub(super) fn particulars(rng: &mut Rng, scene: &Scene<'_>) -> String {
    let sex = if rng.chance(880) { "男" } else { "女" };
    let is_of_office = scene.is_of_office();
    // Nobody here is under age at the time of the act: such cases are not published.
    let age = if is_of_office {
        rng.between(35, 62)
    } else {
        rng.between(20, 64)
    };
    let born = year_of(scene.act_day) - age as i32;
    let (school, work) = if is_of_office {
        ("大学文化", "原某单位工作人员")
    } else {
        (rng.word(&SCHOOLS), rng.word(&WORK))
    };
    let nation = rng.word(&NATIONS);
    let mut text = format!(
        "{}{}，{sex}，{born}年出生，{nation}，{school}，{work}。",
        scene.role, scene.name
    );
    text.push_str(&scene.filled(if scene.is_supervised() {
        "因涉嫌{c}，于{detained}被依法采取留置措施，{arrested}被执行逮捕。\n"
    } else if is_of_office {
        "因涉嫌{c}，于{detained}经检察机关决定被刑事拘留，{arrested}被执行逮捕。\n"
    } else {
        rng.word(&[
            "因涉嫌{c}，于{detained}被{investigator}刑事拘留，{arrested}经本院批准逮捕。\n",
            "因涉嫌{c}，于{detained}被{investigator}取保候审。\n",
            "因本案于{detained}被刑事拘留，{arrested}被变更为取保候审。\n",
        ])
    }));
    text
}
