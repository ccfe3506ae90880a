//! Passports and permits.

use super::glyphs::Glyphs;
use super::{Found, Kind};

/// Papers whose number is a person's.
const NAMES: &[&str] = &[
    "护照",
    "通行证",
    "回乡证",
    "台胞证",
    "军官证",
    "士官证",
    "军人证",
    "签证",
    "台湾居民",
    "军官",
    "通行证件",
    "护照本",
];
const BETWEEN: &[&str] = &[
    "号码", "编号", "证号", "证件", "号", "为", "是", "系", ":", " ", "(",
];

/// E12345678, EA1234567, G12345678: a Chinese passport needs no name.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    if is_code(text.before(at)) || !matches!(text.char(at), 'E' | 'G' | 'e' | 'g') {
        return;
    }
    let letters = text.skip(at, 2, |c| c.is_ascii_alphabetic()) - at;
    let start = text.skip(at + letters, 1, |c| matches!(c, ' ' | '-'));
    let end = text.skip(start, 10, |c| c.is_ascii_digit());
    let is_two = letters == 2 && matches!(text.char(at), 'E' | 'e');
    if (letters == 1 || is_two) && end - start == 9 - letters && !is_code(text.char(end)) {
        push(found, at, end);
    }
}

/// The number after the name of a paper.
pub(super) fn named(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let Some(mut from) = text.one_of(at, NAMES) else {
        return;
    };
    for _ in 0..5 {
        match text.one_of(from, BETWEEN) {
            Some(next) => from = next,
            None => break,
        }
    }
    let to = text.skip(from, 16, |c| {
        is_code(c) || matches!(c, '字' | '第' | '军' | '南' | '北' | '政')
    });
    let digits = (from..to)
        .filter(|at| text.char(*at).is_ascii_digit())
        .count();
    if digits >= 6 {
        push(found, from, to);
    }
}

fn is_code(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn push(found: &mut Vec<Found>, from: usize, to: usize) {
    found.push(Found {
        from,
        to,
        kind: Kind::Passport,
    });
}
