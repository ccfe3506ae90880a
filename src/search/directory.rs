//! The directory of an index: whose it is, of which version, and how it is emptied.
//!
//! `lock` is held by one process at a time and freed by the system even after kill -9; `version` is written last, so that
//! a half-made index counts as missing; `data` is the engine's. Nothing else in the directory is ever touched.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{aliases, dictionary, error::SearchError, schema};
use crate::domain::fold;

/// A directory that this process holds.
#[derive(Debug)]
pub(crate) struct IndexDirectory {
    dir: PathBuf,
    /// Freed when it is closed.
    _lock: File,
}

impl IndexDirectory {
    /// Makes the directory if it is missing, and takes it.
    pub(crate) fn take(dir: &Path) -> Result<Self, SearchError> {
        let failed = |source| SearchError::Directory {
            dir: dir.to_owned(),
            source,
        };
        fs::create_dir_all(dir).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .append(true)
            .open(dir.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                dir: dir.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(SearchError::Locked(dir.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Where the engine keeps its files.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Whether a whole index of this program's version is here.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(self.version_file()).is_ok_and(|found| found == version())
    }

    /// Removes whatever index is here and leaves an empty `data`.
    pub(crate) fn wipe(&self) -> Result<(), SearchError> {
        absent_is_fine(fs::remove_file(self.version_file())).map_err(|error| self.failed(error))?;
        absent_is_fine(fs::remove_dir_all(self.data())).map_err(|error| self.failed(error))?;
        fs::create_dir_all(self.data()).map_err(|error| self.failed(error))
    }

    /// Says that the index in `data` is whole and of this version.
    pub(crate) fn mark_current(&self) -> Result<(), SearchError> {
        fs::write(self.version_file(), version()).map_err(|error| self.failed(error))
    }

    /// The error of a system call on this directory.
    pub(crate) fn failed(&self, source: io::Error) -> SearchError {
        SearchError::Directory {
            dir: self.dir.clone(),
            source,
        }
    }

    fn version_file(&self) -> PathBuf {
        self.dir.join("version")
    }
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The version of the schema and a digest of the tables that decide how texts are cut and folded.
fn version() -> String {
    let mut digest = Sha256::new();
    for table in [
        dictionary::CHARGES,
        dictionary::SET_PHRASES,
        dictionary::SURNAMES,
        aliases::ALIASES,
        fold::TRADITIONAL,
    ] {
        digest.update(table);
    }
    let tables: String = digest
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{tables}\n", schema::VERSION)
}
