//! The nine notices (requirements §5.2): which there are, who waits for them, what they may say.
//!
//! A notice is queued as logical [`Fields`] and becomes the keyword values of the account's own template by [`render`].
//! No field ever holds a person's or case's name, a charge, a stage or a reason (decision 15): applicants appear as
//! masked account or application number, results come from a closed list, everything else stands on the page behind.

mod keyword;
mod masks;
mod template;
mod words;

use std::collections::BTreeMap;

pub use keyword::{Keyword, Misfit};
pub use masks::{mask_account, mask_case_number};
pub use template::{FieldProblem, Template, TemplateFlaw, Templates, render};
pub use words::{Item, Outcome, Untold, items_phrase};

/// Logical field to value: what is stored with a queued notice. The names a kind has are [`Kind::fields`].
pub type Fields = BTreeMap<String, String>;

/// Stands for the sealed value in a stored path or field until the moment of sending.
pub const SECRET_MARK: &str = "{secret}";

/// The lanes, first to last: a lower one is emptied before the next one is looked at.
pub const LANES: [i32; 3] = [0, 1, 2];

/// Which of the nine notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// a lawyer registered, or changed the registration.
    RegistrationSubmitted,
    /// the registration was decided.
    RegistrationReviewed,
    /// a lawyer asks to be bound to a case.
    BindingSubmitted,
    /// the binding was decided.
    BindingReviewed,
    /// somebody asks for an appointment.
    AppointmentSubmitted,
    /// the appointment was answered.
    AppointmentReviewed,
    /// somebody forgot the password.
    PasswordResetRequested,
    /// the password was reset, or was not.
    PasswordResetDone,
    /// something changed in a case.
    CaseProgressChanged,
}

impl Kind {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::RegistrationSubmitted,
        Self::RegistrationReviewed,
        Self::BindingSubmitted,
        Self::BindingReviewed,
        Self::AppointmentSubmitted,
        Self::AppointmentReviewed,
        Self::PasswordResetRequested,
        Self::PasswordResetDone,
        Self::CaseProgressChanged,
    ];

    /// The word in the database, the configuration, metrics and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RegistrationSubmitted => "registration_submitted",
            Self::RegistrationReviewed => "registration_reviewed",
            Self::BindingSubmitted => "binding_submitted",
            Self::BindingReviewed => "binding_reviewed",
            Self::AppointmentSubmitted => "appointment_submitted",
            Self::AppointmentReviewed => "appointment_reviewed",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::PasswordResetDone => "password_reset_done",
            Self::CaseProgressChanged => "case_progress_changed",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// 0 goes first: new passwords and what managers have to do; then results; then the progress of cases, which
    /// comes in bulk.
    pub fn lane(self) -> i32 {
        match self {
            Self::PasswordResetDone => 0,
            kind if kind.is_to_do() => 0,
            Self::CaseProgressChanged => 2,
            _ => 1,
        }
    }

    /// Whether it goes to the managers of a procuratorate; the others go to the person who is concerned.
    pub fn is_to_do(self) -> bool {
        matches!(
            self,
            Self::RegistrationSubmitted
                | Self::BindingSubmitted
                | Self::AppointmentSubmitted
                | Self::PasswordResetRequested
        )
    }

    /// Whether it tells a person what was decided about something that the person asked for. Whoever cannot be told by
    /// WeChat is telephoned (requirements R-I.9).
    pub fn is_result(self) -> bool {
        matches!(
            self,
            Self::RegistrationReviewed
                | Self::BindingReviewed
                | Self::AppointmentReviewed
                | Self::PasswordResetDone
        )
    }

    /// What people see above the keywords, on our pages and in the list of templates to choose from.
    pub fn title(self) -> &'static str {
        match self {
            Self::RegistrationSubmitted | Self::BindingSubmitted => "待审核提醒",
            Self::AppointmentSubmitted | Self::PasswordResetRequested => "待办事项提醒",
            Self::RegistrationReviewed => "注册审核结果通知",
            Self::BindingReviewed => "案件绑定结果通知",
            Self::AppointmentReviewed => "预约处理结果通知",
            Self::PasswordResetDone => "密码重置结果通知",
            Self::CaseProgressChanged => "案件进展通知",
        }
    }

    /// The logical fields of this notice: what the right-hand sides in `config/notices.toml` may name.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::RegistrationSubmitted | Self::BindingSubmitted => &[
                "task",
                "applicant",
                "application",
                "state",
                "unit",
                "time",
                "count",
                "pending",
            ],
            Self::AppointmentSubmitted => &[
                "task",
                "applicant",
                "application",
                "items",
                "state",
                "unit",
                "time",
                "count",
                "pending",
            ],
            Self::PasswordResetRequested => &[
                "task",
                "applicant",
                "application",
                "state",
                "unit",
                "time",
                "count",
                "pending",
            ],
            Self::RegistrationReviewed => {
                &["applicant", "application", "result", "unit", "time", "hint"]
            }
            Self::BindingReviewed => {
                &["applicant", "application", "result", "unit", "time", "hint"]
            }
            Self::AppointmentReviewed => &[
                "applicant",
                "application",
                "items",
                "result",
                "unit",
                "time",
                "hint",
            ],
            Self::PasswordResetDone => &["applicant", "result", "unit", "time", "hint", "password"],
            Self::CaseProgressChanged => &["case", "change", "unit", "time", "hint"],
        }
    }

    /// Values of the usual size for every field, to try a template with.
    pub fn sample(self) -> Fields {
        let value = |field: &str| match field {
            "task" => "案件绑定申请（再次提醒）",
            "applicant" => "1607****9811",
            "application" => "SQ20261122000117",
            "items" => "收集调取证据等3项",
            "state" => "已提交，待审核",
            "result" => match self {
                Self::AppointmentReviewed => Outcome::PartlyAnswered.phrase(),
                Self::PasswordResetDone => Outcome::Reset.phrase(),
                _ => Outcome::Rejected.phrase(),
            },
            "unit" => "长沙市院",
            "time" => "2026年11月22日 10:00",
            "count" => "3",
            "pending" => "12",
            "password" => "Hx7mQ2pK",
            "case" => "****0031",
            "change" => "程序信息更新",
            _ => "请点击查看详情",
        };
        let fields = self.fields().iter();
        fields
            .map(|field| ((*field).to_owned(), value(field).to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
