//! Whether anything was committed to an SQLite file, for the price of one small read.
//!
//! In WAL mode every commit of every process rewrites the header of the `-shm` file before it returns: that header is
//! what tells readers how far the log reaches (<https://www.sqlite.org/walformat.html>, section 2.1). As long as the
//! header is what it was before a question was asked, the answer to that question still holds.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::conn::{Backend, Conn};
use super::counters;

/// Two copies of 48 bytes; a commit writes one after the other.
const HEADER: usize = 96;

/// The counter as it was last read, with the header as it was before that.
pub(super) struct Glance {
    conn: Conn,
    shared_memory: PathBuf,
    file: Option<File>,
    header: Option<[u8; HEADER]>,
    revision: i64,
}

impl Glance {
    /// `None` for PostgreSQL, or when no connection can be had.
    pub(super) fn open(backend: &Backend) -> Option<Self> {
        let Backend::Sqlite(path) = backend else {
            return None;
        };
        Some(Self {
            conn: backend.open_impatient().ok()?,
            shared_memory: beside(path),
            file: None,
            header: None,
            revision: 0,
        })
    }

    /// The revision of the publications now; `None` when the database would have to be waited for.
    pub(super) fn revision(&mut self) -> Option<i64> {
        let header = self.read_header();
        if header.is_some() && header == self.header {
            return Some(self.revision);
        }
        self.header = None;
        self.revision = counters::current(&mut self.conn, counters::PUBLICATIONS).ok()?;
        // The header from before the question: a commit in between makes the next look differ.
        self.header = header;
        Some(self.revision)
    }

    fn read_header(&mut self) -> Option<[u8; HEADER]> {
        if self.file.is_none() {
            self.file = File::open(&self.shared_memory).ok();
        }
        let mut header = [0; HEADER];
        self.file.as_ref()?.read_exact_at(&mut header, 0).ok()?;
        let (one, other) = header.split_at(HEADER / 2);
        // Unequal copies: a commit is being written at this moment.
        (one == other).then_some(header)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-shm");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, StoreError};

    #[test]
    fn a_commit_of_anybody_is_seen_at_the_next_look_and_silence_costs_no_question() {
        let dir = tempfile::tempdir().unwrap();
        let backend = Backend::Sqlite(dir.path().join("x.db"));
        let db = Db::open(backend.clone(), 1).unwrap();
        db.migrate().unwrap();
        let other = Db::open(backend.clone(), 1).unwrap();
        let mut glance = Glance::open(&backend).unwrap();
        for round in 1..=50 {
            let writer = if round % 2 == 0 { &db } else { &other };
            let raised = writer
                .write_blocking(|c| {
                    counters::raise(c, counters::PUBLICATIONS, 1).map_err(StoreError::from)
                })
                .unwrap();
            assert_eq!(glance.revision(), Some(raised));
            let header = glance.header;
            assert!(header.is_some(), "the header can be read");
            assert_eq!(glance.revision(), Some(raised));
            assert_eq!(glance.header, header);
        }
    }
}
