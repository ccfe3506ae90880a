//! Masked names, as the publication rules have them (requirements §4.7): the surname stays, the given name becomes 某.

use super::rng::Rng;

/// Surnames with their weight, roughly by how common they are.
const SURNAMES: [(&str, u64); 64] = [
    ("王", 72),
    ("李", 71),
    ("张", 67),
    ("刘", 54),
    ("陈", 46),
    ("杨", 31),
    ("黄", 23),
    ("赵", 23),
    ("吴", 20),
    ("周", 20),
    ("徐", 16),
    ("孙", 15),
    ("马", 13),
    ("朱", 13),
    ("胡", 12),
    ("郭", 12),
    ("何", 11),
    ("林", 11),
    ("高", 10),
    ("罗", 10),
    ("郑", 9),
    ("梁", 9),
    ("谢", 8),
    ("宋", 8),
    ("唐", 7),
    ("许", 7),
    ("邓", 7),
    ("韩", 7),
    ("冯", 6),
    ("曹", 6),
    ("彭", 6),
    ("曾", 6),
    ("肖", 6),
    ("田", 5),
    ("董", 5),
    ("潘", 5),
    ("袁", 5),
    ("蔡", 5),
    ("蒋", 5),
    ("余", 5),
    ("于", 5),
    ("杜", 5),
    ("叶", 4),
    ("程", 4),
    ("魏", 4),
    ("苏", 4),
    ("吕", 4),
    ("丁", 4),
    ("任", 4),
    ("卢", 4),
    ("姚", 4),
    ("沈", 4),
    ("钟", 4),
    ("姜", 4),
    ("崔", 3),
    ("谭", 3),
    ("陆", 3),
    ("范", 3),
    ("汪", 3),
    ("廖", 3),
    ("石", 3),
    ("金", 3),
    ("欧阳", 1),
    ("司马", 1),
];

/// Masked names of minorities and foreigners: the first characters stay.
const OTHERS: [&str; 10] = [
    "阿某",
    "阿某某",
    "买某某",
    "吐某·买某",
    "古某某·阿某",
    "巴某某",
    "扎某",
    "玛某·艾某某",
    "约某·史某",
    "朴某某",
];

/// A masked name.
pub(super) fn masked(rng: &mut Rng) -> String {
    if rng.chance(25) {
        return rng.word(&OTHERS).to_owned();
    }
    let mut name = surname(rng).to_owned();
    name.push_str(match rng.below(20) {
        0..=11 => "某某",
        12..=17 => "某",
        18 => "某甲",
        _ => "某1",
    });
    name
}

fn surname(rng: &mut Rng) -> &'static str {
    let mut point = rng.below(SURNAMES.iter().map(|(_, weight)| weight).sum());
    for (surname, weight) in SURNAMES {
        if point < weight {
            return surname;
        }
        point -= weight;
    }
    "王"
}
