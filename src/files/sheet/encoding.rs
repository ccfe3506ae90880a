//! Which encoding a text file is in, and its text in UTF-8.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{
    CoderResult, Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE,
};

use super::problem::FileProblem;

const STEP: usize = 64 * 1024;

/// UTF-8 or UTF-16 by their marks, UTF-8 if everything is valid UTF-8, else GB18030, of which GBK is a part, if everything
/// is valid in that.
pub(super) fn detect<S: Read + Seek>(source: &mut S) -> Result<&'static Encoding, FileProblem> {
    source.seek(SeekFrom::Start(0))?;
    let mut first = [0; 2];
    let has_mark = source.read_exact(&mut first).is_ok();
    let candidates: &[&'static Encoding] = match first {
        [0xFF, 0xFE] if has_mark => &[UTF_16LE],
        [0xFE, 0xFF] if has_mark => &[UTF_16BE],
        _ => &[UTF_8, GB18030],
    };
    let mut furthest = Fault::default();
    for encoding in candidates {
        match fault(source, encoding)? {
            None => return Ok(encoding),
            // Valid to the last character, which is not whole.
            Some(fault) if fault.is_at_end && *encoding == UTF_8 && fault.at > 3 => {
                return Err(FileProblem::Truncated(fault.line));
            }
            Some(fault) if fault.at > furthest.at => furthest = fault,
            Some(_) => {}
        }
    }
    Err(FileProblem::Encoding(furthest.at))
}

#[derive(Clone, Copy, Default)]
struct Fault {
    at: u64,
    line: u64,
    is_at_end: bool,
}

/// The first byte that this encoding does not have.
fn fault<S: Read + Seek>(
    source: &mut S,
    encoding: &'static Encoding,
) -> Result<Option<Fault>, FileProblem> {
    source.seek(SeekFrom::Start(0))?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut bytes = vec![0; STEP];
    let mut text = vec![0; STEP * 4];
    let (mut at, mut line) = (0_u64, 1_u64);
    loop {
        let read = read_some(source, &mut bytes)?;
        let piece = bytes.get(..read).unwrap_or_default();
        let is_last = read == 0;
        let (result, consumed, written) =
            decoder.decode_to_utf8_without_replacement(piece, &mut text, is_last);
        at += u64::try_from(consumed).unwrap_or(0);
        let made = text.get(..written).unwrap_or_default();
        line += u64::try_from(memchr::memchr_iter(b'\n', made).count()).unwrap_or(0);
        if memchr::memchr(0, made).is_some() {
            // No table has it; the file is of another kind.
            return Ok(Some(Fault {
                at,
                line,
                is_at_end: false,
            }));
        }
        if let DecoderResult::Malformed(_, _) = result {
            return Ok(Some(Fault {
                at,
                line,
                is_at_end: is_last,
            }));
        }
        if is_last {
            return Ok(None);
        }
    }
}

fn read_some<S: Read>(source: &mut S, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// The text of a file that [`detect`] has looked through.
pub(super) struct Transcoded<S> {
    source: S,
    decoder: Decoder,
    text: Vec<u8>,
    from: usize,
    to: usize,
    is_over: bool,
    /// A carriage return was handed out as a line break: the line feed behind it belongs to it.
    has_returned: bool,
    /// The last byte that was handed out.
    pub(super) last: u8,
}

impl<S: Read + Seek> Transcoded<S> {
    pub(super) fn new(mut source: S, encoding: &'static Encoding) -> io::Result<Self> {
        source.seek(SeekFrom::Start(0))?;
        Ok(Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            text: vec![0; STEP * 4],
            from: 0,
            to: 0,
            is_over: false,
            has_returned: false,
            last: b'\n',
        })
    }

    /// Line breaks of every kind become line feeds, so that lines are counted as people count them. The new length.
    fn with_plain_breaks(&mut self, length: usize) -> usize {
        let mut kept = 0;
        for at in 0..length {
            let Some(byte) = self.text.get(at).copied() else {
                break;
            };
            let was_return = std::mem::replace(&mut self.has_returned, byte == b'\r');
            let plain = match byte {
                b'\n' if was_return => continue,
                b'\r' => b'\n',
                other => other,
            };
            if let Some(place) = self.text.get_mut(kept) {
                *place = plain;
            }
            kept += 1;
        }
        kept
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = vec![0; STEP];
        while self.from == self.to && !self.is_over {
            let read = read_some(&mut self.source, &mut bytes)?;
            self.is_over = read == 0;
            let piece = bytes.get(..read).unwrap_or_default();
            let (result, _, written, _) =
                self.decoder
                    .decode_to_utf8(piece, &mut self.text, self.is_over);
            // The room is four times the input: it always suffices.
            debug_assert!(matches!(result, CoderResult::InputEmpty));
            (self.from, self.to) = (0, self.with_plain_breaks(written));
        }
        Ok(())
    }
}

impl<S: Read + Seek> Read for Transcoded<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.refill()?;
        let ready = self.text.get(self.from..self.to).unwrap_or_default();
        let count = ready.len().min(into.len());
        let (piece, place) = (ready.get(..count), into.get_mut(..count));
        if let (Some(piece), Some(place)) = (piece, place) {
            place.copy_from_slice(piece);
            self.last = piece.last().copied().unwrap_or(self.last);
        }
        self.from += count;
        Ok(count)
    }
}
