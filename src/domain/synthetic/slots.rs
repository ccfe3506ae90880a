//! The things of one act that fill its sentences: day, place, sum, goods, injury and the like.

use super::calendar::{push_date, year_of};
use super::charges::Charge;
use super::rng::Rng;
use super::unit_words::UnitWords;

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

/// One value for each slot of [`super::facts`] that is not a person.
pub(super) struct Slots {
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

impl Slots {
    /// Makes them up for an act on this day in the unit's region.
    pub(super) fn new(rng: &mut Rng, unit: &UnitWords, charges: &[&Charge], act_day: i64) -> Self {
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

    /// The word for a slot; `None` for one that is not a thing of the act.
    pub(super) fn get(&self, slot: &str) -> Option<&str> {
        Some(match slot {
            "t" => &self.act,
            "y" => &self.years,
            "h" => self.hour,
            "p" => &self.place,
            "a" => &self.amount,
            "m" => &self.number,
            "o" => self.goods,
            "i" => self.injury,
            "b" => &self.alcohol,
            "g" => &self.grams,
            "k" => self.vehicle,
            "c" => &self.charge,
            _ => return None,
        })
    }
}

/// A day as 2021年3月4日.
pub(super) fn date(day: i64) -> String {
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
