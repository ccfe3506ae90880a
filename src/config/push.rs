//! `[push]`: what is put into the outbox and when, and how it goes out.

use std::collections::BTreeMap;

use super::Mistake;
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

/// What to do with a notice that may have arrived, once the platform would show a second copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// A person decides.
    Park,
    /// It goes out once more.
    ResendOnce,
}

impl Ambiguous {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Park => "park",
            Self::ResendOnce => "resend_once",
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
    /// Days that ended notices, their tries and receipts are kept.
    pub keep_days: u64,
    /// Empty: the built-in one.
    pub notices_file: String,
    /// Templates and their fields.
    pub notices: Notices,
    /// Whether `serve` sends notices.
    pub enabled: bool,
    /// Sends in any second over all processes; 0: no limit.
    pub rate_per_second: u32,
    /// Sends in a day of China's time over all processes.
    pub daily_quota: i64,
    /// Sends of this process at a time.
    pub concurrency: usize,
    /// See [`Ambiguous`].
    pub ambiguous: Ambiguous,
    /// Seconds after which a notice of a process that died is somebody else's.
    pub lease_secs: u64,
}

/// A send takes ten seconds at most; a lease must outlive it.
const LEASE_SECS: std::ops::RangeInclusive<u64> = 12..=300;
const MOST_AT_A_TIME: usize = 1024;

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
        password_mode: super::reader::choice(
            r,
            "push.password_mode",
            &[
                ("secure", PasswordMode::Secure),
                ("literal", PasswordMode::Literal),
            ],
            PasswordMode::Secure,
        ),
        ttl_hours: r.number("push.ttl_hours").unwrap_or(24),
        keep_days: r.number("push.keep_days").unwrap_or(200),
        notices_file,
        notices,
        enabled: r.switch("push.enabled").unwrap_or(true),
        rate_per_second: r
            .number("push.rate_per_second")
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(300),
        daily_quota: r
            .number("push.daily_quota")
            .and_then(|n| i64::try_from(n).ok())
            .unwrap_or(100_000),
        concurrency: r
            .number("push.concurrency")
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(64),
        ambiguous: super::reader::choice(
            r,
            "push.ambiguous",
            &[
                ("park", Ambiguous::Park),
                ("resend_once", Ambiguous::ResendOnce),
            ],
            Ambiguous::Park,
        ),
        lease_secs: r.number("push.lease_secs").unwrap_or(15),
    }
}

impl Push {
    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        let mut wrong = |key: &str, value: String, remedy: &str| {
            mistakes.push(Mistake::new(key, value, remedy));
        };
        if !(1..=MOST_AT_A_TIME).contains(&self.concurrency) {
            wrong(
                "push.concurrency",
                self.concurrency.to_string(),
                "write 1 to 1024",
            );
        }
        if self.daily_quota == 0 {
            let remedy = "write at least 1, or push.enabled = false to send nothing";
            wrong("push.daily_quota", "0".to_owned(), remedy);
        }
        if !LEASE_SECS.contains(&self.lease_secs) {
            let remedy = "write 12 to 300: a send takes up to ten seconds";
            wrong("push.lease_secs", self.lease_secs.to_string(), remedy);
        }
    }

    pub(super) fn describe(&self) -> Vec<String> {
        let minutes = |at: u32| format!("{:02}:{:02}", at / 60, at % 60);
        let span = |(from, to): &(u32, u32)| format!("{}-{}", minutes(*from), minutes(*to));
        let spans = |all: &[(u32, u32)]| all.iter().map(span).collect::<Vec<_>>().join(",");
        let mut lines = vec![
            "[push]".to_owned(),
            format!("enabled = {}", self.enabled),
            format!("rate_per_second = {}", self.rate_per_second),
            format!("daily_quota = {}", self.daily_quota),
            format!("concurrency = {}", self.concurrency),
            format!("ambiguous = {:?}", self.ambiguous.as_str()),
            format!("lease_secs = {}", self.lease_secs),
            format!("quiet_hours = {:?}", spans(self.quiet_hours.as_slice())),
            format!("merge_secs = {}", self.merge_secs),
            format!("remind_after_hours = {}", self.remind_after_hours),
            format!("working_hours = {:?}", spans(&self.working_hours)),
            format!("holidays_file = {:?}", self.holidays_file),
            format!("password_mode = {:?}", self.password_mode.as_str()),
            format!("ttl_hours = {}", self.ttl_hours),
            format!("keep_days = {}", self.keep_days),
            format!("notices_file = {:?}", self.notices_file),
            "[push.templates]".to_owned(),
        ];
        let ids = self.notices.0.iter();
        lines.extend(ids.map(|(name, template)| format!("{name} = {:?}", template.template_id)));
        lines
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
