//! Important cases: titles and short announcements of 60 to 300 characters (requirements §4.2).

use super::facts;
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
    let office = if scene.is_of_office() {
        rng.word(&OFFICES)
    } else {
        ""
    };
    let charges = scene.bare_charges();
    let (title, summary, body) = if rng.chance(300) {
        scene.role = "犯罪嫌疑人";
        arrest(rng, scene, office, &charges)
    } else {
        scene.role = "被告人";
        prosecution(rng, scene, office, &charges)
    };
    Texts {
        title,
        summary,
        body,
        document_type: None,
        document_number: None,
    }
}

fn prosecution(
    rng: &mut Rng,
    scene: &Scene<'_>,
    office: &str,
    charges: &str,
) -> (String, String, String) {
    let (unit, people) = (scene.unit.name.as_str(), scene.people.as_str());
    // The highest office lets a lower one prosecute.
    let is_highest = scene.unit.level == 1;
    let title = match rng.below(10) {
        0..=4 if !is_highest => format!("{unit}依法对{people}涉嫌{charges}罪提起公诉"),
        5..=6 if !is_highest => format!("{unit}对{people}{charges}案提起公诉"),
        7 if !is_highest => format!("{unit}对一起{charges}案提起公诉"),
        _ => format!(
            "{}检察机关依法对{people}涉嫌{charges}案提起公诉",
            scene.unit.region
        ),
    };
    let (actor, court) = if is_highest {
        ("检察机关", "有管辖权的人民法院")
    } else {
        (unit, scene.unit.court.as_str())
    };
    let summary = format!("{office}{people}涉嫌{charges}一案，由{actor}依法向{court}提起公诉。");
    let mut paper = Paper::new(LIMIT);
    paper.must(&format!("日前，{office}{people}涉嫌{charges}一案，"));
    paper.must(&scene.filled("由{investigator}{worked}终结。"));
    paper.must(&format!("{actor}已依法向{court}提起公诉。"));
    let request = format!("依法应当以{charges}罪追究其刑事责任。");
    let told = format!(
        "\n检察机关起诉指控：{}{request}",
        scene.filled(rng.word(facts::of(scene.family())))
    );
    let rights = format!("\n{}", rng.word(&RIGHTS));
    if paper.has_room(&format!("{told}{rights}")) {
        paper.may(&rights);
    }
    paper.may(&told);
    (title, summary, paper.finish(""))
}

fn arrest(
    rng: &mut Rng,
    scene: &Scene<'_>,
    office: &str,
    charges: &str,
) -> (String, String, String) {
    let (unit, people) = (scene.unit.name.as_str(), scene.people.as_str());
    let decision = if scene.is_of_office() {
        "作出逮捕决定"
    } else {
        "批准逮捕"
    };
    let title = match (scene.is_of_office(), rng.chance(500)) {
        (true, true) => format!("{unit}依法对{people}作出逮捕决定"),
        (true, false) => format!("{unit}依法对{people}涉嫌{charges}案作出逮捕决定"),
        (false, true) => format!("{unit}依法对犯罪嫌疑人{people}批准逮捕"),
        (false, false) => format!("{unit}对涉嫌{charges}罪的{people}批准逮捕"),
    };
    let summary = format!("日前，{unit}依法以涉嫌{charges}罪对{office}{people}{decision}。");
    let ending = "案件正在进一步办理中。";
    let mut paper = Paper::new(LIMIT);
    paper.reserve(ending);
    paper.must(&summary);
    paper.may(&scene.filled("该案由{investigator}{worked}后移送检察机关审查。"));
    if rng.chance(600) {
        paper.may(&format!(
            "\n经初步查明：{}\n",
            scene.filled(rng.word(facts::of(scene.family())))
        ));
    }
    (title, summary, paper.finish(ending))
}
