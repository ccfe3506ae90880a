//! Days of birth. The year may stand, month and day may not.

use super::checksum::is_day;
use super::glyphs::Glyphs;
use super::{Found, Kind};

/// What may stand between 出生 and the day.
const BETWEEN: &[&str] = &[
    "年月日",
    "日期",
    "时间",
    "年月",
    "于",
    "日",
    "为",
    "是",
    "系",
    ":",
    " ",
    "(",
    "公历",
];
/// The longest way to write a day: 一九八五年 十二 月 二十五 日.
const LONGEST: usize = 18;

/// 出生, 生于, 生日, or the sex, before which or after which a day may stand.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    match text.char(at) {
        '生' => {
            let word = if text.before(at) == '出' { at - 1 } else { at };
            if let Some((from, to)) = before(text, word, is_birth_after(text, at, word)) {
                push(found, from, to);
            }
            let is_named = word < at || matches!(text.char(at + 1), '于' | '日');
            if is_named {
                after(text, at + 1, found);
            }
        }
        // 男，1985年3月4日，汉族: the day stands where the day of birth is expected.
        _ => {
            let is_alone = matches!(
                text.before(at),
                ',' | '，' | '、' | ' ' | '(' | ':' | '别' | '\0' | '\n'
            );
            let comma = text.one_of(at + 1, &["，", ",", "、", " "]);
            if let Some(from) = comma.filter(|_| is_alone) {
                let from = text.skip(from, 1, |c| c == ' ');
                let ends = |to: &usize| {
                    matches!(
                        text.char(*to),
                        ',' | '，'
                            | '。'
                            | ')'
                            | ';'
                            | '；'
                            | '、'
                            | '生'
                            | '出'
                            | '\0'
                            | ' '
                            | '\n'
                    )
                };
                if let Some(to) = day(text, from).filter(ends) {
                    push(found, from, to);
                }
            }
        }
    }
}

/// Whether the word means a birth and not 生产 or 生效.
fn is_birth_after(text: &Glyphs, at: usize, word: usize) -> bool {
    word < at
        || matches!(
            text.char(at + 1),
            ',' | '，' | '。' | ')' | ';' | '；' | '、' | '于' | '人' | '\n' | '\0' | ' ' | '('
        )
}

/// A day that ends right before a place.
fn before(text: &Glyphs, word: usize, is_birth: bool) -> Option<(usize, usize)> {
    if !is_birth {
        return None;
    }
    let end = text.back(word, 2, |c| matches!(c, ' ' | ',' | '，'));
    let earliest = end.saturating_sub(LONGEST);
    (earliest..end)
        .find(|from| !text.before(*from).is_ascii_digit() && day(text, *from) == Some(end))
        .map(|from| (from, end))
}

fn after(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let mut from = at;
    for _ in 0..5 {
        match text.one_of(from, BETWEEN) {
            Some(next) => from = next,
            None => break,
        }
    }
    if let Some(to) = day(text, from) {
        push(found, from, to);
    }
}

/// The end of a day, or of a month, that begins here: 1985年3月4日, 1985-03-04, 19850304, 一九八五年三月四日, 1985年3月.
fn day(text: &Glyphs, from: usize) -> Option<usize> {
    let (year, mut at) = year(text, from)?;
    at = text.skip(at, 1, |c| c == ' ');
    if text.char(at) == '年' {
        at = text.skip(at + 1, 1, |c| c == ' ');
        let (month, end) = number(text, at)?;
        let end = text.skip(end, 1, |c| c == ' ');
        let end = text.word(end, "月")?;
        let start = text.skip(end, 1, |c| c == ' ');
        let whole = number(text, start).and_then(|(day, to)| {
            let to = text.skip(to, 1, |c| c == ' ');
            let to = text.one_of(to, &["日", "号"])?;
            is_day(year, month, day).then_some(to)
        });
        return whole.or_else(|| is_day(year, month, 1).then_some(end));
    }
    if matches!(text.char(at), '-' | '.' | '/' | '、') {
        let (month, end) = number(text, at + 1)?;
        let (day, end) = matches!(text.char(end), '-' | '.' | '/' | '、')
            .then(|| number(text, end + 1))
            .flatten()?;
        return is_day(year, month, day).then_some(end);
    }
    let (month, day) = (two_digits(text, at)?, two_digits(text, at + 2)?);
    is_day(year, month, day).then_some(at + 4)
}

fn year(text: &Glyphs, from: usize) -> Option<(i32, usize)> {
    let mut year = 0;
    for at in from..from + 4 {
        year = year * 10 + i32::from(digit(text.char(at))?);
    }
    (1900..2100).contains(&year).then_some((year, from + 4))
}

/// One or two digits, or numerals up to 三十一.
fn number(text: &Glyphs, from: usize) -> Option<(u8, usize)> {
    let end = text.skip(from, 2, |c| c.is_ascii_digit());
    if end > from {
        let value = text.text(from, end).parse().ok()?;
        return Some((value, end));
    }
    let (tens, at) = match (digit(text.char(from)), text.char(from + 1)) {
        (Some(tens), '十') => (tens, from + 2),
        (Some(_), _) => return digit(text.char(from)).map(|ones| (ones, from + 1)),
        (None, _) if text.char(from) == '十' => (1, from + 1),
        _ => return None,
    };
    Some(match digit(text.char(at)) {
        Some(ones) => (tens.saturating_mul(10).saturating_add(ones), at + 1),
        None => (tens.saturating_mul(10), at),
    })
}

fn two_digits(text: &Glyphs, from: usize) -> Option<u8> {
    let tens = text.char(from).to_digit(10)?;
    let ones = text.char(from + 1).to_digit(10)?;
    u8::try_from(tens * 10 + ones).ok()
}

fn digit(c: char) -> Option<u8> {
    const NUMERALS: [(char, u8); 11] = [
        ('〇', 0),
        ('零', 0),
        ('一', 1),
        ('二', 2),
        ('三', 3),
        ('四', 4),
        ('五', 5),
        ('六', 6),
        ('七', 7),
        ('八', 8),
        ('九', 9),
    ];
    c.to_digit(10)
        .and_then(|value| u8::try_from(value).ok())
        .or_else(|| {
            NUMERALS
                .iter()
                .find(|(numeral, _)| *numeral == c)
                .map(|(_, value)| *value)
        })
}

fn push(found: &mut Vec<Found>, from: usize, to: usize) {
    found.push(Found {
        from,
        to,
        kind: Kind::BirthDate,
    });
}
