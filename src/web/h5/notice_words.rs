//! The words of the nine notices on their page: labels, and what happens next.

use crate::domain::notice::{Item, Kind};
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::layout::HELP_PHONE;

/// The words of one notice.
pub(super) struct Words {
    /// Labels of the fields that are shown, in order.
    pub(super) labels: &'static [(&'static str, &'static str)],
    /// Label of the unit.
    pub(super) unit: &'static str,
    /// Label of the time.
    pub(super) time: &'static str,
}

const TO_DO_LABELS: &[(&str, &str)] = &[
    ("task", "待办类型"),
    ("applicant", "提交人"),
    ("application", "申请编号"),
    ("items", "预约事项"),
    ("state", "状态"),
    ("count", "本次待办"),
    ("pending", "待办总数"),
];

static TO_DO: Words = Words {
    labels: TO_DO_LABELS,
    unit: "办理单位",
    time: "提交时间",
};
static REGISTRATION: Words = Words {
    labels: &[("applicant", "申请人"), ("result", "审核结果")],
    unit: "审核单位",
    time: "审核时间",
};
static BINDING: Words = Words {
    labels: &[("application", "申请编号"), ("result", "办理结果")],
    unit: "办理单位",
    time: "办理时间",
};
static APPOINTMENT: Words = Words {
    labels: &[
        ("application", "预约编号"),
        ("items", "预约事项"),
        ("result", "处理结果"),
    ],
    unit: "办理单位",
    time: "处理时间",
};
static RESET: Words = Words {
    labels: &[("applicant", "账号"), ("result", "处理结果")],
    unit: "办理单位",
    time: "办理时间",
};
static PROGRESS: Words = Words {
    labels: &[("case", "案件编号"), ("change", "变更类型")],
    unit: "办理单位",
    time: "更新时间",
};
/// The words of a kind.
pub(super) fn of(kind: Kind) -> &'static Words {
    match kind {
        Kind::RegistrationSubmitted
        | Kind::BindingSubmitted
        | Kind::AppointmentSubmitted
        | Kind::PasswordResetRequested => &TO_DO,
        Kind::RegistrationReviewed => &REGISTRATION,
        Kind::BindingReviewed => &BINDING,
        Kind::AppointmentReviewed => &APPOINTMENT,
        Kind::PasswordResetDone => &RESET,
        Kind::CaseProgressChanged => &PROGRESS,
    }
}

/// How a result or state is tinted.
pub(super) fn tone(result: &str) -> Option<Tone> {
    match result {
        "通过" | "已回复" | "已重置" => Some(Tone::Ok),
        "未通过" => Some(Tone::Bad),
        "部分回复" => Some(Tone::Warn),
        _ => None,
    }
}

/// The field of a case in plain words; nothing for what people are not told of.
pub(super) fn case_field(field: &str) -> Option<&'static str> {
    Some(match field {
        "stage" => "办案进程",
        "review_status" => "审查状态",
        "outcome" => "处理结果",
        "department" => "办案部门",
        "due_date" => "办案期限",
        "time_limit_text" => "期限说明",
        "charge" => "案由",
        "coercive_measure" => "强制措施",
        "coercive_measure_date" => "强制措施日期",
        "detention_place" => "羁押场所",
        _ => return None,
    })
}

/// An item of an appointment, in the words of its form.
pub(super) fn item(word: &str) -> &'static str {
    Item::parse(word).map_or("其他事项", Item::title)
}

/// The reply to an item, and its tint.
pub(super) fn decision(word: &str) -> (&'static str, Option<Tone>) {
    match word {
        "agreed" => ("同意", Some(Tone::Ok)),
        "refused" => ("不同意", Some(Tone::Bad)),
        _ => ("已答复", None),
    }
}

/// What happens next, in complete sentences.
pub(super) fn next_steps(kind: Kind, result: &str) -> Vec<String> {
    let first = match (kind, result) {
        (Kind::RegistrationReviewed, "通过") => "您的注册已经通过，可以申请绑定案件和提出预约。",
        (Kind::RegistrationReviewed, _) => {
            "请您按审核意见修改注册信息，再次提交。提交后我们会重新审核，并在公众号里通知您结果。"
        }
        (Kind::BindingReviewed, "通过") => {
            "您可以查看这个案件的程序性信息，也可以提出预约。案件有进展时，我们会在公众号里通知您。"
        }
        (Kind::BindingReviewed, _) => "请您按上面的原因补充或修改材料，再次提交申请。",
        (Kind::AppointmentReviewed, "部分回复") => "还有事项没有回复，回复后我们会再通知您。",
        (Kind::AppointmentReviewed, _) => "请您按回复的时间和要求办理，来访时请携带有效身份证件。",
        (Kind::PasswordResetDone, "已重置") => {
            "请您尽快登录，并设置一个只有自己知道的密码。如果这不是您本人的申请，请马上联系办理单位。"
        }
        (Kind::PasswordResetDone, _) => "您的密码没有改变。如仍需重置，请按上面的原因重新申请。",
        (Kind::CaseProgressChanged, _) => {
            "您不需要做什么。案件再有进展时，我们会继续在公众号里通知您。"
        }
        (
            Kind::RegistrationSubmitted
            | Kind::BindingSubmitted
            | Kind::AppointmentSubmitted
            | Kind::PasswordResetRequested,
            _,
        ) => "请您尽快处理。处理后，申请人会收到通知。",
    };
    let mut sentences = vec![first.to_owned()];
    if !kind.is_to_do() {
        sentences.push(format!(
            "如有疑问，请联系办理单位，或拨打{HELP_PHONE}检察服务热线。"
        ));
    }
    sentences
}
