//! Ways to write digits so that a simple pattern passes over them.

use super::Rng;

/// One of them, or none; `groups` are the lengths after which a gap may stand.
pub(super) fn any(rng: &mut Rng, number: &str, groups: &[usize]) -> String {
    match rng.below(9) {
        0 => wide(number),
        1 => grouped(number, groups, " "),
        2 => grouped(number, groups, "-"),
        3 => grouped(number, groups, " - "),
        4 => grouped(number, groups, "\u{3000}"),
        5 => joined(number, "\u{200b}"),
        6 if number.bytes().all(|byte| byte.is_ascii_digit()) => chinese(number),
        7 => wide(&grouped(number, groups, "-")),
        _ => number.to_owned(),
    }
}

/// Full width.
pub(super) fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// 一九八五年三月四日.
pub(super) fn numerals(year: u64, month: u64, day: u64) -> String {
    format!(
        "{}年{}月{}日",
        chinese(&year.to_string()),
        counted(month),
        counted(day)
    )
}

fn counted(value: u64) -> String {
    let ones = chinese(&(value % 10).to_string()).replace('〇', "");
    match value / 10 {
        0 => ones,
        1 => format!("十{ones}"),
        tens => format!("{}十{ones}", chinese(&tens.to_string())),
    }
}

fn chinese(number: &str) -> String {
    number
        .chars()
        .filter_map(|c| {
            "〇一二三四五六七八九"
                .chars()
                .nth(usize::try_from(c.to_digit(10)?).ok()?)
        })
        .collect()
}

fn grouped(number: &str, groups: &[usize], gap: &str) -> String {
    let mut text = String::new();
    let mut rest = number;
    for length in groups {
        let (group, others) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        text.push_str(group);
        if !others.is_empty() {
            text.push_str(gap);
        }
        rest = others;
    }
    text.push_str(rest);
    text
}

fn joined(number: &str, mark: &str) -> String {
    let characters: Vec<String> = number.chars().map(String::from).collect();
    characters.join(mark)
}
