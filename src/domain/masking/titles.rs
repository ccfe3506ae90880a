//! The title of a decision not to prosecute: it begins with a name and has no role before it.

use super::glyphs::Glyphs;
use super::names::Known;
use super::surnames::{Surname, is_word, may_be_given, surname};
use super::words::{is_mask, within};
use super::{Found, Kind};

/// Looks at a title as a whole.
pub(super) fn whole(text: &Glyphs, found: &mut Vec<Found>, known: &mut Known) {
    let length = text.len();
    let is_of_decision = within(text, 0, length, &["不起诉"]).is_some();
    let is_masked = (0..length).any(|at| is_mask(text.char(at)));
    let is_of_office = within(text, 0, length, &["检察院", "某", "决定书"])
        .is_some_and(|at| text.word(at, "决定书").is_none() || at < 4);
    if !is_of_decision || is_masked || is_of_office {
        return;
    }
    let from = text.one_of(0, &["关于对", "关于", "对"]).unwrap_or(0);
    let Some(Surname::Plain(surname)) = surname(text, from) else {
        return;
    };
    let given = from + surname;
    if is_word(text, from) || !may_be_given(text.char(given)) {
        return;
    }
    let ends = |at: usize| {
        text.one_of(at, &["涉嫌", "等", "不起诉", "犯", "、"])
            .is_some()
    };
    let to = if ends(given + 1) {
        given + 1
    } else {
        given + 2
    };
    if ends(given + 1) || ends(given + 2) {
        known.add(&text.text(from, to));
    }
    found.push(Found {
        from,
        to,
        kind: Kind::Name,
    });
}
