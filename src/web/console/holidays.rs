//! A year with its holidays.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{Datelike, Days, NaiveDate};

use crate::domain::office_hours::{Day, OfficeHours, year_text};
use crate::store::settings_overrides::Override;
use crate::web::console::frame::ConsoleFrame;
use crate::web::console::upkeep::{self, VersionRow};

/// The page.
#[derive(Template)]
#[template(path = "console/holidays.html")]
pub struct HolidaysPage {
    frame: ConsoleFrame,
    tab: &'static str,
    done: Option<&'static str>,
    warning: Option<String>,
    year: i32,
    years: Vec<(i32, bool)>,
    known: bool,
    months: Vec<Month>,
    version: i64,
    text: String,
    errors: Vec<String>,
    changed: bool,
    versions: Vec<VersionRow>,
}

struct Month {
    title: String,
    weeks: Vec<Vec<Cell>>,
}

#[derive(Clone, Default)]
struct Cell {
    text: String,
    title: String,
    mark: &'static str,
    class: &'static str,
}

/// What stands on the page.
pub struct Contents<'a> {
    /// What was done just now.
    pub done: Option<&'static str>,
    /// A sentence above.
    pub warning: Option<String>,
    /// The year.
    pub year: i32,
    /// The year it is.
    pub this_year: i32,
    /// The calendar that counts.
    pub hours: &'a OfficeHours,
    /// What was typed, when it was refused.
    pub typed: Option<String>,
    /// What is wrong with it.
    pub errors: Vec<String>,
    /// What the desk says in place of the file.
    pub changed: Option<&'a Override>,
    /// The version that the form is made from.
    pub version: i64,
    /// The year's versions.
    pub versions: &'a [Override],
}

impl HolidaysPage {
    /// The page.
    pub fn new(frame: ConsoleFrame, it: Contents<'_>) -> Self {
        let mut years: Vec<i32> = it.hours.years().collect();
        years.extend([it.this_year, it.this_year + 1, it.year]);
        years.sort_unstable();
        years.dedup();
        let days: BTreeMap<NaiveDate, Day> = it
            .hours
            .of_year(it.year)
            .map(|(day, it)| (*day, it.clone()))
            .collect();
        Self {
            frame,
            tab: "/console/upkeep/holidays",
            done: it.done,
            warning: it.warning,
            year: it.year,
            years: years.iter().map(|year| (*year, *year == it.year)).collect(),
            known: !days.is_empty(),
            months: (1..=12)
                .filter_map(|month| month_of(it.year, month, &days))
                .collect(),
            version: it.version,
            text: it.typed.unwrap_or_else(|| year_text(&days)),
            errors: it.errors,
            changed: it.changed.is_some(),
            versions: upkeep::versions(it.versions),
        }
    }
}

fn month_of(year: i32, month: u32, days: &BTreeMap<NaiveDate, Day>) -> Option<Month> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let before = first.weekday().num_days_from_monday();
    let mut day = first.checked_sub_days(Days::new(u64::from(before)))?;
    let mut weeks = Vec::new();
    loop {
        let mut week = Vec::new();
        for _ in 0..7 {
            week.push(if day.month() == month {
                cell(day, days.get(&day))
            } else {
                Cell::default()
            });
            day = day.succ_opt()?;
        }
        weeks.push(week);
        if day.month() != month {
            break;
        }
    }
    Some(Month {
        title: format!("{month}月"),
        weeks,
    })
}

fn cell(day: NaiveDate, known: Option<&Day>) -> Cell {
    let weekend = day.weekday().num_days_from_monday() >= 5;
    let (mark, class) = match known {
        Some(it) if it.works => ("班", "works"),
        Some(_) => ("休", "off"),
        None if weekend => ("", "weekend"),
        None => ("", ""),
    };
    Cell {
        text: day.day().to_string(),
        title: known.map(|it| it.name.clone()).unwrap_or_default(),
        mark,
        class,
    }
}
