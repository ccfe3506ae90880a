//! Names of those whom the rules protect (requirements §4.7): victims, witnesses, experts, the person not prosecuted,
//! juveniles and who acts for them. A name that was found after such a word is found everywhere else in the record too.

use super::glyphs::Glyphs;
use super::surnames::{Surname, ends_foreign, is_word, may_be_given, may_follow, surname};
use super::words::{is_han, is_mask};
use super::{Found, Kind};

/// Whom the rules protect.
const ROLES: &[&str] = &[
    "被害人",
    "被侵害人",
    "受害人",
    "受害者",
    "被害者",
    "证人",
    "被不起诉人",
    "鉴定人",
    "未成年人",
    "法定代理人",
    "举报人",
    "控告人",
    "近亲属",
    "被害方",
    "被害女",
];
/// What may stand between the word and the name.
const BRIDGES: &[&str] = &[
    "的法定代理人",
    "的诉讼代理人",
    "诉讼代理人",
    "近亲属",
    "的近亲属",
    "的父亲",
    "的母亲",
    "的丈夫",
    "的妻子",
    "的儿子",
    "的女儿",
    "的哥哥",
    "的弟弟",
    "的姐姐",
    "的妹妹",
    "的亲属",
    "的家属",
    "之父",
    "之母",
    "之夫",
    "之妻",
    "之子",
    "之女",
    "父亲",
    "母亲",
    "丈夫",
    "妻子",
    "儿子",
    "女儿",
    "哥哥",
    "弟弟",
    "姐姐",
    "妹妹",
    "亲属",
    "家属",
    "姓名",
    "名叫",
    "叫做",
    "名字",
    "真名",
    "即",
    "叫",
    "系",
    "为",
    "是",
    "有",
    "女性",
    "男性",
    "分别",
];
const MARKS: &str = ":：( “\"、,，";
/// Between two names of a list.
const LIST: &[&str] = &["以及", "、", "和", "与", "及", "/"];
/// Names that are remembered to look for elsewhere; more are found where they stand, not again.
const MOST_KNOWN: usize = 64;
/// Longest part of a name with a dot.
const PART: usize = 12;

/// Names that were found after a protected role.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<Vec<char>>);

impl Known {
    /// Remembers a name.
    pub(super) fn add(&mut self, name: &str) {
        let name: Vec<char> = name.chars().collect();
        if name.len() >= 2 && self.0.len() < MOST_KNOWN && !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// Where they stand in this text.
    pub(super) fn elsewhere(&self, text: &Glyphs, found: &mut Vec<Found>) {
        if self.0.is_empty() {
            return;
        }
        for at in 0..text.len() {
            let c = text.char(at);
            for name in self.0.iter().filter(|name| name.first() == Some(&c)) {
                let stands = name
                    .iter()
                    .enumerate()
                    .all(|(place, c)| text.char(at + place) == *c);
                if stands {
                    push(found, at, at + name.len());
                }
            }
        }
    }
}

/// A protected role may begin here.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>, known: &mut Known) {
    let Some(mut place) = text.one_of(at, ROLES) else {
        return;
    };
    // 保证人 is nobody to protect, 未成年人保护法 nobody at all.
    if text.before(at) == '保' {
        return;
    }
    let mut sure = true;
    for _ in 0..4 {
        let after_marks = text.skip(place, 3, |c| MARKS.contains(c));
        let after_sex = text.one_of(after_marks, &["男，", "女，", "男,", "女,", "女)", "男)"]);
        place = after_sex.unwrap_or(after_marks);
        match text.one_of(place, BRIDGES) {
            // 有权 and 有过错 are no bridge.
            Some(_) if text.char(place) == '有' && is_word(text, place) => break,
            Some(next) => {
                sure = sure
                    && !matches!(
                        text.before(next),
                        '系' | '为' | '是' | '有' | '别' | '即' | '叫'
                    );
                place = next;
            }
            None => break,
        }
    }
    names_from(text, place, sure, found, known);
}

/// A list of names, masked or not.
fn names_from(text: &Glyphs, at: usize, sure: bool, found: &mut Vec<Found>, known: &mut Known) {
    let (mut place, mut sure) = (at, sure);
    loop {
        let next = match one(text, place, sure) {
            Name::Masked(end) => end,
            Name::Open(end) => {
                push(found, place, end);
                known.add(&text.text(place, end));
                end
            }
            Name::None => return,
        };
        let after = after_brackets(text, next);
        match text.one_of(after, LIST) {
            // 和解 and 与他人 go on with something else.
            Some(end)
                if end - after < 2
                    && matches!(text.char(end), '解' | '好' | '谈' | '平' | '他') =>
            {
                return;
            }
            Some(end) => place = end,
            None => return,
        }
        sure = false;
    }
}

/// 李某（另案处理）: what is said of one in brackets.
fn after_brackets(text: &Glyphs, at: usize) -> usize {
    if text.char(at) != '(' {
        return at;
    }
    let end = text.skip(at + 1, 24, |c| c != ')' && c != '\n');
    if text.char(end) == ')' { end + 1 } else { at }
}

/// What stands where a name is expected.
enum Name {
    /// A masked name ends there.
    Masked(usize),
    /// A name that can be read ends there.
    Open(usize),
    None,
}

