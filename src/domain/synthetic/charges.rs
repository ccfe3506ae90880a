//! The charges and how often each is met: a short head, a long tail, other shares among important cases
//! (requirements §4.9).

use std::collections::HashMap;

use super::article::article;
use super::charge_history;
use super::family::Family;
use super::rng::{Rng, Weighted};

/// Shares of the head among legal documents in hundredths of a per cent; the rest is the tail's. The third word
/// stands in while the first did not exist.
const HEAD: [(&str, u64, &str); 16] = [
    ("危险驾驶罪", 2500, ""),
    ("盗窃罪", 1700, ""),
    ("故意伤害罪", 900, ""),
    ("诈骗罪", 800, ""),
    ("交通肇事罪", 600, ""),
    ("寻衅滋事罪", 500, ""),
    ("走私、贩卖、运输、制造毒品罪", 580, ""),
    ("非法持有毒品罪", 90, ""),
    ("容留他人吸毒罪", 230, ""),
    (
        "帮助信息网络犯罪活动罪",
        300,
        "掩饰、隐瞒犯罪所得、犯罪所得收益罪",
    ),
    ("掩饰、隐瞒犯罪所得、犯罪所得收益罪", 300, ""),
    ("开设赌场罪", 400, ""),
    ("非法拘禁罪", 150, ""),
    ("抢劫罪", 150, ""),
    ("受贿罪", 100, ""),
    ("贪污罪", 50, ""),
];

/// The tail's share of legal documents in hundredths of a per cent.
pub(super) const TAIL: u64 = 650;

/// Shares among important cases.
const CASES: [(&str, u64, &str); 18] = [
    ("受贿罪", 27, ""),
    ("贪污罪", 9, ""),
    ("挪用公款罪", 4, ""),
    ("滥用职权罪", 4, ""),
    ("玩忽职守罪", 2, ""),
    ("非法吸收公众存款罪", 9, ""),
    ("集资诈骗罪", 5, ""),
    ("诈骗罪", 9, ""),
    ("组织、领导、参加黑社会性质组织罪", 5, ""),
    ("故意杀人罪", 5, ""),
    ("故意伤害罪", 3, ""),
    ("抢劫罪", 3, ""),
    ("走私、贩卖、运输、制造毒品罪", 5, ""),
    ("生产、销售有毒、有害食品罪", 3, ""),
    ("污染环境罪", 3, ""),
    ("侵犯公民个人信息罪", 2, "诈骗罪"),
    ("重大责任事故罪", 1, ""),
    ("袭警罪", 1, "妨害公务罪"),
];

/// One charge.
#[derive(Debug)]
pub(super) struct Charge {
    /// 盗窃罪.
    pub(super) name: String,
    /// 《中华人民共和国刑法》第二百六十四条.
    pub(super) article: String,
    pub(super) family: Family,
    /// The first day of an act that may be charged so, in days since 1970.
    pub(super) since: i64,
}

/// All charges.
#[derive(Debug)]
pub(super) struct Charges {
    all: Vec<Charge>,
    head: Shares,
    cases: Shares,
    /// Everything outside the head, in the order of the list.
    tail: Vec<usize>,
    tail_weights: Weighted,
}

/// Some charges with their weights.
#[derive(Debug)]
struct Shares {
    /// The charge, and the one that stands in for it.
    members: Vec<(usize, usize)>,
    weights: Weighted,
}

impl Charges {
    /// Reads the columns charge, article, sub-article and chapter; rows that lack the first are passed over. Charges
    /// of the head that the list lacks are added without an article.
    pub(super) fn new(csv_text: &str) -> Self {
        let mut all = read(csv_text);
        let mut numbers: HashMap<String, usize> = all
            .iter()
            .enumerate()
            .map(|(number, charge)| (charge.name.clone(), number))
            .collect();
        let mut number_of = |name: &str| {
            *numbers.entry(name.to_owned()).or_insert_with(|| {
                all.push(Charge::new(name, "有关条款", ""));
                all.len() - 1
            })
        };
        let head = Shares::new(HEAD.iter(), &mut number_of);
        let cases = Shares::new(CASES.iter(), &mut number_of);
        let is_head = |number: &usize| head.members.iter().any(|(member, _)| member == number);
        let tail: Vec<usize> = (0..all.len()).filter(|number| !is_head(number)).collect();
        // A Zipf-like slope; the order is stirred so that it does not follow the chapters.
        let tail_weights = (0..tail.len() as u64)
            .map(|rank| 1_000_000 / (10 + rank * 179 % tail.len() as u64))
            .collect();
        Self {
            all,
            head,
            cases,
            tail,
            tail_weights,
        }
    }

