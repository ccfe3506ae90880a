//! What a row changes: field by field, as the people bound to the person see it.

use serde::{Deserialize, Serialize};

use super::{CaseFacts, PersonFacts};
use crate::domain::binding;
use crate::domain::event::shapes::WATCHED;
use crate::domain::shanghai;

/// What stands of one person, field by field.
pub struct View {
    fields: Vec<(&'static str, &'static str, Option<String>)>,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The word of the field, as notices of progress have it; `other` for those they have no word for.
    pub field: String,
    /// The heading of its column.
    pub title: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

impl Difference {
    /// Whether the people bound to the person are told of it.
    pub fn is_watched(&self) -> bool {
        WATCHED.contains(&self.field.as_str())
    }
}

impl View {
    /// Of these facts. Numbers of documents are masked: a view is for showing, and for that alone they are compared.
    pub fn of(case: &CaseFacts, person: &PersonFacts) -> Self {
        let moment = |at: i64| {
            shanghai::wall_clock(at)
                .format("%Y-%m-%d %H:%M:%S")
                .to_string()
        };
        let some = |text: &str| Some(text.to_owned());
        let fields = vec![
            (
                "coercive_measure",
                "强制措施",
                person.coercive_measure.clone(),
            ),
            (
                "coercive_measure_date",
                "强制措施日期",
                person.coercive_measure_date.clone(),
            ),
            (
                "detention_place",
                "羁押场所",
                person.detention_place.clone(),
            ),
            ("stage", "当前阶段", person.stage.clone()),
            ("review_status", "审查情况", person.review_status.clone()),
            ("outcome", "处理结果", person.outcome.clone()),
            ("department", "办案部门", case.department.clone()),
            ("due_date", "到期日", person.due_date.clone()),
            (
                "time_limit_text",
                "办案期限",
                person.time_limit_text.clone(),
            ),
            ("charge", "案由", person.charge.clone()),
            ("case_name", "案件名称", some(&case.name)),
            ("person_name", "姓名", some(&person.name)),
            ("handler", "承办人", case.handler.clone()),
            ("accepted_at", "受理日期", some(&moment(case.accepted_at))),
            ("other", "审查意见", person.review_opinion.clone()),
            ("other", "其他案由", case.other_charges.clone()),
            ("other", "部门受案号", some(&case.department_number)),
            ("other", "案件类别", some(&case.category)),
            ("other", "单位编码", some(&case.unit_id)),
            ("other", "移送单位", case.transferring_unit.clone()),
            ("other", "审结日期", case.concluded_at.map(moment)),
            ("other", "办结日期", case.closed_at.map(moment)),
            ("other", "性别", person.gender.clone()),
            ("other", "证件类型", person.id_type.clone()),
            ("other", "证件号码", person.id_number.clone()),
        ];
        Self { fields }
    }

    /// What is another one in `after`.
    pub fn changes(self, after: Self) -> Vec<Difference> {
        let pairs = self.fields.into_iter().zip(after.fields);
        pairs
            .filter(|(old, new)| old.2 != new.2)
            .map(|((field, title, old), (_, _, new))| {
                let shown = |value: Option<String>| match title {
                    "证件号码" => value.map(|number| binding::mask_own(&number)),
                    _ => value,
                };
                Difference {
                    field: field.to_owned(),
                    title: title.to_owned(),
                    old: shown(old),
                    new: shown(new),
                }
            })
            .collect()
    }
}
