//! `[console]`: the case managers' desk.

use super::reader::Reader;
use super::validate::Wrong;

/// `[console]`
#[derive(Clone, Debug)]
pub struct Console {
    /// Whether a manager without a second factor is kept out.
    pub require_second_factor: bool,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u64,
    /// Hours after which a session ends in any case.
    pub session_hours: u64,
}

impl Console {
    pub(super) fn read(r: &mut Reader<'_>, simulator: bool) -> Self {
        Self {
            require_second_factor: r
                .switch("console.require_second_factor")
                .unwrap_or(!simulator),
            idle_minutes: r.number("console.idle_minutes").unwrap_or(30),
            session_hours: r.number("console.session_hours").unwrap_or(12),
        }
    }

    pub(super) fn check(&self, wrong: &mut Wrong<'_>) {
        if !(1..=240).contains(&self.idle_minutes) {
            wrong(
                "console.idle_minutes",
                &self.idle_minutes.to_string(),
                "write 1 to 240",
            );
        }
        if !(1..=24).contains(&self.session_hours) {
            wrong(
                "console.session_hours",
                &self.session_hours.to_string(),
                "write 1 to 24",
            );
        }
    }

    /// As TOML-like lines.
    pub(super) fn describe(&self) -> String {
        [
            "[console]".to_owned(),
            format!("require_second_factor = {}", self.require_second_factor),
            format!("idle_minutes = {}", self.idle_minutes),
            format!("session_hours = {}", self.session_hours),
        ]
        .join("\n")
    }
}
