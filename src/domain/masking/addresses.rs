//! Addresses that reach a house, and homes that reach a village, a road or an estate.

use super::glyphs::Glyphs;
use super::words::{is_han, is_mask, last_within, within};
use super::{Found, Kind};

/// What a place ends with that houses are numbered in.
const PLACES: &str = "路街道巷里弄村镇乡屯庄寨同园苑院区城厦场组社寓楼居坊庭湾府墅邸轩阁桥坪冲塘岭埠堡营段队排沟坝湖山洲岛郡县市旗";
/// Where somebody lives without a house being named.
const HOMES: &str = "村组路街巷屯弄园苑寓坊庭湾庄寨居队";
const ESTATES: &[&str] = &["小区", "社区", "新区", "胡同"];
/// Before a place's last character these make it no name: 本村, 现场, 法院, 店里.
const COMMON: &str = "本该同此邻全各每某几现法察医学当他她其两";
/// 号 before these counts something else: 2号线, 3号文件.
const NOT_HOUSES: &str =
    "线文令码案机门口摊铺窗柜桌车员球井坑选仓库厂桩标公检物证人犯监舱航船床位卡台站泵炉灯";
/// Words an address begins after.
const STARTS: &[&str] = &[
    "所在地为",
    "所在地",
    "居住地",
    "暂住地",
    "户籍地",
    "出生地",
    "住所地",
    "住址",
    "地址",
    "位于",
    "住在",
    "住于",
    "家住",
    "现住",
    "暂住",
    "租住",
    "居住在",
    "居住于",
    "前往",
    "来到",
    "窜至",
    "行至",
    "在",
    "住",
    "至",
    "到",
];
const OFFICES: &[&str] = &[
    "法院",
    "检察院",
    "公安局",
    "派出所",
    "看守所",
    "监狱",
    "司法局",
    "监察委",
    "分局",
    "支队",
    "大队",
    "戒毒所",
    "公安厅",
    "法律援助中心",
];
/// Furthest that is looked back for the beginning of an address.
const LONGEST: usize = 48;

/// A house number ends here.
pub(super) fn at(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let Some(first) = tail(text, at) else { return };
    // An earlier part of the same address was looked at already.
    if matches!(
        text.before(first),
        '号' | '栋' | '幢' | '元' | '弄' | '座' | '楼'
    ) {
        return;
    }
    let (end, tails) = tails(text, at);
    let is_building = matches!(text.char(at), '栋' | '幢' | '单');
    let reach = if is_building { 6 } else { 0 };
    let named = place_before(text, first, reach);
    let is_home = match named {
        Some(place) => !is_masked(text, place),
        None => is_building && tails >= 2 && !is_masked(text, first),
    };
    let from = beginning(text, named.unwrap_or(first));
    if is_home && from < first && !is_of_an_office(text, from, end) {
        push(found, from, end);
    }
}

/// Where the number begins that this character makes a house number, a building or a room.
fn tail(text: &Glyphs, at: usize) -> Option<usize> {
    let is_marker = match text.char(at) {
        '单' => text.char(at + 1) == '元',
        '号' => !NOT_HOUSES.contains(text.char(at + 1)),
        '组' => !matches!(text.char(at + 1), '织' | '成' | '长'),
        '座' | '户' | '房' | '室' | '栋' | '幢' | '弄' | '楼' | '队' => true,
        _ => false,
    };
    let first = text.back(at, 8, is_number);
    (is_marker && first < at && text.before(first) != '第').then_some(first)
}

fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '-' | '#'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
                | '〇'
                | '零'
                | '甲'
                | '乙'
                | '丙'
                | '丁'
                | '附'
                | '之'
        )
}

/// How far the address goes on, and how many numbers it has.
fn tails(text: &Glyphs, at: usize) -> (usize, usize) {
    let (mut end, mut count) = (after_marker(text, at), 1);
    while count < 6 {
        let start = text.skip(end, 1, |c| matches!(c, ' ' | '(' | '的'));
        let number = text.skip(start, 8, is_number);
        if number == start {
            break;
        }
        let marker = text.char(number);
        if matches!(
            marker,
            '栋' | '幢' | '室' | '号' | '座' | '户' | '房' | '楼' | '层' | '单' | '弄'
        ) {
            (end, count) = (after_marker(text, number), count + 1);
        } else if text
            .text(start, number)
            .chars()
            .all(|c| c.is_ascii_digit() || c == '-')
        {
            // 3栋502
            (end, count) = (number, count + 1);
            break;
        } else {
            break;
        }
    }
    (end, count)
}

/// 单元 and 号楼 have two characters.
fn after_marker(text: &Glyphs, at: usize) -> usize {
    match (text.char(at), text.char(at + 1)) {
        ('单', '元') | ('号', '楼' | '院' | '房' | '室') => at + 2,
        _ => at + 1,
    }
}

