//! What a follower does, as the message WeChat makes of it.
//!
//! A [`Stimulus`] is built once: its XML, MsgId and CreateTime stay the same over all deliveries of it.
//! Pages: <https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html>,
//! <https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_event_pushes.html>

use super::clock;
use super::world::{Shared, World};
use super::xml::XmlMessage;

/// What answer the platform would show for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A message of the follower: shown, one article at most.
    ToMessage,
    /// An event such as a menu tap: shown, up to eight articles.
    ToEvent,
    /// Never shown; a failure is not shown either.
    Ignored,
}

/// A message or event on its way to the callback.
#[derive(Debug, Clone)]
pub(crate) struct Stimulus {
    /// Short id of the follower.
    pub(crate) follower: String,
    pub(crate) openid: String,
    /// For the wire.
    pub(crate) title: String,
    pub(crate) answer: Answer,
    /// The clear message.
    pub(crate) xml: String,
}

/// The kinds of message beside text; all are made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Media {
    /// A picture.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// A place.
    Location,
    /// A shared link.
    Link,
}

impl Media {
    /// Name on screen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Image => "图片",
            Self::Voice => "语音",
            Self::Video => "视频",
            Self::Location => "位置",
            Self::Link => "链接",
        }
    }

    /// What the bubble says under the name.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Image => "IMG_0001.jpg",
            Self::Voice => "3″",
            Self::Video => "0:08",
            Self::Location => "湖南省长沙市",
            Self::Link => "一篇文章",
        }
    }
}

/// Builds stimuli for one follower.
pub(crate) struct Maker<'a> {
    simulator: &'a Shared,
    follower: String,
    openid: String,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(simulator: &'a Shared, follower: String, openid: String) -> Self {
        Self {
            simulator,
            follower,
            openid,
        }
    }

    /// A typed text, or one that came from a menu link with its id.
    pub(crate) fn text(&self, content: &str, menu_id: Option<&str>) -> Stimulus {
        let mut body = self.head("text").text("Content", content);
        if let Some(id) = menu_id {
            body = body.text("bizmsgmenuid", id);
        }
        self.finish(
            format!("文字 {content}"),
            Answer::ToMessage,
            self.with_id(body),
        )
    }

    /// A message that is not text.
    pub(crate) fn media(&self, media: Media) -> Stimulus {
        const MEDIA_ID: &str = "7nV0uL-simulated-media-id-2Ld3Qk8sZp0rWc5yTf";
        let body = match media {
            Media::Image => self
                .head("image")
                .text("PicUrl", "http://mmbiz.qpic.cn/mmbiz_jpg/simulated/0")
                .text("MediaId", MEDIA_ID),
            Media::Voice => self
                .head("voice")
                .text("MediaId", MEDIA_ID)
                .text("Format", "amr")
                .text("MediaId16K", MEDIA_ID)
                .text("Recognition", ""),
            Media::Video => self
                .head("video")
                .text("MediaId", MEDIA_ID)
                .text("ThumbMediaId", "thumb-simulated"),
            // X is the latitude.
            Media::Location => self
                .head("location")
                .bare("Location_X", "28.228304")
                .bare("Location_Y", "112.938882")
                .bare("Scale", "16")
                .text("Label", media.note()),
            Media::Link => self
                .head("link")
                .text("Title", media.note())
                .text("Description", "")
                .text("Url", "https://example.com/"),
        };
        self.finish(
            format!("{}消息", media.name()),
            Answer::ToMessage,
            self.with_id(body),
        )
    }

    /// Following, plainly or by a code.
    pub(crate) fn subscribe(&self, code: Option<(&str, &str)>) -> Stimulus {
        let head = self.head("event").text("Event", "subscribe");
        let (title, body) = match code {
            Some((scene, ticket)) => (
                format!("关注（扫码 {scene}）"),
                head.text("EventKey", &format!("qrscene_{scene}"))
                    .text("Ticket", ticket),
            ),
            None => ("关注".to_owned(), head.text("EventKey", "")),
        };
        self.finish(title, Answer::ToEvent, body)
    }

    /// No longer following.
    pub(crate) fn unsubscribe(&self) -> Stimulus {
        let body = self
            .head("event")
            .text("Event", "unsubscribe")
            .text("EventKey", "");
        self.finish("取消关注".to_owned(), Answer::Ignored, body)
    }

    /// A follower scans a code.
    pub(crate) fn scan(&self, scene: &str, ticket: &str) -> Stimulus {
        let body = self
            .head("event")
            .text("Event", "SCAN")
            .text("EventKey", scene)
            .text("Ticket", ticket);
        self.finish(format!("扫码 {scene}"), Answer::ToEvent, body)
    }

    /// A menu button with a key.
    pub(crate) fn click(&self, name: &str, key: &str) -> Stimulus {
        let body = self
            .head("event")
            .text("Event", "CLICK")
            .text("EventKey", key);
        self.finish(format!("菜单 {name}"), Answer::ToEvent, body)
    }

    /// A menu button with an address.
    pub(crate) fn view(&self, name: &str, url: &str) -> Stimulus {
        let body = self
            .head("event")
            .text("Event", "VIEW")
            .text("EventKey", url)
            .bare("MenuId", "424242424");
        self.finish(format!("菜单 {name}（打开网页）"), Answer::Ignored, body)
    }

    /// The receipt of a template message.
    pub(crate) fn receipt(&self, msgid: i64, status: &str) -> Stimulus {
        let body = self
            .head("event")
            .text("Event", "TEMPLATESENDJOBFINISH")
            .bare("MsgID", &msgid.to_string())
            .text("Status", status);
        self.finish(format!("模板消息回执 {status}"), Answer::Ignored, body)
    }

    fn head(&self, kind: &str) -> XmlMessage {
        XmlMessage::new()
            .text("ToUserName", &self.simulator.settings.original_id)
            .text("FromUserName", &self.openid)
            .bare("CreateTime", &clock::seconds().to_string())
            .text("MsgType", kind)
    }

    fn with_id(&self, body: XmlMessage) -> XmlMessage {
        let id = self.simulator.change(World::take_message_id);
        body.bare("MsgId", &id.to_string())
    }

    fn finish(&self, title: String, answer: Answer, body: XmlMessage) -> Stimulus {
        Stimulus {
            follower: self.follower.clone(),
            openid: self.openid.clone(),
            title,
            answer,
            xml: body.finish(),
        }
    }
}
