//! Sealing of what must not stand in the database in clear: telephone numbers, one-time secrets. AES-256-GCM; a sealed
//! text names its key and is bound to its place, so that it can neither be moved nor swapped.

use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{hex, random_bytes};
use crate::config::Secret;

/// Why a text could not be sealed or opened; never with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// None of the keys is the one it was sealed with.
    #[error("sealed with a key that security.data_keys does not have")]
    UnknownKey,
    /// Cut, changed, or from another place.
    #[error("a sealed value was damaged or moved")]
    Damaged,
    /// The cipher refused.
    #[error("a value could not be sealed")]
    Refused,
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// What tells the row for ever, such as its public id.
    pub row: &'a str,
}

impl Place<'_> {
    fn bound(&self) -> Aad<String> {
        Aad::from(format!("{}\0{}\0{}", self.table, self.column, self.row))
    }
}

struct Key {
    id: String,
    cipher: LessSafeKey,
}

/// The key ring: the first key seals, all open.
pub struct Seal {
    first: Key,
    others: Vec<Key>,
}

impl Seal {
    /// From configured keys; `None` when there is none or one has not 32 bytes in base64.
    pub fn from_keys(keys: &[Secret]) -> Option<Self> {
        let keys: Option<Vec<Key>> = keys.iter().map(|key| read(key.expose())).collect();
        let mut keys = keys?.into_iter();
        Some(Self {
            first: keys.next()?,
            others: keys.collect(),
        })
    }

    /// Seals a text for its place.
    ///
    /// # Errors
    /// [`SealError::Refused`] when the cipher does not take it.
    pub fn close(&self, place: Place<'_>, clear: &str) -> Result<String, SealError> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed = clear.as_bytes().to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.first
            .cipher
            .seal_in_place_append_tag(unique, place.bound(), &mut sealed)
            .map_err(|ring::error::Unspecified| SealError::Refused)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!(
            "1.{}.{}",
            self.first.id,
            URL_SAFE_NO_PAD.encode(bytes)
        ))
    }

    /// Opens what [`Seal::close`] made for the same place.
    ///
    /// # Errors
    /// When the key is gone or the value is not what was sealed there.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Secret, SealError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("1"), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SealError::Damaged);
        };
        let mut ring = std::iter::once(&self.first).chain(&self.others);
        let key = ring.find(|key| key.id == id).ok_or(SealError::UnknownKey)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let (nonce, body) = bytes
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(SealError::Damaged)?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let clear = key
            .cipher
            .open_in_place(nonce, place.bound(), &mut body)
            .map_err(|ring::error::Unspecified| SealError::Damaged)?;
        let text = std::str::from_utf8(clear).map_err(|_utf8| SealError::Damaged)?;
        Ok(Secret::new(text))
    }
}

impl Seal {
    /// What tells the key that seals, in every sealed value in clear.
    pub fn first_id(&self) -> &str {
        &self.first.id
    }

    /// Whether a text was sealed with the key that seals now.
    pub fn is_current(&self, sealed: &str) -> bool {
        let mut parts = sealed.splitn(3, '.');
        parts.next() == Some("1") && parts.next() == Some(self.first.id.as_str())
    }

    /// The same of bytes.
    pub fn is_current_bytes(&self, sealed: &[u8]) -> bool {
        let rest = sealed.strip_prefix(BYTES_MARK);
        rest.is_some_and(|rest| rest.starts_with(self.first.id.as_bytes()))
    }
}

/// What sealed bytes begin with, before the id of their key.
const BYTES_MARK: &[u8; 4] = b"JXS1";
/// Letters of a key's id.
const ID_LEN: usize = 8;

impl Seal {
    /// Seals bytes for their place: a mark, the key's id, a nonce, and what the cipher made.
    ///
    /// # Errors
    /// [`SealError::Refused`] when the cipher does not take it.
    pub fn close_bytes(&self, place: Place<'_>, clear: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut body = clear.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.first
            .cipher
            .seal_in_place_append_tag(unique, place.bound(), &mut body)
            .map_err(|ring::error::Unspecified| SealError::Refused)?;
        Ok([BYTES_MARK, self.first.id.as_bytes(), &nonce, &body].concat())
    }

