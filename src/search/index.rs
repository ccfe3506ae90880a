//! The handle: open, follow, search.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::OpenReadError;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError};

use super::directory::IndexDirectory;
use super::document::{Change, Position};
use super::error::SearchError;
use super::known::Known;
use super::request::{SearchHits, SearchRequest};
use super::schema::{self, Fields};
use super::view::View;
use super::{dictionary, query, ranking};

/// Two workers fill both cores of a small machine during a rebuild. Small commits keep one busy.
const WORKERS: usize = 2;
/// Room of each worker before it writes a segment: some eight thousand documents. Taken as documents come, given back at
/// each commit.
const WORKER_BYTES: usize = 20 << 20;
/// Operations that go to one worker together, so that a small commit makes one segment. The rest of a large batch goes
/// one by one, because the engine's queue is bounded in messages, not in documents.
const GROUP: usize = 256;
/// Segments that are merged into one.
const MERGED_SEGMENTS: usize = 8;
/// Segments up to this size count as equally small.
const SMALL_SEGMENT_DOCS: u32 = 2_000;
/// Larger segments are left alone, so that a rebuild copies each document about once.
const LARGE_SEGMENT_DOCS: usize = 200_000;
/// A segment with more replaced or withdrawn documents than this is rewritten.
const DELETED_SHARE: f32 = 0.3;

/// The search index of this process. Share it in an `Arc`; all methods block, so call them from a blocking thread.
pub struct SearchIndex {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    view: RwLock<Arc<View>>,
    writing: Mutex<Writing>,
    position: RwLock<Position>,
    /// Declared last: the directory is given up when the writer is gone.
    _directory: IndexDirectory,
}

/// The engine's parts, opened together: what is damaged shows here.
struct Engine {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    view: View,
    writer: IndexWriter,
}

/// What only one caller at a time may touch.
struct Writing {
    writer: IndexWriter,
    known: Known,
    /// Whether anything was applied since the last commit.
    is_dirty: bool,
}

