//! When the office works and when managers are left alone. Pure arithmetic on the office's wall clock.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};

use crate::domain::shanghai;

/// The table of holidays that ships with the program.
pub const BUILT_IN: &str = include_str!("../../config/holidays.csv");

/// Days that are looked at: what waits longer than two years is shown as waiting two years.
const LOOKED_AT: usize = 732;

/// A span of the day in minutes since midnight; 1440 is the midnight that ends it.
pub type Span = (u32, u32);

/// Days off, days that make up for them, and the hours of a working day.
#[derive(Clone, Debug)]
pub struct OfficeHours {
    days: BTreeMap<NaiveDate, Day>,
    years: BTreeSet<i32>,
    hours: Vec<Span>,
}

/// A day that is not as its weekday says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// People work.
    pub works: bool,
    /// 春节.
    pub name: String,
}

/// Reads the days of one year as people write them: `2027-01-01,holiday,元旦` a line; a head line and lines with `#` are skipped,
/// and 休 and 班 are understood as well.
///
/// # Errors
/// A sentence for the screen for every line at fault.
pub fn read_year(text: &str, year: i32) -> Result<BTreeMap<NaiveDate, Day>, Vec<String>> {
    let mut days = BTreeMap::new();
    let mut flaws = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') || text.starts_with("day,") {
            continue;
        }
        let mut parts = text.split([',', '，', '\t']).map(str::trim);
        let mut next = || parts.next().unwrap_or_default();
        let (day, kind, name) = (next(), next(), next());
        let works = match kind {
            "holiday" | "休" | "休息" | "放假" => Some(false),
            "workday" | "班" | "上班" => Some(true),
            _ => None,
        };
        match (NaiveDate::parse_from_str(day, "%Y-%m-%d"), works) {
            (Err(_), _) => flaws.push(format!("第{line}行：日期写成{year}-01-01的样子。")),
            (Ok(day), _) if day.year() != year => {
                flaws.push(format!("第{line}行：{day}不在{year}年。"));
            }
            (Ok(_), None) => flaws.push(format!(
                "第{line}行：日期后面写 holiday（放假）或 workday（上班）。"
            )),
            (Ok(_), Some(_)) if name.chars().count() > 20 => {
                flaws.push(format!("第{line}行：名称不超过20字。"));
            }
            (Ok(day), Some(works)) => {
                let name = name.to_owned();
                if days.insert(day, Day { works, name }).is_some() {
                    flaws.push(format!("第{line}行：{day}出现了两次。"));
                }
            }
        }
    }
    if days.is_empty() && flaws.is_empty() {
        flaws.push("请至少填写一天。".to_owned());
    }
    if flaws.is_empty() {
        Ok(days)
    } else {
        Err(flaws)
    }
}

/// What [`read_year`] reads.
pub fn year_text<'a>(days: impl IntoIterator<Item = (&'a NaiveDate, &'a Day)>) -> String {
    let lines = days.into_iter().map(|(day, it)| {
        let kind = if it.works { "workday" } else { "holiday" };
        format!("{day},{kind},{}\n", it.name)
    });
    lines.collect()
}

