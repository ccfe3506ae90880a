//! The words: jieba's dictionary with the names of charges added, loaded once per process.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::aliases;
use super::characters::{Class, class};
use crate::domain::fold::fold;

/// The list of charges that ships with the program.
pub(crate) const CHARGES: &str = include_str!("../../config/charges.csv");

/// Set phrases of the trade that jieba would cut up. They stand in most documents, and a word is one look-up where a
/// sequence of words has to be checked in every document that has them all.
pub(crate) const SET_PHRASES: &str = "人民检察院 人民法院 公安机关 检察机关 检察官 公诉机关 被告人 被害人 被告单位 犯罪嫌疑人 被不起诉人 \
    被申诉人 辩护人 诉讼代理人 认罪认罚 认罪认罚从宽 自愿认罪认罚 取保候审 监视居住 刑事拘留 批准逮捕 不批准逮捕 决定逮捕 \
    依法逮捕 执行逮捕 审查逮捕 审查起诉 移送审查起诉 提起公诉 移送起诉 不起诉 起诉书 不起诉书 不起诉决定书 不起诉决定 抗诉书 \
    附条件不起诉 相对不起诉 存疑不起诉 法定不起诉 量刑建议 量刑建议书 刑事申诉 刑事附带民事 附带民事诉讼 公益诉讼 检察建议 \
    立案侦查 侦查终结 退回补充侦查 补充侦查 立案监督 侦查监督 羁押必要性审查 非法证据排除 重要案件信息 法律文书 职务犯罪 \
    有期徒刑 无期徒刑 死刑缓期 缓刑考验期 罚金 自首 立功 坦白 累犯 从犯 主犯 刑事责任 追究刑事责任 刑事处罚 行政处罚 \
    犯罪事实 犯罪事实清楚 事实清楚 证据确实 如实供述 主动投案 依法判处 依法审查 依法审查查明 犯罪预备 犯罪未遂 犯罪中止 \
    司法救助 未成年人 电信网络诈骗 鉴定意见 证人证言 被害人陈述 勘验检查笔录 刑事诉讼法 刑事案件 国家机关工作人员 某某";

/// The commonest surnames: 王某 and 王某某 are words, since names are printed masked.
pub(crate) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈\
    姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤阿";

/// Loading takes a tenth of a second and some twenty megabytes, and nothing in it ever changes: hence one for all.
static WORDS: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    let names = charge_names().chain(aliases::rows().map(|row| row.alias));
    let phrases = SET_PHRASES.split_whitespace().map(str::to_owned);
    let surnames = SURNAMES.chars().filter(|c| class(*c) == Class::Ideograph);
    let masked = surnames.flat_map(|surname| [format!("{surname}某"), format!("{surname}某某")]);
    let added: BTreeSet<String> = names
        .flat_map(|name| words_of(&name))
        .chain(phrases)
        .chain(masked)
        .collect();
    for word in added {
        jieba.add_word(&word, None, None);
    }
    jieba
});

/// The dictionary; the first call loads it.
pub(crate) fn words() -> &'static Jieba {
    &WORDS
}

/// The names of `config/charges.csv` as printed.
pub(crate) fn charge_names() -> impl Iterator<Item = String> {
    let mut rows = csv::Reader::from_reader(CHARGES.as_bytes());
    let names: Vec<String> = rows
        .records()
        .filter_map(|row| row.ok()?.get(0).map(str::to_owned))
        .filter(|name| !name.is_empty())
        .collect();
    names.into_iter()
}

/// The stretches of a name between its commas and brackets, with and without the final 罪. Stretches of two characters
/// are left to jieba's own dictionary: `境罪` (of 国（边）境罪) is no word.
fn words_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    folded
        .split(|c| class(c) != Class::Ideograph)
        .filter(|stretch| stretch.chars().count() > 2)
        .flat_map(|stretch| [Some(stretch), stretch.strip_suffix('罪')])
        .flatten()
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_charge_of_one_stretch_is_one_word_with_and_without_its_last_character() {
        for name in charge_names()
            .map(|name| fold(&name))
            .filter(|name| name.chars().all(|c| class(c) == Class::Ideograph))
        {
            assert!(words().has_word(&name), "{name}");
            let bare = name.trim_end_matches('罪');
            assert!(words().has_word(bare), "{bare}");
            let cut = words().cut(&name, false);
            assert_eq!(cut.len(), 1, "{name} is cut to {cut:?}");
        }
    }
}
