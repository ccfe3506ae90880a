//! What bytes are, by themselves: no name and no declared type is believed.

use super::Refusal;

/// What may be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Jpeg,
    /// A picture.
    Png,
    /// A document of pages.
    Pdf,
}

impl Kind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// The kind of these bytes, or why they are not taken.
pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, Refusal> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if starts(&[0xff, 0xd8, 0xff]) {
        return Ok(Kind::Jpeg);
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::Png);
    }
    if starts(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    // ISO base media with one of the brands that phones write.
    let brand = bytes.get(8..12).unwrap_or_default();
    let is_heic = bytes.get(4..8) == Some(b"ftyp")
        && [
            b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif",
        ]
        .iter()
        .any(|known| brand == *known);
    Err(if is_heic {
        Refusal::Heic
    } else {
        Refusal::OtherKind
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_content_counts() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0...."), Ok(Kind::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n..."), Ok(Kind::Png));
        assert_eq!(sniff(b"%PDF-1.7"), Ok(Kind::Pdf));
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0"), Err(Refusal::Heic));
        assert_eq!(sniff(b""), Err(Refusal::Empty));
        for other in [
            b"<html>".as_slice(),
            b"<svg onload=alert(1)>",
            b"GIF89a/*",
            b"PK\x03\x04",
            b"MZ\x90",
            b"\x7fELF",
            b"  %PDF-1.7",
            b"<?php",
        ] {
            assert_eq!(sniff(other), Err(Refusal::OtherKind));
        }
    }
}
