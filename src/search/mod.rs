//! The full-text index (tantivy with jieba). Holds only what is visible now; fed by `service::indexer`.
