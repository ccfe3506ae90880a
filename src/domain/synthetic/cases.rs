//! Important cases: titles and short announcements of 60 to 300 characters (requirements §4.2).

use super::calendar::day_number;
use super::facts;
use super::family::Family;
use super::paper::{Paper, Texts};
use super::rng::Rng;
use super::scene::Scene;

/// Longest body before the mark and a planted word are added.
const LIMIT: usize = 270;

const OFFICES: [&str; 10] = [
    "某局原局长",
    "某局原副局长",
    "某国有公司原总经理",
    "某医院原院长",
    "某街道办事处原主任",
    "某学院原党委书记",
    "某县原副县长",
    "某市人大常委会原副主任",
    "某银行支行原行长",
    "某中心原主任",
];
const RIGHTS: [&str; 3] = [
    "检察机关在审查起诉阶段依法告知了被告人享有的诉讼权利，并讯问了被告人，听取了辩护人的意见。",
    "审查起诉期间，检察机关依法保障了辩护人的阅卷权利，听取了被告人及其辩护人的意见。",
    "检察机关依法告知被告人享有的诉讼权利，审查了全部案件材料。",
];

/// Writes an important case.
pub(super) fn write(rng: &mut Rng, scene: &mut Scene<'_>) -> Texts {
    let family = scene
        .charges
        .first()
        .map_or(Family::Order, |charge| charge.family);
    let office = if family.is_of_office() {
        rng.word(&OFFICES)
    } else {
        ""
    };
    let charges = scene.bare_charges();
    let (title, lead, body) = if rng.chance(300) {
        arrest(rng, scene, family, (office, &charges))
    } else {
        prosecution(rng, scene, family, (office, &charges))
    };
    Texts {
        title,
        summary: lead,
        body,
        document_type: None,
        document_number: None,
    }
}

fn prosecution(
    rng: &mut Rng,
    scene: &mut Scene<'_>,
    family: Family,
    (office, charges): (&str, &str),
) -> (String, String, String) {
    scene.role = "被告人";
    let unit = &scene.unit.name;
    // The highest office lets a lower one prosecute.
    let point = if scene.unit.level == 1 {
        9
    } else {
        rng.below(10)
    };
    let title = match point {
        0..=4 => format!("{unit}依法对{}涉嫌{charges}罪提起公诉", scene.people),
        5..=6 => format!("{unit}对{}{charges}案提起公诉", scene.people),
        7 => format!("{unit}对一起{charges}案提起公诉"),
        _ => format!(
            "{}检察机关依法对{}涉嫌{charges}案提起公诉",
            scene.unit.region, scene.people
        ),
    };
    let court = if scene.unit.level == 1 {
        "有管辖权的人民法院"
    } else {
        &scene.unit.court
    };
    let actor = if scene.unit.level == 1 {
        "检察机关"
    } else {
        unit
    };
    let lead = format!(
        "日前，{office}{}涉嫌{charges}一案，由{}终结。{actor}已依法向{court}提起公诉。",
        scene.people,
        investigated(scene, family)
    );
    let mut paper = Paper::new(LIMIT);
    paper.must(&lead);
    let accusation = scene.filled(rng.word(facts::of(family)));
    let request = format!("依法应当以{charges}罪追究其刑事责任。");
    paper.reserve(&request);
    let told = format!("\n检察机关起诉指控：{accusation}");
    let rights = format!("\n{}", rng.word(&RIGHTS));
    if paper.has_room(&format!("{told}{rights}")) {
        paper.may(&rights);
    }
    let body = if paper.may(&told) {
        paper.finish(&request)
    } else {
        paper.finish("")
    };
    (title, lead, body)
}

fn arrest(
    rng: &mut Rng,
    scene: &mut Scene<'_>,
    family: Family,
    (office, charges): (&str, &str),
) -> (String, String, String) {
    scene.role = "犯罪嫌疑人";
    let unit = &scene.unit.name;
    let decision = if family.is_of_office() {
        "作出逮捕决定"
    } else {
        "批准逮捕"
    };
    let title = match (family.is_of_office(), rng.chance(500)) {
        (true, true) => format!("{unit}依法对{}作出逮捕决定", scene.people),
        (true, false) => format!("{unit}依法对{}涉嫌{charges}案作出逮捕决定", scene.people),
        (false, true) => format!("{unit}依法对犯罪嫌疑人{}批准逮捕", scene.people),
        (false, false) => format!("{unit}对涉嫌{charges}罪的{}批准逮捕", scene.people),
    };
    let lead = format!(
        "日前，{unit}依法以涉嫌{charges}罪对{office}{}{decision}。",
        scene.people
    );
    let mut paper = Paper::new(LIMIT);
    paper.must(&lead);
    paper.may(&format!(
        "该案由{}后移送检察机关审查。",
        investigated(scene, family)
    ));
    let ending = "案件正在进一步办理中。";
    paper.reserve(ending);
    if rng.chance(600) {
        paper.may(&format!(
            "\n经初步查明：{}\n",
            scene.filled(rng.word(facts::of(family)))
        ));
    }
    (title, lead, paper.finish(ending))
}

/// Who worked the case up: the supervision commissions took office cases over in March 2018.
fn investigated(scene: &Scene<'_>, family: Family) -> String {
    if !family.is_of_office() {
        format!("{}侦查", scene.unit.police)
    } else if scene.decided_day >= day_number(2018, 3, 20) {
        format!("{}调查", scene.unit.supervision)
    } else {
        "检察机关侦查".to_owned()
    }
}
