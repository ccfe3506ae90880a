//! The template messages of the simulated account: what a person would have added on the platform's page before the
//! first notice. One for each of the service's notices, under ids that begin with `sim-`.

use serde_json::{Value, json};

/// A template of the account.
pub(crate) struct Template {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Key and label of each keyword, in the order shown.
    pub(crate) keywords: &'static [(&'static str, &'static str)],
}

const fn row(
    id: &'static str,
    title: &'static str,
    keywords: &'static [(&'static str, &'static str)],
) -> Template {
    Template {
        id,
        title,
        keywords,
    }
}

const TEMPLATES: &[Template] = &[
    row(
        "sim-registration_submitted",
        "待审核提醒",
        &[
            ("thing1", "待办类型"),
            ("thing2", "提交人"),
            ("thing3", "状态"),
            ("time4", "提交时间"),
            ("number5", "待办总数"),
        ],
    ),
    row(
        "sim-registration_reviewed",
        "注册审核结果通知",
        &[
            ("character_string1", "申请人"),
            ("phrase2", "审核结果"),
            ("thing3", "审核单位"),
            ("time4", "审核时间"),
            ("thing5", "备注"),
        ],
    ),
    row(
        "sim-binding_submitted",
        "待审核提醒",
        &[
            ("thing1", "待办类型"),
            ("thing2", "申请编号"),
            ("thing3", "状态"),
            ("time4", "提交时间"),
            ("number5", "待办总数"),
        ],
    ),
    row(
        "sim-binding_reviewed",
        "案件绑定结果通知",
        &[
            ("character_string1", "申请编号"),
            ("phrase2", "办理结果"),
            ("thing3", "办理单位"),
            ("time4", "办理时间"),
            ("thing5", "备注"),
        ],
    ),
    row(
        "sim-appointment_submitted",
        "待办事项提醒",
        &[
            ("thing1", "待办类型"),
            ("thing2", "预约事项"),
            ("thing3", "状态"),
            ("time4", "提交时间"),
            ("number5", "待办总数"),
        ],
    ),
    row(
        "sim-appointment_reviewed",
        "预约处理结果通知",
        &[
            ("character_string1", "预约编号"),
            ("thing2", "预约事项"),
            ("phrase3", "处理结果"),
            ("thing4", "办理单位"),
            ("time5", "处理时间"),
        ],
    ),
    row(
        "sim-password_reset_requested",
        "待办事项提醒",
        &[
            ("thing1", "待办类型"),
            ("thing2", "账号"),
            ("thing3", "状态"),
            ("time4", "提交时间"),
            ("number5", "待办总数"),
        ],
    ),
    row(
        "sim-password_reset_done",
        "密码重置结果通知",
        &[
            ("character_string1", "账号"),
            ("phrase2", "处理结果"),
            ("thing3", "办理单位"),
            ("time4", "办理时间"),
            ("thing5", "提示"),
        ],
    ),
    row(
        "sim-case_progress_changed",
        "案件进展通知",
        &[
            ("character_string1", "案件编号"),
            ("thing2", "变更类型"),
            ("thing3", "办理单位"),
            ("time4", "更新时间"),
            ("thing5", "备注"),
        ],
    ),
];

/// The template with an id. Others are taken as well, as if somebody had added them: then without title and labels.
pub(crate) fn find(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

/// What `get_all_private_template` lists. Page:
/// <https://developers.weixin.qq.com/doc/service/api/notify/template/api_getalltemplates.html>
pub(crate) fn listed() -> Value {
    let one = |template: &Template| {
        let content: Vec<String> = template
            .keywords
            .iter()
            .map(|(key, label)| format!("{label}:{{{{{key}.DATA}}}}"))
            .collect();
        json!({
            "template_id": template.id,
            "title": template.title,
            "primary_industry": "",
            "deputy_industry": "",
            "content": content.join("\n"),
            "example": "",
        })
    };
    json!({"template_list": TEMPLATES.iter().map(one).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_templates_with_nouns_as_labels_and_every_key_in_its_content() {
        assert_eq!(TEMPLATES.len(), 9);
        let listed = listed();
        for (template, shown) in TEMPLATES
            .iter()
            .zip(listed["template_list"].as_array().unwrap())
        {
            assert!(template.title.ends_with("通知") || template.title.ends_with("提醒"));
            assert!((3..=5).contains(&template.keywords.len()));
            let content = shown["content"].as_str().unwrap();
            for (key, label) in template.keywords {
                assert!(content.contains(&format!("{label}:{{{{{key}.DATA}}}}")));
            }
        }
        assert!(find("sim-case_progress_changed").is_some() && find("other").is_none());
    }

    #[test]
    fn every_built_in_notice_finds_its_template_with_the_keywords_it_fills() {
        let built_in: toml::Table = include_str!("../../config/notices.toml").parse().unwrap();
        assert_eq!(built_in.len(), TEMPLATES.len());
        for (notice, section) in built_in {
            let template = find(&format!("sim-{notice}")).expect(&notice);
            let filled: Vec<&str> = section["fields"]
                .as_table()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            let mut shown: Vec<&str> = template.keywords.iter().map(|(key, _)| *key).collect();
            shown.sort_unstable();
            assert_eq!(shown, filled, "{notice}");
        }
    }
}
