//! Numbers: identity cards, bank cards, telephones. Digits may stand in groups, with spaces, hyphens or dots between.

use super::checksum::{self, X};
use super::contexts::{self, Context, Filed};
use super::glyphs::Glyphs;
use super::{Found, Kind};

/// Shorter numbers are nobody's.
const LEAST: usize = 7;
/// Characters between two groups of digits.
const GAP: usize = 3;
/// Digits that are looked at as one number; longer ones are cut, so that the work stays bounded.
const MOST: usize = 4096;

/// One digit and where it stands.
#[derive(Clone, Copy, Debug)]
struct Digit {
    value: u8,
    at: usize,
    /// A gap, or nothing, stands before it.
    begins: bool,
    /// A gap, or nothing, stands after it.
    ends: bool,
}

/// Looks at the number that begins at `at`; tells where to go on.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) -> usize {
    let (digits, end) = read(text, at);
    if digits.len() < LEAST {
        return end;
    }
    let mut place = 0;
    while place < digits.len() {
        let rest = digits.get(place..).unwrap_or_default();
        match whole(text, rest) {
            Some((length, kind)) => {
                let to = rest.get(length - 1).map_or(end, |last| last.at + 1);
                let from = rest.first().map_or(at, |first| first.at);
                found.push(Found {
                    from,
                    to: with_rest(text, to),
                    kind,
                });
                place += length;
            }
            None => place += 1,
        }
    }
    end
}

/// Digits from `at` on with small gaps between; the place after the last.
fn read(text: &Glyphs, at: usize) -> (Vec<Digit>, usize) {
    let mut digits: Vec<Digit> = Vec::new();
    let mut place = at;
    let mut begins = true;
    while digits.len() < MOST {
        let Some(value) = digit(text, place) else {
            let after = text.skip(place, GAP, is_gap);
            let goes_on = after > place && text.char(after).is_ascii_digit();
            let after_x = digits.last().is_some_and(|last| last.value == X);
            if !goes_on || after_x {
                break;
            }
            if let Some(last) = digits.last_mut() {
                last.ends = true;
            }
            (place, begins) = (after, true);
            continue;
        };
        digits.push(Digit {
            value,
            at: place,
            begins,
            ends: false,
        });
        (place, begins) = (place + 1, false);
    }
    if let Some(last) = digits.last_mut() {
        last.ends = true;
    }
    last_place(text, &mut digits, &mut place);
    (digits, place)
}

/// O and l between digits were meant to be read as digits.
fn digit(text: &Glyphs, at: usize) -> Option<u8> {
    let c = text.char(at);
    let between = || {
        text.before(at).is_ascii_digit()
            && (text.char(at + 1).is_ascii_digit()
                || (is_lookalike(text.char(at + 1)) && text.char(at + 2).is_ascii_digit()))
            || is_lookalike(text.before(at)) && text.char(at + 1).is_ascii_digit()
    };
    match c {
        '0'..='9' => c.to_digit(10).and_then(|value| u8::try_from(value).ok()),
        'O' | 'o' | '〇' | '○' if between() => Some(0),
        'l' | 'I' if between() => Some(1),
        _ => None,
    }
}

fn is_lookalike(c: char) -> bool {
    matches!(c, 'O' | 'o' | '〇' | '○' | 'l' | 'I')
}

/// The X at the end of an identity card, perhaps after a gap.
fn last_place(text: &Glyphs, digits: &mut Vec<Digit>, place: &mut usize) {
    let x = text.skip(*place, GAP, is_gap);
    let is_x = matches!(text.char(x), 'X' | 'x') && !text.char(x + 1).is_ascii_alphanumeric();
    if is_x && digits.len() >= 17 {
        digits.push(Digit {
            value: X,
            at: x,
            begins: false,
            ends: true,
        });
        *place = x + 1;
    }
}

fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '-' | '·' | '.' | '_' | '~' | '(' | ')'
    )
}

