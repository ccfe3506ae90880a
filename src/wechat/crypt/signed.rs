//! An encrypted reply and its signature in one pass.
//!
//! A block of the cipher waits for the block before it, and so does a block of the hash; between the two the processor
//! has nothing to do. So each forty-eight bytes are encrypted while those before are written as base64 and those before
//! these are hashed: all that in the cipher's own loop, because entering it costs as much as five blocks.

use cbc::cipher::consts::U16;
use cbc::cipher::{Array, BlockModeEncBackend, BlockModeEncClosure, BlockSizeUser};
use sha1::block_api::compress;

/// Bytes that make one block of the hash once they are base64.
const PIECE: usize = 48;
/// A block of the hash.
const BLOCK: usize = 64;

/// Encrypts `bytes`, which are whole blocks, in place and writes them as base64 into `text`, which has exactly that room.
pub(super) struct Pass<'a, 'o> {
    pub(super) bytes: &'a mut [u8],
    pub(super) text: &'a mut [u8],
    pub(super) hash: &'a mut Hash<'o>,
}

impl BlockSizeUser for Pass<'_, '_> {
    type BlockSize = U16;
}

impl BlockModeEncClosure for Pass<'_, '_> {
    #[inline(always)]
    fn call<B: BlockModeEncBackend<BlockSize = U16>>(self, backend: &mut B) {
        let Self { bytes, text, hash } = self;
        let mut encrypted = 0;
        let mut written = 0;
        while written < text.len() {
            let known = written;
            let ready = encrypted;
            let next = bytes.len().min(encrypted + PIECE);
            if let Some(piece) = bytes.get_mut(encrypted..next) {
                let (blocks, _) = Array::slice_as_chunks_mut(piece);
                for block in blocks {
                    backend.encrypt_block(block.into());
                }
            }
            encrypted = next;
            // The piece before: nothing to wait for.
            let from = written / 4 * 3;
            if let Some(piece) = bytes.get(from..ready).filter(|piece| !piece.is_empty()) {
                let end = text.len().min(written + piece.len().div_ceil(3) * 4);
                if let Some(room) = text.get_mut(written..end) {
                    let _ = base64_simd::STANDARD.encode(piece, base64_simd::Out::from_slice(room));
                }
                written = end;
            }
            hash.go_on(text, known);
        }
    }
}

/// The hash over the sorted parts of a signature, of which one is being written.
pub(super) struct Hash<'a> {
    state: [u32; 5],
    /// Sorted; each shorter than a block.
    others: [&'a [u8]; 3],
    /// How many of them come before the text, once its beginning is known.
    before: Option<usize>,
    /// How far the text is hashed.
    hashed: usize,
}

impl<'a> Hash<'a> {
    /// Over `others` and a text of so many bytes; `None` when that does not go the short way.
    pub(super) fn over(mut others: [&'a [u8]; 3], text_len: usize) -> Option<Self> {
        others.sort_unstable();
        let length: usize = others.iter().map(|other| other.len()).sum();
        (length < BLOCK && text_len >= BLOCK).then_some(Self {
            state: [
                0x6745_2301,
                0xefcd_ab89,
                0x98ba_dcfe,
                0x1032_5476,
                0xc3d2_e1f0,
            ],
            others,
            before: None,
            hashed: 0,
        })
    }

    /// Takes in what is whole blocks of the first `known` bytes of the text.
    #[inline(always)]
    fn go_on(&mut self, text: &[u8], known: usize) {
        if known < BLOCK {
            return;
        }
        if self.before.is_none() {
            self.begin(text);
        }
        let ready = text.get(self.hashed..known).unwrap_or_default();
        let (blocks, _) = ready.as_chunks::<BLOCK>();
        compress(&mut self.state, blocks);
        self.hashed += blocks.len() * BLOCK;
    }

    /// The first block: what sorts before the text, and its beginning. All other parts are shorter than a block, so the
    /// first block of the text tells the order.
    #[inline(never)]
    fn begin(&mut self, text: &[u8]) {
        let start = text.get(..BLOCK.min(text.len())).unwrap_or_default();
        let before = self.others.iter().filter(|other| **other < start).count();
        self.before = Some(before);
        let mut block = [0; BLOCK];
        let mut places = block.iter_mut();
        let parts = self.others.iter().take(before).copied().flatten();
        let mut taken = 0;
        for (byte, place) in parts.zip(places.by_ref()) {
            *place = *byte;
            taken += 1;
        }
        if taken == 0 {
            return;
        }
        let rest = BLOCK - taken;
        for (place, byte) in places.zip(start) {
            *place = *byte;
        }
        compress(&mut self.state, &[block]);
        self.hashed = rest;
    }

    /// The hash, once the whole text is there.
    pub(super) fn finish(mut self, text: &[u8]) -> [u8; 20] {
        self.go_on(text, text.len());
        let before = self.before.unwrap_or_default();
        let rest = text.get(self.hashed..).unwrap_or_default();
        // The rest of the text, the parts behind it, the mark and the length: two or three blocks.
        let mut end = Vec::with_capacity(4 * BLOCK);
        end.extend_from_slice(rest);
        for other in self.others.iter().skip(before) {
            end.extend_from_slice(other);
        }
        let others: usize = self.others.iter().map(|other| other.len()).sum();
        let bits = (others + text.len()) as u64 * 8;
        end.push(0x80);
        let full = (end.len() + 8).next_multiple_of(BLOCK);
        end.resize(full - 8, 0);
        end.extend_from_slice(&bits.to_be_bytes());
        let (blocks, _) = end.as_chunks::<BLOCK>();
        compress(&mut self.state, blocks);
        let mut digest = [0; 20];
        let (places, _) = digest.as_chunks_mut::<4>();
        for (place, word) in places.iter_mut().zip(self.state) {
            *place = word.to_be_bytes();
        }
        digest
    }
}
