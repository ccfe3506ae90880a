//! The people, days, sums and things of one record, and the filling of sentences with them.

use super::calendar::{day_number, year_of};
use super::charges::Charge;
use super::family::Family;
use super::names;
use super::rng::Rng;
use super::slots::{Slots, date};
use super::unit_words::UnitWords;

/// An act lies at least so many days before its publication.
const LEAST_LAG: u64 = 90;
/// And at most so many.
pub(super) const MOST_LAG: u64 = 420;

/// Everything a text needs to know.
pub(super) struct Scene<'a> {
    pub(super) unit: &'a UnitWords,
    /// One to three; the first is what the facts tell. None in a civil matter.
    pub(super) charges: Vec<&'a Charge>,
    /// The charge was settled for the whole run and must be found in this record.
    pub(super) is_settled: bool,
    /// The office that worked the case up.
    pub(super) investigator: &'a str,
    /// 被告人, 被不起诉人 …; set by the kind of text.
    pub(super) role: &'static str,
    /// The one who is named first.
    pub(super) name: String,
    /// All of them as one phrase: 王某某等3人.
    pub(super) people: String,
    pub(super) victim: String,
    /// Days since 1970: the act, the decision, the publication.
    pub(super) act_day: i64,
    pub(super) decided_day: i64,
    pub(super) days: Days,
    slots: Slots,
}

/// Steps of the procedure, already in Chinese.
pub(super) struct Days {
    pub(super) detained: String,
    pub(super) arrested: String,
    pub(super) received: String,
    pub(super) decided: String,
}

/// The day of the act for something published on `day`.
pub(super) fn act_day(rng: &mut Rng, day: i64) -> i64 {
    day - rng.between(LEAST_LAG, MOST_LAG) as i64
}

impl<'a> Scene<'a> {
    /// `published_day` and `act_day` in days since 1970.
    pub(super) fn new(
        rng: &mut Rng,
        unit: &'a UnitWords,
        charges: Vec<&'a Charge>,
        (act_day, published_day): (i64, i64),
    ) -> Self {
        let name = names::masked(rng);
        let is_group = charges
            .first()
            .is_some_and(|charge| charge.family.is_of_groups())
            && rng.chance(180);
        let people = if is_group {
            format!("{name}等{}人", rng.between(2, 9))
        } else {
            name.clone()
        };
        let lag = (published_day - act_day).max(60);
        let decided_day = published_day - rng.between(3, 25) as i64;
        let detained_day = act_day + rng.between(1, lag as u64 / 4) as i64;
        let arrested_day = detained_day + rng.between(8, 14) as i64;
        let received_day =
            (arrested_day + rng.between(14, lag as u64 / 3) as i64).min(decided_day - 5);
        let slots = Slots::new(rng, unit, &charges, act_day);
        Self {
            unit,
            investigator: investigator(unit, charges.first().copied(), decided_day),
            charges,
            is_settled: false,
            role: "被告人",
            victim: names::masked(rng),
            name,
            people,
            act_day,
            decided_day,
            days: Days {
                detained: date(detained_day),
                arrested: date(arrested_day),
                received: date(received_day),
                decided: date(decided_day),
            },
            slots,
        }
    }

    /// 盗窃、诈骗: the charges without 罪.
    pub(super) fn bare_charges(&self) -> String {
        let mut text = String::with_capacity(48);
        for (position, charge) in self.charges.iter().enumerate() {
            if position > 0 {
                text.push('、');
            }
            text.push_str(charge.bare());
        }
        text
    }

    /// The family of the first charge.
    pub(super) fn family(&self) -> Family {
        self.charges
            .first()
            .map_or(Family::Order, |charge| charge.family)
    }

    /// Whether an office holder stands accused of an office crime.
    pub(super) fn is_of_office(&self) -> bool {
        self.family().is_of_office()
    }

    /// Whether a supervision commission worked the case up.
    pub(super) fn is_supervised(&self) -> bool {
        self.is_of_office() && self.decided_day >= supervised_since()
    }

    /// What the investigator did: commissions inquire, others investigate.
    fn worked(&self) -> &'static str {
        if self.is_supervised() {
            "调查"
        } else {
            "侦查"
        }
    }

    /// The year of the decision.
    pub(super) fn year(&self) -> i32 {
        year_of(self.decided_day)
    }

    /// Appends a sentence with its slots filled; an unknown slot stays as it is written.
    pub(super) fn fill(&self, out: &mut String, sentence: &str) {
        let mut parts = sentence.split('{');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            match part.split_once('}') {
                Some((slot, rest)) => {
                    out.push_str(self.slot(slot));
                    out.push_str(rest);
                }
                None => out.push_str(part),
            }
        }
    }

    /// A sentence with its slots filled.
    pub(super) fn filled(&self, sentence: &str) -> String {
        let mut text = String::with_capacity(sentence.len() + 96);
        self.fill(&mut text, sentence);
        text
    }

    fn slot<'s>(&'s self, slot: &'s str) -> &'s str {
        match slot {
            "d" => self.role,
            "n" => &self.people,
            "s" => &self.name,
            "v" => &self.victim,
            "u" => &self.unit.name,
            "court" => &self.unit.court,
            "investigator" => self.investigator,
            "worked" => self.worked(),
            "superior" => &self.unit.superior,
            "detained" => &self.days.detained,
            "arrested" => &self.days.arrested,
            "received" => &self.days.received,
            "decided" => &self.days.decided,
            "article" => self
                .charges
                .first()
                .map_or("《中华人民共和国刑法》", |charge| {
                    &charge.article
                }),
            other => self.slots.get(other).unwrap_or(other),
        }
    }
}

fn investigator<'a>(unit: &'a UnitWords, charge: Option<&Charge>, decided_day: i64) -> &'a str {
    match charge {
        Some(charge) if charge.family.is_of_office() && decided_day >= supervised_since() => {
            &unit.supervision
        }
        Some(charge) if charge.family.is_of_office() => "检察机关侦查部门",
        Some(_) | None => &unit.police,
    }
}

/// The supervision commissions took office cases over from the procuratorates in March 2018.
fn supervised_since() -> i64 {
    day_number(2018, 3, 20)
}
