//! The fields of the index and how a publication fills them.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RAW_TOKENIZER_NAME, TokenizerManager};
use tantivy::{TantivyDocument, Term};

use super::document::Document;
use super::tokenizer::CuttingTokenizer;

/// Raised whenever fields or cutting change: an index of another version is rebuilt.
pub(crate) const VERSION: u32 = 2;

/// The name of the column that breaks ties.
pub(crate) const EXTERNAL_ID: &str = "external_id";
/// The name of the column that orders.
pub(crate) const PUBLISHED_AT: &str = "published_at";

const FINE: &str = "fine";
const BY_WORDS: &str = "by_words";

/// The fields, by what they hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Raw, also a column.
    pub(crate) external_id: Field,
    /// Raw: the board.
    pub(crate) kind: Field,
    /// Raw, many: the unit and its ancestors.
    pub(crate) scope: Field,
    /// Title, document number and charges, cut fine.
    pub(crate) head: Field,
    /// Summary and body, cut by words.
    pub(crate) body: Field,
    /// A column only.
    pub(crate) published_at: Field,
}

/// Builds the schema. Nothing is stored: the columns give back the ids.
pub(crate) fn build() -> (Schema, Fields) {
    let mut builder = SchemaBuilder::default();
    let fields = Fields {
        external_id: builder.add_text_field(EXTERNAL_ID, raw().set_fast(RAW_TOKENIZER_NAME)),
        kind: builder.add_text_field("kind", raw()),
        scope: builder.add_text_field("scope", raw()),
        head: builder.add_text_field("head", text(FINE)),
        body: builder.add_text_field("body", text(BY_WORDS)),
        published_at: builder.add_i64_field(PUBLISHED_AT, FAST),
    };
    (builder.build(), fields)
}

/// The tokenizers the schema names.
pub(crate) fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(FINE, CuttingTokenizer::fine());
    tokenizers.register(BY_WORDS, CuttingTokenizer::by_words());
    tokenizers
}

impl Fields {
    /// The term that names one document.
    pub(crate) fn key(&self, external_id: &str) -> Term {
        Term::from_field_text(self.external_id, external_id)
    }

    /// A publication as the engine takes it. Line feeds keep a phrase from running from one part into the next.
    pub(crate) fn fill(&self, document: &Document) -> TantivyDocument {
        let mut filled = TantivyDocument::default();
        filled.add_text(self.external_id, &document.external_id);
        filled.add_text(self.kind, document.kind.as_str());
        for scope in &document.scopes {
            filled.add_text(self.scope, scope.as_str());
        }
        let number = document.document_number.as_deref().unwrap_or_default();
        filled.add_text(
            self.head,
            [&document.title, number, &document.charges.join("\n")].join("\n"),
        );
        filled.add_text(
            self.body,
            [document.summary.as_str(), &document.body].join("\n"),
        );
        filled.add_i64(self.published_at, document.published_at);
        filled
    }
}

fn raw() -> TextOptions {
    options(RAW_TOKENIZER_NAME, IndexRecordOption::Basic)
}

fn text(tokenizer: &str) -> TextOptions {
    options(tokenizer, IndexRecordOption::WithFreqsAndPositions)
}

/// Without field norms: nothing is scored.
fn options(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(record)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}
