//! The masking check: what must not stand in a publication (requirements §4.7), found in the text before it is shown.
//!
//! It looks for numbers of identity cards, telephones, bank cards and passports, for addresses that reach a house, for
//! plates, days of birth, e-mail and chat accounts, and for the unmasked names of those the rules protect. Width, spaces,
//! hyphens, Chinese numerals and characters without width between the digits do not hide them.
//!
//! One walk over the text; every rule looks a bounded number of characters around it, so that the time grows with the
//! length and nothing else. The check errs towards finding: whoever publishes may sign that a finding is none.
//!
//! ```
//! use jianxin::domain::masking::{Kind, Parts, check};
//! let parts = Parts {
//!     title: "王某某盗窃案",
//!     body: "被害人李小明，电话１３８ ００１３ ８０００。",
//!     ..Parts::default()
//! };
//! let kinds: Vec<Kind> = check(&parts).iter().map(|finding| finding.kind).collect();
//! assert_eq!(kinds, [Kind::Name, Kind::Phone]);
//! ```

mod accounts;
mod addresses;
mod births;
mod checksum;
mod contexts;
mod digits;
mod glyphs;
mod kind;
mod names;
mod passports;
mod planted;
mod plates;
mod replace;
mod surnames;
#[cfg(test)]
mod tests;
mod titles;
mod words;

use self::glyphs::Glyphs;
pub use self::kind::Kind;
pub use self::planted::{Planted, planted};
pub use self::replace::masked;

/// The parts of a record that people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Shown in lists.
    pub title: &'a str,
    /// One or two sentences.
    pub summary: &'a str,
    /// The text.
    pub body: &'a str,
    /// 起诉书 …
    pub document_type: &'a str,
    /// 文书号.
    pub document_number: &'a str,
    /// Charges in a line.
    pub charges: &'a str,
    /// Where the original stands.
    pub source_url: &'a str,
}

impl<'a> Parts<'a> {
    /// The text of a part.
    pub fn get(&self, part: Part) -> &'a str {
        match part {
            Part::Title => self.title,
            Part::Summary => self.summary,
            Part::Body => self.body,
            Part::DocumentType => self.document_type,
            Part::DocumentNumber => self.document_number,
            Part::Charges => self.charges,
            Part::SourceUrl => self.source_url,
        }
    }
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// 标题.
    Title,
    /// 摘要.
    Summary,
    /// 正文.
    Body,
    /// 文书种类.
    DocumentType,
    /// 文书号.
    DocumentNumber,
    /// 罪名.
    Charges,
    /// 原文网址.
    SourceUrl,
}

impl Part {
    /// All of them, in the order people read them.
    pub const ALL: [Self; 7] = [
        Self::Title,
        Self::Summary,
        Self::Body,
        Self::DocumentType,
        Self::DocumentNumber,
        Self::Charges,
        Self::SourceUrl,
    ];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::DocumentType => "document_type",
            Self::DocumentNumber => "document_number",
            Self::Charges => "charges",
            Self::SourceUrl => "source_url",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Summary => "摘要",
            Self::Body => "正文",
            Self::DocumentType => "文书种类",
            Self::DocumentNumber => "文书号",
            Self::Charges => "罪名",
            Self::SourceUrl => "原文网址",
        }
    }
}

/// Something that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part it stands in.
    pub part: Part,
    /// First byte in that part.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// What may stand there instead.
    pub replacement: String,
}

/// A finding before it is known which part it stands in; places are glyphs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    from: usize,
    to: usize,
    kind: Kind,
}

/// Everything that must not be shown, in the order of the text; no two overlap.
pub fn check(parts: &Parts<'_>) -> Vec<Finding> {
    let read = Part::ALL.map(|part| (part, Glyphs::of(parts.get(part))));
    let mut all: Vec<(Part, Vec<Found>)> = Vec::new();
    let mut known = names::Known::default();
    for (part, glyphs) in &read {
        let mut found = scan(glyphs, &mut known);
        if *part == Part::Title {
            titles::whole(glyphs, &mut found, &mut known);
        }
        all.push((*part, found));
    }
    let mut findings = Vec::new();
    for ((part, glyphs), (_, mut found)) in read.iter().zip(all) {
        known.elsewhere(glyphs, &mut found);
        for one in settled(found) {
            findings.extend(finding(*part, glyphs, &one));
        }
    }
    findings
}

/// One walk: each character leads to the rules that may begin or end there.
fn scan(text: &Glyphs, known: &mut names::Known) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let c = text.char(at);
        let next = match c {
            '0'..='9' => digits::at(text, at, &mut found),
            'A'..='Z' | 'a'..='z' => {
                accounts::at(text, at, &mut found);
                passports::at(text, at, &mut found);
                at + 1
            }
            '@' | '(' | '[' => {
                accounts::mail(text, at, &mut found);
                at + 1
            }
            '\0'..='\u{7f}' => at + 1,
            _ => {
                ideograph(text, at, c, &mut found, known);
                at + 1
            }
        };
        at = next.max(at + 1);
    }
    found
}

fn ideograph(text: &Glyphs, at: usize, c: char, found: &mut Vec<Found>, known: &mut names::Known) {
    match c {
        '被' | '证' | '受' | '鉴' | '未' | '法' | '举' | '控' | '近' => {
            names::at(text, at, found, known);
        }
        '生' | '男' | '女' => births::at(text, at, found),
        '号' | '栋' | '幢' | '单' | '室' | '弄' | '组' | '座' | '楼' | '户' | '房' | '队' =>
        {
            addresses::at(text, at, found);
        }
        '住' | '址' | '籍' => addresses::homes(text, at, found),
        '微' | '薇' | '扣' | '抖' | '快' | '支' | '企' | '陌' | '淘' => {
            accounts::at(text, at, found)
        }
        '护' | '通' | '军' | '台' | '签' => passports::named(text, at, found),
        _ => {}
    }
    if plates::is_region(c) {
        plates::at(text, at, found);
    }
}

/// In order, the longer one where two overlap.
fn settled(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.from, std::cmp::Reverse(one.to), one.kind));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        match kept.last_mut() {
            Some(last) if one.from < last.to => {
                if one.to - one.from > last.to - last.from {
                    *last = one;
                }
            }
            Some(_) | None => kept.push(one),
        }
    }
    kept
}

fn finding(part: Part, text: &Glyphs, one: &Found) -> Option<Finding> {
    let (start, end) = text.bytes(one.from, one.to)?;
    Some(Finding {
        part,
        start,
        end,
        kind: one.kind,
        replacement: replace::instead(text, one),
    })
}
