//! Random text for nonces, tokens, codes and tickets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` random bytes. The simulator guards nothing, so a machine without entropy gets zeros instead of a stop.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::warn!("no randomness for the simulator");
    }
    bytes
}

/// URL-safe text of `N` random bytes.
pub(crate) fn text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<N>())
}

/// A decimal nonce of up to ten digits, as the platform sends.
pub(crate) fn nonce() -> String {
    u32::from_le_bytes(bytes::<4>()).to_string()
}
