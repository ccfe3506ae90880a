//! The second factor: one-time codes from the time (RFC 6238 with SHA-1, six digits, thirty seconds), as every
//! authenticator on a phone makes them.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Milliseconds that a code is shown.
pub const STEP_MS: i64 = 30_000;
/// Bytes of a key: as many as SHA-1 gives (RFC 4226 §4).
pub const KEY_BYTES: usize = 20;
/// Codes of the step before and after are good, too: phones' clocks differ (RFC 6238 §5.2).
const NEIGHBOURS: [i64; 3] = [0, -1, 1];
const DIGITS: u32 = 6;
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step of thirty seconds that a time (milliseconds UTC) lies in.
pub fn step_at(now_ms: i64) -> i64 {
    now_ms.div_euclid(STEP_MS)
}

/// The code of a step; `None` only for a key that the hash does not take.
pub fn code(key: &[u8], step: i64) -> Option<String> {
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last()? & 15);
    let four: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(DIGITS);
    Some(format!("{number:06}"))
}

/// The step whose code was typed, if it is the present one or a neighbour and later than `used`, the last one that was
/// used: a code is good once (S20). Blanks and wide digits do not matter.
pub fn matching_step(key: &[u8], typed: &str, now_ms: i64, used: i64) -> Option<i64> {
    let typed: String = typed.chars().filter_map(digit).collect();
    let present = step_at(now_ms);
    let mut found = None;
    for step in NEIGHBOURS.map(|offset| present + offset) {
        let right: bool = code(key, step)?.as_bytes().ct_eq(typed.as_bytes()).into();
        if right && step > used {
            found = Some(step);
        }
    }
    found
}

fn digit(letter: char) -> Option<char> {
    let wide = u32::from(letter).checked_sub(u32::from('０'));
    let wide = wide.filter(|at| *at < 10);
    char::from_digit(letter.to_digit(10).or(wide)?, 10)
}

/// A key as people type it: base32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 8];
        for (to, from) in five.iter_mut().skip(3).zip(chunk) {
            *to = *from;
        }
        let bits = u64::from_be_bytes(five);
        let letters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|at| {
            let index = (bits >> (35 - 5 * at)) & 31;
            usize::try_from(index)
                .ok()
                .and_then(|index| LETTERS.get(index))
                .map_or('A', |letter| char::from(*letter))
        }));
    }
    text
}

/// The bytes of a key in base32; `None` when a letter is none of it.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|byte| *byte != b' ') {
        let value = LETTERS
            .iter()
            .position(|known| *known == letter.to_ascii_uppercase())?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

/// What the picture for the phone says: who issues the code, for whom, and the key.
pub fn address(issuer: &str, name: &str, key: &[u8]) -> String {
    let encode = |text: &str| -> String {
        form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    format!(
        "otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        issuer = encode(issuer),
        name = encode(name),
        secret = base32(key)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_the_standard_come_out() {
        // RFC 6238, appendix B, cut to six digits.
        for (seconds, expected) in [
            (59_i64, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(KEY, step_at(seconds * 1000)).unwrap(), expected);
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_step_around() {
        let now = 1_795_312_800_000;
        let present = step_at(now);
        let at = |offset: i64| code(KEY, present + offset).unwrap();
        assert_eq!(matching_step(KEY, &at(0), now, 0), Some(present));
        assert_eq!(matching_step(KEY, &at(-1), now, 0), Some(present - 1));
        assert_eq!(matching_step(KEY, &at(1), now, 0), Some(present + 1));
        assert_eq!(matching_step(KEY, &at(2), now, 0), None);
        assert_eq!(matching_step(KEY, &at(-2), now, 0), None);
        assert_eq!(matching_step(KEY, &at(0), now, present), None);
        assert_eq!(matching_step(KEY, "", now, 0), None);
        let spaced = at(0).replacen("", " ", 4);
        assert_eq!(matching_step(KEY, &spaced, now, 0), Some(present));
    }

    #[test]
    fn keys_are_written_as_phones_read_them() {
        // RFC 4648 §10, without padding.
        for (bytes, text) in [
            (&b"f"[..], "MY"),
            (b"fo", "MZXQ"),
            (b"foo", "MZXW6"),
            (b"foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes), text);
            assert_eq!(from_base32(text).unwrap(), bytes);
        }
        assert_eq!(from_base32("mzxw 6ytb oi").unwrap(), b"foobar");
        assert_eq!(from_base32("M1"), None);
        assert!(address("检信", "cs-anguan-1", KEY).starts_with(
            "otpauth://totp/%E6%A3%80%E4%BF%A1:cs-anguan-1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
        ));
    }
}
