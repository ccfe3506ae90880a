//! `[applications]`: what people apply for, and how long it may wait.

use super::reader::Reader;
use super::validate::Wrong;

/// `[applications]`
#[derive(Clone, Debug)]
pub struct Applications {
    /// 会见 and 变更（解除）强制措施 among the items of an appointment.
    pub extra_items: bool,
    /// Working days that a registration may wait.
    pub registration_days: u64,
    /// Working days that a binding may wait.
    pub binding_days: u64,
    /// Working days that an appointment may wait.
    pub appointment_days: u64,
    /// Working days that a forgotten password may wait.
    pub reset_days: u64,
    /// Working days that a call may wait.
    pub phone_days: u64,
    /// Minutes that an application stays with the manager who took it.
    pub claim_minutes: u64,
}

impl Applications {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let mut days = |key: &str, usual| r.number(key).unwrap_or(usual);
        Self {
            registration_days: days("applications.registration_days", 3),
            binding_days: days("applications.binding_days", 3),
            appointment_days: days("applications.appointment_days", 3),
            reset_days: days("applications.reset_days", 1),
            phone_days: days("applications.phone_days", 1),
            claim_minutes: days("applications.claim_minutes", 30),
            extra_items: r.switch("applications.extra_items").unwrap_or(false),
        }
    }

    pub(super) fn check(&self, wrong: &mut Wrong<'_>) {
        for (key, value, most) in [
            ("applications.registration_days", self.registration_days, 60),
            ("applications.binding_days", self.binding_days, 60),
            ("applications.appointment_days", self.appointment_days, 60),
            ("applications.reset_days", self.reset_days, 60),
            ("applications.phone_days", self.phone_days, 60),
            ("applications.claim_minutes", self.claim_minutes, 480),
        ] {
            if !(1..=most).contains(&value) {
                wrong(key, &value.to_string(), &format!("write 1 to {most}"));
            }
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[applications]".to_owned(),
            format!("extra_items = {}", self.extra_items),
            format!("registration_days = {}", self.registration_days),
            format!("binding_days = {}", self.binding_days),
            format!("appointment_days = {}", self.appointment_days),
            format!("reset_days = {}", self.reset_days),
            format!("phone_days = {}", self.phone_days),
            format!("claim_minutes = {}", self.claim_minutes),
        ]
        .join("\n")
    }
}
