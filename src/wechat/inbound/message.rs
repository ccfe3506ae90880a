//! The kinds of message a follower can send.

use super::event::Event;
use super::wire::Part;
use super::{ParseError, read_event};

/// What arrived. The content of ordinary messages is text of a follower's own making.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Typed text, or a tap on an entry of a `msgmenu`.
    Text {
        /// What was typed, at most a few kilobytes; control characters are left out.
        content: String,
        /// The entry's id when it was tapped rather than typed.
        biz_menu_id: Option<String>,
    },
    /// A picture.
    Image {
        /// Where the platform shows it.
        pic_url: String,
        /// For downloading it within three days.
        media_id: String,
    },
    /// A spoken message.
    Voice {
        /// For downloading it within three days, 8 kHz.
        media_id: String,
        /// `amr` or `speex`.
        format: String,
        /// The same in 16 kHz, where the platform offers it.
        media_id_16k: Option<String>,
        /// What the platform understood; nowadays always missing or empty.
        recognition: Option<String>,
    },
    /// A video.
    Video {
        /// For downloading it within three days.
        media_id: String,
        /// Its thumbnail.
        thumb_media_id: String,
    },
    /// A short video.
    ShortVideo {
        /// For downloading it within three days.
        media_id: String,
        /// Its thumbnail.
        thumb_media_id: String,
    },
    /// A place on the map.
    Location(MapPlace),
    /// A shared link.
    Link {
        /// Its title.
        title: String,
        /// Its description.
        description: String,
        /// Where it leads.
        url: String,
    },
    /// Something that happened, see [`Event`].
    Event(Event),
    /// A kind that is not known here.
    Unknown {
        /// `MsgType` in lower case.
        msg_type: String,
    },
}

/// A place that a follower sent or chose.
#[derive(Clone, Debug, PartialEq)]
pub struct MapPlace {
    /// Degrees north; the element is called `Location_X`.
    pub latitude: f64,
    /// Degrees east; the element is called `Location_Y`.
    pub longitude: f64,
    /// The map's zoom.
    pub scale: Option<String>,
    /// The address in words, may be empty.
    pub label: String,
    /// The name of the point of interest, from a menu's place chooser only.
    pub poi_name: Option<String>,
}

impl Message {
    pub(super) fn read(root: Part<'_>) -> Result<Self, ParseError> {
        let mut msg_type = root.required("MsgType")?;
        msg_type.make_ascii_lowercase();
        Ok(match msg_type.as_str() {
            "event" => Self::Event(read_event::read(root)?),
            "text" => Self::Text {
                content: root.text("Content"),
                biz_menu_id: root.optional("bizmsgmenuid"),
            },
            "image" => Self::Image {
                pic_url: root.text("PicUrl"),
                media_id: root.text("MediaId"),
            },
            "voice" => Self::Voice {
                media_id: root.text("MediaId"),
                format: root.text("Format"),
                media_id_16k: root.optional("MediaId16K"),
                recognition: root.optional("Recognition"),
            },
            "video" => Self::Video {
                media_id: root.text("MediaId"),
                thumb_media_id: root.text("ThumbMediaId"),
            },
            "shortvideo" => Self::ShortVideo {
                media_id: root.text("MediaId"),
                thumb_media_id: root.text("ThumbMediaId"),
            },
            "location" => Self::Location(MapPlace::read(root)?),
            "link" => Self::Link {
                title: root.text("Title"),
                description: root.text("Description"),
                url: root.text("Url"),
            },
            _ => Self::Unknown { msg_type },
        })
    }
}

impl MapPlace {
    pub(super) fn read(part: Part<'_>) -> Result<Self, ParseError> {
        Ok(Self {
            latitude: part.number("Location_X")?,
            longitude: part.number("Location_Y")?,
            scale: part.optional("Scale"),
            label: part.text("Label"),
            poi_name: part.optional("Poiname"),
        })
    }
}