fn one(text: &Glyphs, at: usize, sure: bool) -> Name {
    if let Some(name) = dotted(text, at) {
        return name;
    }
    if let Some(end) = latin(text, at) {
        return Name::Open(end);
    }
    let Some(kind) = surname(text, at) else {
        // 阿某, ×某某: masked without a surname we know.
        let end = text.skip(at, 2, is_han);
        return if is_mask(text.char(at)) || (end > at && is_mask(text.char(at + 1))) {
            Name::Masked(masked_end(text, at))
        } else {
            Name::None
        };
    };
    let length = match kind {
        Surname::Plain(length) => length,
        Surname::Everyday => 1,
        Surname::Minority => return minority(text, at),
    };
    let given = at + length;
    if is_mask(text.char(given)) || is_mask(text.char(given + 1)) && may_be_given(text.char(given))
    {
        return Name::Masked(masked_end(text, at));
    }
    // 李甲, 王1: told apart by a symbol.
    if matches!(
        text.char(given),
        '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚'
    ) && may_follow(text.char(given + 1))
    {
        return Name::Masked(given + 1);
    }
    if !may_be_given(text.char(given)) || is_word(text, at) {
        return Name::None;
    }
    let end = given_end(text, given);
    let ends_well = may_follow(text.char(end));
    match (kind, sure) {
        (Surname::Everyday, _) | (_, false) if !ends_well => Name::None,
        _ => Name::Open(end),
    }
}

/// One or two characters of a given name: two, unless the second begins what follows.
fn given_end(text: &Glyphs, given: usize) -> usize {
    let second = text.char(given + 1);
    let third = text.char(given + 2);
    if !may_be_given(second) {
        return given + 1;
    }
    match (may_follow(second), may_follow(third)) {
        // 张三在家 / 张三家属: the second one follows the name, unless only then the name would end well.
        (true, false) => given + 1,
        (true, true) if is_phrase(second, third) => given + 1,
        (true, true) | (false, _) => given + 2,
    }
}

/// Two characters after a name that belong together.
fn is_phrase(second: char, third: char) -> bool {
    const PHRASES: &[&str] = &[
        "陈述", "证言", "家中", "家属", "家里", "报警", "身上", "头部", "面部", "手机", "财物",
        "钱款", "在家", "名下", "死亡", "受伤", "经抢", "轻伤", "重伤", "发现", "发生", "认为",
        "不备", "左手", "左眼", "右手", "手中", "被害", "打伤", "打电", "证实", "证明", "提出",
        "要求", "同意", "表示", "转账", "电话", "称其", "所有", "住处", "本人", "胸部", "腹部",
        "背部", "腿部", "骗取", "推倒", "等人", "人民", "损失", "收到", "系被", "未能",
    ];
    PHRASES.iter().any(|phrase| {
        let mut characters = phrase.chars();
        characters.next() == Some(second) && characters.next() == Some(third)
    })
}

/// 吐某·买某 is masked when every part is; 阿依古丽·买买提 is not.
fn dotted(text: &Glyphs, at: usize) -> Option<Name> {
    let first = text.skip(at, PART, |c| {
        is_han(c) && !matches!(c, '的' | '和' | '与' | '被' | '在')
    });
    let first = if first == at { return None } else { first };
    if text.char(first) != '·' {
        let masked = text.skip(at, PART, |c| is_han(c) || is_mask(c));
        if text.char(masked) != '·' {
            return None;
        }
    }
    let (mut end, mut open, mut parts) = (at, false, 0);
    loop {
        let mut to = text.skip(end, PART, |c| {
            (is_han(c) || is_mask(c)) && !matches!(c, '的' | '在' | '被')
        });
        let is_masked = (end..to).any(|place| is_mask(text.char(place)));
        if is_masked {
            to = masked_end(text, end);
        } else if text.char(to) != '·' {
            // The last part ends where a sentence goes on.
            to = (end + 2..to)
                .find(|place| ends_foreign(text.char(*place)))
                .unwrap_or(to)
                .min(end + 6);
        }
        open |= !is_masked && to - end > 1;
        parts += 1;
        if text.char(to) != '·' || parts >= 6 {
            return Some(if open {
                Name::Open(to)
            } else {
                Name::Masked(to)
            });
        }
        end = to + 1;
    }
}

/// A name in Latin letters; a single letter is a symbol.
fn latin(text: &Glyphs, at: usize) -> Option<usize> {
    let is_letter = |c: char| c.is_alphabetic() && !is_han(c) && !is_mask(c);
    let mut end = text.skip(at, 24, is_letter);
    if end - at < 3 {
        return None;
    }
    for _ in 0..4 {
        let start = text.skip(end, 2, |c| matches!(c, ' ' | '·' | '.' | '-'));
        let next = text.skip(start, 24, is_letter);
        if next == start {
            break;
        }
        end = next;
    }
    Some(end)
}

fn minority(text: &Glyphs, at: usize) -> Name {
    let end = text.skip(at, 8, |c| is_han(c) || is_mask(c));
    if (at..end).any(|place| is_mask(text.char(place))) {
        return Name::Masked(masked_end(text, at));
    }
    if is_word(text, at) {
        return Name::None;
    }
    let end = (at + 2..end)
        .find(|place| ends_foreign(text.char(*place)))
        .unwrap_or(end)
        .min(at + 6);
    Name::Open(end.max(at + 2))
}

/// After the last mask, with the symbol that tells equals apart: 王某某, 王某甲, 王某1.
fn masked_end(text: &Glyphs, at: usize) -> usize {
    let first = text.skip(at, 4, |c| !is_mask(c) && is_han(c));
    let end = text.skip(first, 4, is_mask);
    text.skip(end, 1, |c| {
        c.is_ascii_digit() || matches!(c, '甲' | '乙' | '丙' | '丁' | 'A'..='F')
    })
}

fn push(found: &mut Vec<Found>, from: usize, to: usize) {
    found.push(Found {
        from,
        to,
        kind: Kind::Name,
    });
}
