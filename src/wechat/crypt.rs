//! The platform's envelope: AES-256-CBC with a fixed IV, padding to 32 bytes and the AppID as the tail.
//!
//! Inside: sixteen random bytes, the message's length as four big-endian bytes, the message, the AppID, and 1 to 32
//! padding bytes that each hold their number. The usual sixteen-byte PKCS#7 code cannot undo that, so padding is done
//! here by hand. Whoever calls has checked the signature first: the cipher itself authenticates nothing.
//! Page: <https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html>.

use std::fmt;

use aes::{Aes256Dec, Aes256Enc};
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use subtle::ConstantTimeEq;

use crate::wechat::signature;

mod signed;

use signed::{Hash, Pass};

/// What the platform pads to, although the cipher's own block is sixteen bytes.
const PAD_BLOCK: usize = 32;
/// The random bytes and the length field before the message.
const HEADER: usize = 20;

/// Published keys do not zero the two spare bits of their last character, which a strict decoder refuses.
const KEY_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// One EncodingAESKey and the AppID that belongs to it. Neither ever shows in its `Debug`.
#[derive(Clone)]
pub struct Cipher {
    /// The key's schedules are made once: that costs as much as a short message.
    seal: Aes256Enc,
    open: Aes256Dec,
    iv: [u8; 16],
    app_id: String,
}

/// Why a configured key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The EncodingAESKey is not 43 letters and digits.
    #[error("the EncodingAESKey must be exactly 43 characters of A-Z, a-z and 0-9")]
    Shape,
    /// The mode encrypts, but a pair came without a key.
    #[error("this mode needs an EncodingAESKey")]
    Missing,
    /// No token, or an empty one: anybody could sign.
    #[error("a token is needed: with an empty one anybody could sign")]
    Token,
    /// No AppID, so that nothing would tell another account's envelope from ours.
    #[error("this mode needs the AppID, which ends every envelope")]
    AppId,
}

/// The text is not an envelope of this key and this AppID. Deliberately one error for every cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the envelope cannot be opened with this key")]
pub struct DecryptError;

