//! The nine notices that people wait for.

/// Which of the nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// To managers: somebody registered.
    RegistrationSubmitted,
    /// To the person: the registration was decided.
    RegistrationReviewed,
    /// To managers: somebody wants a case bound.
    BindingSubmitted,
    /// To the person: the binding was decided.
    BindingReviewed,
    /// To managers: somebody wants an appointment.
    AppointmentSubmitted,
    /// To the person: the appointment was answered.
    AppointmentReviewed,
    /// To managers: somebody forgot the password.
    PasswordResetRequested,
    /// To the person: how to set a new one.
    PasswordResetDone,
    /// To the person: something happened in the case.
    CaseProgressChanged,
}

/// The lanes, first to last: a lower one is emptied before the next one is looked at.
pub const LANES: [i32; 3] = [0, 1, 2];

impl Kind {
    /// All of them.
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

    /// The word in the database, in the configuration and in metrics.
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

    /// The lane: somebody waits for 0, 2 may come in thousands.
    pub fn lane(self) -> i32 {
        match self {
            Self::RegistrationSubmitted
            | Self::BindingSubmitted
            | Self::AppointmentSubmitted
            | Self::PasswordResetRequested
            | Self::PasswordResetDone => 0,
            Self::RegistrationReviewed | Self::BindingReviewed | Self::AppointmentReviewed => 1,
            Self::CaseProgressChanged => 2,
        }
    }
}