    /// Opens what [`Seal::close_bytes`] made for the same place.
    ///
    /// # Errors
    /// When the key is gone or the bytes are not what was sealed there.
    pub fn open_bytes(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let rest = sealed.strip_prefix(BYTES_MARK).ok_or(SealError::Damaged)?;
        let (id, rest) = rest
            .split_first_chunk::<ID_LEN>()
            .ok_or(SealError::Damaged)?;
        let mut ring = std::iter::once(&self.first).chain(&self.others);
        let key = ring
            .find(|key| key.id.as_bytes() == id)
            .ok_or(SealError::UnknownKey)?;
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(SealError::Damaged)?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let clear = key
            .cipher
            .open_in_place(nonce, place.bound(), &mut body)
            .map_err(|ring::error::Unspecified| SealError::Damaged)?;
        let length = clear.len();
        body.truncate(length);
        Ok(body)
    }
}

fn read(text: &str) -> Option<Key> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).ok()?);
    let id = hex(Sha256::digest(&bytes).get(..4)?);
    Some(Key { id, cipher })
}

/// The key beside an SQLite database; the first process to come makes it, readable for its user only.
///
/// # Errors
/// When the file can be neither read nor made.
pub(super) fn beside(database: &Path) -> std::io::Result<Secret> {
    let path = database.with_file_name("data.key");
    if !path.exists() {
        make(&path)?;
    }
    Ok(Secret::new(std::fs::read_to_string(&path)?.trim()))
}

/// Written aside and linked into place: whoever comes second finds the whole file of the first.
fn make(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let aside = PathBuf::from(format!("{}.{}", path.display(), hex(&random_bytes::<6>())));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{}", STANDARD.encode(random_bytes::<32>()))?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place {
        table: "accounts",
        column: "phone",
        row: "7",
    };

    fn key(byte: u8) -> Secret {
        Secret::new(STANDARD.encode([byte; 32]))
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_only_and_each_time_looks_different() {
        let seal = Seal::from_keys(&[key(1)]).unwrap();
        let sealed = seal.close(PLACE, "13800001111").unwrap();
        assert_ne!(sealed, seal.close(PLACE, "13800001111").unwrap());
        assert!(!sealed.contains("1380000"));
        assert_eq!(seal.open(PLACE, &sealed).unwrap().expose(), "13800001111");
        for place in [
            Place { row: "8", ..PLACE },
            Place {
                column: "name",
                ..PLACE
            },
            Place {
                table: "pushes",
                ..PLACE
            },
        ] {
            assert_eq!(seal.open(place, &sealed), Err(SealError::Damaged));
        }
        let cut = sealed.get(..sealed.len() - 3).unwrap();
        for wrong in ["", "1.x", "2.a.b", cut, "clear text"] {
            assert!(seal.open(PLACE, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = Seal::from_keys(&[key(1)]).unwrap();
        let sealed = old.close(PLACE, "x").unwrap();
        let rotated = Seal::from_keys(&[key(2), key(1)]).unwrap();
        assert_eq!(rotated.open(PLACE, &sealed).unwrap().expose(), "x");
        let fresh = rotated.close(PLACE, "y").unwrap();
        assert_eq!(old.open(PLACE, &fresh), Err(SealError::UnknownKey));
    }

    #[test]
    fn bytes_are_bound_to_their_place_and_outlive_a_rotation() {
        let old = Seal::from_keys(&[key(1)]).unwrap();
        let sealed = old.close_bytes(PLACE, b"a picture").unwrap();
        assert_ne!(sealed, old.close_bytes(PLACE, b"a picture").unwrap());
        assert!(!sealed.windows(7).any(|part| part == b"picture"));
        let rotated = Seal::from_keys(&[key(2), key(1)]).unwrap();
        assert_eq!(rotated.open_bytes(PLACE, &sealed).unwrap(), b"a picture");
        let elsewhere = Place { row: "8", ..PLACE };
        assert_eq!(old.open_bytes(elsewhere, &sealed), Err(SealError::Damaged));
        let fresh = rotated.close_bytes(PLACE, b"").unwrap();
        assert_eq!(rotated.open_bytes(PLACE, &fresh).unwrap(), b"");
        assert_eq!(old.open_bytes(PLACE, &fresh), Err(SealError::UnknownKey));
        for cut in 0..sealed.len() {
            assert!(old.open_bytes(PLACE, &sealed[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn keys_have_32_bytes_in_base64() {
        assert!(Seal::from_keys(&[]).is_none());
        assert!(Seal::from_keys(&[Secret::new("short")]).is_none());
        assert!(Seal::from_keys(&[key(1), Secret::new("AAAA")]).is_none());
    }

    #[test]
    fn the_key_beside_a_database_is_made_once_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("jianxin.db");
        let first = beside(&database).unwrap();
        assert_eq!(beside(&database).unwrap(), first);
        let file = dir.path().join("data.key");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(Seal::from_keys(&[first]).is_some());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
