//! Legal documents: titles, summaries and bodies (requirements §4.3), shortened to what a demonstration needs.

use super::aftermath;
use super::facts;
use super::forms::Form;
use super::paper::{Paper, Texts};
use super::people;
use super::rng::Rng;
use super::scene::Scene;
use super::verdicts;

/// Longest body before the mark and a planted word are added; the contract allows 500 with both.
const LIMIT: usize = 470;

const ORIGIN: [&str; 4] = [
    "本案由{investigator}{worked}终结，以{d}{n}涉嫌{c}，于{received}移送本院审查起诉。本院受理后，依法告知其诉讼权利，讯问了{d}，审查了全部案件材料。",
    "本案由{investigator}{worked}终结，于{received}向本院移送审查起诉。本院受理后，已告知{d}有权委托辩护人和认罪认罚可能导致的法律后果。",
    "{investigator}以{d}{n}涉嫌{c}于{received}向本院移送起诉。本院依法听取了{d}及其辩护人、值班律师的意见。",
    "本案由{investigator}{worked}终结，以{d}{n}涉嫌{c}移送审查起诉，本院于{received}受理，期间依法退回补充侦查一次。",
];
/// Writes a legal document.
pub(super) fn write(rng: &mut Rng, scene: &mut Scene<'_>) -> Texts {
    let form = match Form::sample(rng, scene.unit.level) {
        Form::SupportingSuit if scene.is_settled => Form::AddedIndictment,
        form => form,
    };
    scene.role = form.role();
    let number = form.number(rng, scene);
    let (title, summary, body) = match form {
        Form::Indictment
        | Form::AddedIndictment
        | Form::SupplementaryIndictment
        | Form::PublicInterest => indictment(rng, scene, form, &number),
        Form::NonProsecution => non_prosecution(rng, scene, &number),
        Form::Protest => protest(rng, scene, &number),
        Form::Review => review(rng, scene, &number),
        Form::SupportingSuit => supporting_suit(rng, scene, &number),
    };
    Texts {
        title,
        summary,
        body,
        document_type: Some(form.document_type()),
        document_number: Some(number),
    }
}

fn indictment(
    rng: &mut Rng,
    scene: &Scene<'_>,
    form: Form,
    number: &str,
) -> (String, String, String) {
    let charges = scene.bare_charges();
    let ending = scene.filled("\n此致\n{court}\n{decided}\n");
    let mut paper = sheet(scene, form, number, &ending);
    paper.must(&people::particulars(rng, scene));
    let judged = verdicts::indicts(scene, &charges, form);
    paper.reserve(&judged);
    let told = format!(
        "经依法审查查明：{}",
        scene.filled(rng.word(facts::of(scene.family())))
    );
    paper.reserve(&told);
    paper.may(&format!("{}\n", scene.filled(rng.word(&ORIGIN))));
    let mut told = told;
    let afterwards = scene.filled(aftermath::afterwards(rng, scene.family()));
    let evidence = format!(
        "\n{}",
        scene.filled(aftermath::evidence(rng, scene.family()))
    );
    if paper.has_room(&afterwards) {
        paper.reserve(&afterwards);
        told.push_str(&afterwards);
    }
    if paper.has_room(&evidence) {
        paper.reserve(&evidence);
        told.push_str(&evidence);
    }
    told.push('\n');
    told.push_str(&judged);
    told.push_str(&ending);
    let title = format!("{}{charges}案{}", scene.people, form.heading());
    let summary = format!(
        "{}{}涉嫌{charges}罪，由{}向{}提起公诉。",
        scene.role, scene.people, scene.unit.name, scene.unit.court
    );
    (title, summary, paper.finish(&told))
}

fn non_prosecution(rng: &mut Rng, scene: &Scene<'_>, number: &str) -> (String, String, String) {
    let charges = scene.bare_charges();
    let reason = verdicts::declines(rng, scene, &charges);
    let ending = scene.filled(
        "\n被害人如不服本决定，可以自收到本决定书后七日以内向{superior}申诉。\n{u}\n{decided}\n",
    );
    let mut paper = sheet(scene, Form::NonProsecution, number, &ending);
    paper.reserve(&reason);
    paper.must(&people::particulars(rng, scene));
    let told = format!(
        "经本院依法审查查明：{}\n",
        scene.filled(rng.word(facts::of(scene.family())))
    );
    let origin = format!("{}\n", scene.filled(rng.word(&ORIGIN)));
    if paper.has_room(&format!("{told}{origin}")) {
        paper.may(&origin);
    }
    paper.must(&told);
    let title = format!("{}{charges}案不起诉决定书", scene.people);
    let summary = format!(
        "{}对{}涉嫌{charges}罪一案依法作出不起诉决定。",
        scene.unit.name, scene.people
    );
    (title, summary, paper.finish(&format!("{reason}{ending}")))
}

