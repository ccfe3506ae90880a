//! What the platform tells us: XML in, an [`Inbound`] out.
//!
//! The document is read into a flat list of elements first (the wire), then turned into one enum; unknown
//! elements are ignored, and an unknown message or event is a value of its own, not an error. Nothing here is
//! authenticated: the [gate](super::gate) has done that.
//! Pages: <https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html>,
//! <https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_event_pushes.html>.

use std::fmt;

use crate::wechat::xml::{self, XmlError};

mod event;
mod message;
mod read_event;
mod wire;

use wire::Wire;

pub use event::{
    DeliveryStatus, Event, MassCounts, ScanCode, Scene, SubscriptionChoice, SubscriptionReceipt,
};
pub use message::{MapPlace, Message};

/// One delivery: who wrote to whom, when, and what.
///
/// Its `Debug` shows neither the follower nor the content.
#[derive(Clone, PartialEq)]
pub struct Inbound {
    /// The account, its `gh_…` id.
    pub to_user: String,
    /// The follower's openid; in some system events a service's id instead.
    pub from_user: String,
    /// Seconds since 1970, by the platform's clock.
    pub create_time: i64,
    /// The id of an ordinary message, text of any length. Not unique across followers; events have none.
    pub msg_id: Option<String>,
    /// What happened.
    pub message: Message,
}

/// Why a plaintext is not a message. It was signed, so the caller answers `success` and counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not one complete XML document: truncated, JSON, empty.
    #[error("the message is not a well-formed XML document")]
    Malformed,
    /// A document type, a processing instruction or an entity of the sender's own.
    #[error("the message contains a document type, a processing instruction or an unknown entity")]
    Forbidden,
    /// Deeper than 8, more than 128 elements, or more than 16 attributes in one tag.
    #[error("the message is too deep or has too many elements or attributes")]
    TooBig,
    /// An element that this kind of message always has is missing, empty or not a number.
    #[error("the message lacks a usable {0}")]
    Field(&'static str),
}

impl Inbound {
    /// Reads a plaintext. Invalid UTF-8 is replaced, control characters are left out.
    ///
    /// # Errors
    /// A [`ParseError`] when it is no message.
    pub fn parse(plaintext: &[u8]) -> Result<Self, ParseError> {
        let text = xml::decode(plaintext);
        Self::try_from(Wire::read(&text)?)
    }

    /// Whether the follower would see a reply; all other deliveries are answered with `success` only.
    pub fn is_answerable(&self) -> bool {
        match &self.message {
            Message::Event(event) => event.is_answerable(),
            // A kind we do not know is an ordinary message if it has an ordinary message's id.
            Message::Unknown { .. } => self.msg_id.is_some(),
            Message::Text { .. }
            | Message::Image { .. }
            | Message::Voice { .. }
            | Message::Video { .. }
            | Message::ShortVideo { .. }
            | Message::Location(_)
            | Message::Link { .. } => true,
        }
    }
}

impl TryFrom<Wire<'_>> for Inbound {
    type Error = ParseError;

    fn try_from(wire: Wire<'_>) -> Result<Self, ParseError> {
        let root = wire.root();
        Ok(Self {
            to_user: root.required("ToUserName")?,
            from_user: root.required("FromUserName")?,
            create_time: root.number("CreateTime")?,
            msg_id: root.optional("MsgId"),
            message: Message::read(root)?,
        })
    }
}

impl From<XmlError> for ParseError {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::Malformed => Self::Malformed,
            XmlError::Forbidden => Self::Forbidden,
            XmlError::TooBig => Self::TooBig,
        }
    }
}

impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("create_time", &self.create_time)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
