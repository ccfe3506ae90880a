//! What stands in a chat: bubbles, cards and grey lines, ready for the page.
//!
//! Reply text is cut into [`Segment`]s here, so that the page only ever builds elements from plain strings. The
//! addresses in a chat are also the only ones [`super::open`] will open.

use serde::Serialize;

/// Oldest entries are dropped beyond this, per follower.
pub(crate) const MAX_ENTRIES: usize = 200;

/// Who an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    /// The follower.
    Follower,
    /// The account.
    Account,
    /// WeChat itself: the grey lines.
    System,
}

/// A run of text, perhaps tappable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub(crate) struct Segment {
    /// What is shown.
    pub(crate) text: String,
    /// Page to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// Text sent back as a message (`weixin://bizmsgmenu`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<String>,
    /// Id sent along with `say`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) say_id: Option<String>,
}

/// One article of a news card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) picture: String,
    pub(crate) url: String,
}

/// One row of a template card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    /// Key in the data, such as `thing1`.
    pub(crate) key: String,
    /// The template's word for it; empty for a template that is not known.
    pub(crate) label: String,
    pub(crate) value: String,
}

/// The content of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Content {
    /// A text bubble.
    Text { segments: Vec<Segment> },
    /// Up to eight articles.
    News { articles: Vec<Article> },
    /// A picture, a voice message, a video …: named only.
    Media { what: String, note: String },
    /// A template message.
    Template {
        template_id: String,
        title: &'static str,
        rows: Vec<Row>,
        url: String,
    },
    /// A grey line.
    Notice { text: String },
}

/// An entry with its place and time.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    /// Version of the world at its birth; entries never change.
    pub(crate) version: u64,
    /// Unix milliseconds.
    pub(crate) at: i64,
    pub(crate) side: Side,
    pub(crate) content: Content,
}

impl Content {
    /// A text without links.
    pub(crate) fn plain(text: &str) -> Self {
        Self::Text {
            segments: vec![Segment {
                text: text.to_owned(),
                ..Segment::default()
            }],
        }
    }

    /// A grey line.
    pub(crate) fn notice(text: &str) -> Self {
        Self::Notice {
            text: text.to_owned(),
        }
    }

    /// Whether a tap somewhere on it opens exactly `url`.
    pub(crate) fn offers(&self, url: &str) -> bool {
        match self {
            Self::Text { segments } => segments
                .iter()
                .any(|segment| segment.url.as_deref() == Some(url)),
            Self::News { articles } => articles.iter().any(|article| article.url == url),
            Self::Template { url: own, .. } => own == url,
            Self::Media { .. } | Self::Notice { .. } => false,
        }
    }
}

/// Cuts a text at its `<a href="…">label</a>`; everything else stays literal, as in WeChat.
pub(crate) fn segments(text: &str) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find("<a ").and_then(|at| rest.split_at_checked(at)) {
        literal.push_str(before);
        match anchor(from) {
            Some((segment, after)) => {
                flush(&mut literal, &mut out);
                out.push(segment);
                rest = after;
            }
            None => {
                literal.push_str("<a ");
                rest = from.strip_prefix("<a ").unwrap_or("");
            }
        }
    }
    literal.push_str(rest);
    flush(&mut literal, &mut out);
    out
}

fn flush(literal: &mut String, out: &mut Vec<Segment>) {
    if !literal.is_empty() {
        out.push(Segment {
            text: std::mem::take(literal),
            ..Segment::default()
        });
    }
}

fn anchor(from: &str) -> Option<(Segment, &str)> {
    let (attributes, after) = from.strip_prefix("<a ")?.split_once('>')?;
    let (label, rest) = after.split_once("</a>")?;
    let href = attribute(attributes, "href")?.replace("&amp;", "&");
    let mut segment = Segment {
        text: label.to_owned(),
        ..Segment::default()
    };
    if is_web(&href) {
        segment.url = Some(href);
    } else {
        let query = href.strip_prefix("weixin://bizmsgmenu?")?;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "msgmenucontent" => segment.say = Some(value.into_owned()),
                "msgmenuid" => segment.say_id = Some(value.into_owned()),
                _ => {}
            }
        }
        segment.say.as_ref()?;
    }
    Some((segment, rest))
}

/// Whether an address is one a phone would load as a page.
pub(crate) fn is_web(url: &str) -> bool {
    reqwest::Url::parse(url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let found = before.split_whitespace().next_back() == Some(name);
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''))?;
        let (value, next) = after.strip_prefix(quote)?.split_once(quote)?;
        if found {
            return Some(value);
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_tappable_and_other_markup_stays_literal() {
        let cut = segments("1. <a href=\"https://a.example/x?y=1\">标题</a>\n<b>不</b>");
        assert_eq!(cut.len(), 3);
        assert_eq!(cut[1].url.as_deref(), Some("https://a.example/x?y=1"));
        assert_eq!(cut[1].text, "标题");
        assert_eq!(cut[2].text, "\n<b>不</b>");
    }

    #[test]
    fn dangerous_and_broken_links_stay_text() {
        for text in [
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=x",
            "<a data-href='http://a/'>x</a>",
            "a <a b <a c",
        ] {
            let cut = segments(text);
            assert!(
                cut.iter()
                    .all(|segment| segment.url.is_none() && segment.say.is_none()),
                "{text}"
            );
            assert_eq!(
                cut.iter()
                    .map(|segment| segment.text.as_str())
                    .collect::<String>(),
                text
            );
        }
    }

    #[test]
    fn a_menu_link_says_its_decoded_text() {
        let cut = segments(
            "<a href='weixin://bizmsgmenu?msgmenucontent=zyaj_%E9%95%BF%E6%B2%99&msgmenuid=7'>长沙</a>",
        );
        assert_eq!(cut[0].say.as_deref(), Some("zyaj_长沙"));
        assert_eq!(cut[0].say_id.as_deref(), Some("7"));
    }

    #[test]
    fn only_addresses_on_show_are_offered() {
        let content = Content::Text {
            segments: segments("<a href=\"http://a.example/\">x</a>"),
        };
        assert!(content.offers("http://a.example/"));
        assert!(!content.offers("http://a.example/other"));
    }
}
