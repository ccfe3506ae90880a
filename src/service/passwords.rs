//! Passwords: Argon2id with 19 MiB, two passes, one lane (OWASP's first choice), in PHC form.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher};

use crate::app::{App, random_bytes};
use crate::config::Secret;
use crate::service::error::ServiceError;
use crate::store::StoreError;

/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// About 58 bits, for half an hour.
const TEMPORARY_LETTERS: usize = 10;

/// A password to be used once.
pub fn temporary() -> Secret {
    let mut text = String::new();
    while text.len() < TEMPORARY_LETTERS {
        // What does not fit is thrown away: a remainder would favour the first letters.
        let fit = random_bytes::<32>()
            .into_iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte & 63)));
        text.extend(
            fit.map(|letter| char::from(*letter))
                .take(TEMPORARY_LETTERS - text.len()),
        );
    }
    Secret::new(text)
}

/// Hashes a password. Few at a time: each takes 19 MiB and some 20 ms of a core.
///
/// # Errors
/// When the process is stopping.
pub async fn hash(app: &App, password: &Secret) -> Result<String, ServiceError> {
    let permit = Arc::clone(&app.hashing).acquire_owned().await;
    let permit = permit.map_err(|_closed| StoreError::Stopped)?;
    let password = password.clone();
    let hashed = tokio::task::spawn_blocking(move || {
        let hashed = hash_blocking(&password);
        drop(permit);
        hashed
    });
    match hashed.await {
        Ok(Some(hash)) => Ok(hash),
        Ok(None) | Err(_) => Err(StoreError::Stopped.into()),
    }
}

fn hash_blocking(password: &Secret) -> Option<String> {
    let salt: [u8; 16] = random_bytes();
    let hasher = Argon2::default();
    let hash: PasswordHash = hasher
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .ok()?;
    Some(hash.to_string())
}

/// Whether a hash from elsewhere can be checked here: Argon2 in PHC form, with costs that a server can bear.
pub fn is_usable(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else {
        return false;
    };
    let whole = parsed.salt.is_some() && parsed.hash.is_some();
    let costs = Params::try_from(&parsed);
    parsed.algorithm.as_str().starts_with("argon2")
        && whole
        && costs.is_ok_and(|costs| costs.m_cost() <= 256 * 1024 && costs.t_cost() <= 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordVerifier;

    #[test]
    fn a_hash_is_argon2id_and_checks() {
        let password = temporary();
        let hash = hash_blocking(&password).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(is_usable(&hash));
        let parsed = PasswordHash::new(&hash).unwrap();
        let check = |text: &str| Argon2::default().verify_password(text.as_bytes(), &parsed);
        assert!(check(password.expose()).is_ok());
        assert!(check("other").is_err());
    }

    #[test]
    fn temporary_passwords_have_ten_clear_letters_and_differ() {
        let first = temporary();
        assert_eq!(first.expose().len(), 10);
        assert!(!first.expose().contains(['0', 'O', 'l', '1', 'I']));
        assert_ne!(first, temporary());
    }

    #[test]
    fn other_hashes_are_not_usable() {
        for hash in [
            "",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHRzb21l",
        ] {
            assert!(!is_usable(hash), "{hash}");
        }
    }
}
