//! A text under a length limit: what must be said is said, what may be said is said while there is room.

/// Ends every body, so that nobody takes it for a real case.
pub(super) const MARK: &str = "（演示数据，非真实案件）";

/// What the writers hand back.
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) summary: String,
    /// Without [`MARK`].
    pub(super) body: String,
    pub(super) document_type: Option<&'static str>,
    pub(super) document_number: Option<String>,
}

/// A body being written. Lengths are in characters.
pub(super) struct Paper {
    text: String,
    left: usize,
}

impl Paper {
    /// A sheet for `limit` characters.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            text: String::with_capacity(limit * 3),
            left: limit,
        }
    }

    /// Keeps room for an ending that is appended with [`Self::finish`].
    pub(super) fn reserve(&mut self, ending: &str) {
        self.left = self.left.saturating_sub(length(ending));
    }

    /// Says it; cut off only where even this does not fit.
    pub(super) fn must(&mut self, words: &str) {
        if !self.may(words) {
            self.text.extend(words.chars().take(self.left));
            self.left = 0;
        }
    }

    /// Says it if there is room; whether it was said.
    pub(super) fn may(&mut self, words: &str) -> bool {
        let fits = self.has_room(words);
        if fits {
            self.text.push_str(words);
            self.reserve(words);
        }
        fits
    }

    /// Whether this much would still fit.
    pub(super) fn has_room(&self, words: &str) -> bool {
        length(words) <= self.left
    }

    /// The text with the ending for which room was kept.
    pub(super) fn finish(mut self, ending: &str) -> String {
        self.text.push_str(ending);
        self.text
    }
}

/// Characters of a text.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}
