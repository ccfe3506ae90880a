//! From somebody's bytes to pages of ours.

use std::path::Path;

use super::{Kind, Refusal, pdf, picture, sniff};

/// Most bytes of a file that is handed in.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// What a file became.
#[derive(Clone, Debug)]
pub struct Pages {
    /// What it was.
    pub kind: Kind,
    /// JPEG, one a page, 2000 pixels at most.
    pub pages: Vec<Vec<u8>>,
    /// A small JPEG of the first page, 8 KB at most.
    pub small: Vec<u8>,
}

/// Whether these bytes are a document, which is drawn in a process of its own.
pub fn is_document(bytes: &[u8]) -> bool {
    sniff::sniff(bytes) == Ok(Kind::Pdf)
}

/// Looks at the bytes themselves and draws them anew. `program` draws PDF pages. Blocking, and takes up to 300 MB: one at
/// a time.
///
/// # Errors
/// Why the file is not taken.
pub fn take(bytes: &[u8], program: &Path) -> Result<Pages, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooBig);
    }
    let kind = sniff::sniff(bytes)?;
    if kind == Kind::Pdf {
        let pages = pdf::pages(program, bytes)?;
        let first = pages.first().ok_or(Refusal::Unreadable)?;
        let small = picture::small(&picture::decode_ours(first)?)?;
        return Ok(Pages { kind, pages, small });
    }
    let drawn = picture::decode(kind, bytes)?;
    Ok(Pages {
        kind,
        small: picture::small(&drawn)?,
        pages: vec![picture::encode(&drawn)?],
    })
}
