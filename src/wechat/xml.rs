//! A reader for the platform's small documents that refuses what makes XML dangerous.
//!
//! One pass over the text, no namespaces, no DOCTYPE, no processing instruction, no entity but the five predefined and
//! character references; bounded depth, elements and attributes. What comes out is a flat list of elements whose names and
//! texts are still those of the document, so that reading one costs next to no memory. Elements that nobody asks for do
//! not matter: the platform adds new ones without notice.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

mod flat;

const MAX_DEPTH: usize = 8;
const MAX_ELEMENTS: usize = 128;
const MAX_ATTRIBUTES: usize = 16;
/// Most deliveries have six to ten elements.
const USUAL_ELEMENTS: usize = 16;

/// Why a document was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum XmlError {
    #[error("not well-formed XML with the root element xml")]
    Malformed,
    #[error("a document type, a processing instruction or an unknown entity")]
    Forbidden,
    #[error("too deep, too many elements or too many attributes")]
    TooBig,
}

/// The elements of one document, in document order.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    elements: Vec<Element<'a>>,
}

/// Names an element of a [`Fields`]; the root is [`ROOT`].
pub(crate) type Place = usize;

/// The place of the root element `xml`.
pub(crate) const ROOT: Place = 0;

#[derive(Debug)]
struct Element<'a> {
    name: &'a str,
    parent: Option<Place>,
    depth: usize,
    text: Cow<'a, str>,
}

impl<'a> Fields<'a> {
    /// Reads a document.
    pub(crate) fn read(source: &'a str) -> Result<Self, XmlError> {
        let Some(elements) = flat::read(source) else {
            return Self::read_any(source);
        };
        let fields = Self { elements };
        // Also what the fuzzer and the tests of the whole program try.
        debug_assert!(Self::read_any(source).is_ok_and(|any| any.has_same_children(&fields)));
        Ok(fields)
    }

    /// Whether somebody who asks for the root's children finds the same.
    fn has_same_children(&self, other: &Self) -> bool {
        let children = |fields: &Self| -> Vec<(Option<Place>, usize, String, String)> {
            let below = fields.elements.iter().skip(1);
            below
                .map(|one| {
                    (
                        one.parent,
                        one.depth,
                        one.name.to_owned(),
                        one.text.to_string(),
                    )
                })
                .collect()
        };
        children(self) == children(other)
    }

    fn read_any(source: &'a str) -> Result<Self, XmlError> {
        let source = source.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(source);
        let mut fields = Self {
            elements: Vec::with_capacity(USUAL_ELEMENTS),
        };
        let mut open: Option<Place> = None;
        loop {
            let at = reader.buffer_position();
            match reader.read_event().ok().ok_or(XmlError::Malformed)? {
                Event::Start(tag) => {
                    open = Some(fields.push(&tag, name_at(source, at, &tag)?, open)?)
                }
                Event::Empty(tag) => {
                    fields.push(&tag, name_at(source, at, &tag)?, open)?;
                }
                Event::End(_) => open = open.and_then(|place| fields.elements.get(place)?.parent),
                Event::Text(text) => fields.append(open, text.into_inner())?,
                Event::CData(text) if open.is_some() => fields.append(open, text.into_inner())?,
                Event::GeneralRef(reference) if open.is_some() => {
                    fields.append(open, resolve(&reference)?)?
                }
                Event::Comment(_) => {}
                Event::Decl(_) if fields.elements.is_empty() => {}
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                    return Err(XmlError::Forbidden);
                }
                Event::Eof if open.is_none() && !fields.elements.is_empty() => return Ok(fields),
                Event::Eof | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(XmlError::Malformed);
                }
            }
        }
    }

    /// The text of the first child `name` of `parent`, without the white space around it.
    pub(crate) fn text(&self, parent: Place, name: &str) -> Option<&str> {
        self.raw(parent, name).map(str::trim)
    }

    /// The text of the first child `name` of `parent`, exactly as sent.
    pub(crate) fn raw(&self, parent: Place, name: &str) -> Option<&str> {
        let place = self.child(parent, name)?;
        self.elements.get(place).map(|element| &*element.text)
    }

    /// The first child `name` of `parent`.
    pub(crate) fn child(&self, parent: Place, name: &str) -> Option<Place> {
        self.children(parent, name).next()
    }

    /// Every child `name` of `parent`.
    pub(crate) fn children(&self, parent: Place, name: &str) -> impl Iterator<Item = Place> {
        self.elements
            .iter()
            .enumerate()
            .filter(move |(_, element)| element.parent == Some(parent) && element.name == name)
            .map(|(place, _)| place)
    }

    /// The names of the children of `parent`.
    pub(crate) fn names(&self, parent: Place) -> impl Iterator<Item = &'a str> {
        self.elements
            .iter()
            .filter(move |element| element.parent == Some(parent))
            .map(|element| element.name)
    }

    fn push(
        &mut self,
        tag: &BytesStart<'_>,
        name: &'a str,
        parent: Option<Place>,
    ) -> Result<Place, XmlError> {
        let place = self.elements.len();
        let above = parent.and_then(|parent| self.elements.get(parent));
        let depth = above.map_or(1, |above| above.depth + 1);
        if place >= MAX_ELEMENTS || depth > MAX_DEPTH {
            return Err(XmlError::TooBig);
        }
        check_attributes(tag)?;
        if parent.is_none() && (place != ROOT || !name.eq_ignore_ascii_case("xml")) {
            return Err(XmlError::Malformed);
        }
        self.elements.push(Element {
            name,
            parent,
            depth,
            text: Cow::Borrowed(""),
        });
        Ok(place)
    }

    fn append(&mut self, open: Option<Place>, piece: Cow<'a, str>) -> Result<(), XmlError> {
        match open.and_then(|place| self.elements.get_mut(place)) {
            None if piece.trim().is_empty() => Ok(()),
            None => Err(XmlError::Malformed),
            Some(element) => {
                element.text += piece;
                Ok(())
            }
        }
    }
}

