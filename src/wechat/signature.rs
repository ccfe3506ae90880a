//! The platform's signature: SHA-1 over the parts, sorted as bytes and joined without a separator.
//!
//! The same rule signs a delivery (`token`, `timestamp`, `nonce`), an encrypted delivery (the same three and
//! `Encrypt`) and our encrypted replies. SHA-1 is the platform's choice, not ours.
//! Page: <https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html>.

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// The most parts the platform ever signs together; that many are sorted without touching the heap.
const USUAL_PARTS: usize = 4;

/// Signs `parts`: forty lower-case hexadecimal digits. The order in which the parts are given does not matter.
pub fn sign(parts: &[&str]) -> String {
    written(digest(parts))
}

/// A digest as forty lower-case hexadecimal digits.
pub(super) fn written(digest: [u8; 20]) -> String {
    String::from_utf8(hex(digest).to_vec()).unwrap_or_default()
}

/// Whether `given` is the signature of `parts`.
///
/// Only exactly forty lower-case hexadecimal digits can be right. The comparison takes the same time wherever the
/// first difference is.
pub fn verify(given: &str, parts: &[&str]) -> bool {
    given.len() == 40 && bool::from(hex(digest(parts)).ct_eq(given.as_bytes()))
}

pub(super) fn digest<T: AsRef<[u8]>>(parts: &[T]) -> [u8; 20] {
    let mut hasher = Sha1::new();
    if parts.len() <= USUAL_PARTS {
        // Unused places stay empty, sort first and add nothing to the hash.
        let mut sorted: [&[u8]; USUAL_PARTS] = [b""; USUAL_PARTS];
        for (place, part) in sorted.iter_mut().zip(parts) {
            *place = part.as_ref();
        }
        sorted.sort_unstable();
        sorted.iter().for_each(|part| hasher.update(part));
    } else {
        let mut sorted: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        sorted.sort_unstable();
        sorted.iter().for_each(|part| hasher.update(part));
    }
    hasher.finalize().into()
}

fn hex(digest: [u8; 20]) -> [u8; 40] {
    let mut text = [0; 40];
    let (pairs, _) = text.as_chunks_mut::<2>();
    for (pair, byte) in pairs.iter_mut().zip(digest) {
        *pair = [hex_digit(byte >> 4), hex_digit(byte & 0x0f)];
    }
    text
}

fn hex_digit(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'a' + nibble - 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::crypt::vectors::{V2_ENCRYPT, V5_ECHO, V5_ENCRYPT, V5_OUT_ENCRYPT};

    #[test]
    fn the_published_signatures_of_a_verification_and_a_delivery_are_reproduced() {
        assert_eq!(
            sign(&["AAAAA", "1714036504", "1514711492"]),
            "f464b24fc39322e44b38aa78f5edd27bd1441696"
        );
        assert_eq!(
            sign(&["AAAAA", "1714037059", "486452656"]),
            "899cf89e464efb63f54ddac96b0a0a235f53aa78"
        );
    }

    #[test]
    fn the_remaining_published_signatures_are_reproduced() {
        assert_eq!(
            sign(&["a", "b", "c"]),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            sign(&["AAAAA", "1714112445", "415670741"]),
            "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
        );
        let v2 = sign(&["pamtest", "1409304348", "xxxxxx", V2_ENCRYPT]);
        assert_eq!(v2, "82c962d39941aa48552f90ef55aa323dc620cc10");
        let v5 = sign(&["123456", "1411525903", "461056294", V5_ENCRYPT]);
        assert_eq!(v5, "74d92dfeb87ba7c714f89d98870ae5eb62dff26d");
        let v5_echo = sign(&["123456", "1411443780", "437374425", V5_ECHO]);
        assert_eq!(v5_echo, "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96");
        let v5_out = sign(&["123456", "1411525903", "461056294", V5_OUT_ENCRYPT]);
        assert_eq!(v5_out, "407518b7649e86ef23978113f92d27afa9296533");
    }

    #[test]
    fn the_order_of_the_parts_does_not_matter_and_more_than_four_are_allowed() {
        assert_eq!(sign(&["c", "a", "b"]), sign(&["a", "b", "c"]));
        assert_eq!(sign(&["e", "d", "c", "b", "a"]), sign(&["abcde"]));
        assert_eq!(
            sign(&["1", "B", "a"]),
            sign(&["1Ba"]),
            "bytes decide, not letters"
        );
    }

    #[test]
    fn only_forty_lower_case_digits_are_a_signature() {
        let parts = ["a", "b", "c"];
        let right = sign(&parts);
        assert!(verify(&right, &parts));
        assert!(!verify(&right.to_uppercase(), &parts));
        assert!(!verify(&format!(" {right}"), &parts));
        assert!(!verify(&format!("{right}0"), &parts));
        assert!(!verify(&right, &["a", "b", "d"]));
        for length in 0..40 {
            assert!(
                !verify(right.get(..length).unwrap(), &parts),
                "a prefix of {length} digits"
            );
        }
    }

    #[test]
    fn a_signature_with_any_one_digit_changed_is_wrong() {
        let parts = ["a", "b", "c"];
        let right = sign(&parts);
        for place in 0..40 {
            let mut wrong = right.clone().into_bytes();
            wrong[place] = if wrong[place] == b'0' { b'1' } else { b'0' };
            assert!(
                !verify(std::str::from_utf8(&wrong).unwrap(), &parts),
                "digit {place}"
            );
        }
    }
}
