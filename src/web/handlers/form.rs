//! What a form or an address carries.

use crate::service::drafts::{SEPARATOR, Typed};
use crate::service::submissions;

/// Of a once-key that came back.
const ONCE_LEN: usize = 32;

/// The first value of that name.
pub(super) fn parameter(encoded: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(encoded.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// A form that was sent in, or the draft of one.
#[derive(Clone, Default)]
pub(super) struct Posted(Vec<(String, String)>);

impl Posted {
    /// Reads `application/x-www-form-urlencoded`.
    pub(super) fn parse(body: &str) -> Self {
        let pairs = form_urlencoded::parse(body.as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// What stands in a form that was sent in before.
    pub(super) fn of(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter();
        Self(
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// With one more value.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// What a draft kept.
    pub(super) fn from_draft(draft: &Typed) -> Self {
        let pairs = draft.iter().flat_map(|(name, kept)| {
            kept.split(SEPARATOR)
                .map(move |value| (name.clone(), value.to_owned()))
        });
        Self(pairs.collect())
    }

    /// What is known from elsewhere.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The form's key as it was sent out; a made-up one is as good as none.
    pub(super) fn once(&self) -> String {
        let given = self.text("once");
        match given.len() {
            ONCE_LEN => given,
            _ => submissions::fresh(),
        }
    }

    /// Nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of that name without blanks around it; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        let found = self.0.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    }

    /// The first value of that name as it was typed.
    pub(super) fn raw(&self, name: &str) -> String {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// All values of that name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).collect()
    }
}
