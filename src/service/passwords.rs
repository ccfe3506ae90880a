//! Passwords: Argon2id with 19 MiB, two passes, one lane (OWASP's first choice), in PHC form.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier};

use crate::app::{App, random_bytes};
use crate::config::Secret;
use crate::service::error::ServiceError;
use crate::store::StoreError;

/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// About 58 bits, for half an hour.
const TEMPORARY_LETTERS: usize = 10;

/// Checked where there is no account or no password: the same work as for one of ours, and never right.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGVyZSBpcyBub3RoaW5nIHRvIGJlIGZvdW5kIGF0IGE";

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is not the password.
    Wrong,
    /// It is.
    Right,
    /// It is, and was hashed with less work than today's rule: hash it anew.
    RightButWeak,
}

/// Checks a password against a stored hash; without one the work is done all the same, so that nobody learns from the
/// time whether there is an account. Few at a time, as [`hash`].
///
/// # Errors
/// When the process is stopping.
pub async fn verify(
    app: &App,
    password: &Secret,
    stored: Option<&str>,
) -> Result<Checked, ServiceError> {
    let permit = Arc::clone(&app.hashing).acquire_owned().await;
    let permit = permit.map_err(|_closed| StoreError::Stopped)?;
    metrics::counter!("jianxin_password_checks_total").increment(1);
    let (password, stored) = (password.clone(), stored.map(str::to_owned));
    let checked = tokio::task::spawn_blocking(move || {
        let checked = verify_blocking(&password, stored.as_deref());
        drop(permit);
        checked
    });
    checked
        .await
        .map_err(|_stopping| StoreError::Stopped.into())
}

fn verify_blocking(password: &Secret, stored: Option<&str>) -> Checked {
    let known = stored.filter(|hash| is_usable(hash));
    let Ok(parsed) = PasswordHash::new(known.unwrap_or(NOBODY)) else {
        return Checked::Wrong;
    };
    let right = Argon2::default()
        .verify_password(password.expose().as_bytes(), &parsed)
        .is_ok();
    match (right && known.is_some(), is_weak(&parsed)) {
        (false, _) => Checked::Wrong,
        (true, false) => Checked::Right,
        (true, true) => Checked::RightButWeak,
    }
}

/// Less work than [`hash`] would do today, or another algorithm.
fn is_weak(parsed: &PasswordHash) -> bool {
    let policy = Params::default();
    let same = parsed.algorithm.as_str() == Algorithm::Argon2id.as_str();
    let costs = Params::try_from(parsed);
    !same || !costs.is_ok_and(|it| it.m_cost() >= policy.m_cost() && it.t_cost() >= policy.t_cost())
}

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

/// As [`hash`], for a start that runs by itself.
pub(super) fn hash_blocking(password: &Secret) -> Option<String> {
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

    #[test]
    fn a_password_is_checked_and_weak_hashes_are_told_apart() {
        let password = Secret::new("正义不会缺席 2026");
        let check = |text: &str, hash: Option<&str>| verify_blocking(&Secret::new(text), hash);
        let hash = hash_blocking(&password).unwrap();
        assert_eq!(check(password.expose(), Some(&hash)), Checked::Right);
        assert_eq!(check("other", Some(&hash)), Checked::Wrong);
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params);
        let weak: PasswordHash = weak
            .hash_password_with_salt(password.expose().as_bytes(), &[7; 16])
            .unwrap();
        let weak = weak.to_string();
        assert_eq!(check(password.expose(), Some(&weak)), Checked::RightButWeak);
        assert_eq!(check("other", Some(&weak)), Checked::Wrong);
        assert!(is_usable(NOBODY), "the work is done for nobody, too");
        for none in [None, Some(""), Some("md5"), Some(NOBODY)] {
            assert_eq!(check(password.expose(), none), Checked::Wrong, "{none:?}");
        }
    }

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
