//! A file on its way in: sealed part by part as it comes, so that it lies nowhere in clear and never whole in memory; and read
//! again like a file.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use thiserror::Error;

use super::decide::audited;
use super::{Importer, Tools};
use crate::app::seal::{Place, Seal};
use crate::app::{App, random_hex};
use crate::files::Directory;
use crate::files::sheet::{FileProblem, MOST_BYTES};
use crate::service::error::RecordError;
use crate::store::import_batches::{self, Batch, UPLOADED};

/// Bytes of a part.
const PART: usize = 1024 * 1024;
/// Longest name of a file that is kept.
const LONGEST_NAME: usize = 120;

/// Why a file was not taken.
#[derive(Debug, Error)]
pub enum UploadError {
    /// It is too large; the sentence says so.
    #[error("{0}")]
    File(FileProblem),
    /// The disk, the database or the key ring.
    #[error("the file could not be kept: {0}")]
    Failed(String),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<RecordError> for UploadError {
    fn from(error: RecordError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A file that is coming. One that is dropped before [`Upload::finish`] leaves nothing.
pub struct Upload {
    tools: Tools,
    place: Directory,
    stem: String,
    waiting: Vec<u8>,
    parts: u32,
    bytes: u64,
    is_finished: bool,
}

impl Upload {
    /// A new one.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn begin(app: &App) -> Result<Self, UploadError> {
        let tools = Tools::of(app);
        let place = tools.uploads.clone();
        let place = place.ok_or_else(|| UploadError::Failed("no directory".to_owned()))?;
        Ok(Self {
            tools,
            place,
            stem: random_hex::<16>(),
            waiting: Vec::with_capacity(PART),
            parts: 0,
            bytes: 0,
            is_finished: false,
        })
    }

    /// What came. Blocks when a part is full.
    ///
    /// # Errors
    /// When the file becomes too large, or the disk refuses.
    pub fn take(&mut self, mut piece: &[u8]) -> Result<(), UploadError> {
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if self.bytes > MOST_BYTES {
            return Err(UploadError::File(FileProblem::TooBig(self.bytes)));
        }
        while !piece.is_empty() {
            let room = PART - self.waiting.len();
            let (now, later) = piece.split_at(room.min(piece.len()));
            self.waiting.extend_from_slice(now);
            piece = later;
            if self.waiting.len() == PART {
                self.put()?;
            }
        }
        Ok(())
    }

    fn put(&mut self) -> Result<(), UploadError> {
        let column = self.parts.to_string();
        let sealed = self
            .tools
            .seal
            .close_bytes(part(&self.stem, &column), &self.waiting)
            .map_err(|error| UploadError::Failed(error.to_string()))?;
        self.place.put(&self.stem, self.parts, &sealed)?;
        self.parts += 1;
        self.waiting.clear();
        Ok(())
    }

    /// The file is whole: makes a batch of it. Blocks.
    ///
    /// # Errors
    /// When it is empty, or disk or database refuse.
    pub fn finish(mut self, who: Importer<'_>, file_name: &str) -> Result<Batch, UploadError> {
        if self.bytes == 0 {
            return Err(UploadError::File(FileProblem::Empty));
        }
        if !self.waiting.is_empty() {
            self.put()?;
        }
        let now = self.tools.clock.now_ms();
        let batch = Batch {
            unit_id: Some(who.scope.unit_id().to_owned()),
            account_id: Some(who.account_id),
            file_bytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            file_stem: Some(self.stem.clone()),
            file_parts: i32::try_from(self.parts).unwrap_or(i32::MAX),
            ..empty(&self.tools, who.actor, file_name, now)
        };
        let row = batch.clone();
        self.tools.db.write_blocking(move |c| {
            import_batches::insert(c, &row)?;
            audited(c, &row.actor, now, "import.uploaded", &row)
        })?;
        self.is_finished = true;
        Ok(batch)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = self.place.remove(&self.stem);
        }
    }
}

/// A batch of which nothing is known yet.
pub(super) fn empty(tools: &Tools, actor: &str, file_name: &str, now: i64) -> Batch {
    let name = file_name.chars().filter(|c| !c.is_control());
    Batch {
        id: tools.ids.next(now),
        public_id: random_hex::<16>(),
        unit_id: None,
        account_id: None,
        actor: actor.to_owned(),
        file_name: name.take(LONGEST_NAME).collect(),
        file_format: String::new(),
        file_bytes: 0,
        file_stem: None,
        file_parts: 0,
        state: UPLOADED.to_owned(),
        problem: None,
        warnings: "[]".to_owned(),
        rows_total: 0,
        rows_new: 0,
        rows_changed: 0,
        rows_unchanged: 0,
        rows_refused: 0,
        rows_overtaken: 0,
        rows_kept: 0,
        rows_done: 0,
        notices: 0,
        phone_tasks: 0,
        worker: None,
        worker_until: 0,
        created_at: now,
        updated_at: now,
        validated_at: None,
        applied_at: None,
        notify_at: None,
        ended_at: None,
    }
}

fn part<'a>(stem: &'a str, column: &'a str) -> Place<'a> {
    Place {
        table: "import_files",
        column,
        row: stem,
    }
}

/// The sealed parts of a file, read as if they were one.
pub(super) struct Sealed {
    seal: Arc<Seal>,
    place: Directory,
    stem: String,
    length: u64,
    at: u64,
    open: Option<(u64, Vec<u8>)>,
}

impl Sealed {
    pub(super) fn open(
        tools: &Tools,
        place: &Directory,
        stem: &str,
        parts: i32,
        bytes: i64,
    ) -> io::Result<Self> {
        let mut sealed = Self {
            seal: Arc::clone(&tools.seal),
            place: place.clone(),
            stem: stem.to_owned(),
            length: u64::try_from(bytes).unwrap_or(0),
            at: 0,
            open: None,
        };
        // All of them once: a disk that fails later would look like a file that is damaged.
        for part in 0..u64::try_from(parts).unwrap_or(0) {
            sealed.load(part)?;
        }
        Ok(sealed)
    }

    fn load(&mut self, part_number: u64) -> io::Result<&[u8]> {
        let is_there = self.open.as_ref().is_some_and(|(at, _)| *at == part_number);
        if !is_there {
            let number =
                u32::try_from(part_number).map_err(|_large| io::ErrorKind::InvalidInput)?;
            let sealed = self.place.get(&self.stem, number)?;
            let column = number.to_string();
            let clear = self.seal.open_bytes(part(&self.stem, &column), &sealed);
            let clear = clear.map_err(|_damaged| io::ErrorKind::InvalidData)?;
            self.open = Some((part_number, clear));
        }
        Ok(self
            .open
            .as_ref()
            .map_or(&[], |(_, bytes)| bytes.as_slice()))
    }
}

impl Read for Sealed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length {
            return Ok(0);
        }
        let size = PART as u64;
        let inside = usize::try_from(self.at % size).unwrap_or(0);
        let bytes = self.load(self.at / size)?;
        let rest = bytes.get(inside..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(from), Some(to)) = (rest.get(..count), into.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.at += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}

impl Seek for Sealed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
