//! What the procuratorate concludes: the legal reasons of each form. The procedure law was renumbered on 2018-10-26.

use super::calendar::day_number;
use super::family::Family;
use super::forms::Form;
use super::rng::Rng;
use super::scene::Scene;

/// Reasons and request of an indictment.
pub(super) fn indicts(scene: &Scene<'_>, charges: &str, form: Form) -> String {
    let article = if is_renumbered(scene) {
        "一百七十六"
    } else {
        "一百七十二"
    };
    let claim = match form {
        Form::PublicInterest => "其行为同时损害社会公共利益，请依法判令其承担相应的民事责任。",
        Form::Indictment
        | Form::NonProsecution
        | Form::Protest
        | Form::Review
        | Form::AddedIndictment
        | Form::SupplementaryIndictment
        | Form::SupportingSuit => "",
    };
    let mut text =
        scene.filled("本院认为，{d}{n}的行为触犯了{article}，犯罪事实清楚，证据确实、充分，应当以");
    text.push_str(charges);
    text.push_str("罪追究其刑事责任。");
    text.push_str(claim);
    text.push_str("根据《中华人民共和国刑事诉讼法》第");
    text.push_str(article);
    text.push_str("条的规定，提起公诉，请依法判处。");
    text
}

/// Reasons and decision of a non-prosecution: mostly minor guilt, else lack of evidence, seldom no crime at all.
pub(super) fn declines(rng: &mut Rng, scene: &Scene<'_>, charges: &str) -> String {
    let is_grave = scene.charges.first().is_some_and(|charge| {
        matches!(
            charge.family,
            Family::DrugDeal | Family::Robbery | Family::Homicide | Family::Gang | Family::Secret
        )
    });
    let point = if is_grave { 850 } else { rng.below(1000) };
    let is_new = is_renumbered(scene);
    let (reason, article) = match point {
        0..780 => (
            "犯罪情节轻微，具有认罪认罚情节，不需要判处刑罚",
            if is_new {
                "一百七十七条第二款"
            } else {
                "一百七十三条第二款"
            },
        ),
        780..940 => (
            "经补充侦查，现有证据仍不足以证明其实施犯罪，不符合起诉条件",
            if is_new {
                "一百七十五条第四款"
            } else {
                "一百七十一条第四款"
            },
        ),
        _ => (
            "情节显著轻微、危害不大，不构成犯罪",
            if is_new {
                "一百七十七条第一款"
            } else {
                "一百七十三条第一款"
            },
        ),
    };
    format!(
        "本院认为，{}{}涉嫌{charges}罪，{reason}。依照《中华人民共和国刑事诉讼法》第{article}的规定，决定对{}不起诉。",
        scene.role, scene.people, scene.people
    )
}

/// Grounds of a protest.
pub(super) fn protests(rng: &mut Rng) -> &'static str {
    rng.word(&[
        "本院依法审查后认为，该判决量刑明显不当：{d}{n}不具有减轻处罚的情节，原判在法定刑以下判处刑罚，且适用缓刑不当。",
        "本院依法审查后认为，该判决认定事实错误：在案证据能够相互印证，足以认定{d}{n}实施了全部指控事实，原判未予认定。",
        "本院依法审查后认为，该判决适用法律错误：{d}{n}的行为符合加重处罚的情形，原判未予适用，导致量刑畸轻。",
        "本院依法审查后认为，该判决遗漏附加刑：{d}{n}所犯之罪依法应当并处罚金，原判未判处，确有错误。",
    ])
}

fn is_renumbered(scene: &Scene<'_>) -> bool {
    scene.decided_day >= day_number(2018, 10, 26)
}
