//! The flat wire form of a message: its elements with their text, nothing decided yet.

use std::str::FromStr;

use crate::wechat::xml::{self, Fields, ROOT};

use super::ParseError;

/// A whole message.
pub(super) struct Wire<'a> {
    fields: Fields<'a>,
}

/// An element that has children: the root, or a group such as `ScanCodeInfo`.
#[derive(Clone, Copy)]
pub(super) struct Part<'w> {
    fields: &'w Fields<'w>,
    place: xml::Place,
}

impl<'a> Wire<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, ParseError> {
        Ok(Self {
            fields: Fields::read(text)?,
        })
    }

    pub(super) fn root(&self) -> Part<'_> {
        Part {
            fields: &self.fields,
            place: ROOT,
        }
    }
}

impl<'w> Part<'w> {
    /// A short text without white space around it; `None` when missing or empty.
    pub(super) fn optional(self, name: &str) -> Option<String> {
        self.trimmed(name)
            .map(|text| xml::clean(text).into_owned())
            .filter(|text| !text.is_empty())
    }

    /// A short text that must be there.
    pub(super) fn required(self, name: &'static str) -> Result<String, ParseError> {
        self.optional(name).ok_or(ParseError::Field(name))
    }

    /// A text exactly as sent, but for characters that XML forbids; empty when missing.
    pub(super) fn text(self, name: &str) -> String {
        self.fields
            .raw(self.place, name)
            .map(|text| xml::clean(text).into_owned())
            .unwrap_or_default()
    }

    /// A number that must be there.
    pub(super) fn number<N: FromStr>(self, name: &'static str) -> Result<N, ParseError> {
        self.optional_number(name).ok_or(ParseError::Field(name))
    }

    /// A number; `None` when missing or not a number.
    pub(super) fn optional_number<N: FromStr>(self, name: &str) -> Option<N> {
        self.trimmed(name)?.parse().ok()
    }

    /// The first group of this name.
    pub(super) fn part(self, name: &str) -> Option<Part<'w>> {
        self.fields
            .child(self.place, name)
            .map(|place| Part { place, ..self })
    }

    /// Every group of this name.
    pub(super) fn parts(self, name: &'static str) -> impl Iterator<Item = Part<'w>> {
        self.fields
            .children(self.place, name)
            .map(move |place| Part { place, ..self })
    }

    fn trimmed(self, name: &str) -> Option<&'w str> {
        self.fields
            .text(self.place, name)
            .filter(|text| !text.is_empty())
    }
}