impl OfficeHours {
    /// Reads a table like `config/holidays.csv`; `hours` are in order and do not overlap.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(csv_text: &str, hours: &[Span]) -> Result<Self, String> {
        let mut days = BTreeMap::new();
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(csv_text.as_bytes());
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let day = record.get(0).unwrap_or_default().trim();
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|error| {
                format!("line {line}: day {error}: write YYYY-MM-DD, then holiday or workday")
            })?;
            let works = match record.get(1).map(str::trim) {
                Some("holiday") => false,
                Some("workday") => true,
                _ => return Err(format!("line {line}: kind must be holiday or workday")),
            };
            let name = record.get(2).unwrap_or_default().trim().to_owned();
            days.insert(day, Day { works, name });
        }
        Ok(Self {
            years: days.keys().map(NaiveDate::year).collect(),
            days,
            hours: hours.to_vec(),
        })
    }

    /// Whether the table knows the year of `ms` (milliseconds UTC). Where it does not, Monday to Friday are taken.
    pub fn covers(&self, ms: i64) -> bool {
        self.years.contains(&shanghai::wall_clock(ms).year())
    }

    /// The last year that the table knows.
    pub fn last_year(&self) -> Option<i32> {
        self.years.last().copied()
    }

    /// Whether people work on that day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.days.get(&day).map_or(!weekend, |day| day.works)
    }

    /// The years that the table knows.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = i32> + '_ {
        self.years.iter().copied()
    }

    /// The days of a year that are not as their weekday says.
    pub fn of_year(&self, year: i32) -> impl Iterator<Item = (&NaiveDate, &Day)> {
        self.days.iter().filter(move |(day, _)| day.year() == year)
    }

    /// Puts other days in the place of a year's.
    pub fn set_year(&mut self, year: i32, days: BTreeMap<NaiveDate, Day>) {
        self.days.retain(|day, _| day.year() != year);
        self.days.extend(days);
        self.years.insert(year);
    }

    /// Whatever came in before this moment (milliseconds UTC) has waited `days` whole working days at `now`.
    pub fn waited_since(&self, now: i64, days: u32) -> i64 {
        let mut day = shanghai::wall_clock(now).date();
        let mut left = days;
        // Holidays are never longer than a month; a table that says so is not waited for.
        for _ in 0..(days * 2 + 62) {
            if left == 0 {
                break;
            }
            let Some(before) = day.pred_opt() else { break };
            day = before;
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        shanghai::millis(at(day, 0))
    }

    /// The moment at which `minutes` of working time have passed since `from` (milliseconds UTC); `None` when a year
    /// does not hold that many.
    pub fn after(&self, from: i64, minutes: u64) -> Option<i64> {
        let start = shanghai::wall_clock(from);
        let mut left = TimeDelta::minutes(i64::try_from(minutes).ok()?);
        let mut day = start.date();
        for _ in 0..366 {
            if self.is_working_day(day) {
                for (open, close) in &self.hours {
                    let begins = at(day, *open).max(start);
                    let ends = at(day, *close);
                    let span = ends - begins;
                    if span >= left && span > TimeDelta::zero() {
                        return Some(shanghai::millis(begins + left));
                    }
                    left -= span.max(TimeDelta::zero());
                }
            }
            day = day.succ_opt()?;
        }
        None
    }
}

/// How an application stands against the working days it may wait (R-I.14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// So many working days are left after today.
    In(u32),
    /// Today is the last day.
    Today,
    /// Since so many working days.
    Overdue(u32),
}

