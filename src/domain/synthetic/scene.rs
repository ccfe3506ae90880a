//! The people, days, sums and things of one record, and the filling of sentences with them.

use super::calendar::{day_number, push_date, year_of};
use super::charges::Charge;
use super::family::Family;
use super::names;
use super::rng::Rng;
use super::unit_words::UnitWords;

/// An act lies at least so many days before its publication.
const LEAST_LAG: u64 = 90;
/// And at most so many.
pub(super) const MOST_LAG: u64 = 420;

const PLACES: [&str; 16] = [
    "某小区",
    "某菜市场",
    "某商场",
    "某街道",
    "某工业园",
    "某路段",
    "某广场",
    "某村",
    "某镇",
    "某客运站",
    "某酒店",
    "某网吧",
    "某停车场",
    "某公园",
    "某建材城",
    "某学校附近",
];
const HOURS: [&str; 12] = [
    "凌晨1时许",
    "凌晨3时许",
    "7时许",
    "9时许",
    "11时许",
    "14时许",
    "16时许",
    "18时许",
    "20时许",
    "21时许",
    "22时许",
    "23时许",
];
const GOODS: [&str; 14] = [
    "手机一部",
    "电动自行车一辆",
    "摩托车一辆",
    "笔记本电脑一台",
    "金项链一条",
    "现金及香烟",
    "铜质电缆若干",
    "银行卡及现金",
    "白酒若干箱",
    "电动车电瓶四块",
    "平板电脑一台",
    "黄金手镯一只",
    "茶叶若干盒",
    "建筑扣件若干",
];
const INJURIES: [&str; 4] = ["轻伤二级", "轻伤二级", "轻伤一级", "重伤二级"];
const VEHICLES: [&str; 7] = [
    "小型轿车",
    "普通二轮摩托车",
    "轻型普通货车",
    "小型普通客车",
    "重型自卸货车",
    "电动三轮车",
    "小型越野客车",
];

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

struct Slots {
    act: String,
    /// 2014年至2019年间.
    years: String,
    hour: &'static str,
    place: String,
    amount: String,
    number: String,
    goods: &'static str,
    injury: &'static str,
    alcohol: String,
    grams: String,
    vehicle: &'static str,
    charge: String,
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
            "t" => &self.slots.act,
            "y" => &self.slots.years,
            "h" => self.slots.hour,
            "p" => &self.slots.place,
            "a" => &self.slots.amount,
            "m" => &self.slots.number,
            "o" => self.slots.goods,
            "i" => self.slots.injury,
            "b" => &self.slots.alcohol,
            "g" => &self.slots.grams,
            "k" => self.slots.vehicle,
            "c" => &self.slots.charge,
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
            other => other,
        }
    }
}

impl Slots {
    fn new(rng: &mut Rng, unit: &UnitWords, charges: &[&Charge], act_day: i64) -> Self {
        let first = charges.first();
        let region = if unit.region.is_empty() {
            "某市"
        } else {
            &unit.region
        };
        let place = rng.word(&PLACES);
        let year = year_of(act_day);
        Self {
            act: date(act_day),
            years: format!("{}年至{}年间", year - rng.between(2, 8) as i32, year),
            hour: rng.word(&HOURS),
            place: format!("{region}{place}"),
            amount: money(
                rng,
                first.map_or(5_000.0, |charge| charge.family.usual_amount()),
            ),
            number: rng.between(2, 9).to_string(),
            goods: rng.word(&GOODS),
            injury: rng.word(&INJURIES),
            alcohol: decimal(rng.log_normal(138.0, 0.3).max(80.1), 10),
            grams: decimal(rng.log_normal(2.4, 1.0).max(0.11), 100),
            vehicle: rng.word(&VEHICLES),
            charge: first.map(|charge| charge.name.clone()).unwrap_or_default(),
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

fn date(day: i64) -> String {
    let mut text = String::with_capacity(20);
    push_date(&mut text, day);
    text
}

/// 4862元, 12.6万元, 1150万元.
fn money(rng: &mut Rng, median: f64) -> String {
    let yuan = rng.log_normal(median, 0.8).max(120.0);
    if yuan >= 10_000_000.0 {
        format!("{}万元", (yuan / 10_000.0) as u64)
    } else if yuan >= 100_000.0 {
        format!("{}万元", decimal(yuan / 10_000.0, 10))
    } else {
        format!("{}元", yuan as u64)
    }
}

/// A number cut to one (`parts` 10) or two (`parts` 100) decimals.
fn decimal(value: f64, parts: u64) -> String {
    let scaled = (value * parts as f64) as u64;
    let (whole, rest) = (scaled / parts, scaled % parts);
    if parts == 100 {
        format!("{whole}.{rest:02}")
    } else {
        format!("{whole}.{rest}")
    }
}
