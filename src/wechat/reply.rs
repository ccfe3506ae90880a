//! What we answer at once: a [`Reply`] becomes the XML of the HTTP answer.
//!
//! The platform shows 「该公众号提供的服务出现故障」 to the follower when an answer is malformed or has an empty content,
//! so whatever cannot be said becomes no XML at all and the caller says [`SUCCESS`].
//! Page: <https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html>.

use crate::wechat::xml::{is_blank, push_cdata};

mod text;

pub use text::{MAX_TEXT_BYTES, link, plain, truncate_text};

/// The body that means «received, nothing to say». It is never encrypted.
pub const SUCCESS: &str = "success";

/// The platform shows no more articles than this, and on an answer to a message only the first.
const MAX_ARTICLES: usize = 8;

/// An answer to one message or event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing to say.
    Success,
    /// Text with line breaks and `<a href="…">` links, at most [`MAX_TEXT_BYTES`]; see [`plain`] and [`link`].
    Text(String),
    /// An uploaded picture.
    Image {
        /// Of the upload.
        media_id: String,
    },
    /// An uploaded sound.
    Voice {
        /// Of the upload.
        media_id: String,
    },
    /// An uploaded video.
    Video {
        /// Of the upload.
        media_id: String,
        /// May be empty.
        title: String,
        /// May be empty.
        description: String,
    },
    /// A piece of music.
    Music {
        /// May be empty.
        title: String,
        /// May be empty.
        description: String,
        /// The sound.
        music_url: String,
        /// The sound for fast networks.
        hq_music_url: String,
        /// An uploaded thumbnail; required.
        thumb_media_id: String,
    },
    /// Articles: up to eight on an event, one on a message. More are dropped.
    News(Vec<Article>),
    /// Hands the conversation over to an agent.
    TransferCustomerService {
        /// A particular agent.
        account: Option<String>,
    },
}

/// One article of [`Reply::News`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The headline.
    pub title: String,
    /// Shown below the headline when there is only one article.
    pub description: String,
    /// JPG or PNG, 360×200 for the first and 200×200 for the others; may be empty.
    pub pic_url: String,
    /// Where a tap leads.
    pub url: String,
}

impl Reply {
    /// The XML that answers a message of `to` (the follower) to `from` (our `gh_…` id) at `create_time`, seconds since
    /// 1970. `None` when there is nothing to say: [`Reply::Success`], a blank text, no article.
    pub fn to_xml(&self, to: &str, from: &str, create_time: i64) -> Option<String> {
        Some(addressed(to, from, create_time, &self.body()?))
    }

    /// The part of the XML that is the same whoever it goes to; [`addressed`] adds the rest. `None` when there is nothing
    /// to say.
    pub fn body(&self) -> Option<String> {
        let kind = self.kind()?;
        let mut xml = Writer::with_capacity(64 + self.text_len());
        xml.field("MsgType", kind);
        self.write_payload(&mut xml);
        xml.close("xml");
        Some(xml.out)
    }

    fn kind(&self) -> Option<&'static str> {
        Some(match self {
            Self::Success => return None,
            Self::Text(content) if is_blank(content) => return None,
            Self::News(articles) if articles.is_empty() => return None,
            Self::Text(_) => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::Music { .. } => "music",
            Self::News(_) => "news",
            Self::TransferCustomerService { .. } => "transfer_customer_service",
        })
    }

    fn write_payload(&self, xml: &mut Writer) {
        match self {
            Self::Success => {}
            Self::Text(content) => xml.field("Content", content),
            Self::Image { media_id } => xml.group("Image", &[("MediaId", media_id.as_str())]),
            Self::Voice { media_id } => xml.group("Voice", &[("MediaId", media_id.as_str())]),
            Self::Video {
                media_id,
                title,
                description,
            } => {
                xml.group(
                    "Video",
                    &[
                        ("MediaId", media_id.as_str()),
                        ("Title", title),
                        ("Description", description),
                    ],
                );
            }
            Self::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => xml.group(
                "Music",
                &[
                    ("Title", title.as_str()),
                    ("Description", description),
                    ("MusicUrl", music_url),
                    ("HQMusicUrl", hq_music_url),
                    ("ThumbMediaId", thumb_media_id),
                ],
            ),
            Self::News(articles) => write_articles(xml, articles),
            Self::TransferCustomerService { account: None } => {}
            Self::TransferCustomerService {
                account: Some(account),
            } => {
                xml.group("TransInfo", &[("KfAccount", account.as_str())]);
            }
        }
    }

    /// About how much the payload will take, so that the buffer need not grow.
    fn text_len(&self) -> usize {
        match self {
            Self::Text(content) => content.len(),
            Self::News(articles) => articles.iter().map(Article::len).sum(),
            Self::Success
            | Self::Image { .. }
            | Self::Voice { .. }
            | Self::Video { .. }
            | Self::Music { .. }
            | Self::TransferCustomerService { .. } => 0,
        }
    }
}

impl Article {
    fn len(&self) -> usize {
        128 + self.title.len() + self.description.len() + self.pic_url.len() + self.url.len()
    }
}

fn write_articles(xml: &mut Writer, articles: &[Article]) {
    let shown = articles.iter().take(MAX_ARTICLES);
    xml.number("ArticleCount", &shown.len().to_string());
    xml.open("Articles");
    for article in shown {
        let Article {
            title,
            description,
            pic_url,
            url,
        } = article;
        let fields = [
            ("Title", &**title),
            ("Description", description),
            ("PicUrl", pic_url),
            ("Url", url),
        ];
        xml.group("item", &fields);
    }
    xml.close("Articles");
}

/// The XML of a reply with this [body](Reply::body) to `to`, see [`Reply::to_xml`]. What differs from follower to follower
/// comes first.
pub fn addressed(to: &str, from: &str, create_time: i64, body: &str) -> String {
    let mut xml = Writer::with_capacity(160 + to.len() + from.len() + body.len());
    xml.open("xml");
    xml.field("ToUserName", to);
    xml.field("FromUserName", from);
    xml.number("CreateTime", &create_time.to_string());
    xml.out.push_str(body);
    xml.out
}

/// Writes elements whose names are ours and whose texts may be anybody's.
struct Writer {
    out: String,
}

impl Writer {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
        }
    }

    fn open(&mut self, name: &str) {
        self.out.extend(["<", name, ">"]);
    }

    fn close(&mut self, name: &str) {
        self.out.extend(["</", name, ">"]);
    }

    fn field(&mut self, name: &str, text: &str) {
        self.open(name);
        push_cdata(&mut self.out, text);
        self.close(name);
    }

    fn number(&mut self, name: &str, digits: &str) {
        self.open(name);
        self.out.push_str(digits);
        self.close(name);
    }

    fn group(&mut self, name: &str, fields: &[(&str, &str)]) {
        self.open(name);
        for (name, text) in fields {
            self.field(name, text);
        }
        self.close(name);
    }
}

#[cfg(test)]
mod tests;