/// What the digits at the beginning are, and how many of them.
fn whole(text: &Glyphs, digits: &[Digit]) -> Option<(usize, Kind)> {
    let first = digits.first()?;
    let identity = identity(digits);
    if let Some((length, true)) = identity {
        return Some((length, Kind::IdNumber));
    }
    if !first.begins {
        return None;
    }
    let context = contexts::of(text, first.at);
    let perhaps = match identity {
        Some((length, _)) => Some(length),
        None => old_or_masked_identity(text, digits, context),
    };
    if let Some(length) = perhaps {
        // Region and day come by chance in what is called an account or has the sum of a card.
        let card = match context {
            Context::Account => account(text, digits, context),
            _ => known_card(digits),
        };
        return Some(match card {
            Some(whole) if whole >= length => (whole, Kind::BankCard),
            _ => (length, Kind::IdNumber),
        });
    }
    let filed = contexts::filed(text, first.at, end_of_first_group(digits));
    match filed {
        Filed::Surely => return None,
        Filed::Perhaps => return unmistakable(text, digits),
        Filed::No if context == Context::Other => return unmistakable(text, digits),
        Filed::No => {}
    }
    if let Some(length) = telephone(text, digits, context) {
        return Some((length, Kind::Phone));
    }
    let length = account(text, digits, context)?;
    let kind = match context {
        Context::Chat => Kind::Account,
        _ => Kind::BankCard,
    };
    Some((length, kind))
}

/// The place after the digits up to the first gap.
fn end_of_first_group(digits: &[Digit]) -> usize {
    let last = digits.iter().find(|digit| digit.ends);
    last.map_or(0, |last| last.at + 1)
}

/// What is a telephone or a card although the words around say that it is nobody's: 编号13812345678.
fn unmistakable(text: &Glyphs, digits: &[Digit]) -> Option<(usize, Kind)> {
    let (length, kind) = match plain_mobile(digits) {
        Some(length) => (length, Kind::Phone),
        None => (known_card(digits)?, Kind::BankCard),
    };
    let last = digits.get(length - 1)?;
    (!contexts::is_amount(text, last.at + 1)).then_some((length, kind))
}

/// A mobile in one piece or as people group it, after 86 or not.
fn plain_mobile(digits: &[Digit]) -> Option<usize> {
    let length = mobile(digits)?;
    let prefix = length - 11;
    let ends = |places: &[usize]| {
        let is_end = |at: usize| digits.get(prefix + at).is_some_and(|digit| digit.ends);
        (0..11).all(|at| is_end(at) == places.contains(&at))
    };
    (ends(&[10]) || ends(&[2, 6, 10]) || ends(&[2, 10]) || ends(&[6, 10])).then_some(length)
}

/// Luhn's sum behind the first digits that banks give out.
fn known_card(digits: &[Digit]) -> Option<usize> {
    let length = luhn(digits)?;
    let value = |at: usize| digits.get(at).map_or(0, |digit| u32::from(digit.value));
    let first = (0..4).fold(0, |number, at| number * 10 + value(at));
    let is_known = match first {
        // UnionPay; cards of the four great banks from before it.
        6200..=6299 | 9558 | 6013 | 4367 => true,
        // Visa, MasterCard, JCB.
        4000..=4999 | 5100..=5599 | 3528..=3589 => length == 16,
        _ => false,
    };
    is_known.then_some(length)
}

fn values<const N: usize>(digits: &[Digit]) -> Option<[u8; N]> {
    let mut values = [0; N];
    for (value, digit) in values.iter_mut().zip(digits.get(..N)?) {
        *value = digit.value;
    }
    Some(values)
}

/// Eighteen places, and whether the last one is right. Within longer numbers it must be, alone region and day are enough.
fn identity(digits: &[Digit]) -> Option<(usize, bool)> {
    let is_right = checksum::identity(&values::<18>(digits)?)?;
    let stands_alone = digits.first()?.begins && digits.get(17)?.ends;
    (is_right || stands_alone).then_some((18, is_right))
}