fn protest(rng: &mut Rng, scene: &Scene<'_>, number: &str) -> (String, String, String) {
    let charges = scene.bare_charges();
    let ending = scene.filled("\n此致\n上级人民法院\n{u}\n{decided}\n");
    let mut paper = sheet(scene, Form::Protest, number, &ending);
    paper.must(&format!(
        "{}以刑事判决书对{}{}{charges}一案作出一审判决。",
        scene.unit.court, scene.role, scene.people
    ));
    paper.must(&scene.filled(verdicts::protests(rng)));
    paper.may(&format!(
        "\n经审理查明：{}",
        scene.filled(rng.word(facts::of(scene.family())))
    ));
    paper.may("\n综上所述，为维护司法公正，准确惩治犯罪，依照《中华人民共和国刑事诉讼法》的有关规定，特提出抗诉，请依法判处。");
    let title = format!("{}{charges}案刑事抗诉书", scene.people);
    let summary = format!(
        "{}认为{}{charges}案的判决确有错误，依法提出抗诉。",
        scene.unit.name, scene.people
    );
    (title, summary, paper.finish(&ending))
}

fn review(rng: &mut Rng, scene: &Scene<'_>, number: &str) -> (String, String, String) {
    let charges = scene.bare_charges();
    let ending = scene.filled("\n{u}\n{decided}\n");
    let mut paper = sheet(scene, Form::Review, number, &ending);
    paper.must(&scene.filled("申诉人{v}不服{n}{c}一案的处理决定，向本院提出申诉。本院于{received}受理后，依法指派检察人员复查，调阅了原案卷宗，听取了申诉人的意见。\n"));
    paper.may(&format!(
        "经复查查明：{}\n",
        scene.filled(rng.word(facts::of(scene.family())))
    ));
    let result = rng.word(&[
        "本院复查认为，原处理决定认定事实清楚，适用法律正确，申诉理由不能成立，决定予以维持。",
        "本院复查认为，原处理决定认定的部分事实不清，申诉理由部分成立，决定撤销原决定，依法重新审查。",
        "本院复查认为，原处理决定并无不当，申诉人提出的新证据不足以推翻原认定的事实，决定不予支持。",
    ]);
    paper.must(result);
    let title = format!("{}{charges}案刑事申诉复查决定书", scene.people);
    let summary = format!(
        "{}对{}{charges}案的申诉进行复查并作出决定。",
        scene.unit.name, scene.people
    );
    (title, summary, paper.finish(&ending))
}

fn supporting_suit(rng: &mut Rng, scene: &mut Scene<'_>, number: &str) -> (String, String, String) {
    // A civil matter: no charge.
    scene.charges.clear();
    let ending = scene.filled("\n此致\n{court}\n{decided}\n");
    let mut paper = sheet(scene, Form::SupportingSuit, number, &ending);
    paper.must(&scene.filled(rng.word(&[
        "申请人{s}在{p}务工期间，用工单位拖欠劳动报酬{a}，经多次催要未果，于{received}向本院申请支持起诉。",
        "申请人{s}因追索拖欠的工资{a}，收集证据存在困难，于{received}向本院申请支持起诉。",
        "申请人{s}受雇在{p}从事装修工作，完工后尚有劳动报酬{a}未支付，于{received}向本院提出申请。",
    ])));
    paper.must("本院依法向有关部门调取了用工记录，并对申请人进行了询问。");
    paper.must("\n本院认为，劳动者依法获得劳动报酬的权利受法律保护。申请人诉讼能力较弱，依照《中华人民共和国民事诉讼法》第十五条的规定，支持其向人民法院起诉。");
    let title = format!("{}追索劳动报酬纠纷支持起诉书", scene.name);
    let summary = format!(
        "{}支持{}就追索劳动报酬纠纷向人民法院起诉。",
        scene.unit.name, scene.name
    );
    (title, summary, paper.finish(&ending))
}

fn sheet(scene: &Scene<'_>, form: Form, number: &str, ending: &str) -> Paper {
    let mut paper = Paper::new(LIMIT);
    paper.reserve(ending);
    paper.must(&format!(
        "{}\n{}\n{number}\n",
        scene.unit.name,
        form.heading()
    ));
    paper
}
