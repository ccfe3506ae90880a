//! The short way for what nearly every delivery is: one level of plain elements. What is not exactly that is left to the
//! reader proper, which refuses or understands it.

use std::borrow::Cow;

use super::{Element, MAX_ELEMENTS, ROOT, USUAL_ELEMENTS};

const OPEN: &str = "<xml>";
const CLOSE: &str = "</xml>";
const CDATA: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";

/// The elements of a document like `<xml><A><![CDATA[a]]></A> <B>1</B></xml>`; `None` for any other.
pub(super) fn read(source: &str) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::with_capacity(USUAL_ELEMENTS);
    elements.push(element("xml", None, 1, ""));
    let mut rest = source.strip_prefix(OPEN)?;
    loop {
        rest = rest.trim_start_matches(is_space);
        if let Some(after) = rest.strip_prefix(CLOSE) {
            let is_whole = after.bytes().all(|byte| is_space(char::from(byte)));
            return is_whole.then_some(elements);
        }
        let (name, inside) = rest.strip_prefix('<')?.split_once('>')?;
        if name.is_empty() || !name.bytes().all(is_plain) {
            return None;
        }
        let (text, after) = text(inside)?;
        rest = after
            .strip_prefix("</")?
            .strip_prefix(name)?
            .strip_prefix('>')?;
        if elements.len() >= MAX_ELEMENTS {
            return None;
        }
        elements.push(element(name, Some(ROOT), 2, text));
    }
}

fn element<'a>(name: &'a str, parent: Option<usize>, depth: usize, text: &'a str) -> Element<'a> {
    Element {
        name,
        parent,
        depth,
        text: Cow::Borrowed(text),
    }
}

/// The text of an element and what follows it: one CDATA section, or characters without a meaning of their own.
fn text(inside: &str) -> Option<(&str, &str)> {
    if let Some(section) = inside.strip_prefix(CDATA) {
        let mut brackets = memchr::memchr_iter(b']', section.as_bytes());
        return brackets.find_map(|end| {
            let (text, after) = section.split_at_checked(end)?;
            Some((text, after.strip_prefix(CDATA_END)?))
        });
    }
    let end = memchr::memchr(b'<', inside.as_bytes())?;
    let (text, after) = inside.split_at_checked(end)?;
    let is_clear = text.bytes().all(|byte| !matches!(byte, b'&' | b'>' | b']'));
    is_clear.then_some((text, after))
}

fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\n' | '\t')
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