/// The calendar of working days.
impl OfficeHours {
    /// The last day of something that came in at `from` (milliseconds UTC) and may wait `days` working days; the day on
    /// which it came does not count.
    pub fn due_day(&self, from: i64, days: u32) -> NaiveDate {
        let mut day = shanghai::wall_clock(from).date();
        let mut left = days;
        // A calendar without a working day in a year would never end.
        for _ in 0..LOOKED_AT {
            if left == 0 {
                break;
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
            left -= u32::from(self.is_working_day(day));
        }
        day
    }

    /// How it stands at `now`.
    pub fn due(&self, from: i64, days: u32, now: i64) -> Due {
        let (last, today) = (self.due_day(from, days), shanghai::wall_clock(now).date());
        match today.cmp(&last) {
            std::cmp::Ordering::Equal => Due::Today,
            std::cmp::Ordering::Less => Due::In(self.working_days(today, last)),
            std::cmp::Ordering::Greater => Due::Overdue(self.working_days(last, today)),
        }
    }

    /// What came in before this moment (milliseconds UTC) is overdue at `now`.
    pub fn overdue_before(&self, days: u32, now: i64) -> i64 {
        let today = shanghai::wall_clock(now).date();
        let mut day = today;
        for _ in 0..LOOKED_AT {
            if self.due_day(shanghai::millis(at(day, 0)), days) < today {
                break;
            }
            let Some(before) = day.pred_opt() else { break };
            day = before;
        }
        shanghai::millis(at(day.succ_opt().unwrap_or(day), 0))
    }

    /// Working days after `from`, `to` included.
    fn working_days(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        let worked = days.take(LOOKED_AT).filter(|day| self.is_working_day(*day));
        u32::try_from(worked.count()).unwrap_or(u32::MAX)
    }
}

/// When something for a manager may go out: `ms` itself, or the end of the quiet hours that it falls into.
pub fn after_quiet(ms: i64, quiet: Option<Span>) -> i64 {
    let Some((from, to)) = quiet else { return ms };
    let clock = shanghai::wall_clock(ms);
    let day = clock.date();
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    // Over midnight the span that began yesterday may still last.
    let yesterday = day.pred_opt().unwrap_or(day);
    let ends = |begun: NaiveDate| at(if from < to { begun } else { next(begun) }, to);
    for begun in [yesterday, day] {
        if (at(begun, from)..ends(begun)).contains(&clock) {
            return shanghai::millis(ends(begun));
        }
    }
    ms
}

fn at(day: NaiveDate, minute: u32) -> chrono::NaiveDateTime {
    day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS: [Span; 2] = [(9 * 60, 12 * 60), (14 * 60, 18 * 60)];

    fn office() -> OfficeHours {
        OfficeHours::parse(BUILT_IN, &HOURS).unwrap()
    }

    fn ms(text: &str) -> i64 {
        shanghai::parse_rfc3339(&format!("{text}:00+08:00")).unwrap()
    }

    #[test]
    fn whole_working_days_are_counted_back() {
        let office = office();
        // Monday, 23 November 2026: Friday, Thursday, Wednesday have passed.
        let now = ms("2026-11-23T10:00");
        assert_eq!(office.waited_since(now, 3), ms("2026-11-18T00:00"));
        assert_eq!(office.waited_since(now, 0), ms("2026-11-23T00:00"));
        // Over the holidays of October: 8, 9, 10 October (a Saturday that is worked).
        let october = ms("2026-10-12T09:00");
        let since = office.waited_since(october, 3);
        assert_eq!(
            since,
            ms("2026-10-08T00:00"),
            "{}",
            shanghai::rfc3339(since)
        );
    }

    #[test]
    fn a_year_is_read_as_it_was_shown_and_replaces_the_table() {
        let mut office = office();
        let text = year_text(office.of_year(2026));
        let days = read_year(&text, 2026).unwrap();
        assert_eq!(year_text(&days), text);
        let new_year = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        assert!(office.is_working_day(new_year) && office.last_year() == Some(2026));
        office.set_year(2027, read_year("2027-01-01，休，元旦", 2027).unwrap());
        assert!(!office.is_working_day(new_year) && office.last_year() == Some(2027));
        let flaws = read_year("2027-13-01,休,\n2026-01-01,休,\n2027-01-01,x,\n", 2027).unwrap_err();
        assert_eq!(flaws.len(), 3, "{flaws:?}");
        assert!(read_year("day,kind,name\n", 2027).is_err());
    }

    #[test]
    fn working_hours_pass_on_working_days_only() {
        let office = office();
        for (from, minutes, to) in [
            // A Thursday.
            ("2026-11-19T09:00", 60, "2026-11-19T10:00"),
            ("2026-11-19T10:30", 240, "2026-11-19T16:30"),
            ("2026-11-19T16:00", 240, "2026-11-20T11:00"),
            ("2026-11-19T12:30", 60, "2026-11-19T15:00"),
            ("2026-11-19T23:00", 180, "2026-11-20T12:00"),
            // Over a weekend.
            ("2026-11-20T17:00", 240, "2026-11-23T12:00"),
            ("2026-11-22T10:00", 240, "2026-11-23T15:00"),
            // Over the golden week: Wednesday 30 September to Thursday 8 October; Saturday 10 October is worked.
            ("2026-09-30T17:00", 120, "2026-10-08T10:00"),
            ("2026-10-09T17:30", 60, "2026-10-10T09:30"),
            // Spring festival: Saturday 14 February is worked, then off until the 24th.
            ("2026-02-14T17:00", 120, "2026-02-24T10:00"),
            ("2026-11-19T18:00", 0, "2026-11-20T09:00"),
        ] {
            assert_eq!(office.after(ms(from), minutes), Some(ms(to)), "{from}");
        }
        assert_eq!(office.after(ms("2026-11-19T09:00"), 10_000_000), None);
        let never = OfficeHours::parse(BUILT_IN, &[]).unwrap();
        assert_eq!(never.after(ms("2026-11-19T09:00"), 1), None);
    }

    #[test]
    fn beyond_the_table_monday_to_friday_are_taken() {
        let office = office();
        assert_eq!(office.last_year(), Some(2026));
        assert!(office.covers(ms("2026-12-31T23:59")));
        assert!(!office.covers(ms("2027-01-01T00:00")));
        // New Year 2027 is a Friday: a holiday for sure, but the table does not know.
        assert_eq!(
            office.after(ms("2026-12-31T17:30"), 60),
            Some(ms("2027-01-01T09:30"))
        );
    }

    #[test]
    fn quiet_hours_hold_until_they_end_also_over_midnight() {
        let night = Some((20 * 60, 8 * 60));
        for (from, to) in [
            ("2026-11-19T19:59", "2026-11-19T19:59"),
            ("2026-11-19T20:00", "2026-11-20T08:00"),
            ("2026-11-20T00:00", "2026-11-20T08:00"),
            ("2026-11-20T07:59", "2026-11-20T08:00"),
            ("2026-11-20T08:00", "2026-11-20T08:00"),
        ] {
            assert_eq!(after_quiet(ms(from), night), ms(to), "{from}");
        }
        let noon = Some((12 * 60, 14 * 60));
        assert_eq!(
            after_quiet(ms("2026-11-19T12:30"), noon),
            ms("2026-11-19T14:00")
        );
        assert_eq!(
            after_quiet(ms("2026-11-19T14:00"), noon),
            ms("2026-11-19T14:00")
        );
        assert_eq!(after_quiet(5, None), 5);
    }

    #[test]
    fn working_days_are_counted_from_the_day_after() {
        let office = office();
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        for (from, days, last) in [
            // A Thursday; a Friday evening; a Sunday.
            ("2026-11-19T09:00", 3, "2026-11-24"),
            ("2026-11-20T23:59", 1, "2026-11-23"),
            ("2026-11-22T10:00", 3, "2026-11-25"),
            ("2026-11-19T09:00", 0, "2026-11-19"),
            // Over the golden week; Saturday 10 October is worked.
            ("2026-09-30T10:00", 3, "2026-10-10"),
        ] {
            assert_eq!(office.due_day(ms(from), days), day(last), "{from}");
        }
        let from = ms("2026-11-19T09:00");
        for (now, due) in [
            ("2026-11-19T10:00", Due::In(3)),
            ("2026-11-21T10:00", Due::In(2)),
            ("2026-11-23T23:59", Due::In(1)),
            ("2026-11-24T23:59", Due::Today),
            ("2026-11-25T00:00", Due::Overdue(1)),
            ("2026-11-30T09:00", Due::Overdue(4)),
        ] {
            assert_eq!(office.due(from, 3, ms(now)), due, "{now}");
            let is_overdue = matches!(due, Due::Overdue(_));
            assert_eq!(
                from < office.overdue_before(3, ms(now)),
                is_overdue,
                "{now}"
            );
        }
        let never = OfficeHours::parse("day,kind,name\n", &[]).unwrap();
        assert_eq!(never.due(from, 3, ms("2026-11-24T10:00")), Due::Today);
    }

    #[test]
    fn what_is_overdue_agrees_with_the_moment_before_which_all_is() {
        let office = office();
        for now in [
            "2026-10-08T09:00",
            "2026-10-10T09:00",
            "2026-11-22T12:00",
            "2026-02-24T08:00",
        ] {
            let now = ms(now);
            for days in [1, 3, 5] {
                let before = office.overdue_before(days, now);
                for hours in 0..24 * 25 {
                    let from = now - hours * 3_600_000;
                    let is_overdue = matches!(office.due(from, days, now), Due::Overdue(_));
                    assert_eq!(
                        from < before,
                        is_overdue,
                        "{hours} hours before, {days} days"
                    );
                }
            }
        }
    }

    #[test]
    fn a_bad_table_says_where() {
        let parse = |rows: &str| OfficeHours::parse(&format!("day,kind,name\n{rows}"), &HOURS);
        assert!(
            parse("2026-13-01,holiday,x")
                .unwrap_err()
                .contains("line 2")
        );
        assert!(parse("2026-12-01,fest,x").unwrap_err().contains("line 2"));
        assert!(parse("2026-12-01,holiday,x\n2026-12-02").is_err());
    }
}
