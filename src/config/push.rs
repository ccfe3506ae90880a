//! `[push]`: what is put into the outbox and when.

use std::collections::BTreeMap;

use super::notices::Notices;
use super::reader::Reader;

/// How a new password is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordMode {
    /// By a page that opens once.
    Secure,
    /// In the message itself.
    Literal,
}

impl PasswordMode {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Literal => "literal",
        }
    }
}

/// `[push]`
#[derive(Clone, Debug)]
pub struct Push {
    /// Minutes of the office's day between which managers are left alone, `(20 * 60, 8 * 60)`.
    pub quiet_hours: Option<(u32, u32)>,
    /// Seconds within which to-dos are merged; 0: not at all.
    pub merge_secs: u64,
    /// Working hours until an untouched application is pushed again; 0: never.
    pub remind_after_hours: u64,
    /// Minutes of the office's day, in order.
    pub working_hours: Vec<(u32, u32)>,
    /// Empty: the built-in table.
    pub holidays_file: String,
    /// How a new password is told.
    pub password_mode: PasswordMode,
    /// Hours until a notice is given up.
    pub ttl_hours: u64,
    /// Empty: the built-in one.
    pub notices_file: String,
    /// Templates and their fields.
    pub notices: Notices,
}

pub(super) fn read(r: &mut Reader<'_>, simulator: bool) -> Push {
    let notices_file = r.text("push.notices_file");
    let names = super::notices::names();
    let ids: BTreeMap<String, String> = names
        .into_iter()
        .map(|name| {
            let id = r.text(&format!("push.templates.{name}"));
            (name, id)
        })
        .collect();
    let mut notices = match super::notices::load(&notices_file) {
        Ok(notices) => notices,
        Err(remedy) => {
            r.wrong("push.notices_file", &notices_file, remedy);
            Notices::default()
        }
    };
    notices.set_ids(&ids, simulator);
    Push {
        quiet_hours: quiet_hours(r),
        merge_secs: r.number("push.merge_secs").unwrap_or(60),
        remind_after_hours: r.number("push.remind_after_hours").unwrap_or(4),
        working_hours: working_hours(r),
        holidays_file: r.text("push.holidays_file"),
        password_mode: super::settings::choice(
            r,
            "push.password_mode",
            &[
                ("secure", PasswordMode::Secure),
                ("literal", PasswordMode::Literal),
            ],
            PasswordMode::Secure,
        ),
        ttl_hours: r.number("push.ttl_hours").unwrap_or(24),
        notices_file,
        notices,
    }
}

fn quiet_hours(r: &mut Reader<'_>) -> Option<(u32, u32)> {
    let text = r.text("push.quiet_hours");
    if text.is_empty() {
        return None;
    }
    let span = span(&text).filter(|(from, to)| from != to);
    if span.is_none() {
        r.wrong(
            "push.quiet_hours",
            text,
            "write HH:MM-HH:MM, for example 20:00-08:00, or leave it empty",
        );
    }
    span
}

fn working_hours(r: &mut Reader<'_>) -> Vec<(u32, u32)> {
    let text = r.text("push.working_hours");
    let spans: Option<Vec<(u32, u32)>> = text.split(',').map(|part| span(part.trim())).collect();
    let spans = spans.filter(|spans| {
        let each = spans.iter().all(|(from, to)| from < to);
        each && spans
            .iter()
            .zip(spans.iter().skip(1))
            .all(|(a, b)| a.1 <= b.0)
    });
    spans.unwrap_or_else(|| {
        r.wrong(
            "push.working_hours",
            text,
            "write spans of one day in order, for example 09:00-12:00,14:00-18:00",
        );
        vec![(9 * 60, 18 * 60)]
    })
}

/// `HH:MM-HH:MM` as minutes of the day.
fn span(text: &str) -> Option<(u32, u32)> {
    let minute = |text: &str| -> Option<u32> {
        let (hour, minute) = text.split_once(':')?;
        let is_pair = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !is_pair(hour) || !is_pair(minute) {
            return None;
        }
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60 || (hour, minute) == (24, 0)).then_some(hour * 60 + minute)
    };
    let (from, to) = text.split_once('-')?;
    Some((minute(from)?, minute(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_the_day_are_read_to_the_minute() {
        assert_eq!(span("20:00-08:30"), Some((1200, 510)));
        assert_eq!(span("00:00-24:00"), Some((0, 1440)));
        for wrong in [
            "8-9",
            "08:00",
            "25:00-26:00",
            "08:60-09:00",
            "+8:00-09:00",
            "",
        ] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }
}
