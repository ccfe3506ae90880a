//! A token at rest: AES-256-GCM under a key that is derived from the account's secret. Whoever has the secret can get a
//! token anyway, so no other key guards it better; a copy of the database alone shows nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::app::random_bytes;
use crate::config::Secret;

const PURPOSE: &[u8] = b"jianxin access token v1";
const NONCE_LEN: usize = 12;

/// Seals the token of this account and generation, as text.
pub(super) fn seal_token(
    app_secret: &Secret,
    app_id: &str,
    generation: i64,
    token: &str,
) -> Option<String> {
    let nonce = random_bytes::<NONCE_LEN>();
    let mut sealed = token.as_bytes().to_vec();
    key(app_secret)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            place(app_id, generation),
            &mut sealed,
        )
        .ok()?;
    Some(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

/// Opens it; `None` when it was sealed with another secret, for another place, or was changed.
pub(super) fn open_token(
    app_secret: &Secret,
    app_id: &str,
    generation: i64,
    sealed: &str,
) -> Option<String> {
    let bytes = STANDARD.decode(sealed).ok()?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let mut rest = rest.to_vec();
    let opened = key(app_secret)?
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            place(app_id, generation),
            &mut rest,
        )
        .ok()?;
    String::from_utf8(opened.to_vec()).ok()
}

fn key(app_secret: &Secret) -> Option<LessSafeKey> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(app_secret.expose().as_bytes()).ok()?;
    mac.update(PURPOSE);
    let key = UnboundKey::new(&AES_256_GCM, &mac.finalize().into_bytes()).ok()?;
    Some(LessSafeKey::new(key))
}

/// A sealed text put into another row does not open.
fn place(app_id: &str, generation: i64) -> Aad<Vec<u8>> {
    Aad::from(format!("access_tokens/{app_id}/{generation}").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_account_and_generation_open_it() {
        let secret = Secret::new("s3cret");
        let sealed = seal_token(&secret, "wx1", 7, "89_token").unwrap();
        assert!(!sealed.contains("89_token"));
        assert_ne!(sealed, seal_token(&secret, "wx1", 7, "89_token").unwrap());
        assert_eq!(
            open_token(&secret, "wx1", 7, &sealed).as_deref(),
            Some("89_token")
        );
        assert_eq!(open_token(&Secret::new("other"), "wx1", 7, &sealed), None);
        assert_eq!(open_token(&secret, "wx2", 7, &sealed), None);
        assert_eq!(open_token(&secret, "wx1", 8, &sealed), None);
        for broken in [
            "",
            "AAAA",
            "not base64",
            sealed.trim_end_matches(|c: char| c != 'A'),
        ] {
            assert_eq!(open_token(&secret, "wx1", 7, broken), None, "{broken}");
        }
    }
}