/// The place right before a number, or a few characters further; the place after its last character.
fn place_before(text: &Glyphs, number: usize, reach: usize) -> Option<usize> {
    let first = text.back(number, 1, |c| matches!(c, ' ' | '附' | '第'));
    for end in (first.saturating_sub(reach)..=first).rev() {
        let last = text.before(end);
        let name = text.before(end.saturating_sub(1));
        let is_place = PLACES.contains(last)
            && (is_han(name) || name.is_ascii_alphanumeric() || is_mask(name));
        let is_inside =
            last == '里' && matches!(name, '店' | '家' | '屋' | '车' | '房' | '院' | '手' | '村');
        if is_place && !is_inside && (!COMMON.contains(name) || name == '某') {
            return Some(end);
        }
        if !is_han(last) && !last.is_ascii_alphanumeric() {
            return None;
        }
    }
    None
}

/// Whether the name of the place that ends before `end` is masked: 某路, 某某小区, ××村.
fn is_masked(text: &Glyphs, end: usize) -> bool {
    let last = end.saturating_sub(1);
    for at in (last.saturating_sub(5)..last).rev() {
        let c = text.char(at);
        if is_mask(c) {
            return true;
        }
        let starts_here = matches!(
            c,
            '住' | '在' | '于' | '至' | '到' | '省' | '市' | '县' | '镇' | '乡'
        );
        let is_outer = matches!(c, '区' | '村' | '路' | '街') && at + 1 < last;
        if starts_here || is_outer || !(is_han(c) || c.is_ascii_alphanumeric()) {
            return false;
        }
    }
    false
}

/// Where the address begins that has a place ending before `end`.
fn beginning(text: &Glyphs, end: usize) -> usize {
    let left = text.back(end, LONGEST, |c| {
        is_han(c) || c.is_ascii_alphanumeric() || c == ' '
    });
    let from = last_within(text, left, end.saturating_sub(1), STARTS).unwrap_or(left);
    text.skip(from, 4, |c| c == ' ')
}

/// Courts and procuratorates may say where they are.
fn is_of_an_office(text: &Glyphs, from: usize, end: usize) -> bool {
    let left = text.back(from, 24, |c| !matches!(c, '。' | '；' | '\n'));
    let named_before = within(text, left, from, OFFICES).is_some_and(|office| {
        within(
            text,
            office,
            from,
            &["地址", "位于", "住所", "(", ":", "驻"],
        )
        .is_some()
    });
    let right = text.skip(end, 14, |c| is_han(c) || c == '(');
    named_before || within(text, end, right, OFFICES).is_some()
}

/// Words a home is named after.
const LIVES: &[&str] = &[
    "户籍所在地",
    "户籍地址",
    "户籍住址",
    "户籍地",
    "户籍",
    "家住",
    "现住址",
    "现住地",
    "现住",
    "住址",
    "住所地",
    "住所",
    "暂住地",
    "暂住",
    "租住于",
    "租住在",
    "租住",
    "居住地",
    "居住于",
    "居住在",
    "住在",
    "住于",
];
/// Where what is said of a home ends.
const ENDS: &[&str] = &[
    "期间", "附近", "的", "被", "与", "因", "将", "旁", "时", "等",
];

/// Somebody lives in what follows: a village, a road, an estate is too much.
pub(super) fn homes(text: &Glyphs, at: usize, found: &mut Vec<Found>) {
    let Some(named) = home_word(text, at) else {
        return;
    };
    let from = text.skip(named, 3, |c| {
        matches!(c, ':' | ' ' | '为' | '是' | '系' | '在' | '(')
    });
    let right = text.skip(from, LONGEST, |c| is_han(c) || c.is_ascii_alphanumeric());
    let right = within(text, from, right, ENDS).unwrap_or(right);
    if within(text, from, right, OFFICES).is_some() {
        return;
    }
    let reaches = |end: usize| {
        let last = text.before(end);
        let name = text.before(end.saturating_sub(1));
        let is_small = HOMES.contains(last) || text.one_before(end, ESTATES).is_some();
        is_small && is_han(name) && !COMMON.contains(name) && !is_masked(text, end)
    };
    let home = (from + 3..=right).rev().find(|end| reaches(*end));
    if let Some(end) = home.filter(|end| !is_of_an_office(text, from, *end)) {
        push(found, from, end);
    }
}

fn home_word(text: &Glyphs, at: usize) -> Option<usize> {
    let from = at.saturating_sub(3);
    let longest = (from..=at)
        .filter_map(|start| text.one_of(start, LIVES))
        .filter(|end| *end > at)
        .max();
    let is_bare = text.char(at) == '住'
        && matches!(
            text.before(at),
            ',' | '，' | '。' | ' ' | '\n' | '；' | '、'
        )
        && !matches!(
            text.char(at + 1),
            '院' | '宿' | '宅' | '房' | '处' | '户' | '所' | '址'
        );
    let bare = is_bare.then_some(at + 1);
    let address = (text.char(at) == '址' && text.before(at) == '地').then_some(at + 1);
    longest.or(bare).or(address)
}

fn push(found: &mut Vec<Found>, from: usize, to: usize) {
    found.push(Found {
        from,
        to,
        kind: Kind::Address,
    });
}
