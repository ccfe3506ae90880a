//! Deterministic synthetic publications for demonstration, tests and measurements (requirements §4.9).
//!
//! Record `i` of a run is computed from the seed and `i` alone, so a test can tell what must be found without storing
//! it. Nobody in these texts exists; every body ends with `（演示数据，非真实案件）`, every id begins with `demo-`.
//!
//! ```
//! use jianxin::domain::synthetic::Generator;
//! let end_of_2026 = 1_798_732_799_000;
//! let run = Generator::new(1, 3000, &[], "", end_of_2026);
//! assert_eq!(run.record(7), run.record(7));
//! ```

mod aftermath;
mod article;
mod calendar;
mod cases;
mod charge_history;
mod charges;
mod documents;
mod facts;
mod facts_rare;
mod family;
mod forms;
mod kinds;
mod names;
mod paper;
mod people;
mod plan;
mod planted;
mod rng;
mod scene;
mod slots;
mod tail;
#[cfg(test)]
mod tests;
mod traps;
mod unit_words;
mod units;
mod verdicts;

use self::calendar::{Calendar, day_of};
use self::charges::{Charge, Charges};
use self::paper::MARK;
use self::plan::{Plan, Role};
use self::rng::{Rng, Stream};
use self::scene::Scene;
use self::tail::Tail;
use self::units::Units;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::publication::{PublicationKind, PublicationRecord};
use crate::domain::publication_line::ImportLine;

/// Records are grouped in fifties to give some of them the identical time.
const TIME_BLOCK: u64 = 50;

/// One run of synthetic publications, of both boards together.
///
/// Along the run time goes forward, so the last records are the newest. In runs of more than 500 lines, about one record
/// in a thousand is withdrawn again by a later line, two in a thousand are dated 3 to 40 days after the end, and under
/// one per cent are traps; never among the last 500, so that a demonstration begins with presentable ones.
#[derive(Debug)]
pub struct Generator {
    seed: u64,
    total: u64,
    calendar: Calendar,
    units: Units,
    charges: Charges,
    plan: Plan,
    tail: Tail,
}

impl Generator {
    /// Prepares a run of `total` lines.
    ///
    /// `units` are the rows of `config/procuratorates.csv` (none: everything is 最高人民检察院's), `charges_csv` is the
    /// text of `config/charges.csv`; another order of either is another run. Publications are dated from 2014-10-01 to
    /// `end_ms` (milliseconds since 1970, UTC), except the few that are still to come. Takes time and memory for about
    /// a tenth of the run (a million records: well under a second, a few megabytes).
    pub fn new(
        seed: u64,
        total: u64,
        units: &[Procuratorate],
        charges_csv: &str,
        end_ms: i64,
    ) -> Self {
        let calendar = Calendar::new(end_ms);
        let units = Units::new(seed, units);
        let charges = Charges::new(charges_csv);
        let plan = Plan::new(seed, total, &units);
        let day = |index| day_of(time(seed, total, &calendar, index));
        let tail = Tail::new(seed, total, &plan, &charges, day);
        Self {
            seed,
            total,
            calendar,
            units,
            charges,
            plan,
            tail,
        }
    }

    /// Whether the record at `index` is withdrawn by a later line, so that importing it again would revive it for a while.
    pub fn is_withdrawn_later(&self, index: u64) -> bool {
        matches!(self.plan.role(index), Some(Role::Withdrawn))
    }

    /// The line at `index`, from 0 to `total` (without it), the same each time.
    ///
    /// Lines are meant to be imported in order: a withdrawal follows the record it withdraws.
    pub fn record(&self, index: u64) -> ImportLine {
        let mut rng = Rng::new(self.seed, Stream::Trap, index);
        let mut record = match self.plan.role(index) {
            Some(Role::Withdraws(target)) => {
                return ImportLine::Withdrawal {
                    external_id: self.external_id(target),
                };
            }
            Some(Role::Future(days)) => {
                self.draft(index, self.calendar.after_end(days, rng.below(480)))
            }
            Some(Role::Republished(original)) => PublicationRecord {
                external_id: self.external_id(index),
                published_at: self.time(index),
                ..self.draft(original, self.time(original))
            },
            Some(Role::TitleOf(original)) => PublicationRecord {
                title: self.draft(original, self.time(original)).title,
                ..self.draft(index, self.time(index))
            },
            Some(Role::Trap(trap)) => {
                let mut record = self.draft(index, self.time(index));
                trap.apply(&mut rng, &mut record);
                record
            }
            Some(Role::Withdrawn | Role::Original) | None => self.draft(index, self.time(index)),
        };
        if let Some(word) = self.plan.word(index) {
            let at = record.body.len() - MARK.len();
            record.body.insert_str(at, &format!("检索词：{word}\n"));
        }
        ImportLine::Record(record)
    }

