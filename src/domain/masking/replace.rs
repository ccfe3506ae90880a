//! What may stand instead of a finding, and a text with all of them replaced.

use super::glyphs::Glyphs;
use super::surnames::{Surname, surname};
use super::words::is_han;
use super::{Finding, Found, Kind, Part};

/// What is left of a number.
const GONE: &str = "***";

/// The words for one finding.
pub(super) fn instead(text: &Glyphs, one: &Found) -> String {
    match one.kind {
        Kind::IdNumber
        | Kind::BankCard
        | Kind::Phone
        | Kind::Passport
        | Kind::Email
        | Kind::Account => GONE.to_owned(),
        Kind::Plate => format!("{}*****", text.text(one.from, one.from + 2)),
        Kind::BirthDate => format!("{}年", text.text(one.from, one.from + 4)),
        Kind::Address => area(text, one),
        Kind::Name => name(text, one),
    }
}

/// The address down to county, city or district; nothing of it when there is no such part.
fn area(text: &Glyphs, one: &Found) -> String {
    let is_area = |at: &usize| {
        let is_estate = matches!(text.before(*at), '小' | '社' | '新' | '厂' | '园' | '校');
        matches!(text.char(*at), '县' | '区' | '市' | '州' | '旗' | '省')
            && !is_estate
            && *at > one.from
    };
    let end = (one.from..one.to.min(one.from + 20)).rfind(is_area);
    end.map_or_else(
        || GONE.to_owned(),
        |end| format!("{}某处", text.text(one.from, end + 1)),
    )
}

/// 王某某 for 王小明, 欧阳某 for 欧阳锋, 阿某·买某 for a name with a dot.
fn name(text: &Glyphs, one: &Found) -> String {
    let whole = text.text(one.from, one.to);
    if whole.contains('·') {
        let parts: Vec<String> = whole
            .split('·')
            .map(|part| part.chars().take(1).chain(std::iter::once('某')).collect())
            .collect();
        return parts.join("·");
    }
    let first = text.char(one.from);
    if !is_han(first) {
        return format!("{first}某");
    }
    let kept = match surname(text, one.from) {
        Some(Surname::Plain(length)) => length,
        Some(Surname::Everyday | Surname::Minority) | None => 1,
    };
    let given = (one.to - one.from).saturating_sub(kept).clamp(1, 2);
    format!(
        "{}{}",
        text.text(one.from, one.from + kept),
        "某".repeat(given)
    )
}

/// A part with everything replaced that was found in it.
pub fn masked(text: &str, part: Part, findings: &[Finding]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for finding in findings.iter().filter(|finding| finding.part == part) {
        masked.push_str(text.get(at..finding.start).unwrap_or_default());
        masked.push_str(&finding.replacement);
        at = finding.end.max(at);
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    masked
}
