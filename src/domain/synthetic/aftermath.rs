//! What came after the act, and the evidence: sentences that fit the kind of crime.

use super::family::Family;
use super::rng::Rng;

const AFTERWARDS: [&str; 6] = [
    "案发后，{d}{s}主动投案，如实供述自己的罪行。",
    "{d}{s}到案后如实供述上述事实，自愿认罪认罚。",
    "{d}{s}被抓获归案，对上述事实供认不讳。",
    "{d}{s}经电话通知到案，如实供述了上述事实。",
    "{d}{s}在辩护人在场的情况下签署了认罪认罚具结书。",
    "{d}{s}系累犯，到案后拒不供述。",
];
const TO_VICTIMS: [&str; 2] = [
    "案发后，{d}{s}的亲属代为赔偿损失，并取得谅解。",
    "案发后，{d}{s}已向被害方赔礼道歉并赔偿损失。",
];
const OF_GAIN: [&str; 3] = [
    "{d}{s}已退缴全部违法所得。",
    "案发后，涉案财物已依法扣押。",
    "案发后，部分涉案款物已追回。",
];

const EVIDENCE: [&str; 3] = [
    "认定上述事实的证据如下：1.书证；2.证人证言；3.{d}的供述和辩解；4.鉴定意见；5.勘验、检查笔录。",
    "上述事实，有受案登记表、抓获经过、户籍材料、证人证言、视听资料及{d}的供述等证据证实。",
    "上述事实，有现场照片、证人证言、鉴定意见和{d}的供述等证据证实，足以认定。",
];
const EVIDENCE_OF_VICTIMS: [&str; 2] = [
    "上述事实，有被害方陈述、现场照片、鉴定意见和{d}的供述等证据证实，足以认定。",
    "认定上述事实的证据有：被害方陈述、辨认笔录、监控录像、{d}的供述和辩解。",
];
const EVIDENCE_OF_GAIN: [&str; 2] = [
    "认定上述事实的证据有：扣押清单、银行交易明细、辨认笔录、电子数据、{d}的供述和辩解。",
    "上述事实，有转账记录、审计报告、证人证言及{d}的供述等证据证实。",
];

/// How it went on.
pub(super) fn afterwards(rng: &mut Rng, family: Family) -> &'static str {
    choose(rng, family, [&AFTERWARDS, &TO_VICTIMS, &OF_GAIN])
}

/// What proves it.
pub(super) fn evidence(rng: &mut Rng, family: Family) -> &'static str {
    choose(
        rng,
        family,
        [&EVIDENCE, &EVIDENCE_OF_VICTIMS, &EVIDENCE_OF_GAIN],
    )
}

/// Mostly a general sentence, else one of those the family allows.
fn choose(
    rng: &mut Rng,
    family: Family,
    [general, of_victims, of_gain]: [&[&'static str]; 3],
) -> &'static str {
    match rng.below(10) {
        0..2 if family.has_victims() => rng.word(of_victims),
        2..4 if family.is_for_gain() => rng.word(of_gain),
        _ => rng.word(general),
    }
}
