//! Words of criminal procedure in plain language, for the «?» beside them and the page of terms.

/// A term and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it stands on pages.
    pub name: &'static str,
    /// One or two complete sentences.
    pub meaning: &'static str,
}

/// A group of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Words above it.
    pub title: &'static str,
    /// The terms.
    pub terms: &'static [Term],
}

const fn term(name: &'static str, meaning: &'static str) -> Term {
    Term { name, meaning }
}

/// All of them.
pub const GROUPS: &[Group] = &[
    Group {
        title: "案件信息里的栏目",
        terms: &[
            term(
                "当前阶段",
                "案件现在办到了哪一步。一个案件通常要经过侦查、审查逮捕、审查起诉、审判几步。",
            ),
            term(
                "强制措施",
                "办案机关为了保证案件顺利办理，依法限制一个人自由的做法，例如拘留、取保候审、逮捕。采取强制措施不等于已经定罪。",
            ),
            term("羁押场所", "人被拘留或者逮捕以后关押的地方，一般是看守所。"),
            term(
                "案由",
                "案件涉及的罪名或者纠纷的名称。在法院判决以前，这只是涉嫌的罪名。",
            ),
            term(
                "办案期限",
                "法律规定办完这一步最长可以用多少时间。案件复杂、补充侦查等情形下，期限可以依法延长或者重新计算，实际到期日以办理单位告知的为准。",
            ),
            term("审查情况", "检察机关对案件的审查进行到什么程度。"),
            term("审查意见", "检察机关审查以后的意见。没有审查完时是空白的。"),
            term(
                "处理结果",
                "这一步最后的决定，例如批准逮捕、提起公诉、不起诉。",
            ),
            term("办案部门", "具体负责办理这个案件的检察院内设部门。"),
        ],
    },
    Group {
        title: "案件的阶段",
        terms: &[
            term("受理", "检察机关收到案件材料，登记开始办理。"),
            term(
                "审查逮捕",
                "检察机关审查要不要逮捕犯罪嫌疑人，决定批准或者不批准。",
            ),
            term(
                "审查起诉",
                "侦查结束以后，检察机关审查证据和事实，决定是不是向法院起诉。",
            ),
            term(
                "退回补充侦查",
                "检察机关认为证据还不够，退回侦查机关再查，最多两次。",
            ),
            term("提起公诉", "检察机关代表国家向法院起诉，请求法院审判。"),
            term("不起诉", "检察机关决定不向法院起诉，案件在检察机关终结。"),
            term(
                "附条件不起诉",
                "对符合条件的未成年人设定考验期，期满没有问题的，不起诉。",
            ),
            term("一审", "案件第一次由法院审判。"),
            term(
                "二审上诉",
                "被告人等不服一审判决，请求上一级法院再审理一次。",
            ),
            term("抗诉", "检察机关认为法院的判决确有错误，要求法院重新审理。"),
        ],
    },
    Group {
        title: "强制措施的种类",
        terms: &[
            term("拘传", "强制犯罪嫌疑人到案接受讯问，一般不超过十二小时。"),
            term(
                "取保候审",
                "不关押，但是要交保证金或者提供保证人，保证随叫随到。",
            ),
            term(
                "监视居住",
                "不关押，但是没有批准不能离开住处或者指定的居所。",
            ),
            term("拘留", "情况紧急时，对现行犯或者重大嫌疑人临时关押。"),
            term(
                "逮捕",
                "经检察机关批准或者决定，或者由法院决定，在较长时间里关押。",
            ),
        ],
    },
    Group {
        title: "人和身份",
        terms: &[
            term("犯罪嫌疑人", "被怀疑犯罪、还没有被起诉到法院的人。"),
            term("被告人", "已经被起诉到法院、还没有生效判决的人。"),
            term(
                "辩护人",
                "帮助犯罪嫌疑人、被告人辩护的人，一般是律师；最多两名。",
            ),
            term("诉讼代理人", "受被害人、自诉人等委托，代为参加诉讼的人。"),
            term("法定代理人", "未成年人等的父母、养父母、监护人。"),
            term("近亲属", "夫、妻、父、母、子、女、同胞兄弟姊妹。"),
        ],
    },
];

/// What a term means.
pub fn meaning(name: &str) -> Option<&'static str> {
    let mut all = GROUPS.iter().flat_map(|group| group.terms);
    all.find(|term| term.name == name).map(|term| term.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_explained_once_in_complete_sentences() {
        let all: Vec<&Term> = GROUPS.iter().flat_map(|group| group.terms).collect();
        for (at, term) in all.iter().enumerate() {
            assert!(term.meaning.ends_with('。'), "{}", term.name);
            assert!(all.iter().skip(at + 1).all(|other| other.name != term.name));
        }
        assert!(meaning("当前阶段").is_some() && meaning("？").is_none());
    }
}
