//! The two ways of cutting as tantivy tokenizers. Each folds the text first and keeps its buffers from text to text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::cut;
use crate::domain::fold::fold_into;

/// Cuts a folded text into tokens.
type Cut = fn(&str, &mut Vec<cut::Token>);

/// A tokenizer over one way of cutting.
#[derive(Clone)]
pub(crate) struct CuttingTokenizer {
    cut: Cut,
    folded: String,
    tokens: Vec<cut::Token>,
    token: Token,
}

impl CuttingTokenizer {
    /// For short texts of which any part must be found.
    pub(crate) fn fine() -> Self {
        Self::new(cut::fine)
    }

    /// For long texts.
    pub(crate) fn by_words() -> Self {
        Self::new(cut::by_words)
    }

    fn new(cut: Cut) -> Self {
        Self {
            cut,
            folded: String::new(),
            tokens: Vec::new(),
            token: Token::default(),
        }
    }
}

impl Tokenizer for CuttingTokenizer {
    type TokenStream<'a> = CutStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CutStream<'a> {
        fold_into(text, &mut self.folded);
        (self.cut)(&self.folded, &mut self.tokens);
        self.token.reset();
        CutStream {
            folded: &self.folded,
            tokens: self.tokens.iter(),
            token: &mut self.token,
        }
    }
}

/// The tokens of one text.
pub(crate) struct CutStream<'a> {
    folded: &'a str,
    tokens: std::slice::Iter<'a, cut::Token>,
    token: &'a mut Token,
}

impl TokenStream for CutStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.next() else {
            return false;
        };
        token.write(self.folded, &mut self.token.text);
        self.token.position = token.position;
        self.token.offset_from = token.start;
        self.token.offset_to = token.end;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
