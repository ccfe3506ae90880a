//! Counts in a part of a workbook what reading it would build in memory, while the part passes by. It sees every tag that
//! the reader would see, and takes some for tags that the reader would not: too careful, never too careless.

use memchr::memmem;

use super::problem::FileProblem;

/// Texts of a table: twenty a row of 300,000 that no other row has. Each costs some fifty bytes and its letters.
const MOST_TEXTS: u64 = 6_000_000;
/// Merged cells. A file with one is refused, by the addresses of the first ones, so that all are read.
const MOST_MERGED: u64 = 1_000_000;
/// The longest tag that is looked at.
const LONGEST: usize = 64 * 1024;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Tags {
    /// A tag that began in the last piece and goes on in the next.
    open: Vec<u8>,
    texts: u64,
    merged: u64,
    /// How many texts the part says it has. The reader makes room for them before it has seen one. The number beside it,
    /// `count`, is of cells: it makes no room, and may be as large as the sheets are.
    announced: u64,
}

impl Tags {
    /// Looks at the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) -> Result<(), FileProblem> {
        let mut joined = std::mem::take(&mut self.open);
        let bytes = match joined.is_empty() {
            true => piece,
            false => {
                joined.extend_from_slice(piece);
                joined.as_slice()
            }
        };
        for at in memchr::memchr_iter(b'<', bytes) {
            let tag = bytes.get(at + 1..).unwrap_or_default();
            if self.see(tag).is_none() {
                self.open = bytes.get(at..).unwrap_or_default().to_vec();
                break;
            }
        }
        let is_too_much =
            self.texts > MOST_TEXTS || self.merged > MOST_MERGED || self.open.len() > LONGEST;
        match is_too_much {
            true => Err(FileProblem::Bomb),
            false => Ok(()),
        }
    }

    /// Whether a part of so many bytes can hold what it says it has.
    pub(super) fn fits(&self, size: u64) -> bool {
        self.announced <= size
    }

    /// What follows a `<`; `None` when more of it must be seen.
    fn see(&mut self, tag: &[u8]) -> Option<()> {
        let ends = |byte: &u8| matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n');
        let end = tag.iter().position(ends)?;
        let name = tag.get(..end)?;
        let local = name.rsplit(|byte| *byte == b':').next()?;
        match local {
            b"si" => self.texts += 1,
            b"mergeCell" => self.merged += 1,
            b"sst" => {
                let rest = tag.get(end..)?;
                let attributes = rest.get(..end_of_tag(rest)?)?;
                self.announced = self.announced.max(announced(attributes));
            }
            _ => {}
        }
        Some(())
    }
}

/// The first `>` that stands in no value.
fn end_of_tag(rest: &[u8]) -> Option<usize> {
    let mut quote = None;
    rest.iter().position(|byte| match (quote, *byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(*byte);
            false
        }
        (Some(mark), byte) if mark == byte => {
            quote = None;
            false
        }
        _ => false,
    })
}

fn announced(attributes: &[u8]) -> u64 {
    let name = b"uniqueCount";
    let numbers = memmem::find_iter(attributes, name).map(|at| {
        let value = attributes.get(at + name.len()..).unwrap_or_default();
        let digits = value
            .iter()
            .skip_while(|byte| !byte.is_ascii_digit())
            .take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u64, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        })
    });
    numbers.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str, step: usize) -> Tags {
        let mut tags = Tags::default();
        for piece in text.as_bytes().chunks(step) {
            tags.take(piece).unwrap();
        }
        tags
    }

    #[test]
    fn tags_are_counted_wherever_the_pieces_are_cut() {
        let text = "<?xml version=\"1.0\"?><x:sst note='a>b' x:uniqueCount = \"0012\"\ncount=\"99\"><si><t>a</t></si>\
                    <x:si/><sit/></x:sst><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>";
        for step in 1..text.len() {
            let tags = counted(text, step);
            let seen = (tags.texts, tags.merged, tags.announced);
            assert_eq!(seen, (2, 1, 12), "{step}");
        }
    }

    #[test]
    fn a_number_that_no_part_can_hold_is_noticed() {
        for number in ["10000000000000", "99999999999999999999999"] {
            let tags = counted(&format!("<sst uniqueCount='{number}'>"), 7);
            assert!(!tags.fits(1 << 40));
        }
        assert!(counted("<sst count=\"99999\" uniqueCount=\"3\">", 7).fits(40));
    }

    #[test]
    fn more_than_a_table_needs_and_tags_without_an_end_are_refused() {
        let mut tags = Tags::default();
        let (texts, none) = ("<si/>".repeat(100_000), "<mergeCell/>".repeat(100_000));
        for _ in 0..60 {
            tags.take(texts.as_bytes()).unwrap();
        }
        assert!(tags.take(b"<si/>").is_err());
        let mut tags = Tags::default();
        for _ in 0..10 {
            tags.take(none.as_bytes()).unwrap();
        }
        assert!(tags.take(b"<mergeCell/>").is_err());
        let mut tags = Tags::default();
        let endless = (0..100).try_for_each(|_| tags.take(&[b'<'; 10_000]));
        assert!(endless.is_err());
    }
}
