//! Keyed hashes by which a sealed value can be found again: identity cards, licences, account names that were tried.

use super::person::keyed_hash;
use crate::config::Secret;

/// Hashes values with a key that stands sealed in the database: who has only the database cannot try all values.
#[derive(Clone)]
pub struct BlindIndex(Secret);

impl BlindIndex {
    pub(super) fn new(key: Secret) -> Self {
        Self(key)
    }

    /// The hash of a value of that kind, such as `("id_number", "430102199001011234")`. Values are folded by the caller.
    pub fn of(&self, kind: &str, value: &str) -> String {
        keyed_hash(self.0.expose().as_bytes(), &[kind, "\0", value])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_value_and_key_make_the_hash() {
        let index = |key: &str| BlindIndex::new(Secret::new(key));
        let hash = index("k").of("id_number", "430102");
        assert_eq!(hash.len(), 64);
        assert_eq!(hash, index("k").of("id_number", "430102"));
        assert_ne!(hash, index("k").of("licence", "430102"));
        assert_ne!(hash, index("k").of("id_number", "430103"));
        assert_ne!(hash, index("l").of("id_number", "430102"));
    }
}
