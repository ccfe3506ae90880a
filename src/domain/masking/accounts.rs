//! E-mail, WeChat, QQ and the like.

use super::glyphs::Glyphs;
use super::{Found, Kind};

/// What an account is called, then what may stand between the name and the account.
const NAMES: &[&str] = &[
    "微信",
    "薇信",
    "V信",
    "v信",
    "VX",
    "Vx",
    "vx",
    "WX",
    "wx",
    "WeChat",
    "Wechat",
    "wechat",
    "QQ",
    "Qq",
    "qq",
    "扣扣",
    "企鹅号",
    "抖音",
    "快手",
    "陌陌",
    "淘宝",
    "支付宝",
];
const BETWEEN: &[&str] = &[
    "群号",
    "号码",
    "账号",
    "帐号",
    "账户",
    "昵称",
    "用户名",
    "群",
    "号",
    "ID",
    "id",
    "Id",
    "名",
    "为",
    "是",
    "系",
    "即",
    ":",
    " ",
    "(",
];
/// Longest part of an e-mail address before the sign.
const LOCAL: usize = 64;
const DOMAIN: usize = 120;

/// A named account begins here.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    if is_part_of_a_word(text, at) {
        return;
    }
    if let Some(end) = text.word(at, "wxid_") {
        let to = text.skip(end, 40, is_account);
        push(found, at, to);
        return;
    }
    let Some(named) = text.one_of(at, NAMES) else {
        return;
    };
    let mut from = named;
    for _ in 0..6 {
        match text.one_of(from, BETWEEN).or_else(|| quote(text, from)) {
            Some(next) => from = next,
            None => break,
        }
    }
    let to = text.skip(from, 40, is_account);
    if is_plausible(text, named, from, to) {
        push(found, from, to);
    }
}

fn quote(text: &Glyphs, at: usize) -> Option<usize> {
    matches!(text.char(at), '“' | '"' | '「' | '‘').then_some(at + 1)
}

/// Letters in the middle of a longer word name nothing.
fn is_part_of_a_word(text: &Glyphs, at: usize) -> bool {
    text.char(at).is_ascii() && is_account(text.before(at))
}

/// Five digits or more, or six characters that begin with a letter.
fn is_plausible(text: &Glyphs, named: usize, from: usize, to: usize) -> bool {
    let digits = (from..to)
        .filter(|at| text.char(*at).is_ascii_digit())
        .count();
    let is_number = digits == to - from && digits >= 5;
    let is_word = to - from >= 6 && text.char(from).is_ascii_alphabetic();
    // wxabcdef is a word of its own.
    let is_apart = named < from || !text.before(named).is_ascii() || digits >= 3;
    is_apart && (is_number || is_word)
}

/// An e-mail address has its sign here.
pub(super) fn mail(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let Some(after) = text.one_of(at, &["@", "(at)", "[at]", "(AT)", "[AT]", "(a)", "(艾特)"])
    else {
        return;
    };
    let local_end = text.back(at, 2, |c| c == ' ');
    let from = text.back(local_end, LOCAL, is_local);
    let domain = text.skip(after, 2, |c| c == ' ');
    let (to, dots) = domain_end(text, domain);
    if from < local_end && dots > 0 {
        found.push(Found {
            from,
            to,
            kind: Kind::Email,
        });
    }
}

/// Where a domain ends, and how many dots it has.
fn domain_end(text: &Glyphs, from: usize) -> (usize, usize) {
    let (mut to, mut dots) = (text.skip(from, DOMAIN, is_label), 0);
    while to > from && to - from < DOMAIN {
        let dot = text.one_of(to, &[".", " . ", "(dot)", "[dot]", " .", "。"]);
        let Some(next) = dot else { break };
        let end = text.skip(next, DOMAIN, is_label);
        if end == next {
            break;
        }
        (to, dots) = (end, dots + 1);
    }
    (to, dots)
}

fn push(found: &mut Vec<Found>, from: usize, to: usize) {
    if to > from {
        found.push(Found {
            from,
            to,
            kind: Kind::Account,
        });
    }
}

fn is_account(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_label(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}
