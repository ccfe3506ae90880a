//! What people apply for, and what becomes of it.

use crate::domain::notice::{Kind, Outcome};

/// What is applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKind {
    /// A lawyer's account.
    Registration,
    /// A lawyer wants to see a case.
    Binding,
    /// 阅卷 and the like.
    Appointment,
    /// A new password.
    PasswordReset,
}

impl ApplicationKind {
    /// All of them, in the order of the manual.
    pub const ALL: [Self; 4] = [
        Self::Registration,
        Self::Binding,
        Self::Appointment,
        Self::PasswordReset,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Binding => "binding",
            Self::Appointment => "appointment",
            Self::PasswordReset => "password_reset",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The notice that tells the managers.
    pub fn submitted(self) -> Kind {
        match self {
            Self::Registration => Kind::RegistrationSubmitted,
            Self::Binding => Kind::BindingSubmitted,
            Self::Appointment => Kind::AppointmentSubmitted,
            Self::PasswordReset => Kind::PasswordResetRequested,
        }
    }

    /// The notice that tells the applicant.
    pub fn reviewed(self) -> Kind {
        match self {
            Self::Registration => Kind::RegistrationReviewed,
            Self::Binding => Kind::BindingReviewed,
            Self::Appointment => Kind::AppointmentReviewed,
            Self::PasswordReset => Kind::PasswordResetDone,
        }
    }

    /// What the managers have to do.
    pub fn task(self, is_change: bool) -> &'static str {
        match (self, is_change) {
            (Self::Registration, false) => "律师注册",
            (Self::Registration, true) => "律师注册信息修改",
            (Self::Binding, false) => "案件绑定申请",
            (Self::Binding, true) => "案件绑定申请修改",
            (Self::Appointment, _) => "案件预约",
            (Self::PasswordReset, _) => "找回密码",
        }
    }

    /// What can become of it.
    pub fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Registration | Self::Binding => &[Outcome::Approved, Outcome::Rejected],
            Self::Appointment => &[Outcome::Answered, Outcome::PartlyAnswered],
            Self::PasswordReset => &[Outcome::Reset, Outcome::Rejected],
        }
    }

    /// Whether an account of that role may apply.
    pub fn is_for(self, role: &str) -> bool {
        match self {
            Self::Registration | Self::Binding => role == "lawyer",
            Self::Appointment | Self::PasswordReset => role == "lawyer" || role == "party",
        }
    }
}
