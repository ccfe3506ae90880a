//! The full-text index (tantivy with jieba) over what is visible now: not withdrawn, already due.
//!
//! `service::indexer` reads changes from the database, feeds them to [`SearchIndex::apply`] and ends each batch with
//! [`SearchIndex::commit`], which stores how far it came; `service::lookup` asks [`SearchIndex::search`] for external
//! ids and checks each of them against the database. The index knows no database and is never the truth: a missing,
//! damaged or outdated directory is wiped, [`SearchIndex::position`] is then zero and the caller fills it again.
//!
//! Titles, document numbers and charges are found by any part of them; summaries and bodies by words.

mod aliases;
mod bits;
mod characters;
mod cut;
mod dictionary;
mod directory;
mod document;
mod error;
mod index;
mod known;
mod lookup;
mod matching;
mod query;
mod ranking;
mod recency;
mod request;
mod schema;
mod spelling;
mod tokenizer;
mod view;

#[cfg(test)]
mod tests;

pub use document::{Change, Document, Position};
pub use error::SearchError;
pub use index::SearchIndex;
pub use request::{SearchHits, SearchRequest};