    /// The search oracle: words that stand in the bodies of exactly so many visible records, once each, and nowhere
    /// else.
    ///
    /// 1, 10, 100 and 10,000 bodies, each only in runs of at least ten times as many lines; the places are never
    /// withdrawn, future or traps.
    pub fn planted_words(&self) -> Vec<(&'static str, u64)> {
        planted::words(self.total).collect()
    }

    /// The record as it is before any role or planted word.
    fn draft(&self, index: u64, published_at: i64) -> PublicationRecord {
        let kind = kinds::kind_of(self.seed, index);
        let mut rng = Rng::new(self.seed, Stream::Record, index);
        let unit = match self.plan.unit(index) {
            Some(number) => self.units.get(number),
            None => self.units.sample(&mut rng, kind),
        };
        let day = day_of(published_at);
        let act_day = scene::act_day(&mut rng, day);
        let charges = self.charges_of(&mut rng, index, kind, act_day);
        let mut scene = Scene::new(&mut rng, unit, charges, (act_day, day));
        scene.is_settled = self.tail.charge(index).is_some();
        let texts = match kind {
            PublicationKind::ImportantCase => cases::write(&mut rng, &mut scene),
            PublicationKind::LegalDocument => documents::write(&mut rng, &mut scene),
        };
        let mut body = texts.body;
        if !body.ends_with('\n') {
            body.push('\n');
        }
        body.push_str(MARK);
        PublicationRecord {
            external_id: self.external_id(index),
            kind,
            unit_code: unit.code.clone(),
            title: texts.title,
            summary: texts.summary,
            body,
            document_type: texts.document_type.map(str::to_owned),
            document_number: texts.document_number,
            charges: scene
                .charges
                .iter()
                .map(|charge| charge.name.clone())
                .collect(),
            published_at,
            source_url: None,
        }
    }

    /// One charge, in eight per cent of the records a second one, seldom a third.
    fn charges_of(
        &self,
        rng: &mut Rng,
        index: u64,
        kind: PublicationKind,
        act_day: i64,
    ) -> Vec<&Charge> {
        let next = |rng: &mut Rng| match kind {
            PublicationKind::ImportantCase => self.charges.of_cases(rng, act_day),
            PublicationKind::LegalDocument => self.charges.of_head(rng, act_day),
        };
        let settled = self
            .tail
            .charge(index)
            .and_then(|number| self.charges.get(number));
        let mut charges: Vec<&Charge> = settled.or_else(|| next(rng)).into_iter().collect();
        let more = match rng.below(1000) {
            0..8 => 2,
            8..80 => 1,
            _ => 0,
        };
        for _ in 0..more {
            // Two equal draws would make a second charge rarer than it is.
            let other = (0..8).find_map(|_| {
                next(rng).filter(|new| charges.iter().all(|old| old.name != new.name))
            });
            charges.extend(other);
        }
        charges
    }

    fn time(&self, index: u64) -> i64 {
        time(self.seed, self.total, &self.calendar, index)
    }

    fn external_id(&self, index: u64) -> String {
        format!("demo-{}-{index:08}", self.seed)
    }
}

/// When a record is published; in every fifty a few share the time of the first among them.
fn time(seed: u64, total: u64, calendar: &Calendar, index: u64) -> i64 {
    let (block, position) = (index / TIME_BLOCK, index % TIME_BLOCK);
    let mut rng = Rng::new(seed, Stream::Time, block);
    let (first, more) = (rng.below(46), rng.between(1, 3));
    let position = if (first..=first + more).contains(&position) {
        first
    } else {
        position
    };
    calendar.at(2 * (block * TIME_BLOCK + position) + 1, 2 * total)
}