fn old_or_masked_identity(text: &Glyphs, digits: &[Digit], context: Context) -> Option<usize> {
    let length = group_of(digits, 14..=17)?;
    let last = digits.get(length - 1)?;
    let values: Vec<u8> = digits
        .iter()
        .take(length)
        .map(|digit| digit.value)
        .collect();
    let is_hidden_after = matches!(
        text.char(last.at + 1),
        '*' | '某' | '×' | 'X' | 'x' | '#' | '□'
    );
    let is_masked = is_hidden_after && checksum::begins_identity(&values);
    let is_old = length == 15 && context != Context::Other && checksum::old_identity(&values);
    (is_masked || is_old).then_some(length)
}

/// How many digits from here to the end of a group, when that lies within the range; the longest.
fn group_of(digits: &[Digit], wanted: std::ops::RangeInclusive<usize>) -> Option<usize> {
    wanted.rev().find(|length| {
        digits
            .get(length - 1)
            .is_some_and(|last| last.ends && last.value != X)
    })
}

fn telephone(text: &Glyphs, digits: &[Digit], context: Context) -> Option<usize> {
    let length = mobile(digits)
        .or_else(|| landline(digits))
        .or_else(|| match context {
            Context::Phone => group_of(digits, 7..=12),
            _ => None,
        })?;
    let last = digits.get(length - 1)?;
    let one_line = (digits.first()?.at..last.at).all(|at| text.char(at) != '\n');
    let named = context == Context::Phone;
    let stands = named || !contexts::is_amount(text, last.at + 1);
    (one_line && stands).then_some(length)
}

/// Eleven digits from 13 to 19, after 86 or 0086 when that is written.
fn mobile(digits: &[Digit]) -> Option<usize> {
    let value = |at: usize| digits.get(at).map(|digit| digit.value);
    let prefix = match (value(0)?, value(1)?, value(2)?, value(3)?) {
        (0, 0, 8, 6) => 4,
        (8, 6, _, _) => 2,
        _ => 0,
    };
    let is_mobile = value(prefix)? == 1 && (3..=9).contains(&value(prefix + 1)?);
    let ends = digits.get(prefix + 10)?.ends;
    // 1985-03-04 123 and 1998-2003-120 are days and years.
    let first_group = digits.iter().position(|digit| digit.ends)? + 1;
    let is_year = prefix == 0 && first_group == 4 && value(1)? == 9;
    (is_mobile && ends && !is_year).then_some(prefix + 11)
}

/// An area code and seven or eight digits.
fn landline(digits: &[Digit]) -> Option<usize> {
    let value = |at: usize| digits.get(at).map(|digit| digit.value);
    let (area, local) = match (value(0)?, value(1)?) {
        (0, 1 | 2) => (3, 8..=8),
        (0, 3..=9) => (4, 7..=8),
        _ => return None,
    };
    let is_local = (2..=8).contains(&value(area)?);
    let known = value(0)? == 0 && (value(1)? != 1 || value(2)? == 0);
    let rest = digits.get(area..)?;
    let length = group_of(rest, local)?;
    (is_local && known).then_some(area + length)
}

/// Sixteen to nineteen digits with Luhn's sum; after 账号 and the like any long number.
fn account(text: &Glyphs, digits: &[Digit], context: Context) -> Option<usize> {
    let first = digits.first()?.value;
    match context {
        Context::Account => group_of(digits, 8..=28),
        Context::Other => None,
        Context::Chat => group_of(digits, 5..=20),
        Context::Phone | Context::None => {
            let length = luhn(digits)?;
            let last = digits.get(length - 1)?.at;
            (matches!(first, 3..=6 | 9) && !contexts::is_amount(text, last + 1)).then_some(length)
        }
    }
}

/// How many digits, up to the end of a group, have Luhn's sum of a card; the longest.
fn luhn(digits: &[Digit]) -> Option<usize> {
    (16..=19).rev().find(|length| {
        let number: Vec<u8> = digits.iter().take(*length).map(|it| it.value).collect();
        let ends = digits.get(length - 1).is_some_and(|last| last.ends);
        ends && number.len() == *length && !number.contains(&X) && checksum::luhn(&number)
    })
}

/// What is left of a number that was masked in part goes with it.
fn with_rest(text: &Glyphs, to: usize) -> usize {
    text.skip(to, 8, |c| matches!(c, '*' | '×' | '□' | '#'))
}