/// The name of the tag that begins at byte `at`, as a piece of the document: the tag itself lives only for a moment.
fn name_at<'a>(source: &'a str, at: u64, tag: &BytesStart<'_>) -> Result<&'a str, XmlError> {
    let name = tag.name();
    usize::try_from(at)
        .ok()
        .and_then(|at| source.get(at + 1..)?.get(..name.as_ref().len()))
        .filter(|piece| *piece == name.as_ref())
        .ok_or(XmlError::Malformed)
}

/// The platform sends no attributes at all; a few are tolerated, a flood is not even looked at.
fn check_attributes(tag: &BytesStart<'_>) -> Result<(), XmlError> {
    if tag.attributes_raw().trim().is_empty() {
        return Ok(());
    }
    for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
        if count >= MAX_ATTRIBUTES {
            return Err(XmlError::TooBig);
        }
        attribute.ok().ok_or(XmlError::Malformed)?;
    }
    Ok(())
}

fn resolve(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, XmlError> {
    let name: &str = reference;
    Ok(match name {
        "lt" => Cow::Borrowed("<"),
        "gt" => Cow::Borrowed(">"),
        "amp" => Cow::Borrowed("&"),
        "quot" => Cow::Borrowed("\""),
        "apos" => Cow::Borrowed("'"),
        _ => match reference.resolve_char_ref() {
            Ok(Some(char)) => Cow::Owned(char.to_string()),
            Ok(None) | Err(_) => return Err(XmlError::Forbidden),
        },
    })
}

/// The bytes as text; what is not UTF-8 becomes `�`.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    // The strict check is several times faster than the lenient one, and nearly always enough.
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Text as it may be stored and shown: line ends are LF, and what XML 1.0 forbids is left out.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte >= b' ' && byte != 0xef || matches!(byte, b'\n' | b'\t'))
    {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => kept.push('\n'),
            _ if is_legal(char) => kept.push(char),
            _ => {}
        }
    }
    Cow::Owned(kept)
}

/// Whether nothing of the text would be seen once it is [clean].
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|char| char.is_whitespace() || !is_legal(char))
}

/// Whether XML 1.0 allows the character.
fn is_legal(char: char) -> bool {
    !matches!(char, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Appends `text` as CDATA: cleaned, and with every `]]>` divided between two sections.
pub(crate) fn push_cdata(out: &mut String, text: &str) {
    out.push_str("<![CDATA[");
    let text = clean(text);
    for (count, piece) in text.split("]]>").enumerate() {
        if count > 0 {
            out.push_str("]]]]><![CDATA[>");
        }
        out.push_str(piece);
    }
    out.push_str("]]>");
}

#[cfg(test)]
mod tests;
