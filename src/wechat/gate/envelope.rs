//! The outer document of an encrypted delivery, and how to notice one where none is expected.

use memchr::memmem;

use crate::wechat::crypt::Cipher;
use crate::wechat::signature;
use crate::wechat::xml::{Fields, ROOT, XmlError, decode, push_cdata};

use super::refusal::Refusal;

/// The outer document: who it is for, and the encrypted half. A clear half beside it is not looked at.
pub(super) struct Envelope<'a> {
    fields: Fields<'a>,
}

impl<'a> Envelope<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, Refusal> {
        let fields = Fields::read(text).ok().ok_or(Refusal::Envelope)?;
        if fields.children(ROOT, "Encrypt").count() != 1 {
            return Err(Refusal::Envelope);
        }
        Ok(Self { fields })
    }

    /// The base64 text. Tools that lay the document out put white space around it, which was never signed.
    pub(super) fn encrypt(&self) -> &str {
        self.fields.text(ROOT, "Encrypt").unwrap_or_default()
    }

    pub(super) fn to_user(&self) -> Option<&str> {
        self.fields.text(ROOT, "ToUserName")
    }
}

/// Writes the encrypted reply, signed with its own timestamp and nonce.
pub(super) fn write(
    (token, cipher): (&str, &Cipher),
    reply: &str,
    random: [u8; 16],
    timestamp: &str,
    nonce: &str,
) -> String {
    const BEFORE: &str = "<xml><Encrypt><![CDATA[";
    let mut xml = Vec::with_capacity(BEFORE.len() + cipher.encrypted_len(reply.len()) + 256);
    xml.extend_from_slice(BEFORE.as_bytes());
    let others = [token, timestamp, nonce];
    let digest = cipher.encrypt_signed(&mut xml, random, reply.as_bytes(), others);
    let mut xml = String::from_utf8(xml).unwrap_or_default();
    // Base64 and hexadecimal digits need no care in a CDATA section.
    xml.push_str("]]></Encrypt><MsgSignature><![CDATA[");
    xml.push_str(&signature::written(digest));
    xml.push_str("]]></MsgSignature><TimeStamp>");
    xml.push_str(timestamp);
    xml.push_str("</TimeStamp><Nonce>");
    push_cdata(&mut xml, nonce);
    xml.push_str("</Nonce></xml>");
    xml
}

/// Whether a body is an envelope: an `Encrypt` element stands where the platform puts it, or in what is not XML at all.
///
/// What a follower typed stands in a CDATA section and does not count, or anybody could make a message that is refused.
/// Nor does what an element that nobody knows may hold, nor a document type: such a message is not understood, which is
/// another outcome.
pub(super) fn has_encrypt_element(body: &[u8]) -> bool {
    if memmem::find(body, b"Encrypt").is_none() {
        return false;
    }
    match Fields::read(&decode(body)) {
        Ok(fields) => fields.names(ROOT).any(is_encrypt),
        Err(XmlError::Malformed) => has_encrypt_tag(body),
        Err(XmlError::Forbidden | XmlError::TooBig) => false,
    }
}

fn has_encrypt_tag(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(inside) = after(rest, b"<") {
        rest = if let Some(section) = inside.strip_prefix(b"![CDATA[") {
            after(section, b"]]>").unwrap_or_default()
        } else if let Some(comment) = inside.strip_prefix(b"!--") {
            after(comment, b"-->").unwrap_or_default()
        } else if is_encrypt_tag(inside) {
            return true;
        } else {
            inside
        };
    }
    false
}

fn is_encrypt_tag(inside: &[u8]) -> bool {
    let ends_name = |byte: &u8| matches!(byte, b'>' | b'/' | b'<') || byte.is_ascii_whitespace();
    let name = inside.split(ends_name).next().unwrap_or_default();
    std::str::from_utf8(name).is_ok_and(is_encrypt)
}

/// Whatever prefix stands before it.
fn is_encrypt(name: &str) -> bool {
    name.rsplit(':').next() == Some("Encrypt")
}

/// What follows the first `mark`.
fn after<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<&'b [u8]> {
    bytes.get(memmem::find(bytes, mark)? + mark.len()..)
}
