//! Keyed hashes in the place of openids.

use hmac::{Hmac, KeyInit, Mac};

use super::hex;

/// Hashes openids with the installation's own key.
#[derive(Clone)]
pub struct PersonHasher(Vec<u8>);

impl PersonHasher {
    pub(super) fn new(key: String) -> Self {
        Self(key.into_bytes())
    }

    /// A keyed hash of an openid, for logs, audit and whatever must not hold the id itself.
    pub fn hash(&self, openid: &str) -> String {
        keyed_hash(&self.0, &[openid])
    }
}

/// HMAC-SHA-256 of the parts, one behind the other.
pub(super) fn keyed_hash(key: &[u8], parts: &[&str]) -> String {
    let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(key) else {
        return String::new(); // HMAC takes keys of any length
    };
    parts.iter().for_each(|part| mac.update(part.as_bytes()));
    hex(&mac.finalize().into_bytes())
}