    pub(super) fn get(&self, number: usize) -> Option<&Charge> {
        self.all.get(number)
    }

    pub(super) fn tail(&self) -> &[usize] {
        &self.tail
    }

    /// A charge of the head for a legal document.
    pub(super) fn of_head(&self, rng: &mut Rng, act_day: i64) -> Option<&Charge> {
        self.head.sample(rng, &self.all, act_day)
    }

    /// A charge for an important case.
    pub(super) fn of_cases(&self, rng: &mut Rng, act_day: i64) -> Option<&Charge> {
        self.cases.sample(rng, &self.all, act_day)
    }

    /// A charge of the tail that existed on that day.
    pub(super) fn of_tail(&self, rng: &mut Rng, act_day: i64) -> Option<usize> {
        (0..20).find_map(|_| {
            let number = *self.tail.get(self.tail_weights.sample(rng)?)?;
            self.all
                .get(number)
                .is_some_and(|charge| charge.since <= act_day)
                .then_some(number)
        })
    }
}

impl Shares {
    fn new<'a>(
        rows: impl Iterator<Item = &'a (&'a str, u64, &'a str)> + Clone,
        mut number_of: impl FnMut(&str) -> usize,
    ) -> Self {
        let weights = rows.clone().map(|(_, weight, _)| *weight).collect();
        let members = rows
            .map(|(name, _, stand_in)| {
                let stand_in = if stand_in.is_empty() { name } else { stand_in };
                (number_of(name), number_of(stand_in))
            })
            .collect();
        Self { members, weights }
    }

    fn sample<'a>(&self, rng: &mut Rng, all: &'a [Charge], act_day: i64) -> Option<&'a Charge> {
        let (member, stand_in) = *self.members.get(self.weights.sample(rng)?)?;
        all.get(member)
            .filter(|charge| charge.since <= act_day)
            .or_else(|| all.get(stand_in))
    }
}

impl Charge {
    fn new(name: &str, place: &str, chapter: &str) -> Self {
        Self {
            name: name.to_owned(),
            article: format!("《中华人民共和国刑法》{place}"),
            family: Family::of(name, chapter),
            since: charge_history::since(name),
        }
    }

    /// The name without its last 罪, as titles have it.
    pub(super) fn bare(&self) -> &str {
        self.name.strip_suffix('罪').unwrap_or(&self.name)
    }
}

fn read(csv_text: &str) -> Vec<Charge> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(csv_text.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    rows.filter_map(|row| {
        let name = row.get(0).map(str::trim).filter(|name| !name.is_empty())?;
        let number = |column: usize| {
            row.get(column)
                .and_then(|text| text.trim().parse::<u32>().ok())
                .unwrap_or(0)
        };
        // The one charge of a separate decision is numbered 1.
        let place = if number(1) < 100 {
            "有关条款".to_owned()
        } else {
            article(number(1), number(2))
        };
        Some(Charge::new(name, &place, row.get(3).unwrap_or_default()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::rng::Stream;
    use super::*;

    #[test]
    fn head_and_tail_make_a_whole_and_every_head_charge_is_listed() {
        let shares: u64 = HEAD.iter().map(|(_, share, _)| share).sum();
        assert_eq!(shares + TAIL, 10_000);
        let charges = Charges::new(include_str!("../../../config/charges.csv"));
        assert_eq!(charges.all.len(), 483);
        assert_eq!(charges.tail.len(), 483 - 16);
    }

    #[test]
    fn without_a_list_the_head_still_stands() {
        let charges = Charges::new("");
        let charge = charges.of_head(&mut Rng::new(1, Stream::Record, 1), 20_000);
        assert!(charge.is_some());
    }
}
