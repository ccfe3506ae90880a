//! The platform's side of signatures and envelopes, written independently of our own protocol kit.
//!
//! Two implementations that agree with the published vectors and with each other catch what one alone would
//! hide. Used by the deliveries (sealing, signing) and by the judge of replies (checking, opening).
//! Page: <https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html>

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sha1::{Digest, Sha1};
use thiserror::Error;

/// The platform pads to 32 bytes, twice the cipher's block.
const PAD_TO: usize = 32;
/// 16 random bytes and a 32-bit length stand before the message.
const HEAD: usize = 20;

/// Published keys leave spare bits in their last character, which strict decoders refuse.
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why an envelope or a key was refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum EnvelopeError {
    /// Not 43 characters of base64.
    #[error("the encoding key is not 43 characters of base64")]
    Key,
    /// Not base64, not whole blocks, padding or length out of range, or not UTF-8.
    #[error("the envelope cannot be opened")]
    Sealed,
    /// The tail names another account.
    #[error("the envelope is for another app id")]
    AppId,
}

/// Lower-case hexadecimal SHA-1 over the parts, sorted bytewise and joined without a separator.
pub(crate) fn sign(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    let mut hash = Sha1::new();
    for part in sorted {
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The 32 bytes behind an `EncodingAESKey`.
pub(crate) struct EnvelopeKey([u8; 32]);

impl EnvelopeKey {
    /// Decodes the 43 characters of the console.
    pub(crate) fn parse(text: &str) -> Result<Self, EnvelopeError> {
        if text.len() != 43 {
            return Err(EnvelopeError::Key);
        }
        let bytes = KEY_BASE64
            .decode(text)
            .map_err(|_refused| EnvelopeError::Key)?;
        let key = <[u8; 32]>::try_from(bytes).map_err(|_wrong_length| EnvelopeError::Key)?;
        Ok(Self(key))
    }

    /// Seals `message` for `app_id`; `random` is the 16-byte prefix.
    pub(crate) fn seal(&self, random: [u8; 16], message: &str, app_id: &str) -> String {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut plain = Vec::with_capacity(HEAD + message.len() + app_id.len() + PAD_TO);
        plain.extend_from_slice(&random);
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(app_id.as_bytes());
        // An aligned text gets a full 32 bytes, so the pad is never zero.
        let pad = PAD_TO - plain.len() % PAD_TO;
        let value = u8::try_from(pad).unwrap_or(u8::MAX);
        plain.resize(plain.len() + pad, value);
        let cipher = cbc::Encryptor::<aes::Aes256>::new(&self.0.into(), &self.vector().into());
        STANDARD.encode(cipher.encrypt_padded_vec::<NoPadding>(&plain))
    }

    /// Opens an envelope sealed for `app_id`.
    pub(crate) fn open(&self, sealed: &str, app_id: &str) -> Result<String, EnvelopeError> {
        let bytes = STANDARD
            .decode(sealed)
            .map_err(|_refused| EnvelopeError::Sealed)?;
        if bytes.is_empty() || !bytes.len().is_multiple_of(16) {
            return Err(EnvelopeError::Sealed);
        }
        let cipher = cbc::Decryptor::<aes::Aes256>::new(&self.0.into(), &self.vector().into());
        let plain = cipher
            .decrypt_padded_vec::<NoPadding>(&bytes)
            .map_err(|_refused| EnvelopeError::Sealed)?;
        let body = unpad(&plain).ok_or(EnvelopeError::Sealed)?;
        let (length, rest) = split_head(body).ok_or(EnvelopeError::Sealed)?;
        let (message, tail) = rest.split_at_checked(length).ok_or(EnvelopeError::Sealed)?;
        if tail != app_id.as_bytes() {
            return Err(EnvelopeError::AppId);
        }
        String::from_utf8(message.to_vec()).map_err(|_not_text| EnvelopeError::Sealed)
    }

    fn vector(&self) -> [u8; 16] {
        let mut vector = [0; 16];
        for (to, from) in vector.iter_mut().zip(self.0) {
            *to = from;
        }
        vector
    }
}

fn unpad(plain: &[u8]) -> Option<&[u8]> {
    let pad = usize::from(*plain.last()?);
    if !(1..=PAD_TO).contains(&pad) {
        return None;
    }
    let (body, tail) = plain.split_at_checked(plain.len().checked_sub(pad)?)?;
    tail.iter()
        .all(|byte| usize::from(*byte) == pad)
        .then_some(body)
}

fn split_head(body: &[u8]) -> Option<(usize, &[u8])> {
    let (_random, rest) = body.split_at_checked(HEAD - 4)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_OF_AS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const WXJAVA_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    #[test]
    fn the_official_signatures_are_reproduced() {
        assert_eq!(
            sign(&["AAAAA", "1714036504", "1514711492"]),
            "f464b24fc39322e44b38aa78f5edd27bd1441696"
        );
        assert_eq!(
            sign(&["c", "a", "b"]),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
    }

    #[test]
    fn the_official_envelope_opens_and_its_reply_is_sealed_alike() {
        let sealed = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";
        let key = EnvelopeKey::parse(KEY_OF_AS).unwrap();
        assert_eq!(
            sign(&["AAAAA", "1714112445", "415670741", sealed]),
            "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
        );
        let clear = key.open(sealed, "wxba5fad812f8e6fb9").unwrap();
        assert!(clear.contains(r#""Event":"debug_demo""#), "{clear}");
        let reply = key.seal(
            *b"707722b803182950",
            r#"{"demo_resp":"good luck"}"#,
            "wxba5fad812f8e6fb9",
        );
        assert_eq!(
            reply,
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
        );
    }

    #[test]
    fn chinese_text_is_sealed_as_others_do_and_opens_again() {
        let key = EnvelopeKey::parse(WXJAVA_KEY).unwrap();
        let sealed = key.seal(
            *b"aaaabbbbccccdddd",
            "我是中文abcd123",
            "wxb11529c136998cb6",
        );
        assert_eq!(
            sealed,
            "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
        );
        assert_eq!(
            key.open(&sealed, "wxb11529c136998cb6").unwrap(),
            "我是中文abcd123"
        );
    }

    #[test]
    fn an_aligned_text_carries_a_full_pad_of_32() {
        let key = EnvelopeKey::parse(WXJAVA_KEY).unwrap();
        let sealed = key.seal([7; 16], "12345678", "wx12");
        assert_eq!(STANDARD.decode(&sealed).unwrap().len(), 64);
        assert_eq!(key.open(&sealed, "wx12").unwrap(), "12345678");
    }

    #[test]
    fn foreign_truncated_and_nonsense_envelopes_are_refused() {
        let key = EnvelopeKey::parse(WXJAVA_KEY).unwrap();
        let sealed = key.seal([7; 16], "hello", "wx1");
        assert_eq!(key.open(&sealed, "wx2"), Err(EnvelopeError::AppId));
        assert_eq!(key.open("not base64", "wx1"), Err(EnvelopeError::Sealed));
        assert_eq!(key.open("AAAA", "wx1"), Err(EnvelopeError::Sealed));
        let other = EnvelopeKey::parse(KEY_OF_AS).unwrap();
        assert_eq!(other.open(&sealed, "wx1"), Err(EnvelopeError::Sealed));
        assert!(EnvelopeKey::parse("short").is_err());
    }
}
