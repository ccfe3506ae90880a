//! What real imports contain and demonstrations forget: characters and texts that break careless programs
//! (requirements §4.9). At fixed low rates, and never among the newest records.

use super::paper::{MARK, length};
use super::rng::Rng;
use crate::domain::publication::PublicationRecord;

/// Longest body (contract, `demo-data`).
const LONGEST_BODY: usize = 500;

/// A change made to a finished record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trap {
    /// A surname outside the usual planes.
    RareIdeograph,
    /// ＡＢＣ１２３ in title, number and body.
    FullWidth,
    /// Other brackets around the year of the number.
    Brackets,
    /// Markup in the title.
    Script,
    /// An ampersand and quotes in the title.
    Ampersand,
    /// Characters without width inside words.
    ZeroWidth,
    /// One paragraph of the greatest length.
    LongParagraph,
}

impl Trap {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::RareIdeograph,
        Self::FullWidth,
        Self::Brackets,
        Self::Script,
        Self::Ampersand,
        Self::ZeroWidth,
        Self::LongParagraph,
    ];

    /// Springs the trap in a record.
    pub(super) fn apply(self, rng: &mut Rng, record: &mut PublicationRecord) {
        match self {
            Self::RareIdeograph => rename(
                record,
                rng.word(&["䶮", "㛃", "𠮷", "𪚥", "𰻝", "\u{30729}"]),
            ),
            Self::FullWidth => {
                record.title = full_width(&record.title);
                record.document_number = record.document_number.as_deref().map(full_width);
                with_body(record, full_width);
            }
            Self::Brackets => {
                let (open, close) = match rng.below(5) {
                    0 => ("[", "]"),
                    1 => ("［", "］"),
                    2 => ("（", "）"),
                    3 => ("(", ")"),
                    _ => ("【", "】"),
                };
                let change = |text: &str| text.replace('〔', open).replace('〕', close);
                record.document_number = record.document_number.as_deref().map(change);
                with_body(record, change);
            }
            Self::Script => record.title.push_str("<script>alert(\"1\")</script>"),
            Self::Ampersand => record.title.insert_str(0, "某A&B「'甲'\"乙\"」公司、"),
            Self::ZeroWidth => {
                record.title = interleave(&record.title, '\u{200b}');
                with_body(record, |text| {
                    text.replace('某', "某\u{200d}")
                        .chars()
                        .take(LONGEST_BODY - length(MARK))
                        .collect()
                });
            }
            Self::LongParagraph => with_body(record, |text| {
                let one_line: Vec<char> = text.chars().filter(|c| *c != '\n').collect();
                one_line
                    .iter()
                    .cycle()
                    .take(LONGEST_BODY - length(MARK))
                    .collect()
            }),
        }
    }
}

/// Changes the body without its mark, which must stay readable.
fn with_body(record: &mut PublicationRecord, change: impl Fn(&str) -> String) {
    let mut body = change(record.body.strip_suffix(MARK).unwrap_or(&record.body));
    body.push_str(MARK);
    record.body = body;
}

/// Gives the first masked name of the title another surname, everywhere.
fn rename(record: &mut PublicationRecord, surname: &str) {
    let before = record
        .title
        .split_once('某')
        .and_then(|(before, _)| before.chars().last());
    match before {
        Some(old) => {
            let (old, new) = (format!("{old}某"), format!("{surname}某"));
            record.title = record.title.replace(&old, &new);
            record.summary = record.summary.replace(&old, &new);
            record.body = record.body.replace(&old, &new);
        }
        None => record.title.insert_str(0, &format!("{surname}某：")),
    }
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_graphic() {
                char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

fn interleave(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let last = length(text).saturating_sub(1);
    for (position, c) in text.chars().enumerate() {
        out.push(c);
        if position % 2 == 1 && position < last {
            out.push(mark);
        }
    }
    out
}
