//! Since when a charge exists under its present name, so that no record uses a name before its time.
//!
//! Taken from the dates on which the amendments to the criminal law (and the charge names that followed them) came
//! into force. Charges not listed are older than the first record.

use super::calendar::day_number;

/// Amendment IX, 2015-11-01.
const FROM_2015: [&str; 26] = [
    "帮助恐怖活动罪",
    "准备实施恐怖活动罪",
    "宣扬恐怖主义、极端主义、煽动实施恐怖活动罪",
    "利用极端主义破坏法律实施罪",
    "强制穿戴宣扬恐怖主义、极端主义服饰、标志罪",
    "非法持有宣扬恐怖主义、极端主义物品罪",
    "强制猥亵、侮辱罪",
    "侵犯公民个人信息罪",
    "虐待被监护、看护人罪",
    "伪造、变造、买卖身份证件罪",
    "使用虚假身份证件、盗用身份证件罪",
    "组织考试作弊罪",
    "非法出售、提供试题、答案罪",
    "代替考试罪",
    "拒不履行信息网络安全管理义务罪",
    "非法利用信息网络罪",
    "帮助信息网络犯罪活动罪",
    "扰乱国家机关工作秩序罪",
    "组织、资助非法聚集罪",
    "编造、故意传播虚假信息罪",
    "虚假诉讼罪",
    "泄露不应公开的案件信息罪",
    "披露、报道不应公开的案件信息罪",
    "对有影响力的人行贿罪",
    "非法生产、销售专用间谍器材、窃听、窃照专用器材罪",
    "拒绝提供间谍犯罪、恐怖主义犯罪、极端主义犯罪证据罪",
];

/// Amendment XI, 2021-03-01.
const FROM_2021: [&str; 24] = [
    "妨害安全驾驶罪",
    "危险作业罪",
    "强令、组织他人违章冒险作业罪",
    "生产、销售、提供假药罪",
    "生产、销售、提供劣药罪",
    "妨害药品管理罪",
    "欺诈发行证券罪",
    "为境外窃取、刺探、收买、非法提供商业秘密罪",
    "负有照护职责人员性侵罪",
    "袭警罪",
    "冒名顶替罪",
    "高空抛物罪",
    "催收非法债务罪",
    "侵害英雄烈士名誉、荣誉罪",
    "组织参与国（境）外赌博罪",
    "非法采集人类遗传资源、走私人类遗传资源材料罪",
    "非法植入基因编辑、克隆胚胎罪",
    "危害珍贵、濒危野生动物罪",
    "非法猎捕、收购、运输、出售陆生野生动物罪",
    "破坏自然保护地罪",
    "危害国家重点保护植物罪",
    "非法引进、释放、丢弃外来入侵物种罪",
    "妨害兴奋剂管理罪",
    "食品、药品监管渎职罪",
];

/// The first day on which an act could be charged under this name, in days since 1970; 0 for the old ones.
pub(super) fn since(charge: &str) -> i64 {
    if FROM_2021.contains(&charge) {
        day_number(2021, 3, 1)
    } else if FROM_2015.contains(&charge) {
        day_number(2015, 11, 1)
    } else if charge == "侮辱国旗、国徽、国歌罪" {
        day_number(2017, 11, 4)
    } else if charge == "徇私舞弊低价折股、出售公司、企业资产罪" {
        day_number(2024, 3, 1)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_stands_in_the_list_of_charges() {
        let csv = include_str!("../../../config/charges.csv");
        for name in FROM_2015.iter().chain(&FROM_2021) {
            assert!(csv.contains(&format!("\n{name},")), "{name}");
        }
    }

    #[test]
    fn names_are_used_from_the_day_of_their_amendment() {
        assert_eq!(since("盗窃罪"), 0);
        assert_eq!(since("袭警罪"), day_number(2021, 3, 1));
        assert_eq!(since("帮助信息网络犯罪活动罪"), day_number(2015, 11, 1));
    }
}