impl Cipher {
    /// Takes the 43 characters of `EncodingAESKey` and the account's AppID.
    ///
    /// # Errors
    /// [`KeyError::Shape`] when the key is not 43 letters and digits.
    pub fn new(encoding_aes_key: &str, app_id: &str) -> Result<Self, KeyError> {
        if encoding_aes_key.len() != 43
            || !encoding_aes_key.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(KeyError::Shape);
        }
        let decoded = KEY_ENGINE.decode(encoding_aes_key).ok();
        let key: [u8; 32] = decoded
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(KeyError::Shape)?;
        // The platform fixes the IV to the first half of the key.
        let iv = key.first_chunk().copied().ok_or(KeyError::Shape)?;
        Ok(Self {
            seal: Aes256Enc::new(&key.into()),
            open: Aes256Dec::new(&key.into()),
            iv,
            app_id: app_id.to_owned(),
        })
    }

    /// Encrypts `plaintext` with sixteen fresh `random` bytes; the answer is base64.
    pub fn encrypt(&self, random: [u8; 16], plaintext: &[u8]) -> String {
        let mut text = Vec::with_capacity(self.encrypted_len(plaintext.len()));
        self.encrypt_into(&mut text, random, plaintext);
        String::from_utf8(text).unwrap_or_default()
    }

    /// The length of the base64 text for a plaintext of so many bytes.
    pub(super) fn encrypted_len(&self, plaintext_len: usize) -> usize {
        let content = HEADER + plaintext_len + self.app_id.len();
        (content + PAD_BLOCK - content % PAD_BLOCK).div_ceil(3) * 4
    }

    /// [`Cipher::encrypt`] at the end of `out`, and the signature of the text together with three other parts.
    pub(super) fn encrypt_signed(
        &self,
        out: &mut Vec<u8>,
        random: [u8; 16],
        plaintext: &[u8],
        others: [&str; 3],
    ) -> [u8; 20] {
        let start = out.len();
        let text_len = self.encrypted_len(plaintext.len());
        let Some(mut hash) = Hash::over(others.map(str::as_bytes), text_len) else {
            self.encrypt_into(out, random, plaintext);
            let text = out.get(start..).unwrap_or_default();
            let [one, two, three] = others.map(str::as_bytes);
            return signature::digest(&[one, two, three, text]);
        };
        let mut bytes = self.padded(random, plaintext);
        out.resize(start + text_len, 0);
        let text = out.get_mut(start..).unwrap_or_default();
        let pass = Pass {
            bytes: &mut bytes,
            text: &mut *text,
            hash: &mut hash,
        };
        let mut cbc = cbc::Encryptor::<&Aes256Enc>::inner_iv_init(&self.seal, &self.iv.into());
        cbc.encrypt_with_backend(pass);
        hash.finish(text)
    }

    fn encrypt_into(&self, out: &mut Vec<u8>, random: [u8; 16], plaintext: &[u8]) {
        let mut bytes = self.padded(random, plaintext);
        let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
        cbc::Encryptor::<&Aes256Enc>::inner_iv_init(&self.seal, &self.iv.into())
            .encrypt_blocks(blocks);
        let start = out.len();
        out.resize(start + bytes.len().div_ceil(3) * 4, 0);
        let room = out.get_mut(start..).unwrap_or_default();
        // The room is exactly what the text takes.
        let _ = base64_simd::STANDARD.encode(&bytes, base64_simd::Out::from_slice(room));
    }

    /// What is encrypted: whole blocks.
    fn padded(&self, random: [u8; 16], plaintext: &[u8]) -> Vec<u8> {
        let content = HEADER + plaintext.len() + self.app_id.len();
        let pad = PAD_BLOCK - content % PAD_BLOCK;
        let mut bytes = Vec::with_capacity(content + pad);
        bytes.extend_from_slice(&random);
        // A reply is a few kilobytes; a length that does not fit the field cannot come about.
        let length = u32::try_from(plaintext.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(plaintext);
        bytes.extend_from_slice(self.app_id.as_bytes());
        bytes.extend(std::iter::repeat_n(u8::try_from(pad).unwrap_or(0), pad));
        bytes
    }

    /// Opens an envelope: strict base64, whole blocks, padding of 1 to 32 equal bytes, a length that fits, our AppID.
    ///
    /// Allocates no more than the text's own length, whatever the length field says.
    ///
    /// # Errors
    /// [`DecryptError`] for every cause alike.
    pub fn decrypt(&self, base64_text: &str) -> Result<Vec<u8>, DecryptError> {
        let mut bytes = STANDARD.decode(base64_text).ok().ok_or(DecryptError)?;
        let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
        if !rest.is_empty() {
            return Err(DecryptError);
        }
        cbc::Decryptor::<&Aes256Dec>::inner_iv_init(&self.open, &self.iv.into())
            .decrypt_blocks(blocks);
        let message_end = self.message_end(&bytes).ok_or(DecryptError)?;
        bytes.truncate(message_end);
        bytes.drain(..HEADER);
        Ok(bytes)
    }

    /// Where the message ends in the decrypted `bytes`, if everything around it is as it must be.
    fn message_end(&self, bytes: &[u8]) -> Option<usize> {
        let pad = usize::from(*bytes.last()?);
        if !(1..=PAD_BLOCK).contains(&pad) {
            return None;
        }
        let (content, padding) = bytes.split_at_checked(bytes.len().checked_sub(pad)?)?;
        if !padding.iter().all(|byte| usize::from(*byte) == pad) {
            return None;
        }
        let (header, body) = content.split_at_checked(HEADER)?;
        let length = u32::from_be_bytes(*header.last_chunk::<4>()?);
        let (message, tail) = body.split_at_checked(usize::try_from(length).ok()?)?;
        bool::from(tail.ct_eq(self.app_id.as_bytes())).then_some(HEADER + message.len())
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(…)")
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod vectors;
