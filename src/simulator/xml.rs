//! The little XML the simulator speaks: writing deliveries as the platform does, reading replies.
//!
//! [`XmlMessage`] writes the flat messages of the platform (CDATA for strings, bare integers); [`parse`] reads a
//! reply into a small tree. A reply with a DTD, with more than one root or deeper than [`MAX_DEPTH`] is refused.

use quick_xml::Reader;
use quick_xml::events::Event;
use thiserror::Error;

/// News replies need four levels; anything much deeper is nonsense.
const MAX_DEPTH: usize = 8;

/// Why a text is not a reply in XML.
#[derive(Debug, Error)]
pub(crate) enum XmlError {
    /// Not well-formed.
    #[error("the text is not well-formed XML")]
    Malformed(#[source] quick_xml::Error),
    /// DTD, instruction, unknown entity, depth, several roots or text outside the root.
    #[error("{0}")]
    Refused(&'static str),
}

/// A message under construction; strings become CDATA, numbers stay bare.
pub(crate) struct XmlMessage(String);

impl XmlMessage {
    pub(crate) fn new() -> Self {
        Self(String::from("<xml>"))
    }

    /// Adds a string element.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        let safe = value.replace("]]>", "]]]]><![CDATA[>");
        self.0
            .push_str(&format!("<{name}><![CDATA[{safe}]]></{name}>\n"));
        self
    }

    /// Adds an element that carries no CDATA, such as an integer.
    pub(crate) fn bare(mut self, name: &str, value: &str) -> Self {
        self.0.push_str(&format!("<{name}>{value}</{name}>\n"));
        self
    }

    /// The finished text.
    pub(crate) fn finish(mut self) -> String {
        self.0.push_str("</xml>");
        self.0
    }

    /// The elements without the root, for the half-clear bodies of the compatible mode.
    pub(crate) fn with_envelope(clear: &str, sealed: &str) -> String {
        let inner = clear.strip_suffix("</xml>").unwrap_or(clear);
        format!("{inner}<Encrypt><![CDATA[{sealed}]]></Encrypt>\n</xml>")
    }
}

/// An element with its own text and its children, in order.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Tag name as written.
    pub(crate) name: String,
    /// All text and CDATA directly inside, joined.
    pub(crate) text: String,
    /// Child elements.
    pub(crate) children: Vec<Self>,
}

impl Node {
    /// First child called `name`.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of the first child called `name`, or an empty string.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }
}

/// Reads a whole document; returns its root.
pub(crate) fn parse(text: &str) -> Result<Node, XmlError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().map_err(XmlError::Malformed)? {
            Event::Start(tag) => {
                if open.len() >= MAX_DEPTH || (open.is_empty() && root.is_some()) {
                    return Err(XmlError::Refused(
                        "the document is too deep or has several roots",
                    ));
                }
                open.push(Node {
                    name: tag.name().as_ref().to_owned(),
                    ..Node::default()
                });
            }
            Event::Empty(tag) => {
                let node = Node {
                    name: tag.name().as_ref().to_owned(),
                    ..Node::default()
                };
                close(node, &mut open, &mut root);
            }
            Event::End(_) => {
                if let Some(node) = open.pop() {
                    close(node, &mut open, &mut root);
                }
            }
            Event::Text(part) => add_text(&mut open, &part.xml10_content())?,
            Event::CData(part) => add_text(&mut open, &part.xml10_content())?,
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().map_err(XmlError::Malformed)? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference)
                        .ok_or(XmlError::Refused("the document uses an unknown entity"))?
                        .to_owned(),
                };
                add_text(&mut open, &resolved)?;
            }
            Event::DocType(_) | Event::PI(_) => {
                return Err(XmlError::Refused(
                    "the document carries a DTD or an instruction",
                ));
            }
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(XmlError::Refused("the document has no complete root")),
    }
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None => *root = Some(node),
    }
}

fn add_text(open: &mut [Node], text: &str) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(node) => {
            node.text.push_str(text);
            Ok(())
        }
        None if text.trim().is_empty() => Ok(()),
        None => Err(XmlError::Refused("text stands outside the root")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_with_split_sections_joined() {
        let text = XmlMessage::new()
            .text("Content", "a]]>b & <c>")
            .bare("CreateTime", "12")
            .finish();
        let root = parse(&text).unwrap();
        assert_eq!(root.name, "xml");
        assert_eq!(root.value("Content"), "a]]>b & <c>");
        assert_eq!(root.value("CreateTime"), "12");
    }

    #[test]
    fn entities_are_resolved_and_unknown_ones_refused() {
        assert_eq!(
            parse("<xml><A>1 &lt; 2 &#x4e2d;</A></xml>")
                .unwrap()
                .value("A"),
            "1 < 2 中"
        );
        assert!(parse("<xml><A>&file;</A></xml>").is_err());
    }

    #[test]
    fn a_dtd_a_second_root_stray_text_and_a_torn_document_are_refused() {
        for text in [
            "<!DOCTYPE x><xml/>",
            "<xml/><xml></xml>",
            "<xml></xml>tail",
            "<xml><A>",
            "{}",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
