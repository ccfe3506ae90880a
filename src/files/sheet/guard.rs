//! Looks through a workbook before it is read: whether it is whole, what it unpacks to, and what would be built from that.
//! A file of some kilobytes can unpack to gigabytes, and say of itself what no memory holds.

use std::io::{Read, Seek};

use encoding_rs::{Decoder, Encoding, UTF_8};
use zip::ZipArchive;

use super::problem::FileProblem;
use super::tags::Tags;

/// All texts of a workbook of 300,000 rows.
const MOST_STRINGS: u64 = 256 * 1024 * 1024;
/// All sheets of it.
const MOST_SHEETS: u64 = 1536 * 1024 * 1024;
/// Styles, relations and the like.
const MOST_OTHER: u64 = 16 * 1024 * 1024;
const MOST_PARTS: usize = 2_000;
/// The longest stretch without the end of a tag: a cell holds 32,767 characters.
const LONGEST: usize = 1024 * 1024;

/// # Errors
/// When the file is not whole, or too much comes out of it.
pub(super) fn look<S: Read + Seek>(source: S) -> Result<(), FileProblem> {
    let cut = |_error| FileProblem::Damaged("找不到文件的结尾");
    let mut archive = ZipArchive::new(source).map_err(cut)?;
    if archive.len() > MOST_PARTS {
        return Err(FileProblem::Bomb);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(FileProblem::Damaged("不是xlsx工作簿"));
    }
    let (mut strings, mut sheets, mut other) = (0_u64, 0_u64, 0_u64);
    for at in 0..archive.len() {
        let part = archive
            .by_index(at)
            .map_err(|_error| FileProblem::Damaged("有一部分打不开"))?;
        let name = part.name();
        let name = name.map_err(|_name| FileProblem::Damaged("有一部分的名字不对"))?;
        let name = name.to_ascii_lowercase();
        let is_sheet = name.starts_with("xl/worksheets/") && name.ends_with(".xml");
        let room = match name.as_str() {
            "xl/sharedstrings.xml" => MOST_STRINGS.saturating_sub(strings),
            _ if is_sheet => MOST_SHEETS.saturating_sub(sheets),
            _ => MOST_OTHER.saturating_sub(other),
        };
        let size = scan(part, name.ends_with(".xml"), room)?;
        match name.as_str() {
            "xl/sharedstrings.xml" => strings += size,
            _ if is_sheet => sheets += size,
            _ => other += size,
        }
    }
    Ok(())
}

/// Unpacks a part to nowhere. Which parts the reader will take for texts is said by the workbook itself: what tags say is
/// looked at in all of them.
fn scan(mut part: impl Read, is_xml: bool, room: u64) -> Result<u64, FileProblem> {
    let mut bytes = vec![0; 64 * 1024];
    let mut tags = Tags::default();
    let mut wide = None;
    let (mut size, mut stretch) = (0_u64, 0_usize);
    loop {
        let read = part
            .read(&mut bytes)
            .map_err(|_error| FileProblem::Damaged("有一部分损坏"))?;
        if read == 0 {
            return match tags.fits(size) {
                true => Ok(size),
                false => Err(FileProblem::Bomb),
            };
        }
        let piece = bytes.get(..read).unwrap_or_default();
        if size == 0 {
            wide = Wide::of(piece);
        }
        size += u64::try_from(read).unwrap_or(0);
        stretch = match memchr::memrchr(b'>', piece) {
            Some(at) => read - at,
            None => stretch + read,
        };
        if size > room || stretch > LONGEST {
            return Err(FileProblem::Bomb);
        }
        if !is_xml {
            continue;
        }
        match &mut wide {
            Some(wide) => tags.take(wide.narrow(piece))?,
            // UTF-16 without its mark: its tags would not be seen here, but perhaps by the reader.
            None if memchr::memchr(0, piece).is_some() => {
                return Err(FileProblem::Damaged("有一部分的编码不对"));
            }
            None => tags.take(piece)?,
        }
    }
}

/// A part in UTF-16: Excel keeps what its query editor knows in one. Its tags are looked at like those of all others.
struct Wide {
    decoder: Decoder,
    text: Vec<u8>,
}

impl Wide {
    /// By the mark at the beginning of the part.
    fn of(first: &[u8]) -> Option<Self> {
        let (encoding, _mark) = Encoding::for_bom(first)?;
        (encoding != UTF_8).then(|| Self {
            decoder: encoding.new_decoder_with_bom_removal(),
            text: Vec::new(),
        })
    }

    /// The next piece in UTF-8.
    fn narrow(&mut self, piece: &[u8]) -> &[u8] {
        // Each unit of two bytes becomes three at most; and what was left of the piece before.
        self.text.resize(piece.len() * 3 / 2 + 16, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(piece, &mut self.text, false);
        self.text.get(..written).unwrap_or_default()
    }
}
