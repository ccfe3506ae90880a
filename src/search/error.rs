//! What can go wrong with the index.

use std::io;
use std::path::PathBuf;

/// A failure of the index or of the directory it lives in. What people type never causes one.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process (or another part of this one) has the directory open.
    #[error(
        "the search index in {} is in use by another process: stop that one or set `search.dir` to a directory of its own",
        .0.display()
    )]
    Locked(PathBuf),
    /// The directory cannot be read or written.
    #[error(
        "search.dir = {} cannot be used ({source}): name a directory that can be written",
        dir.display()
    )]
    Directory {
        /// The directory or file concerned.
        dir: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The engine failed, mostly because the disk did.
    #[error("the search engine failed")]
    Engine(#[from] tantivy::TantivyError),
    /// A writer panicked earlier; only a restart helps.
    #[error("the search index writer stopped after an earlier failure")]
    Stopped,
}