impl SearchIndex {
    /// Opens the index in `dir`; makes it when it is missing, empties it when it is damaged or of another version (then
    /// [`Self::position`] is zero). Loads the dictionary if this process has not yet.
    ///
    /// # Errors
    ///
    /// [`SearchError::Locked`] when another handle has the directory open; others when the disk refuses.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        dictionary::words();
        let directory = IndexDirectory::take(dir)?;
        if directory.is_current() {
            match Self::load(&directory) {
                Ok(engine) => return Self::assemble(directory, engine),
                Err(error) if is_damage(&error) => {
                    tracing::warn!(%error, dir = %dir.display(), "search index is damaged and is built anew")
                }
                Err(error) => return Err(error.into()),
            }
        }
        directory.wipe()?;
        let engine = Self::load(&directory)?;
        directory.mark_current()?;
        Self::assemble(directory, engine)
    }

    fn load(directory: &IndexDirectory) -> tantivy::Result<Engine> {
        let (schema, fields) = schema::build();
        let files = MmapDirectory::open(directory.data())?;
        let index = Index::builder()
            .schema(schema)
            .tokenizers(schema::tokenizers())
            .open_or_create(files)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let view = View::new(reader.searcher(), None)?;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(WORKERS)
            .memory_budget_per_thread(WORKER_BYTES)
            .num_merge_threads(1)
            .build();
        let writer = index.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(merge_policy()));
        Ok(Engine {
            fields,
            index,
            reader,
            view,
            writer,
        })
    }

    fn assemble(directory: IndexDirectory, engine: Engine) -> Result<Self, SearchError> {
        let Engine {
            fields,
            index,
            reader,
            view,
            writer,
        } = engine;
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let writing = Writing {
            writer,
            known: Known::default(),
            is_dirty: false,
        };
        Ok(Self {
            fields,
            index,
            reader,
            view: RwLock::new(Arc::new(view)),
            writing: Mutex::new(writing),
            position: RwLock::new(Position::from_payload(&payload)),
            _directory: directory,
        })
    }

    /// How far the last commit followed the database; zero when the index is new and has to be filled.
    pub fn position(&self) -> Position {
        *self.position.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many documents searches see.
    pub fn document_count(&self) -> u64 {
        self.view().searcher.num_docs()
    }

    /// Takes the changes in their order. Searches see them after [`Self::commit`]; a crash before it loses them.
    ///
    /// # Errors
    ///
    /// When the disk refuses. Some of the changes may have been taken; taking them again does no harm.
    pub fn apply(&self, changes: impl Iterator<Item = Change>) -> Result<(), SearchError> {
        let mut writing = self.writing()?;
        let searcher = self.reader.searcher();
        let mut group = Vec::new();
        let mut is_first = true;
        for change in changes {
            writing.is_dirty = true;
            let external_id = match &change {
                Change::Put(document) => &document.external_id,
                Change::Remove(external_id) => external_id,
            };
            let key = self.fields.key(external_id);
            if writing.known.may_hold(&searcher, external_id, &key)? {
                group.push(UserOperation::Delete(key));
            }
            if let Change::Put(document) = &change {
                writing.known.note(external_id);
                group.push(UserOperation::Add(self.fields.fill(document)));
            }
            if !is_first || group.len() >= GROUP {
                is_first = false;
                writing.writer.run(std::mem::take(&mut group))?;
            }
        }
        writing.writer.run(group)?;
        Ok(())
    }

    /// Makes what was applied durable and visible, together with how far the database has been read.
    ///
    /// # Errors
    ///
    /// When the disk refuses; the previous commit stands.
    pub fn commit(&self, position: Position) -> Result<(), SearchError> {
        let mut writing = self.writing()?;
        if writing.is_dirty || position != self.position() {
            self.store(&mut writing, position)?;
        } else if self.has_merged()? {
            self.show_latest()?;
        }
        Ok(())
    }

    /// Empties the index and sets its position back to zero.
    ///
    /// # Errors
    ///
    /// When the disk refuses; the previous commit stands.
    pub fn clear(&self) -> Result<(), SearchError> {
        let mut writing = self.writing()?;
        writing.writer.rollback()?;
        writing.writer.set_merge_policy(Box::new(merge_policy()));
        writing.writer.delete_all_documents()?;
        self.store(&mut writing, Position::default())
    }

    /// Finds documents. Anything may be typed: what means nothing finds nothing.
    ///
    /// # Errors
    ///
    /// Only when the disk refuses.
    pub fn search(&self, request: &SearchRequest<'_>) -> Result<SearchHits, SearchError> {
        let clauses = query::parse(request.words);
        Ok(ranking::page(
            &self.view(),
            &self.fields,
            &clauses,
            request,
        )?)
    }

    fn store(&self, writing: &mut Writing, position: Position) -> Result<(), SearchError> {
        let mut commit = writing.writer.prepare_commit()?;
        commit.set_payload(&position.to_payload());
        commit.commit()?;
        writing.is_dirty = false;
        // The position last: who sees it must find what it stands for.
        self.show_latest()?;
        *self
            .position
            .write()
            .unwrap_or_else(PoisonError::into_inner) = position;
        writing.known.committed();
        Ok(())
    }

    /// Lets searches see the index as it is now on disk.
    fn show_latest(&self) -> Result<(), SearchError> {
        self.reader.reload()?;
        let view = View::new(self.reader.searcher(), Some(&self.view()))?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(())
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether segments were merged behind the searcher's back; it would keep the old files alive.
    fn has_merged(&self) -> Result<bool, SearchError> {
        let mut on_disk = self.index.searchable_segment_ids()?;
        let mut seen: Vec<_> = self
            .reader
            .searcher()
            .segment_readers()
            .iter()
            .map(|reader| reader.segment_id())
            .collect();
        on_disk.sort_unstable();
        seen.sort_unstable();
        Ok(on_disk != seen)
    }

    fn writing(&self) -> Result<MutexGuard<'_, Writing>, SearchError> {
        self.writing
            .lock()
            .map_err(|_poisoned| SearchError::Stopped)
    }
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchIndex")
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(MERGED_SEGMENTS);
    policy.set_min_layer_size(SMALL_SEGMENT_DOCS);
    policy.set_max_docs_before_merge(LARGE_SEGMENT_DOCS);
    policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
    policy
}

/// Whether building anew helps: the files are wrong, not the disk.
fn is_damage(error: &TantivyError) -> bool {
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    match error {
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::IoError(io_error) => {
            matches!(io_error.kind(), InvalidData | UnexpectedEof)
        }
        TantivyError::OpenReadError(_)
        | TantivyError::DataCorruption(_)
        | TantivyError::SchemaError(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::InternalError(_) => true,
        _ => false,
    }
}
